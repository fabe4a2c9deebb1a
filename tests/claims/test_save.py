"""A partner types a draft: what is complete counts, what is not stays as it was typed, and nothing is lost."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from claims import actions
from claims.models import Claim
from tests.cast import NOW, balances
from tests.claims.typed import LINE, typed
from tests.files import image


@pytest.fixture
def draft(w) -> Claim:
    return w.again(actions.start(allocation=w.fund(5_000_00), title="Webinar", by=w.owner, now=NOW))


def edit(claim):
    return reverse("claims:edit", args=[claim.pk])


def autosave(claim):
    return reverse("claims:autosave", args=[claim.pk])


def test_complete_lines_are_kept_with_the_vendors_share(w, client, draft):
    client.force_login(w.member)
    page = client.post(edit(draft), typed(draft, {}, {"total": "250.01"}), follow=True)
    assert "Saved as a draft." in page.text
    draft.refresh_from_db()
    assert [(line.amount, line.asked) for line in draft.lines.all()] == [(1_000_00, 500_00), (250_01, 125_00)]
    assert draft.asked == 625_00
    assert balances(draft.allocation) == {"available": 5_000_00}


def test_a_half_typed_line_stays_as_it_was_typed_with_what_is_wrong_beside_it(w, client, draft):
    client.force_login(w.owner)
    client.post(edit(draft), typed(draft, {}, {"total": "twelve", "supplier": "", "what": "Hall & <b>chairs</b>"}))
    draft.refresh_from_db()
    assert draft.lines.count() == 1
    page = client.get(edit(draft)).text
    assert "Hall &amp; &lt;b&gt;chairs&lt;/b&gt;" in page
    assert 'value="twelve"' in page
    assert "Enter an amount, as in 1,250.00." in page
    assert "Who sent the invoice?" in page
    assert "Line 2 is not complete" in page


def test_autosave_answers_with_the_sums_and_the_next_version(w, client, draft):
    client.force_login(w.owner)
    said = client.post(autosave(draft), typed(draft, {"total": "12,000"}))
    assert said.status_code == 200
    assert "$6,000.00" in said.text
    assert "this fund has $5,000.00 left" in said.text
    assert '<dt>Too much by</dt><dd class="money lost">$1,000.00</dd>' in said.text
    draft.refresh_from_db()
    assert f'name="version" value="{draft.version}"' in said.text


@pytest.mark.parametrize("address", [edit, autosave])
def test_a_page_that_is_older_than_the_draft_saves_nothing_and_loses_nothing(w, client, draft, address):
    client.force_login(w.owner)
    old = typed(draft, {"what": "From the old page"})
    actions.save(claim=draft, title="Newer", entries=[], by=w.member, now=NOW)
    said = client.post(address(draft), old)
    assert said.status_code in (400, 409)
    draft.refresh_from_db()
    assert (draft.title, draft.lines.count()) == ("Newer", 0)
    if address is edit:
        assert "From the old page" in said.text
        assert "Somebody else changed this claim meanwhile" in said.text


def test_lines_can_be_added_and_removed_without_scripts(w, client, draft):
    client.force_login(w.owner)
    page = client.post(edit(draft), typed(draft, {"what": "One"}, {"what": "Two"}, do="add"), follow=True).text
    assert "lines-2-what" in page
    draft.refresh_from_db()
    client.post(edit(draft), typed(draft, {"what": "One"}, {"what": "Two"}, do="remove-0"))
    assert [line.what for line in draft.lines.all()] == ["Two"]


BAD = {
    "total": ["", "abc", "-5", "0", "1e9", "99999999999999999999", "10.999", "NaN"],
    "what": ["", "x" * 161],
    "supplier": ["", "x" * 121],
    "invoice_number": ["", "x" * 61],
    "invoice_date": ["", "yesterday", "2999-01-01", "1900-01-01", "2026-02-30", "0000-00-00"],
}


@pytest.mark.parametrize(("field", "value"), [(field, value) for field, values in BAD.items() for value in values])
def test_a_bad_value_is_named_beside_its_field_and_counts_for_nothing(w, client, draft, field, value):
    client.force_login(w.owner)
    page = client.post(edit(draft), typed(draft, {field: value}, do="submit"))
    assert page.status_code == 400
    assert "field-error" in page.text
    draft.refresh_from_db()
    assert (draft.status, draft.asked, draft.lines.count()) == ("draft", 0, 0)


def test_a_fraction_of_a_yen_is_refused(w, client):
    fund = w.fund(900_000, budget=w.budget(w.program(currency="JPY"), amount=900_000))
    draft = w.again(actions.start(allocation=fund, title="Salon", by=w.owner, now=NOW))
    client.force_login(w.owner)
    page = client.post(edit(draft), typed(draft, {"total": "12.50"}, do="submit"))
    assert "JPY has no decimals" in page.text


@pytest.mark.parametrize(
    "garbage",
    [
        {},
        {"lines-TOTAL_FORMS": "x"},
        {"lines-TOTAL_FORMS": "-1"},
        {"lines-TOTAL_FORMS": "999"},
        {"lines-TOTAL_FORMS": "9" * 30},
        {"version": "x"},
        {"version": "9" * 40},
        {"do": "remove-x"},
        {"do": "remove-" + "9" * 40},
        {"do": "detach-999999"},
        {"do": "nonsense", "title": "\x00", "lines-TOTAL_FORMS": "1", "lines-0-total": "1\x002"},
        {"title": ["a", "b"], "lines-0-total": ["1", "2"]},
    ],
)
@pytest.mark.parametrize("address", [edit, autosave])
def test_garbage_never_breaks_the_page(w, client, draft, address, garbage):
    client.force_login(w.owner)
    assert client.post(address(draft), garbage).status_code < 500


@pytest.mark.parametrize(("who", "status"), [("stranger", 404), ("manager", 404), ("admin", 404), ("finance", 404)])
@pytest.mark.parametrize("address", [edit, autosave])
def test_a_draft_is_the_partners_alone(w, client, draft, who, status, address):
    client.force_login(getattr(w, who))
    assert client.post(address(draft), typed(draft, {})).status_code == status
    assert client.get(edit(draft)).status_code == status


def test_a_filed_claim_is_not_changed_by_a_late_save(w, client):
    claim = w.submitted()
    client.force_login(w.owner)
    assert client.post(autosave(claim), typed(claim, {})).status_code == 409
    page = client.post(edit(claim), typed(claim, {}), follow=True)
    assert "filed already" in page.text
    assert [line.what for line in claim.lines.all()] == ["Advertising 1"]


def test_fifty_lines_at_most(w, client, draft):
    client.force_login(w.owner)
    page = client.post(edit(draft), typed(draft, *[LINE] * 54))
    assert page.status_code < 500
    draft.refresh_from_db()
    assert draft.lines.count() <= 50


def test_the_page_asks_the_same_number_of_queries_for_one_line_and_three(w, client, django_assert_max_num_queries):
    client.force_login(w.owner)
    counts = []
    for costs in ((100_00,), (100_00, 200_00, 300_00)):
        claim = w.draft(costs=costs)
        with django_assert_max_num_queries(25) as queries:
            assert client.get(edit(claim)).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_files_chosen_on_an_old_page_are_asked_for_again(w, client, draft, kept):
    client.force_login(w.owner)
    old = typed(draft, {}, files=[SimpleUploadedFile("photo.png", image())])
    actions.save(claim=draft, title="Newer", entries=[], by=w.member, now=NOW)
    page = client.post(edit(draft), old)
    assert "choose them again" in page.text
    assert draft.proofs.count() == 0


def test_an_old_page_that_saves_itself_says_what_to_do(w, client, draft):
    client.force_login(w.owner)
    old = typed(draft, {})
    actions.save(claim=draft, title="Newer", entries=[], by=w.member, now=NOW)
    said = client.post(autosave(draft), old)
    assert "somebody else changed this draft meanwhile" in said.text
    assert said["Content-Type"].startswith("text/plain")


def test_saved_again_after_the_warning_what_was_typed_stands(w, client, draft):
    client.force_login(w.owner)
    old = typed(draft, {"what": "Mine"})
    actions.save(claim=draft, title="Newer", entries=[], by=w.member, now=NOW)
    page = client.post(edit(draft), old)
    client.post(edit(draft), old | {"version": page.context["claim"].version})
    assert [line.what for line in draft.lines.all()] == ["Mine"]


@pytest.mark.parametrize("version", [None, "", "x", "-1", "0", "9" * 40, "٣"])
def test_a_page_without_a_version_is_refused_as_an_old_one(w, client, draft, version):
    client.force_login(w.owner)
    sent = typed(draft, {"what": "Mine"}) | {"version": version}
    if version is None:
        del sent["version"]
    page = client.post(edit(draft), sent)
    assert page.status_code == 400
    assert "Somebody else changed this claim meanwhile" in page.text
    assert 'value="Mine"' in page.text
    said = client.post(autosave(draft), sent)
    assert said.status_code == 409
    assert "«Save the draft» lets you choose" in said.text
    assert (w.again(draft).version, draft.lines.count()) == (draft.version, 0)
    # The page that came back carries the version that stands: pressed again, it saves.
    client.post(edit(draft), sent | {"version": page.context["claim"].version})
    assert [line.what for line in draft.lines.all()] == ["Mine"]


def test_saving_attaches_the_good_files_and_names_the_bad(w, client, draft, kept):
    client.force_login(w.owner)
    files = [SimpleUploadedFile("photo.png", image()), SimpleUploadedFile("evil.exe", b"MZ" + b"\0" * 99)]
    page = client.post(edit(draft), typed(draft, {}, do="submit", files=files))
    assert page.status_code == 400
    assert "evil.exe is" in page.text
    assert [proof.name for proof in draft.proofs.all()] == ["photo.png"]
    assert w.again(draft).status == "draft"


def test_a_second_click_on_remove_is_harmless(w, client, kept):
    claim = w.draft()
    client.force_login(w.owner)
    proof = claim.proofs.get()
    for _ in range(2):
        claim = w.again(claim)
        sent = typed(claim, {}, do=f"detach-{proof.pk}")
        assert client.post(edit(claim), sent).status_code == 302
    assert claim.proofs.count() == 0
