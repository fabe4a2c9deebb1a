"""How vendors dealt with many partners in the year before: enough of them that their middle half may be told.

Rounds of claims, each decided in one go and paid in one go; how long that takes is each partner's own. With one vendor there are
three, which its own figures need. With another there is one: figures of all vendors are told only where enough partners had to do
with more than one of them.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

from claims import actions as claims
from claims.actions.approving import Approval
from claims.models import Claim, Payment
from claims.states.payments import PaymentStatus
from dashboards.demo.filing import draft_claim
from dashboards.demo.offers import Offer
from dashboards.demo.people import Cast
from dashboards.demo.stories import Filing
from funds import actions as funds
from funds.models import Allocation, Budget

GRANTED, EXPIRES = 365, 200  # days ago
AMOUNT = 2_400_00


class Habit(NamedTuple):
    """How it goes with one partner: days until a decision and until the money; in which rounds it is asked something first."""

    decided_in: int
    paid_in: int
    asked: tuple[int, ...] = ()


HABITS = {
    "brightpath": Habit(6, 11, (1,)),
    "kiln-harbor": Habit(3, 9),
    "nordlicht": Habit(4, 14, (0,)),
    "maple-ridge": Habit(9, 21, (0, 2)),
    "vega": Habit(12, 28, (1,)),
    "outback": Habit(5, 16),
    "helvetia": Habit(7, 33, (0, 1)),
    "al-noor": Habit(15, 24, (2,)),
    "blue-fen": Habit(8, 12),
    "sakura": Habit(10, 18, (1,)),
}
# When each round is decided, in days ago, and the share of the grant in percent that it asks for.
ROUNDS = ((310, 35), (275, 25), (240, 15))
BESIDE = ((265, 15),)
ALL_PAID = 36  # days after


def deal(demo: Cast, budget: Budget, offer: Offer, rounds: Sequence[tuple[int, int]] = ROUNDS) -> None:
    """On a fund of that budget for each of them, of which the rest lapses."""
    granted = demo.ago(GRANTED)
    grants = [
        funds.Grant.under(
            budget.program,
            partner=demo.partners[slug],
            amount=AMOUNT,
            name=f"{offer.name} {granted:%b %Y}",
            reference=f"YEAR-{number:02}",
            expires_on=demo.ago(EXPIRES).date(),
        )
        for number, slug in enumerate(HABITS, 1)
    ]
    made = funds.allocate(budget=budget, grants=grants, by=demo.managers[offer.vendor], at=granted)
    theirs = dict(zip(HABITS, made, strict=True))
    for number, (days_ago, share) in enumerate(rounds):
        filed = [file(demo, theirs[slug], offer, slug, number, days_ago, share) for slug in HABITS]
        decided = demo.ago(days_ago)
        claims.approve_many(approvals=[Approval(c, c.version) for c in filed], by=demo.second_admin, now=decided)
        pay(demo, filed, days_ago)


def file(demo: Cast, fund: Allocation, offer: Offer, slug: str, number: int, days_ago: int, share: int) -> Claim:
    habit, by = HABITS[slug], demo.owners[slug]
    filed = days_ago + habit.decided_in
    claim = draft_claim(demo, fund, offer, slug, AMOUNT, Filing("paid", share, filed))
    claim = claims.submit(claim=claim, by=by, now=demo.ago(filed))
    if number in habit.asked:
        claim = claims.take(claim=claim, by=demo.second_admin, now=demo.ago(filed - 1))
        question = "Which of your customers came? A list without names will do."
        claim = claims.ask(
            claim=claim, version=claim.version, question=question, by=demo.second_admin, now=demo.ago(filed - 1)
        )
        claim = claims.answer(claim=claim, words="Eleven makers and four clinics.", by=by, now=demo.ago(filed - 2))
    return claim


def pay(demo: Cast, filed: list[Claim], days_ago: int) -> None:
    """All of a round at once; what waits for bank details is paid another way, one by one."""
    habits = {demo.partners[slug].pk: habit for slug, habit in HABITS.items()}
    now, answers = demo.ago(days_ago - ALL_PAID), []
    for payment in Payment.objects.filter(claim__in=filed).select_related("claim").order_by("pk"):
        day = (demo.ago(days_ago) + timedelta(days=habits[payment.partner_id].paid_in)).date()
        reference = f"WF-{payment.claim_id:05}"
        if payment.status == PaymentStatus.PENDING:
            answers.append(claims.BankAnswer(payment.pk, payment.amount, day, reference))
        else:
            claim = payment.claim
            claims.pay(claim=claim, version=claim.version, paid_on=day, reference=reference, by=demo.finance, now=now)
    claims.settle(answers=answers, by=demo.finance, now=now, by_hand=True)
