"""Partners and managers follow claims: the list, the page, the files; nobody sees what is not theirs."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from claims import actions, previews
from claims.models import Proof
from claims.proofs import accept
from claims.tasks import preview
from dashboards.demo import papers
from tests.cast import NOW, TODAY, balances

LIST = reverse("claims:list")


@pytest.fixture
def kept(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def proof(w, kept) -> Proof:
    claim = w.draft()
    paper = papers.invoice(supplier="A", number="7", day=TODAY, partner="B", what="C", amount=100, currency="USD")
    accepted = accept(SimpleUploadedFile("Rechnung für März.pdf", paper))
    made = actions.attach(claim=claim, accepted=accepted, by=w.owner, now=NOW)
    actions.submit(claim=w.again(claim), by=w.owner, now=NOW)
    return made


def test_the_list_is_ones_own(w, client):
    mine, theirs = w.submitted(), w.draft()
    other = w.submitted(w.fund(partner=w.othertech), by=w.stranger)
    for who, expected in (
        ("owner", {mine.pk, theirs.pk}),
        ("member", {mine.pk, theirs.pk}),
        ("stranger", {other.pk}),
        ("manager", {mine.pk, other.pk}),
        ("other_manager", set()),
        ("admin", {mine.pk, other.pk}),
    ):
        client.force_login(getattr(w, who))
        assert {claim.pk for claim in client.get(LIST).context["page_obj"]} == expected, who


def test_the_list_narrows_sorts_and_exports(w, client):
    claim = w.submitted()
    w.draft()
    client.force_login(w.owner)
    assert client.get(LIST, {"status": "draft"}).context["page_obj"].paginator.count == 1
    assert client.get(LIST, {"vendor": w.northgate.pk}).context["page_obj"].paginator.count == 2
    assert client.get(LIST, {"fund": claim.allocation_id}).context["page_obj"].paginator.count == 1
    assert client.get(LIST, {"q": "nothing like it"}).context["page_obj"].paginator.count == 0
    for sort in ("title", "-asked", "filed", "nonsense", "-"):
        assert client.get(LIST, {"sort": sort}).status_code == 200
    for wrong in ({"vendor": "x"}, {"vendor": "9" * 30}, {"fund": "9" * 30}, {"page": "-1"}, {"format": "exe"}):
        assert client.get(LIST, wrong).status_code == 200
    assert b"500.00" in b"".join(client.get(LIST, {"format": "csv"}).streaming_content)
    assert b"".join(client.get(LIST, {"format": "xlsx"}).streaming_content).startswith(b"PK")


def test_queries_of_list_and_page_are_constant(w, client, django_assert_max_num_queries):
    client.force_login(w.owner)
    counts = []
    for size in (1, 3):
        for _ in range(size):
            claim = w.submitted(costs=(100_00,) * size)
        found = []
        for url in (LIST, reverse("claims:detail", args=[claim.pk])):
            with django_assert_max_num_queries(25) as queries:
                assert client.get(url).status_code == 200
            found.append(len(queries))
        counts.append(found)
    assert counts[0] == counts[1]


def test_a_manager_reads_and_changes_nothing(w, client):
    claim = w.submitted()
    client.force_login(w.manager)
    page = client.get(reverse("claims:detail", args=[claim.pk]))
    assert page.status_code == 200
    assert "Withdraw" not in page.text
    for name in ("withdraw", "reopen", "discard", "answer", "attach", "autosave", "edit"):
        assert client.post(reverse(f"claims:{name}", args=[claim.pk])).status_code == 403


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


def test_a_draft_is_discarded_with_its_files_and_a_filed_claim_is_not(
    w, client, kept, django_capture_on_commit_callbacks
):
    draft, claim = w.draft(), w.submitted()
    client.force_login(w.owner)
    before = len(list((kept / "proofs").iterdir()))
    with django_capture_on_commit_callbacks(execute=True):
        page = client.post(reverse("claims:discard", args=[draft.pk]), follow=True)
    assert "is gone. No money had moved." in page.text
    assert len(list((kept / "proofs").iterdir())) == before - 1
    assert client.post(reverse("claims:discard", args=[draft.pk])).status_code == 404
    page = client.post(reverse("claims:discard", args=[claim.pk]), follow=True)
    assert "stays on record" in page.text


def test_withdrawing_gives_the_money_back_once(w, client):
    claim = w.submitted()
    client.force_login(w.member)
    url = reverse("claims:withdraw", args=[claim.pk])
    page = client.post(url, {"reason": "Wrong invoice"}, follow=True)
    assert "Withdrawn. $500.00 went back to the fund." in page.text
    assert "Wrong invoice" in page.text
    client.post(url)
    assert balances(claim.allocation) == {"available": 5_000_00}


def test_starting_says_what_was_begun_already(w, client):
    draft = w.draft()
    client.force_login(w.owner)
    url = reverse("claims:start", args=[draft.allocation_id])
    assert draft.title in client.get(url).text
    assert client.post(url, {"title": ""}).status_code == 400
    assert client.post(url, {"title": "x" * 121}).status_code == 400
    assert client.post(url, {"title": "Second"}).status_code == 302
    for who, status in (("stranger", 404), ("other_manager", 404), ("manager", 403), ("admin", 403)):
        client.force_login(getattr(w, who))
        assert client.get(url).status_code == status, who
