"""Proofs are served to who may see their claim: the file as a sealed download, its pages as pictures made by us."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from claims import actions, previews
from claims.models import Proof
from claims.tasks import preview
from dashboards.demo import papers
from programs.uploads import accept
from tests.cast import NOW, TODAY, accepted_file


@pytest.fixture
def proof(w, kept) -> Proof:
    claim = w.draft()
    paper = papers.invoice(supplier="A", number="7", day=TODAY, partner="B", what="C", amount=100, currency="USD")
    accepted = accept(SimpleUploadedFile("Rechnung für März.pdf", paper))
    made = actions.attach(claim=claim, accepted=accepted, by=w.owner, now=NOW)
    actions.submit(claim=w.again(claim), by=w.owner, now=NOW)
    return made


def test_the_file_comes_as_a_sealed_download(client, w, proof):
    for who in ("owner", "member", "manager", "admin", "finance"):
        client.force_login(getattr(w, who))
        file = client.get(reverse("claims:proof", args=[proof.pk]))
        assert file.status_code == 200
        assert file["Content-Disposition"].startswith("attachment")
        assert "R%C3%A4" not in file["Content-Disposition"]
        assert "Rechnung" in file["Content-Disposition"]
        assert file["X-Content-Type-Options"] == "nosniff"
        assert file["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert file["Content-Type"] == "application/pdf"
        assert b"".join(file.streaming_content).startswith(b"%PDF")


@pytest.mark.parametrize("who", ["stranger", "other_manager"])
def test_others_do_not_even_learn_that_it_exists(client, w, proof, who):
    client.force_login(getattr(w, who))
    assert client.get(reverse("claims:proof", args=[proof.pk])).status_code == 404
    assert client.get(reverse("claims:preview", args=[proof.pk, 1])).status_code == 404
    assert client.get(reverse("claims:detail", args=[proof.claim_id])).status_code == 404


def test_a_page_is_shown_as_a_picture_made_by_us(client, w, proof):
    client.force_login(w.admin)
    picture = client.get(reverse("claims:preview", args=[proof.pk, 1]))
    assert picture["Content-Type"] == "image/png"
    assert picture["Content-Security-Policy"] == "default-src 'none'; sandbox"
    content = b"".join(picture.streaming_content)
    assert content.startswith(b"\x89PNG")
    for page in (0, 2, 99, 2**70):
        assert client.get(f"/proofs/{proof.pk}/{page}/").status_code == 404


def test_the_task_makes_the_picture_ahead_and_twice_is_once(proof, kept):
    preview(proof.pk)
    preview(proof.pk)
    preview(-1)
    assert [path.name for path in (kept / "previews").iterdir()] == [f"{proof.pk}-1.png"]
    with Image.open(kept / previews.name(proof, 1)) as image:
        assert max(image.width / 1000, image.height / 1600) == pytest.approx(1, abs=0.01)


def test_a_file_that_went_missing_is_not_found(client, w, proof, kept):
    for path in kept.rglob("*.pdf"):
        path.unlink()
    client.force_login(w.owner)
    assert client.get(reverse("claims:proof", args=[proof.pk])).status_code == 404
    assert client.get(reverse("claims:preview", args=[proof.pk, 1])).status_code == 404


def test_a_photo_is_shown_small_and_without_what_it_tells_of_its_owner(w, client, kept):
    out = BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    Image.new("RGB", (3000, 1500), "teal").save(out, "JPEG", exif=exif)
    claim = w.draft()
    photo = accept(SimpleUploadedFile("photo.jpg", out.getvalue()))
    made = actions.attach(claim=claim, accepted=photo, by=w.owner, now=NOW)
    client.force_login(w.owner)
    content = b"".join(client.get(reverse("claims:preview", args=[made.pk, 1])).streaming_content)
    assert b"taken at home" in out.getvalue()
    assert b"taken at home" not in content
    with Image.open(BytesIO(content)) as image:
        assert image.size == (1000, 500)


def test_what_breaks_the_renderer_is_not_found_and_nothing_else(w, client, kept):
    """Such a file does not pass the check; should one ever, its page is missing and the download works."""
    claim = w.draft()
    made = actions.attach(claim=claim, accepted=accepted_file(b"%PDF-1.4 nonsense"), by=w.owner, now=NOW)
    client.force_login(w.owner)
    assert client.get(reverse("claims:preview", args=[made.pk, 1])).status_code == 404
    assert client.get(reverse("claims:proof", args=[made.pk])).status_code == 200
    preview(made.pk)


def test_pictures_go_with_their_proof_and_a_late_task_brings_none_back(w, kept, django_capture_on_commit_callbacks):
    paper = papers.invoice(supplier="A", number="7", day=TODAY, partner="B", what="C", amount=100, currency="USD")
    accepted = accept(SimpleUploadedFile("Invoice.pdf", paper))
    proof = actions.attach(claim=w.draft(), accepted=accepted, by=w.owner, now=NOW)
    preview(proof.pk)
    assert len(list((kept / "previews").iterdir())) == 1
    late = Proof.objects.get(pk=proof.pk)
    with django_capture_on_commit_callbacks(execute=True):
        actions.detach(proof=proof, by=w.owner, now=NOW)
    previews.render(late)
    assert list((kept / "previews").iterdir()) == []


def test_pictures_of_what_was_filed_stay_with_it(w, kept, proof, django_capture_on_commit_callbacks):
    actions.withdraw(claim=proof.claim, by=w.owner, now=NOW)
    actions.reopen(claim=proof.claim, by=w.owner, now=NOW)
    preview(proof.pk)
    with django_capture_on_commit_callbacks(execute=True):
        actions.detach(proof=proof, by=w.owner, now=NOW)
    assert len(list((kept / "previews").iterdir())) == 1


def test_ending_a_membership_ends_the_access_to_files_at_once(w, client, proof):
    client.force_login(w.member)
    url = reverse("claims:proof", args=[proof.pk])
    assert client.get(url).status_code == 200
    w.member.memberships.update(ended_at=NOW)
    assert client.get(url).status_code == 404
