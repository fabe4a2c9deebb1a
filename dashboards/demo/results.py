"""What partners of the demo report of their activities: most of it, some late, some never."""

import random
from datetime import datetime, timedelta

from claims.actions import outcomes
from claims.actions.outcomes import Told
from claims.models import Claim
from claims.states.outcomes import CLAIM_REPORTS, MONEY, PIPELINE, REVENUE, Basis
from partners.models import User
from programs.activities import Figure

COUNTS = {
    Figure.IMPRESSIONS: (20_000, 90_000),
    Figure.CLICKS: (300, 2_400),
    Figure.REACHED: (900, 6_000),
    Figure.REGISTERED: (40, 160),
    Figure.ATTENDED: (20, 90),
    Figure.VISITORS: (60, 400),
    Figure.CALLS: (80, 500),
    Figure.CERTIFIED: (2, 9),
    Figure.MEETINGS: (4, 24),
    Figure.LEADS: (6, 60),
    Figure.OPPORTUNITIES: (1, 9),
}
WORDS = (
    "More people came than we had chairs for. Two customers signed within a week.",
    "Good reach, few leads: next time we would ask them to register first.",
    "",
)


def report_results(owners: dict[int, User], now: datetime) -> None:
    """`owners` by their partner's id. Two of three activities are reported; of the rest the results are due or overdue."""
    choice = random.Random(2027)
    found = Claim.objects.filter(status__in=CLAIM_REPORTS, request=None).with_fund().order_by("pk")
    for number, claim in enumerate(found.select_related("request")):
        at = min(now - timedelta(hours=1), (claim.decided_at or claim.filed_at) + timedelta(days=6))
        if number % 3 == 2 or outcomes.may_be_told(claim, at):
            continue
        outcomes.report(
            about=claim,
            number=0,
            results=list(figures(choice, claim, number)),
            words=WORDS[number % len(WORDS)],
            by=owners[claim.partner_id],
            now=at,
        )
    outcomes.expect(now)


def figures(choice: random.Random, claim: Claim, number: int):
    for kind in outcomes.figures_asked(claim):
        if kind not in MONEY:
            yield Told(kind, Basis.MEASURED, choice.randrange(*COUNTS[Figure(kind)]), "CRM export of the quarter")
    opened = int(claim.asked * choice.uniform(4, 14))
    if number % 5:
        yield Told(PIPELINE, Basis.MEASURED, opened, "Open deals in the CRM, campaign tag")
    else:
        yield Told(PIPELINE, Basis.CLAIMED, opened)
    won = int(claim.asked * choice.uniform(0.5, 6.5))
    if number % 4:
        yield Told(REVENUE, Basis.MEASURED, won, "Closed deals in the CRM, campaign tag")
    if number % 2:
        yield Told(REVENUE, Basis.CLAIMED, won // 3)
