"""The demo's decisions that take more than one: a claim that came back, a decision in dispute."""

from django.db.models import QuerySet

from claims import actions
from claims.models import Claim
from claims.states import ClaimStatus
from dashboards.demo.people import Cast


def decide_further(demo: Cast) -> None:
    send_one_back(demo)
    dispute_one(demo)


def others() -> QuerySet[Claim]:
    """Of partners whom nobody signs in as, so that these keep the claims that their own stories tell of."""
    return Claim.objects.with_fund().exclude(partner__slug="brightpath").order_by("pk")


def send_one_back(demo: Cast) -> None:
    claim = others().filter(status=ClaimStatus.SUBMITTED).first()
    actions.send_back(
        claim=claim,
        version=claim.version,
        code="missing_proof",
        reason="The photos show the room, not the guests. Add one with the audience and file it again.",
        by=demo.admin,
        now=demo.ago(1),
    )


def dispute_one(demo: Cast) -> None:
    claim = others().filter(status=ClaimStatus.REJECTED).first()
    actions.dispute(
        claim=claim,
        reason="The invoice is in our trading name: the register's extract is attached to the claim.",
        by=demo.owners[claim.partner.slug],
        now=demo.ago(1),
    )
