"""A claim of the demo: its invoices and photos drawn, filed, and brought as far as its story says."""

from datetime import datetime, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile

from claims import actions as claims
from claims.actions.filing import Entry
from claims.actions.verdicts import Verdict
from claims.models import Claim
from claims.states import ClaimStatus
from dashboards.demo import papers
from dashboards.demo.offers import Offer
from dashboards.demo.people import Cast
from dashboards.demo.stories import Filing
from funds import actions as funds
from funds.models import Allocation
from partners.models import User
from programs.activities import ActivityKind
from programs.uploads import accept

SUPPLIERS = ("Acme Media", "Bluebell Events", "Corner Print", "Delta Telemarketing", "Echo Studio")


def file_claim(demo: Cast, allocation: Allocation, offer: Offer, slug: str, granted: int, filing: Filing) -> None:
    """A claim on this fund, brought as far as the filing says."""
    claim = draft_claim(demo, allocation, offer, slug, granted, filing)
    approve_ahead(demo, claim, offer, demo.ago(filing.days_ago))
    decide(demo, claim, filing, demo.owners[slug])


def draft_claim(demo: Cast, allocation: Allocation, offer: Offer, slug: str, granted: int, filing: Filing) -> Claim:
    """Its draft, complete, as large and as old as the filing says."""
    by, started = demo.owners[slug], demo.ago(filing.days_ago)
    title = demo.choice.choice(offer.activities)
    allocation = Allocation.objects.with_terms().get(pk=allocation.pk)
    claim = claims.start(allocation=allocation, title=title, by=by, now=started)
    percent = int(allocation.terms.reimbursement_percent)
    cost = min(granted * filing.share // percent, allocation.unclaimed * 100 // percent)
    costs = [cost] if filing.share < 20 else [cost * 2 // 3, cost - cost * 2 // 3]
    campaigns = [a for a in allocation.terms.activities.all() if a.kind != ActivityKind.OTHER]
    activity = demo.choice.choice(campaigns)
    entries = [
        Entry(
            what=title if place == 0 else f"{title}: material",
            supplier=demo.choice.choice(SUPPLIERS),
            invoice_number=f"{demo.choice.randrange(1000, 9999)}-{place + 1}",
            invoice_date=(started - timedelta(days=12 - place)).date(),
            total=amount,
            activity=activity,
        )
        for place, amount in enumerate(costs)
    ]
    for entry in entries:
        demo.papers += 1
        paper = papers.invoice(
            supplier=entry.supplier,
            number=entry.invoice_number,
            day=entry.invoice_date,
            partner=allocation.partner.name,
            what=entry.what,
            amount=entry.total,
            currency=offer.currency,
        )
        attach(claim, f"invoice-{entry.invoice_number}.pdf", paper, by, started)
    if filing.share >= 20:
        demo.papers += 1
        kind = "png" if demo.papers % 2 else "jpg"
        picture = papers.photo(title=title, number=demo.papers)
        attach(claim, f"photo-{demo.papers}.{kind}", picture, by, started)
    ran_until = min((started - timedelta(days=4)).date(), allocation.expires_on)
    return claims.save(
        claim=claim,
        title=title,
        entries=entries,
        by=by,
        now=started,
        ran=(ran_until - timedelta(days=3), ran_until),
        shows={claim.proofs.latest("pk").pk: activity.proofs},
    )


def approve_ahead(demo: Cast, claim: Claim, offer: Offer, started: datetime) -> None:
    """Where its terms ask for it, what the claim draws on was approved before the activity."""
    fund = claim.allocation
    if fund.terms.preapproval and claim.asked > fund.reserved:
        funds.reserve(
            allocation=fund,
            amount=claim.asked - fund.reserved,
            key=f"plan-{claim.pk}",
            by=demo.managers[offer.vendor],
            reason=f"Approved in advance: {claim.title}",
            at=started - timedelta(days=1),
        )


def attach(claim: Claim, name: str, content: bytes, by: User, now: datetime) -> None:
    claims.attach(claim=claim, accepted=accept(SimpleUploadedFile(name, content)), by=by, now=now)


def decide(demo: Cast, claim: Claim, filing: Filing, owner: User) -> None:
    if filing.status == "draft":
        return
    days = filing.days_ago
    claim = claims.submit(claim=claim, by=owner, now=demo.ago(days))
    if filing.status == "submitted":
        return
    if filing.status == "withdrawn":
        claims.withdraw(claim=claim, by=owner, now=demo.ago(days - 1), reason="The wrong invoice was attached.")
        return
    admin = demo.choice.choice([demo.admin, demo.second_admin])
    claim = claims.take(claim=claim, by=admin, now=demo.ago(days - 1))
    if filing.status == "in_review":
        return
    later = {"version": claim.version, "by": admin, "now": demo.ago(days - 3)}
    if filing.status == "info_requested":
        claims.ask(claim=claim, question="How many people registered? Please add the list or a screenshot.", **later)
    elif filing.status == "rejected":
        reason = "The invoice names another company. Ask the supplier for one in your name and file again."
        claims.reject(claim=claim, code="mismatch", reason=reason, **later)
    elif filing.status == "partly_approved":
        last = claim.lines.last()
        reason = "The invoice includes drinks, which the program does not cover."
        verdict = Verdict(last.asked * 3 // 5, "not_eligible", reason)
        claims.approve(claim=claim, verdicts={last.pk: verdict}, **later)
    else:
        claim = claims.approve(claim=claim, note="All in order.", **later)
        if claim.status == ClaimStatus.SECOND_APPROVAL and filing.status == "paid":
            second = demo.second_admin if admin == demo.admin else demo.admin
            claim = claims.approve_too(claim=claim, version=claim.version, by=second, now=demo.ago(days - 3))
        if filing.status == "paid":
            paid_at = demo.ago(days - 20)
            claims.pay(
                claim=claim,
                version=claim.version,
                paid_on=claim.program.today(paid_at),
                reference=f"WF-{claim.pk:05}",
                by=demo.finance,
                now=paid_at,
            )
