"""Brightpath's sales people: what they are to reach this quarter, and three SPIFFs, of which one is claimed and one is paid."""

from datetime import timedelta

from claims import actions as claims
from claims.actions.filing import Entry
from claims.models import Claim
from dashboards.demo import papers
from dashboards.demo.filing import attach
from dashboards.demo.people import Cast
from funds.models import Allocation
from plans.actions import sellers, spiffs, targets
from plans.actions.spiffs import NewSpiff
from plans.quarters import quarter_of
from plans.target_figures import FIGURES
from programs.activities import Shows
from programs.models import Program

PROGRAM = "Northgate Solution Co-op"
SPIFF = 250_00
# Leads, meetings, pipeline and closed revenue in cents.
OWNERS, MEMBERS, SOFIAS = (60, 24, 260_000_00, 40_000_00), (30, 12, 90_000_00, 20_000_00), (0, 15, 60_000_00, 15_000_00)


def sell(demo: Cast) -> None:
    partner, owner, member = demo.partners["brightpath"], demo.owners["brightpath"], demo.member
    act = {"by": owner, "now": demo.ago(40)}
    people = [
        sellers.add(partner=partner, name=name, user=user, **act)
        for name, user in ((owner.name, owner), (member.name, member), ("Sofia Reyes", None))
    ]
    figures = (dict(zip(FIGURES, amounts, strict=True)) for amounts in (OWNERS, MEMBERS, SOFIAS))
    wanted = [targets.Wanted(person, 0, aims) for person, aims in zip(people, figures, strict=True)]
    today = demo.now.date()
    for quarter in (quarter_of(today), quarter_of(today).after(1)):
        targets.set_targets(partner=partner, quarter=quarter, currency="USD", wanted=wanted, **act)
    program = Program.objects.select_related("vendor").get(name=PROGRAM)
    _, max_, sofia = people
    earned = [
        NewSpiff(max_, program, "A-BRIG-1", today - timedelta(days=18), SPIFF),
        NewSpiff(max_, program, "A-BRIG-2", today - timedelta(days=9), SPIFF),
        NewSpiff(sofia, program, "A-BRIG-3", today - timedelta(days=30), SPIFF, today - timedelta(days=12)),
    ]
    first, *_ = spiffs.enter(partner=partner, new=earned, by=owner, now=demo.ago(8))
    spiffs.change(
        spiff=first,
        version=first.version,
        earned_on=first.earned_on,
        amount=first.amount,
        claim=claimed(demo, program),
        paid_on=None,
        by=owner,
        now=demo.ago(2),
    )


def claimed(demo: Cast, program: Program) -> Claim:
    """The claim that asks for the first of them, on the program's own activity for SPIFFs."""
    by, now = demo.owners["brightpath"], demo.ago(3)
    mine = Allocation.objects.with_terms().filter(budget__program=program, partner__slug="brightpath")
    fund = mine.filter(available__gte=SPIFF).latest("expires_on")
    claim = claims.start(allocation=fund, title="SPIFF for Max Ember", by=by, now=now)
    activity = fund.terms.activities.get(name="SPIFFs")
    facts = {"supplier": "Paylane Payroll", "invoice_number": "2210", "invoice_date": (now - timedelta(days=2)).date()}
    entry = Entry(what="Payout to sales staff", total=SPIFF, activity=activity, **facts)
    demo.papers += 1
    paper = papers.invoice(
        supplier=entry.supplier,
        number=entry.invoice_number,
        day=entry.invoice_date,
        partner=fund.partner.name,
        what=entry.what,
        amount=SPIFF,
        currency=program.currency,
    )
    attach(claim, "payroll-2210.pdf", paper, by, now)
    shows = {claim.proofs.get().pk: [Shows.INVOICE]}
    claim = claims.save(claim=claim, title=claim.title, entries=[entry], by=by, now=now, shows=shows)
    return claims.submit(claim=claim, by=by, now=now)
