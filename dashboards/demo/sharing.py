"""The demo's one invoice that two vendors share, and the rates that finance keeps for those in other currencies."""

from datetime import timedelta
from decimal import Decimal

from claims import actions as claims
from claims.actions.entries import Entry
from claims.actions.rates import NewRate, import_rates
from dashboards.demo import papers
from dashboards.demo.filing import attach
from dashboards.demo.people import Cast
from funds.models import Allocation
from programs.activities import ActivityKind

PAIRS = (("EUR", "USD", "1.0842"), ("GBP", "USD", "1.2715"), ("USD", "EUR", "0.9223"), ("JPY", "USD", "0.0067"))
SUPPLIER, NUMBER, TOTAL = "Bluebell Events", "BE-2207", 960_00
# Who is asked for what part of it, in cents.
PARTS = (("Northgate Solution Co-op", 560_00), ("Harborline Partner Wallet", 400_00))


def keep_rates(demo: Cast) -> None:
    """Five weeks of them, one a week."""
    days = [demo.ago(days).date() for days in range(0, 36, 7)]
    rates = [
        NewRate(base, quote, day, Decimal(rate) + Decimal(place) / 10_000, "ECB reference rate")
        for base, quote, rate in PAIRS
        for place, day in enumerate(days)
    ]
    import_rates(rates=rates, by=demo.finance, now=demo.now)


def share_an_invoice(demo: Cast) -> None:
    """A breakfast that two vendors' solutions were shown at: each is asked for its part."""
    owner, then = demo.owners["brightpath"], demo.ago(3)
    day = (then - timedelta(days=6)).date()
    partner = demo.partners["brightpath"]
    paper = papers.invoice(
        supplier=SUPPLIER,
        number=NUMBER,
        day=day,
        partner=partner.name,
        what="Breakfast for IT leads",
        amount=TOTAL,
        currency="USD",
    )
    photo = papers.photo(title="Breakfast for IT leads", number=2207)
    for name, part in PARTS:
        funds = Allocation.objects.with_terms().filter(budget__program__name=name, partner=partner)
        fund = funds.filter(expires_on__gte=then.date(), terms__preapproval=False).latest("available")
        title = f"Breakfast for IT leads, part of {fund.program.vendor.name}"
        claim = claims.start(allocation=fund, title=title, by=owner, now=then)
        attach(claim, f"invoice-{NUMBER}.pdf", paper, owner, then)
        attach(claim, "breakfast.jpg", photo, owner, then)
        activity = fund.terms.activities.exclude(kind=ActivityKind.OTHER).first()
        entry = Entry(
            what="Breakfast for IT leads",
            supplier=SUPPLIER,
            invoice_number=NUMBER,
            invoice_date=day,
            total=TOTAL,
            part=part,
            currency="" if fund.currency == "USD" else "USD",
            activity=activity,
        )
        claim = claims.save(
            claim=claim,
            title=title,
            entries=[entry],
            by=owner,
            now=then,
            ran=(day, day),
            shows={claim.proofs.latest("pk").pk: activity.proofs if activity else []},
        )
        claims.submit(claim=claim, by=owner, now=then)
