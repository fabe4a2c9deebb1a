"""What tests of fund requests share: a request brought as far as a test needs it."""

from datetime import date, timedelta
from itertools import count

from claims import actions as claims
from claims.actions import requests
from claims.actions.filing import Entry
from claims.actions.requests.filing import Entry as Budget
from claims.actions.requests.filing import Plan
from claims.models import Claim, FundRequest
from funds.models import Allocation
from partners.models import User
from partners.states import Role
from tests.cast import NOW, TODAY, World, accepted_file, person

START = TODAY + timedelta(days=20)
END = START + timedelta(days=1)
numbers = count(1)


def again(request: FundRequest) -> FundRequest:
    """The request as the database has it now."""
    return FundRequest.objects.with_fund().get(pk=request.pk)


def draft(
    w: World,
    fund: Allocation,
    *costs: int,
    by: User | None = None,
    title: str = "Cloud evening",
    starts_on: date = START,
    ends_on: date = END,
) -> FundRequest:
    """A complete draft that costs so much, line by line; under terms of 50% the vendor's share is half of it."""
    by = by or w.owner
    request = requests.start(allocation=fund, title=title, by=by, now=NOW)
    plan = Plan(
        title=title,
        activity=fund.terms.activities.first(),
        plan="Forty guests of ours, two talks.",
        place="Berlin",
        starts_on=starts_on,
        ends_on=ends_on,
    )
    entries = [Budget(f"Room {n}", cost) for n, cost in enumerate(costs or (1_000_00,), 1)]
    requests.save(request=request, plan=plan, entries=entries, by=by, now=NOW)
    return again(request)


def filed(w: World, fund: Allocation, *costs: int, **more) -> FundRequest:
    made = draft(w, fund, *costs, **more)
    return again(requests.submit(request=made, by=more.get("by") or w.owner, now=NOW))


def approved(
    w: World,
    fund: Allocation,
    *costs: int,
    amount: int | None = None,
    by: User | None = None,
    filed_by: User | None = None,
    **more,
) -> FundRequest:
    request = filed(w, fund, *costs, by=filed_by, **more)
    why = {"code": "no_money", "reason": "So much is left."} if amount is not None else {}
    done = requests.approve(request=request, version=request.version, amount=amount, by=by or w.manager, now=NOW, **why)
    return again(done)


def second_manager(w: World) -> User:
    return person(f"second{next(numbers)}", w.northgate, Role.MANAGER)


def claim_on(w: World, request: FundRequest, *costs: int, submit: bool = True) -> Claim:
    """A claim on it, complete, and filed."""
    fund = again(request).allocation
    claim = claims.start(allocation=fund, title=f"Evening {next(numbers)}", by=w.owner, now=NOW, request=request)
    day = TODAY - timedelta(days=3)
    entries = [Entry("Room", "Hotel", f"H-{next(numbers)}", day, cost, fund.terms.activities.first()) for cost in costs]
    noted = {"request-days": "It was moved forward."}
    claims.save(claim=claim, title=claim.title, entries=entries, by=w.owner, now=NOW, ran=(None, day), noted=noted)
    claims.attach(claim=claim, accepted=accepted_file(), by=w.owner, now=NOW)
    claim = w.again(claim)
    return w.again(claims.submit(claim=claim, by=w.owner, now=NOW)) if submit else claim


def one_of_each(w: World, fund: Allocation, *, owner: User, manager: User) -> dict[str, object]:
    """A draft, one that waits, one that is in force, one that needs a second yes, and a file; for `tests/sides.py`."""
    waiting = draft(w, fund, 10_00, by=owner)
    file = requests.attach(request=waiting, accepted=accepted_file(), by=owner, now=NOW)
    waiting = again(requests.submit(request=waiting, by=owner, now=NOW))
    strict = w.program(vendor=fund.program.vendor, by=manager, second_approval_over=1)
    other = w.fund(partner=fund.partner, budget=w.budget(strict, by=manager), by=manager)
    unfinished = draft(w, fund, 20_00, by=owner, title="Another")
    return {
        "asked_draft": unfinished,
        "asked_draft_file": requests.attach(request=unfinished, accepted=accepted_file(), by=owner, now=NOW),
        "asked_file": file,
        "asked_now": waiting,
        "asked_approved": approved(w, fund, 30_00, by=manager, filed_by=owner),
        "asked_twice": approved(w, other, 30_00, by=manager, filed_by=owner),
    }
