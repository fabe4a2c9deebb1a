"""The field's eight rule sets, set up through the editor's own forms, and a fund's story under each with its balances.

Every program begins from the editor's start of that name; nothing of a rule set is code.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from claims import actions as claims
from claims.actions.filing import Entry
from claims.checks import wanting
from claims.models import Claim
from funds import actions as funds
from funds.lapse import lapse
from funds.models import Allocation, Budget
from funds.reconcile import reconcile
from partners.models import Partner
from programs.days import Clock
from programs.models import Program
from programs.starts import BY_KEY
from tests.cast import NOW, TODAY, World, accepted_file, balances
from tests.pages import fresh_key

pytestmark = pytest.mark.usefixtures("_at_now")


@dataclass
class Desk:
    """The manager's and the partner's work on one program, as they would do it."""

    w: World
    client: Client
    program: Program

    @property
    def budget(self) -> Budget:
        return self.program.budgets.get()

    def grant(self, amount: str, partner: Partner | None = None, **fields: str) -> Allocation:
        """A share by the grant's own form, with the last day that the form suggests unless one is named."""
        url = reverse("funds:allocate", args=[self.budget.pk])
        form = self.client.get(url).context["form"]
        typed = {name: form[name].value() or "" for name in form.fields}
        before = set(Allocation.objects.values_list("pk", flat=True))
        typed |= {"partner": (partner or self.w.brightpath).slug, "amount": amount} | fields
        response = self.client.post(url, typed)
        assert response.status_code == 302, response.context["form"].errors
        return Allocation.objects.with_terms().exclude(pk__in=before).get()

    def draft(self, fund: Allocation, *lines: tuple[str, int], people: int | None = None, ended: date = TODAY) -> Claim:
        """A claim with these lines (an activity's name, and its cost), whose file shows all that they need."""
        claim = claims.start(allocation=fund, title=f"Campaign {fresh_key()[:8]}", by=self.w.owner, now=NOW)
        proof = claims.attach(claim=claim, accepted=accepted_file(), by=self.w.owner, now=NOW)
        entries = [
            Entry("Work", "Acme", f"A-{fresh_key()[:8]}-{n}", TODAY, cost, fund.terms.activities.get(name=name), people)
            for n, (name, cost) in enumerate(lines)
        ]
        needed = {what for entry in entries for what in entry.activity.proofs}
        claims.save(
            claim=claim,
            title=claim.title,
            entries=entries,
            by=self.w.owner,
            now=NOW,
            ran=(None, ended),
            shows={proof.pk: sorted(needed)},
        )
        return self.w.again(claim)

    def wants(self, claim: Claim) -> list[str]:
        return wanting(claim, NOW)

    def filed(self, claim: Claim) -> Claim:
        return claims.submit(claim=claim, by=self.w.owner, now=NOW)

    def paid(self, claim: Claim) -> None:
        claim = claims.approve(claim=self.w.again(claim), version=claim.version, by=self.w.admin, now=NOW)
        claims.pay(claim=claim, version=claim.version, paid_on=TODAY, reference="WF-1", by=self.w.finance, now=NOW)

    def preapproved(self, fund: Allocation, amount: int) -> None:
        funds.reserve(allocation=fund, amount=amount, key=fresh_key(), by=self.w.manager, reason="Approved", at=NOW)

    def lapses_after(self, day: date) -> None:
        lapse(clock=Clock(NOW, on=day))
        lapse(clock=Clock(NOW, on=day + timedelta(days=1)))


@pytest.fixture
def desk(w, client):
    """Makes a program of a start, through the pages: created, its terms written, looked at, published, and its budget filled."""

    def made(key: str, currency: str = "USD", money: str = "100000", **terms: str) -> Desk:
        client.force_login(w.manager)
        basics = {
            "name": BY_KEY[key].label,
            "kind": BY_KEY[key].kind,
            "currency": currency,
            "starts_on": "2026-01-01",
            "ends_on": "2027-12-31",
            "time_zone": "UTC",
            "seen": "0",
        }
        assert client.post(f"{reverse('programs:create')}?start={key}", basics).status_code == 302
        program = Program.objects.get(name=basics["name"])
        page = reverse("programs:revise", args=[program.pk])
        form = client.get(page).context["form"]
        typed = {name: form[name].value() for name in form.fields}
        typed = {name: value for name, value in typed.items() if value is not None and value is not False}
        assert client.post(page, typed | {"wording": "As agreed."} | terms).status_code == 302
        assert client.get(reverse("programs:preview", args=[program.pk])).context["missing"] == []
        client.post(reverse("programs:publish", args=[program.pk]))
        period = {"name": "2026", "starts_on": "2026-01-01", "ends_on": "2026-12-31"}
        client.post(reverse("funds:budget_add", args=[program.pk]), period)
        budget = program.budgets.get()
        client.post(reverse("funds:fund", args=[budget.pk]), {"amount": money, "key": fresh_key(), "reason": ""})
        program = Program.objects.select_related("terms").get(pk=program.pk)
        assert program.published_at
        return Desk(w, client, program)

    yield made
    assert reconcile().differences == []


def test_1_coop_by_half_year_with_caps(desk):
    """Caps: SPIFFs 25% of what was earned, travel $5,000 for 3 people, demo units the greater of 10% and $3,000; from $200."""
    northgate = desk("coop-half-year")
    fund = northgate.grant("10000", expires_on="2026-12-31")
    assert fund.claim_by == date(2027, 2, 14)
    assert balances(fund) == {"available": 10_000_00}

    assert northgate.wants(northgate.draft(fund, ("Digital ad", 199_99))) == [
        "You ask for $199.99, and claims are taken from $200.00."
    ]
    (said,) = northgate.wants(northgate.draft(fund, ("SPIFFs", 2_500_01)))
    assert said == "SPIFFs: a period gets $2,500.00 at most. Lower it by $0.01."
    (said,) = northgate.wants(northgate.draft(fund, ("Demo units", 3_000_01)))
    assert said == "Demo units: a period gets $3,000.00 at most. Lower it by $0.01."
    assert northgate.wants(northgate.draft(fund, ("Travel", 400_00), people=4)) == [
        "Travel: it is paid for 3 people at most, and you name 4."
    ]
    (said,) = northgate.wants(northgate.draft(fund, ("Travel", 5_000_01), people=1))
    assert said.endswith("and 1 person get $5,000.00 at most, $5,000.00 each.")

    claim = northgate.filed(northgate.draft(fund, ("SPIFFs", 2_500_00), ("Demo units", 3_000_00)))
    assert balances(fund) == {"available": 4_500_00, "claimed": 5_500_00}
    northgate.paid(claim)
    assert balances(fund) == {"available": 4_500_00, "paid": 5_500_00}
    (said,) = northgate.wants(northgate.draft(fund, ("SPIFFs", 200_00)))
    assert "and $2,500.00 of it is claimed already" in said

    northgate.lapses_after(date(2027, 2, 14))
    assert balances(fund) == {"lapsed": 4_500_00, "paid": 5_500_00}
    funds.extend(allocation=fund, until=date(2027, 3, 31), reason="Asked for", by=northgate.w.manager, now=NOW)
    assert balances(fund) == {"available": 4_500_00, "paid": 5_500_00}


def test_2_deposit_wallet(desk):
    """Each deposit is usable for twelve months; no approval; claims within four weeks after."""
    harborline = desk("wallet", "EUR")
    fund = harborline.grant("8000")
    assert (fund.expires_on, fund.claim_by) == (date(2027, 11, 23), date(2027, 12, 21))
    second = harborline.grant("5000", name="Second deposit")
    claim = harborline.filed(harborline.draft(fund, ("Trade show", 3_000_00)))
    assert claim.asked == 3_000_00
    harborline.paid(claim)
    assert balances(fund) == {"available": 5_000_00, "paid": 3_000_00}
    harborline.lapses_after(fund.claim_by)
    assert balances(fund) == {"lapsed": 5_000_00, "paid": 3_000_00}
    assert balances(second) == {"lapsed": 5_000_00}


def test_3_mdf_half_of_approved_activities(desk):
    """Approved ahead, half is paid back, and a claim comes within 30 days of the activity's end."""
    skylark = desk("mdf")
    fund = skylark.grant("6000", expires_on="2027-03-31")
    # A month's activity, asked for two weeks ahead.
    assert fund.last_safe_start == date(2027, 3, 31) - timedelta(days=44)
    claim = skylark.draft(fund, ("Seminar or webinar", 10_000_00))
    (said,) = skylark.wants(claim)
    assert said.startswith("You ask for $5,000.00, and $0.00 of this fund is approved in advance.")
    skylark.preapproved(fund, 5_000_00)
    assert balances(fund) == {"available": 1_000_00, "reserved": 5_000_00}
    late = skylark.draft(fund, ("Seminar or webinar", 100_00), ended=TODAY - timedelta(days=31))
    assert "and a claim is taken for 30 days after it" in skylark.wants(late)[0]
    skylark.paid(skylark.filed(claim))
    assert balances(fund) == {"available": 1_000_00, "paid": 5_000_00}


def test_4_growth_fund_without_approval(desk):
    """Up to half, claimed within 90 days of the activity's end, paid within 30 days."""
    kestrel = desk("growth", "GBP")
    assert kestrel.program.terms.pay_days == 30
    fund = kestrel.grant("4000", expires_on="2026-12-31")
    too_late = kestrel.draft(fund, ("Telemarketing", 300_00), ended=TODAY - timedelta(days=91))
    assert "and a claim is taken for 90 days after it" in kestrel.wants(too_late)[0]
    claim = kestrel.filed(kestrel.draft(fund, ("Telemarketing", 3_000_00), ended=TODAY - timedelta(days=90)))
    kestrel.paid(claim)
    assert balances(fund) == {"available": 2_500_00, "paid": 1_500_00}


def test_5_everything_approved_in_advance(desk):
    pinewatch = desk("approved")
    fund = pinewatch.grant("8000", expires_on="2027-06-30")
    pinewatch.preapproved(fund, 3_000_00)
    assert pinewatch.wants(pinewatch.draft(fund, ("Email, mail or SMS campaign", 5_000_00))) == []
    assert "approved in advance" in pinewatch.wants(pinewatch.draft(fund, ("Email, mail or SMS campaign", 5_000_02)))[0]
    funds.release(allocation=fund, amount=3_000_00, key="off", by=pinewatch.w.manager, reason="Cancelled", at=NOW)
    assert balances(fund) == {"available": 8_000_00}
    # The partnership ends: thirty days to claim what has run, and the rest lapses.
    enrolment = pinewatch.program.enrolments.select_related("program", "partner").get(partner=fund.partner_id)
    funds.part(enrolment=enrolment, reason="The contract ended.", by=pinewatch.w.manager, now=NOW)
    pinewatch.lapses_after(TODAY + timedelta(days=30))
    assert balances(fund) == {"lapsed": 8_000_00}


def test_6_events_only(desk):
    """Events alone; the results come within a week of them, in yen without a fraction."""
    tidal = desk("events", "JPY", money="5000000")
    fund = tidal.grant("900000", expires_on="2026-12-20")
    assert [activity.name for activity in fund.terms.activities.all()] == ["Event"]
    claim = tidal.draft(fund, ("Event", 800_001))
    proof = claim.proofs.get()
    claims.save(
        claim=claim,
        title=claim.title,
        entries=[Entry("Hall", "Acme", "A-1", TODAY, 800_001, fund.terms.activities.get())],
        by=tidal.w.owner,
        now=NOW,
        ran=(None, TODAY - timedelta(days=8)),
        shows={proof.pk: ["invoice", "photos", "invitation_or_agenda"]},
    )
    said = tidal.wants(tidal.w.again(claim))
    assert any("a claim is taken for 7 days after it" in words for words in said)
    assert any("which file shows it: Results" in words for words in said)
    filed = tidal.filed(tidal.draft(fund, ("Event", 800_001), ended=TODAY - timedelta(days=7)))
    # Half of a yen is rounded to the even one, at the line.
    assert filed.asked == 400_000
    assert balances(fund) == {"available": 500_000, "claimed": 400_000}


def test_7_applied_for_ten_working_days_ahead(desk):
    """The lead time counts working days, and amounts include tax."""
    jade = desk("working-days", "CNY")
    fund = jade.grant("60000", expires_on="2027-01-15")
    # A week before Friday the 15th is Friday the 8th; ten working days before that is Friday the 25th.
    assert fund.last_safe_start == date(2026, 12, 25)
    assert "with tax" in jade.client.get(reverse("programs:detail", args=[jade.program.pk])).text
    jade.preapproved(fund, 30_000_00)
    jade.paid(jade.filed(jade.draft(fund, ("Seminar or webinar", 60_000_00))))
    assert balances(fund) == {"available": 30_000_00, "paid": 30_000_00}


def test_8_coop_on_revenue_with_aging(desk):
    """Usable for six months, never beyond the budget's period; what is left is forfeited."""
    foundry = desk("coop-revenue", "EUR")
    terms = foundry.program.terms
    assert (terms.accrual_percent, terms.aging_months, terms.forfeits_at_period_end) == (3, 6, True)
    fund = foundry.grant("12000")
    # Six months would be May; the period ends sooner.
    assert fund.expires_on == date(2026, 12, 31)
    foundry.paid(foundry.filed(foundry.draft(fund, ("Trade show", 10_000_00))))
    assert balances(fund) == {"available": 7_000_00, "paid": 5_000_00}
    foundry.lapses_after(fund.claim_by)
    assert balances(fund) == {"lapsed": 7_000_00, "paid": 5_000_00}
    funds.reoffer(allocation=fund, amount=7_000_00, key="back", by=foundry.w.manager, reason="Unused", at=NOW)
    assert balances(fund) == {"paid": 5_000_00}
    assert foundry.budget.unallocated == 95_000_00
