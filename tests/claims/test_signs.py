"""Signs of trouble: each rule with its evidence, who sees which, and that none decides anything."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from claims import actions
from claims.checklist import checklist
from claims.models import Claim
from claims.signs import signs_of
from claims.signs.dates import odd
from programs.models import Activity
from tests.cast import NOW, TODAY, accepted_file
from tests.claims.asking import approved, claim_on


def draft(w, cost=1_000_07, partner=None, by=None, fund=None, **line):
    fund = fund or w.fund(50_000_00, partner=partner or w.brightpath)
    claim = w.draft(fund, costs=(cost,), by=by or w.owner)
    claim.lines.update(**({"supplier": "Lumen House"} | line))
    return claim


def filed(w, *args, at=NOW, **fields):
    by = fields.get("by") or w.owner
    claim = w.again(draft(w, *args, **fields))
    # The partner has its word on whatever it is warned of; the reviewer looks for itself.
    Claim.objects.filter(pk=claim.pk).update(noted={check.code: "It is right so." for check in checklist(claim, at)})
    return w.again(actions.submit(claim=w.again(claim), by=by, now=at))


def codes(w, claim, user=None):
    return {sign.code for sign in signs_of([w.again(claim)], seen_by=user or w.admin)[claim.pk]}


def test_a_clean_claim_has_none(w):
    assert codes(w, filed(w)) == set()


def test_the_same_file(w):
    file = accepted_file()
    claims = [draft(w, 1_000_00), draft(w, 3_000_00)]
    for claim in claims:
        actions.attach(claim=claim, accepted=file, by=w.owner, now=NOW)
        actions.submit(claim=w.again(claim), by=w.owner, now=NOW)
    assert codes(w, claims[0]) == {"same_file"}
    assert codes(w, claims[1]) == {"same_file"}


@pytest.mark.parametrize(
    ("number", "other"),
    [("INV-0042", "inv 42"), ("0042", "42"), ("A/7", "a-7"), ("R 2026.11", "r202611"), ("X-007-01", "x7/1")],
)
def test_the_same_number_however_it_is_written(w, number, other):
    filed(w, 1_000_00, invoice_number=number, supplier="Lumen House")
    claim = filed(w, 3_000_00, invoice_number=other, supplier="LUMEN  house.")
    assert "same_invoice" in codes(w, claim)


@pytest.mark.parametrize(("number", "other"), [("INV-42", "INV-420"), ("10", "100"), ("A-1-2", "A-12-3")])
def test_another_number_is_another_invoice(w, number, other):
    filed(w, 1_000_00, invoice_number=number)
    assert "same_invoice" not in codes(w, filed(w, 3_000_00, invoice_number=other))


def test_a_slightly_changed_invoice(w):
    filed(w, 1_000_00, invoice_number="A-1", invoice_date=TODAY - timedelta(days=5))
    near = filed(w, 1_005_00, invoice_number="A-7", invoice_date=TODAY - timedelta(days=3))
    far = filed(w, 1_300_00, invoice_number="A-9", invoice_date=TODAY - timedelta(days=3))
    other_day = filed(w, 1_000_00, invoice_number="A-8", invoice_date=TODAY - timedelta(days=30))
    assert "near_invoice" in codes(w, near)
    assert codes(w, far) == codes(w, other_day) == set()


def test_dates_that_do_not_fit(w):
    claim = filed(w)
    early = draft(w)
    early.lines.update(invoice_date=date(2025, 12, 31))
    filed_early = w.again(actions.submit(claim=w.again(early), by=w.owner, now=NOW))
    assert "odd_date" not in codes(w, claim)
    assert "odd_date" in codes(w, filed_early)


def test_an_invoice_from_before_its_request_was_approved(w):
    request = approved(w, w.fund(), 1_000_00)
    claim = claim_on(w, request, 500_00)
    (sign,) = (sign for sign in signs_of([claim], seen_by=w.admin)[claim.pk] if sign.code == "odd_date")
    assert sign.words.endswith(f"is dated 20 Nov 2026, before {request.number} was approved on 23 Nov 2026")
    line = claim.lines.get()
    line.invoice_date = TODAY
    assert list(odd(claim, line)) == []


@pytest.mark.parametrize(
    ("ran", "dated", "words"),
    [
        (None, 60, None),
        (None, 61, "after the fund's last day, 22 Jan 2027"),
        (0, -60, None),
        (0, -61, "long before the activity, which began on 23 Nov 2026"),
        (-60, 0, None),
        (-61, 0, "long after the activity, which ended on 23 Sep 2026"),
    ],
)
def test_an_invoice_outside_the_funds_and_the_activitys_days(w, ran, dated, words):
    """`ran` and `dated` count days from today; the fund's last day is the sixtieth."""
    claim, line = (draft := w.draft()), draft.lines.get()
    claim.ran_from = claim.ran_until = None if ran is None else TODAY + timedelta(days=ran)
    line.invoice_date = TODAY + timedelta(days=dated)
    assert list(odd(claim, line)) == ([words] if words else [])


def test_split_just_under_what_one_person_approves(w):
    fund = w.fund(50_000_00, budget=w.budget(w.program(second_approval_over=500_00), amount=50_000_00))
    one = filed(w, 990_00, fund=fund)
    assert "split" not in codes(w, one)
    two = filed(w, 940_00, fund=fund, supplier="Other House")
    small = filed(w, 100_00, fund=fund, supplier="Third House")
    assert "split" in codes(w, two)
    assert "split" in codes(w, one)
    assert "split" not in codes(w, small)
    Claim.objects.filter(pk=one.pk).update(filed_at=NOW - timedelta(days=15))
    assert "split" not in codes(w, two)


def test_split_just_under_what_an_activity_pays_a_claim(w):
    kind = Activity(kind="other", name="Ads", claim_cap=500_00)
    fund = w.fund(50_000_00, budget=w.budget(w.program(activities=[kind]), amount=50_000_00))
    filed(w, 990_00, fund=fund)
    assert "split" in codes(w, filed(w, 940_00, fund=fund, supplier="Other House"))


def test_far_more_than_usual(w):
    for place in range(5):
        filed(w, 1_000_00 + 50_00 * place, supplier=f"House {'abcde'[place]}xyz", at=NOW + timedelta(minutes=place))
    usual = filed(w, 1_100_00, supplier="House xyzf", at=NOW + timedelta(hours=1))
    large = filed(w, 9_000_07, supplier="House xyzg", at=NOW + timedelta(hours=2))
    assert "unusual" not in codes(w, usual)
    assert "unusual" in codes(w, large)


def test_a_new_supplier_with_a_round_sum(w):
    for place in range(3):
        filed(w, 1_000_07 + 50_00 * place, supplier=f"House {'abc'[place]}xyz", at=NOW + timedelta(minutes=place))
    later = NOW + timedelta(hours=1)
    assert "new_supplier" in codes(w, filed(w, 3_000_00, supplier="Fresh GmbH", at=later))
    assert "new_supplier" not in codes(w, filed(w, 3_000_00, supplier="House axyz", at=later))
    assert "new_supplier" not in codes(w, filed(w, 3_123_00, supplier="Odd GmbH", at=later))


@pytest.mark.parametrize("supplier", ["Brightpath Events", "BRIGHT-PATH", "People Media", "brightpath"])
def test_a_supplier_close_to_the_partner(w, supplier):
    w.owner.email = "owner@peoplemedia.example"
    w.owner.save()
    assert "close_supplier" in codes(w, filed(w, supplier=supplier))


def test_anybodys_mail_says_nothing(w):
    w.owner.email = "owner@gmail.com"
    w.owner.save()
    assert "close_supplier" not in codes(w, filed(w, supplier="Gmail Ads"))


def test_withdrawn_claims_show_nothing(w):
    first = filed(w, invoice_number="A-1")
    second = filed(w, 3_000_00, invoice_number="A-1")
    actions.withdraw(claim=first, by=w.owner, now=NOW)
    assert codes(w, second) == set()


# who sees what


def test_a_vendor_sees_only_what_its_own_claims_show(w, client):
    """The same file lies on claims to Skylark, one of them another partner's: Northgate's manager learns of none of it."""
    file = accepted_file()
    there = {"budget": w.budget(w.program(w.skylark, by=w.other_manager), by=w.other_manager), "by": w.other_manager}
    skylark = w.fund(5_000_00, **there)
    ours, theirs = draft(w), draft(w, fund=skylark)
    stranger = draft(w, fund=w.fund(5_000_00, partner=w.othertech, **there), by=w.stranger)
    for claim, by in ((ours, w.owner), (theirs, w.owner), (stranger, w.stranger)):
        actions.attach(claim=claim, accepted=file, by=by, now=NOW)
        actions.submit(claim=w.again(claim), by=by, now=NOW)
    assert codes(w, ours, w.manager) == set()
    assert "same_file" in codes(w, ours)
    client.force_login(w.manager)
    page = client.get(reverse("claims:detail", args=[ours.pk])).text
    assert "is proof of another claim too" not in page
    assert w.othertech.name not in page
    client.force_login(w.admin)
    assert "is proof of another claim too" in client.get(reverse("claims:detail", args=[ours.pk])).text


def test_a_vendor_sees_what_two_claims_to_it_show(w, client):
    filed(w, invoice_number="A-1")
    claim = filed(w, 3_000_00, invoice_number="A-1")
    client.force_login(w.manager)
    assert "is on another claim too" in client.get(reverse("claims:detail", args=[claim.pk])).text
    client.force_login(w.owner)
    assert "is on another claim too" not in client.get(reverse("claims:detail", args=[claim.pk])).text


def test_they_decide_nothing(w):
    filed(w, invoice_number="A-1")
    claim = filed(w, 3_000_00, invoice_number="A-1")
    assert actions.approve(claim=claim, version=claim.version, by=w.admin, now=NOW).status == "approved"
