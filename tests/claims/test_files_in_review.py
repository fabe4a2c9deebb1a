"""A reviewer accepts or declines each file; the partner replaces a declined one with the answer, or after it came back."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from claims import actions
from claims.models import Proof
from partners.models import Event
from tests.cast import NOW, accepted_file
from tests.sides import pdf


def on(name, proof):
    return reverse(f"claims:{name}", args=[proof.pk])


@pytest.fixture
def claim(w, kept):
    return w.again(actions.take(claim=w.submitted(), by=w.admin, now=NOW))


def said(proof, claim, **changes):
    start = f"decline-{proof.pk}"
    data = {f"{start}-version": claim.version, f"{start}-code": "wrong_document", f"{start}-reason": "Not readable."}
    return data | changes


def declined(w, claim):
    proof = claim.proofs.first()
    words = {"code": "wrong_document", "reason": "Not readable."}
    return actions.decline_proof(proof=proof, version=claim.version, by=w.admin, now=NOW, **words)


def asked(w, claim):
    return w.again(actions.ask(claim=claim, version=claim.version, question="Another?", by=w.admin, now=NOW))


def test_files_are_accepted_and_declined_beside_their_pictures(w, client, claim):
    proof = claim.proofs.get()
    client.force_login(w.admin)
    client.post(on("accept_file", proof), {"version": claim.version})
    assert Proof.objects.get(pk=proof.pk).status == "accepted"
    client.post(on("decline_file", proof), said(proof, claim))
    proof = Proof.objects.get(pk=proof.pk)
    assert (proof.status, proof.reason) == ("declined", "Not readable.")
    page = client.get(reverse("claims:detail", args=[claim.pk])).text
    assert "A document is the wrong one or not readable: Not readable." in page
    assert [event.verb for event in Event.objects.about(claim)][-2:] == ["file accepted", "file declined"]
    assert w.again(claim).version == claim.version, "the reviewer's own page stays good"


def test_with_htmx_only_the_file_is_answered(w, client, claim):
    proof = claim.proofs.get()
    client.force_login(w.admin)
    part = client.post(on("accept_file", proof), {"version": claim.version}, headers={"HX-Request": "true"})
    assert part.status_code == 200
    assert "<html" not in part.text
    assert "Accepted" in part.text
    bad = said(proof, claim, **{f"decline-{proof.pk}-reason": ""})
    part = client.post(on("decline_file", proof), bad, headers={"HX-Request": "true"})
    assert "Say what is wrong" in part.text
    old = said(proof, claim, **{f"decline-{proof.pk}-version": 1})
    part = client.post(on("decline_file", proof), old, headers={"HX-Request": "true"})
    assert "changed after you opened the page" in part.text


@pytest.mark.parametrize("field", ["code", "reason", "version"])
def test_a_file_is_not_declined_without_a_reason(w, client, claim, field):
    proof = claim.proofs.get()
    client.force_login(w.admin)
    data = said(proof, claim, **{f"decline-{proof.pk}-{field}": ""})
    assert client.post(on("decline_file", proof), data).status_code == 400
    assert Proof.objects.get(pk=proof.pk).status == "pending"


def test_the_partner_replaces_it_while_a_question_is_open(w, client, claim):
    proof = declined(w, claim)
    claim = asked(w, claim)
    client.force_login(w.owner)
    page = client.get(reverse("claims:detail", args=[claim.pk])).text
    assert "Not readable." in page
    assert on("replace_file", proof) in page
    assert "Not readable." in client.get(on("replace_file", proof)).text
    assert client.post(on("replace_file", proof), {}).status_code == 400
    file = SimpleUploadedFile("better.pdf", pdf(), "application/pdf")
    page = client.post(on("replace_file", proof), {"file": file}, follow=True)
    assert "better.pdf is in the place of" in page.text
    new = claim.proofs.get(name="better.pdf")
    assert (new.replaces_id, new.status) == (proof.pk, "pending")
    assert Proof.objects.get(pk=proof.pk).status == "replaced"
    again = client.post(on("replace_file", proof), {"file": SimpleUploadedFile("c.pdf", pdf() + b"\n")}, follow=True)
    assert "cannot be replaced now" in again.text


def test_and_after_it_was_sent_back(w, client, claim):
    proof = declined(w, claim)
    words = {"code": "wrong_document", "reason": "See the file."}
    claim = actions.send_back(claim=claim, version=claim.version, by=w.admin, now=NOW, **words)
    actions.reopen(claim=claim, by=w.owner, now=NOW)
    client.force_login(w.owner)
    page = client.get(reverse("claims:edit", args=[claim.pk])).text
    assert "Not readable." in page
    assert on("replace_file", proof) in page
    new = actions.attach(claim=claim, accepted=accepted_file(), by=w.owner, now=NOW, replaces=proof)
    assert new.replaces_id == proof.pk


def test_a_file_replaced_between_look_and_decision_refuses_the_decision(w, client, claim):
    proof = declined(w, claim)
    seen = claim.version
    claim = asked(w, claim)
    actions.attach(claim=claim, accepted=accepted_file(name="new.pdf"), by=w.owner, now=NOW, replaces=proof)
    actions.answer(claim=claim, words="Here.", by=w.owner, now=NOW)
    client.force_login(w.admin)
    page = client.post(reverse("claims:approve", args=[claim.pk]), {"version": seen, "as_asked": "1"})
    assert page.status_code == 409
    assert "in the place of" in page.text
    assert w.again(claim).status == "in_review"


def test_only_a_declined_file_is_replaced(w, claim):
    proof = claim.proofs.get()
    claim = asked(w, claim)
    with pytest.raises(actions.ClaimRefused, match="Only a file that the reviewer declined"):
        actions.attach(claim=claim, accepted=accepted_file(), by=w.owner, now=NOW, replaces=proof)
    assert claim.proofs.count() == 1


def test_files_are_judged_only_in_review(w, claim):
    proof = claim.proofs.get()
    claim = asked(w, claim)
    with pytest.raises(actions.ClaimRefused, match="Start the review first"):
        actions.accept_proof(proof=proof, version=claim.version, by=w.admin, now=NOW)


@pytest.mark.parametrize(
    ("who", "status"), [("owner", 403), ("member", 403), ("manager", 403), ("finance", 403), ("stranger", 404)]
)
@pytest.mark.parametrize("name", ["accept_file", "decline_file"])
def test_only_an_admin_judges_files(w, client, claim, name, who, status):
    proof = claim.proofs.get()
    client.force_login(getattr(w, who))
    assert client.post(on(name, proof), said(proof, claim, version=claim.version)).status_code == status


@pytest.mark.parametrize("column", ["sha256", "name", "file", "size"])
def test_what_was_uploaded_never_changes_in_review(w, claim, column):
    value = "1" if column == "size" else "'x'"
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE claims_proof SET {column} = {value}, status = 'accepted' WHERE claim_id = {claim.pk}")
