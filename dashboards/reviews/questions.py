"""Five questions to a vendor, derived from the facts by rules as data: the most pressing first, and nothing that no fact says.

A rule gives its questions in the order in which they press. None has more than `MOST_OF_A_RULE`, so that one trouble does not
hide the others. Where the facts give fewer than five, general questions follow, which say nothing of the vendor.
"""

from collections.abc import Callable, Iterator
from itertools import chain, islice

from django.utils.formats import date_format

from dashboards.reviews.facts import Due, Review, Waiting
from programs.eligibility import State
from programs.money import show
from programs.terms import counted, days_left

FIVE = 5
MOST_OF_A_RULE = 2
# Where the terms promise nothing, a wait of so many days is asked about.
PATIENCE = 30
# A vendor that has a request for longer than this is asked for its answer.
REQUEST_PATIENCE = 7

Rule = Callable[[Review], Iterator[str]]


def overdue(review: Review) -> Iterator[str]:
    for due in review.due:
        if due.late > 0 and due.held_since is None:
            since = f"since {date_format(due.by)} ({counted(due.late)})"
            yield f"You owe us {owed(due)}, {since}: what holds it up?"


def held(review: Review) -> Iterator[str]:
    for due in review.due:
        if due.held_since:
            since = f"since {date_format(due.held_since)}"
            yield f"You hold back {owed(due)}, {since}: what do you need to let it go?"


def owed(due: Due) -> str:
    claim = due.payment.claim
    return f"{show(due.payment.amount, due.payment.currency)} for {claim.number} “{claim.title}”"


def stated(review: Review) -> Iterator[str]:
    """Of the own books: what a statement says is approved and not paid."""
    for balance in review.balances.values():
        if balance.stated_on and balance.owed:
            day = date_format(balance.stated_on)
            yield f"By your statement of {day} you owe us {show(balance.owed, balance.currency)}: when is it paid?"


def lapsing(review: Review) -> Iterator[str]:
    """Money at risk: within a month of its day, or too late for a usual activity."""
    for left in review.left:
        if not left.is_at_risk:
            continue
        fund, amount = left.fund, show(left.step.amount, left.fund.currency)
        lapses = (
            f"{amount} of “{fund.name}” lapses on {date_format(fund.claim_by)} ({days_left(fund.claim_by, left.today)})"
        )
        if left.extends_to:
            yield f"{lapses}: can it be extended? Its terms allow it until {date_format(left.extends_to)}."
        else:
            yield f"{lapses}: what can still be done with it in time?"


def late(review: Review) -> Iterator[str]:
    for wait in review.waiting:
        if not wait.is_request and wait.waits_for_vendor and is_long(wait):
            promised = f", promised in {counted(wait.days - wait.late)}" if wait.late is not None else ""
            yield f"{named(wait)} has waited {counted(wait.days)} for a decision{promised}: what is missing?"


def is_long(wait: Waiting) -> bool:
    return wait.late > 0 if wait.late is not None else wait.days > PATIENCE


def unanswered(review: Review) -> Iterator[str]:
    for wait in review.waiting:
        if wait.is_request and wait.days > REQUEST_PATIENCE:
            begins = f" It begins on {date_format(wait.about.starts_on)}." if wait.about.starts_on else ""
            yield f"{named(wait)} has waited {counted(wait.days)} for your answer: may we go ahead?{begins}"


def named(wait: Waiting) -> str:
    kind = "Request" if wait.is_request else "Claim"
    return f"{kind} {wait.about.number} “{wait.about.title}” ({show(wait.about.asked, wait.about.currency)})"


def steps(review: Review) -> Iterator[str]:
    for step in review.steps:
        if step.is_overdue(review.today):
            agreed = f"On {date_format(step.agreed_on)} we agreed: “{step.words}”, by {date_format(step.due_on)}"
            yield f"{agreed}. What is left to do?"


def lapsed(review: Review) -> Iterator[str]:
    for balance in review.balances.values():
        if balance.lapsed:
            amount, since = show(balance.lapsed, balance.currency), date_format(review.since)
            when = "by your statements" if balance.stated_on else f"since {since}"
            yield f"{amount} of ours lapsed {when}: can it be granted again for a plan that is ready?"


def joinable(review: Review) -> Iterator[str]:
    for row in review.openings:
        if row.outlook.state in (State.JOIN, State.ASK):
            brings = show(row.outlook.brings, row.program.currency)
            gain = f" It would bring us {brings} to begin with." if row.outlook.brings else ""
            yield f"What should we know before we join “{row.program.name}”?{gain}"


def barred(review: Review) -> Iterator[str]:
    for row in review.openings:
        if row.outlook.state == State.NOT_YET and row.outlook.obstacles:
            yield f"What would it take to let us into “{row.program.name}”? {row.outlook.obstacles[0].words}"


def kits(review: Review) -> Iterator[str]:
    """Which of them fits what there is money for."""
    if not review.unused:
        return
    money = "".join(f" with the {show(amount, code)} that is left" for code, amount in review.left_totals[:1])
    first, number = review.unused[0].resource, len(review.unused)
    if number == 1:
        yield f"We have not used “{first.title}” yet: what does it do best{money}?"
    else:
        yield f"Which of your {number} resources that we have not used, such as “{first.title}”, works best{money}?"


def waiting(review: Review) -> Iterator[str]:
    for due in review.due:
        if due.late <= 0 and due.held_since is None:
            yield f"Is {owed(due)} on its way? It is due on {date_format(due.by)}."


def unspent(review: Review) -> Iterator[str]:
    for left in review.left:
        if not left.is_at_risk:
            amount, day = show(left.step.amount, left.fund.currency), date_format(left.fund.claim_by)
            yield f"We have {amount} of “{left.fund.name}” until {day}: what has worked best for partners like us?"


def returns(review: Review) -> Iterator[str]:
    for row in review.returns:
        if row["leads"]:
            leads, paid = counted(row["leads"], "lead"), show(row["paid_told"], row["currency"])
            yield f"Our activities brought {leads} for {paid} of yours: which would you fund more of?"


# The most pressing first.
RULES: tuple[Rule, ...] = (
    overdue,
    lapsing,
    late,
    held,
    stated,
    unanswered,
    steps,
    joinable,
    lapsed,
    kits,
    barred,
    returns,
    unspent,
    waiting,
)
GENERAL = (
    "Which programs will open for partners like us in the next half year?",
    "What will change in your terms, and by when should we know?",
    "What would take us to your next tier, and what would it bring?",
    "Which activities of other partners brought the most last year?",
    "Whom do we ask when a claim or a request waits?",
)


def questions(review: Review) -> list[str]:
    """Always five."""
    asked = chain.from_iterable(islice(rule(review), MOST_OF_A_RULE) for rule in RULES)
    return list(islice(chain(asked, GENERAL), FIVE))
