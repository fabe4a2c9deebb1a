"""What tests of scorecards and of the story share: funds and claims of another day, with how long each step took."""

from datetime import date, datetime, timedelta
from itertools import count

from claims import actions as claims
from claims.actions import payments as plans
from claims.actions.filing import Entry
from claims.models import Claim, Payment
from funds import actions as funds
from funds.models import Allocation, Budget
from partners.models import Partner, User
from partners.states import Role
from tests.cast import NOW, TODAY, World, accepted_file, person

numbers = count(1)


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def granted(
    w: World,
    amount: int = 5_000_00,
    *,
    at: datetime,
    budget: Budget | None = None,
    partner: Partner | None = None,
    expires_on: date = TODAY + timedelta(days=60),
    by: User | None = None,
) -> Allocation:
    """A fund as the vendor granted it then."""
    by = by or w.manager
    budget = budget or w.budget(amount=amount, by=by)
    grant = funds.Grant.under(
        budget.program,
        partner=partner or w.brightpath,
        amount=amount,
        expires_on=expires_on,
        name=f"Fund {next(numbers)}",
        reference=f"F-{next(numbers)}",
    )
    (made,) = funds.allocate(budget=budget, grants=[grant], by=by, at=at)
    return Allocation.objects.with_terms().get(pk=made.pk)


def drafted(w: World, fund: Allocation, cost: int = 1_000_00, *, at: datetime, by: User | None = None) -> Claim:
    by = by or w.owner
    claim = claims.start(allocation=fund, title="Cloud webinar", by=by, now=at)
    number, activity = f"INV-{next(numbers)}", claim.allocation.terms.activities.first()
    entry = Entry("Advertising", "Acme Media", number, at.date() - timedelta(days=3), cost, activity)
    claim = claims.save(claim=claim, title=claim.title, entries=[entry], by=by, now=at)
    claims.attach(claim=claim, accepted=accepted_file(), by=by, now=at)
    return w.again(claim)


def filed(w: World, fund: Allocation, cost: int = 1_000_00, *, at: datetime, by: User | None = None) -> Claim:
    claim = drafted(w, fund, cost, at=at, by=by)
    return w.again(claims.submit(claim=claim, by=by or w.owner, now=at))


def asked_first(w: World, claim: Claim, at: datetime, by: User | None = None) -> Claim:
    """A question, and at once the answer."""
    claim = claims.take(claim=claim, by=w.admin, now=at)
    claim = claims.ask(claim=claim, version=claim.version, question="Who came?", by=w.admin, now=at)
    return w.again(claims.answer(claim=claim, words="Ten makers.", by=by or w.owner, now=at))


def dealt(
    w: World,
    fund: Allocation,
    cost: int = 1_000_00,
    *,
    at: datetime,
    days: float,
    pay_days: int | None = None,
    asked: bool = False,
    by: User | None = None,
) -> Claim:
    """A claim filed then, approved so many days later and paid so many days after that. Of `cost` half is asked."""
    claim = filed(w, fund, cost, at=at, by=by)
    if asked:
        claim = asked_first(w, claim, at, by)
    decided = at + timedelta(days=days)
    claim = claims.approve(claim=claim, version=claim.version, by=w.admin, now=decided)
    if pay_days is not None:
        paid = decided + timedelta(days=pay_days)
        claims.pay(claim=claim, version=claim.version, paid_on=paid.date(), reference="R", by=w.finance, now=paid)
    return w.again(claim)


def short_paid(w: World, claim: Claim, missing: int, at: datetime) -> Payment:
    """The bank pays less of an approved claim. That there are no bank details holds nothing: it goes another way."""
    payment = claim.payments.get()
    plans.close(payment.holds.all(), by=w.finance, now=at, words="It is paid by hand.")
    plans.let_go([payment], by=w.finance, now=at)
    answer = claims.BankAnswer(payment.pk, payment.amount - missing, at.date(), "R")
    claims.settle(answers=[answer], by=w.finance, now=at, by_hand=True)
    return Payment.objects.get(pk=payment.pk)


def company(number: int) -> tuple[Partner, User]:
    """One more partner and its owner."""
    made = Partner.objects.create(name=f"Secret Company {number}", slug=f"company-{number}")
    return made, person(f"boss{number}", made, Role.OWNER)
