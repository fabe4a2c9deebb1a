"""What a reviewer could look at stays on record, also when the partner takes it off a claim that came back."""

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from claims import actions, readings
from claims.actions import packets
from claims.checks import wanting
from claims.models import Claim, Packet, Proof
from claims.reading.invoice import Found
from claims.reading.marks import Mark
from partners.models import Event
from tests.cast import NOW, accepted_file
from tests.claims.test_packet import words
from tests.claims.typed import typed
from tests.sides import pdf

pytestmark = pytest.mark.usefixtures("_at_now")


@pytest.fixture
def claim(w, kept) -> Claim:
    """It came back: its one file was declined."""
    claim = w.draft()
    claim.proofs.get().delete()
    content = pdf()
    actions.attach(claim=claim, accepted=accepted_file(content, "blurred.pdf"), by=w.owner, now=NOW)
    claim = actions.submit(claim=w.again(claim), by=w.owner, now=NOW)
    claim = w.again(actions.take(claim=claim, by=w.admin, now=NOW))
    no = {"code": "wrong_document", "reason": "Not readable."}
    actions.decline_proof(proof=claim.proofs.get(), version=claim.version, by=w.admin, now=NOW, **no)
    actions.send_back(claim=claim, version=claim.version, by=w.admin, now=NOW, **no)
    return w.again(actions.reopen(claim=w.again(claim), by=w.owner, now=NOW))


@pytest.fixture
def old(claim) -> Proof:
    return claim.proofs.get()


def again(proof: Proof) -> Proof:
    return Proof.objects.get(pk=proof.pk)


def filed_anew(w, claim: Claim) -> Claim:
    actions.attach(claim=w.again(claim), accepted=accepted_file(pdf() + b"\n", "sharp.pdf"), by=w.owner, now=NOW)
    return w.again(actions.submit(claim=w.again(claim), by=w.owner, now=NOW))


def test_what_is_taken_off_stays_with_what_was_said_of_it(w, client, claim, old, django_capture_on_commit_callbacks):
    client.force_login(w.owner)
    edit = reverse("claims:edit", args=[claim.pk])
    with django_capture_on_commit_callbacks(execute=True):
        client.post(edit, typed(claim, {}, do=f"detach-{old.pk}"))
    assert (again(old).status, again(old).reason) == ("removed", "Not readable.")
    assert default_storage.exists(old.file.name)
    assert "Attach at least one proof: the invoice, and what shows that it happened." in wanting(w.again(claim), NOW)
    page = client.get(edit)
    assert (page.context["proofs"], page.context["put_away"]) == ([], [old])
    assert "kept on record because reviewers could look at it" in page.text
    assert f"detach-{old.pk}" not in page.text
    # A second click finds nothing to take off.
    actions.detach(proof=old, by=w.owner, now=NOW)
    assert [event.verb for event in Event.objects.about(claim)].count("detached") == 1


def test_the_next_reviewer_and_the_packet_still_show_it(w, client, claim, old):
    actions.detach(proof=old, by=w.owner, now=NOW)
    claim = filed_anew(w, claim)
    client.force_login(w.admin)
    page = client.get(reverse("claims:detail", args=[claim.pk]))
    assert [proof.name for proof in page.context["proofs"]] == ["sharp.pdf"]
    assert page.context["put_away"] == [old]
    assert "1 file that was replaced or taken off" in page.text
    assert "Not readable." in page.text
    assert client.get(reverse("claims:proof", args=[old.pk])).status_code == 200
    post = {"version": claim.version}
    claim = w.again(actions.take(claim=claim, by=w.admin, now=NOW))
    refused = client.post(reverse("claims:accept_file", args=[old.pk]), post | {"version": claim.version})
    assert (refused.status_code, again(old).status) == (409, "removed")
    assert "was taken off by the partner" in refused.text
    asked = packets.ask(claim=claim, by=w.admin, now=NOW)
    packets.make(packet_id=asked.pk, now=NOW)
    said = words(Packet.objects.get(pk=asked.pk))
    for expected in (
        "blurred.pdf",
        "Taken off. A document is the wrong one or not readable: Not readable.",
        "sharp.pdf",
    ):
        assert expected in said


def test_the_partner_sees_on_its_own_page_what_is_proof_and_what_no_more(w, client, claim, old):
    actions.detach(proof=old, by=w.owner, now=NOW)
    claim = filed_anew(w, claim)
    client.force_login(w.owner)
    page = client.get(reverse("claims:detail", args=[claim.pk]))
    assert [proof.name for proof in page.context["proofs"]] == ["sharp.pdf"]
    assert "blurred.pdf</a> (taken off; a document is the wrong one or not readable: Not readable.)" in page.text


def test_the_same_file_again_brings_it_back(w, client, claim, old):
    with old.file.open("rb") as file:
        content = file.read()
    actions.detach(proof=old, by=w.owner, now=NOW)
    client.force_login(w.owner)
    sent = SimpleUploadedFile("blurred.pdf", content, "application/pdf")
    client.post(reverse("claims:edit", args=[claim.pk]), typed(w.again(claim), {}, do="save") | {"files": [sent]})
    assert [(proof.pk, proof.status, proof.reason) for proof in claim.proofs.all()] == [(old.pk, "pending", "")]


def test_what_nobody_saw_yet_is_really_gone(w, claim, old, django_capture_on_commit_callbacks):
    """A wrong file that was attached to the reopened draft, and taken off before it was filed, is nobody's business."""
    wrong = actions.attach(claim=claim, accepted=accepted_file(name="wrong.pdf"), by=w.owner, now=NOW)
    with django_capture_on_commit_callbacks(execute=True):
        actions.detach(proof=wrong, by=w.owner, now=NOW)
    assert list(claim.proofs.all()) == [old]
    assert not default_storage.exists(wrong.file.name)


def test_what_came_with_an_answer_stays_too(w, claim):
    claim = filed_anew(w, claim)
    claim = w.again(actions.take(claim=claim, by=w.admin, now=NOW))
    claim = w.again(actions.ask(claim=claim, version=claim.version, question="More?", by=w.admin, now=NOW))
    more = actions.attach(claim=claim, accepted=accepted_file(name="more.pdf"), by=w.owner, now=NOW)
    actions.withdraw(claim=w.again(claim), by=w.owner, now=NOW)
    actions.reopen(claim=w.again(claim), by=w.owner, now=NOW)
    actions.detach(proof=more, by=w.owner, now=NOW)
    assert again(more).status == "removed"


def test_the_database_notes_since_when_by_itself(w):
    """Also where somebody files by SQL: what was filed and taken back stays."""
    draft = w.draft()
    assert draft.proofs.get().filed_at is None
    with connection.cursor() as cursor:
        for status in ("submitted", "withdrawn", "draft"):
            filed = ", filed_by_id = created_by_id, filed_at = now()" if status == "submitted" else ""
            cursor.execute(
                f"UPDATE claims_claim SET status = %s, version = version + 1{filed} WHERE id = %s", [status, draft.pk]
            )
    assert draft.proofs.get().filed_at
    with pytest.raises(DatabaseError, match="stays on record"), transaction.atomic():
        draft.proofs.all().delete()


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM claims_proof WHERE id = %s",
        "UPDATE claims_proof SET filed_at = NULL WHERE id = %s",
        "UPDATE claims_proof SET file = 'other.pdf', sha256 = 'x' WHERE id = %s",
        "UPDATE claims_proof SET name = 'x' WHERE id = %s",
    ],
)
def test_the_database_keeps_it_too(w, old, sql):
    with pytest.raises(DatabaseError, match="stays on record"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, [old.pk])


def test_a_file_that_came_with_an_answer_is_read_once_its_claim_is_a_draft_again(w, claim, old):
    """What is read from it is no change of the file."""
    Proof.objects.filter(pk=old.pk).update(read=None)
    iban = Mark("a", "DE89370400440532013000")
    readings.keep(old, Found(), [iban])
    assert again(old).read is not None
    assert len(again(old).marks) == 1
