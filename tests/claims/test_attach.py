"""A partner attaches proof. What is refused is said in a sentence, and nothing of it is kept."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from claims import actions
from tests.cast import NOW, accepted_file
from tests.files import HOSTILE, image


def files_in(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file()]


def test_through_the_page_nothing_of_a_refused_file_is_kept(w, client, kept):
    claim = w.draft()
    before = files_in(kept)
    client.force_login(w.owner)
    page = client.post(
        reverse("claims:attach", args=[claim.pk]),
        {
            "files": [
                SimpleUploadedFile("evil.pdf", HOSTILE["pdf with javascript"]),
                SimpleUploadedFile("ok.png", image()),
            ]
        },
        follow=True,
    )
    assert "evil.pdf holds a script" in page.text
    assert [proof.name for proof in claim.proofs.all()] == ["invoice.pdf", "ok.png"]
    assert len(files_in(kept)) == len(before) + 1


def test_the_same_file_twice_is_kept_once(w, kept):
    claim, file = w.draft(), accepted_file(b"%PDF same")
    actions.attach(claim=claim, accepted=file, by=w.owner, now=NOW)
    with pytest.raises(actions.ClaimRefused, match="attached already"):
        actions.attach(claim=claim, accepted=file, by=w.owner, now=NOW)


def test_proof_of_a_filed_claim_stays_as_it_is(w, kept):
    claim = w.submitted()
    with pytest.raises(actions.ClaimRefused):
        actions.attach(claim=claim, accepted=accepted_file(), by=w.owner, now=NOW)
    with pytest.raises(actions.ClaimRefused):
        actions.detach(proof=claim.proofs.get(), by=w.owner, now=NOW)


def test_while_a_question_is_open_proof_may_be_added_and_not_taken_away(w, kept):
    claim = w.submitted()
    claim = actions.ask(claim=claim, version=claim.version, question="Photos?", by=w.admin, now=NOW)
    actions.attach(claim=claim, accepted=accepted_file(), by=w.owner, now=NOW)
    with pytest.raises(actions.ClaimRefused):
        actions.detach(proof=claim.proofs.first(), by=w.owner, now=NOW)


def test_detaching_takes_the_file_away(w, kept, django_capture_on_commit_callbacks):
    claim = w.draft()
    proof = claim.proofs.get()
    assert files_in(kept)
    with django_capture_on_commit_callbacks(execute=True):
        actions.detach(proof=proof, by=w.owner, now=NOW)
    assert files_in(kept) == []
