"""What is wrong with a planned activity, in words and at once. Pure: it asks no database, all that it needs is in the `Book`.

Whatever is said stops nobody: a plan may be unfinished. What cannot be is refused by the actions.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.formats import date_format

from claims.actions.requests.steps import last_day_to_claim
from claims.checks import counted_people, period_cap
from claims.request_checks import ask_by, lead_of
from plans.book import Book
from plans.demand import at_hand, is_to_come
from plans.figures import figures
from plans.models import PlannedActivity, PlannedFunding
from plans.shares import of_kind
from plans.standing import At, standing
from plans.states import PlanStatus
from programs.money import show
from programs.terms import SOON_DAYS


@dataclass(frozen=True, slots=True)
class Warning:
    """`stops`: as planned it cannot work. Otherwise it is worth a look. `code` names the kind, for tests and for the page."""

    code: str
    words: str
    stops: bool = False


def warnings(activity: PlannedActivity, fundings: Sequence[PlannedFunding], book: Book) -> list[Warning]:
    """What is wrong first, then what is worth a look. Nothing of what was dropped, or is claimed already."""
    if activity.status == PlanStatus.DROPPED:
        return []
    found = [*of_money(activity, fundings), *of_days_shared(activity, fundings, book)]
    for funding in fundings:
        at = standing(funding).at
        if at == At.REFUSED:
            words = f"{standing(funding).words}: {funding.allocation} pays nothing. Put another fund in its place."
            found.append(Warning("refused", words, stops=True))
        elif at not in (At.CLAIMED, At.PAID):
            found += of_funding(activity, funding, book)
    return sorted(found, key=lambda warning: not warning.stops)


def of_money(activity: PlannedActivity, fundings: Sequence[PlannedFunding]) -> Iterator[Warning]:
    if not activity.cost:
        yield Warning("cost", "Say what it costs: only then can funds be planned for it.")
        return
    sums = figures(activity, fundings)
    if sums.unfunded == activity.cost:
        yield Warning(
            "unfunded", f"No fund pays for it yet: all of {show(sums.cost, sums.currency)} would be yours to pay."
        )
    elif sums.unfunded:
        own = f", beside your own share of {show(sums.own, sums.currency)}" if sums.own else ""
        unfunded = show(sums.unfunded, sums.currency)
        yield Warning("unfunded", f"{unfunded} of it has no fund yet: you would pay that yourself{own}.")


def of_days_shared(activity: PlannedActivity, fundings: Sequence[PlannedFunding], book: Book) -> Iterator[Warning]:
    """The same person, or the same fund, in two places on the same days."""
    days = days_of(activity)
    if days is None or days[1] < book.today:
        return
    for other in book.others(activity):
        theirs = days_of(other)
        if theirs is None or not (days[0] <= theirs[1] and theirs[0] <= days[1]):
            continue
        when = in_words(*theirs)
        if activity.person_id and activity.person_id == other.person_id:
            yield Warning("person", f"{activity.person} is booked twice: «{other.title}» runs {when} too.", stops=True)
        shared = {row.allocation_id for row in other.fundings.all()}
        for funding in fundings:
            if funding.allocation_id in shared:
                fund = funding.allocation
                words = f"{fund} pays for «{other.title}» on the same days, {when}: the vendor may take them for one."
                yield Warning("same-days", words)


def days_of(activity: PlannedActivity) -> tuple[date, date] | None:
    if activity.starts_on is None or activity.last_day is None:
        return None
    return activity.starts_on, activity.last_day


def in_words(first: date, last: date) -> str:
    return date_format(first) if first == last else f"{date_format(first)} to {date_format(last)}"


def of_funding(activity: PlannedActivity, funding: PlannedFunding, book: Book) -> Iterator[Warning]:
    yield from of_kinds(activity, funding)
    yield from of_demand(activity, funding, book)
    yield from of_last_days(activity, funding)
    yield from of_approval(activity, funding, book)
    yield from of_claim_window(activity, funding, book)
    yield from of_caps(activity, funding, book)
    yield from of_request(activity, funding)


def of_kinds(activity: PlannedActivity, funding: PlannedFunding) -> Iterator[Warning]:
    named = list(funding.allocation.terms.activities.all())
    if named and activity.kind not in {one.kind for one in named}:
        names = ", ".join(one.name for one in named)
        label = activity.get_kind_display()
        yield Warning(
            "kind", f"The terms of {funding.allocation} do not name «{label}»: they pay for {names}.", stops=True
        )


def of_demand(activity: PlannedActivity, funding: PlannedFunding, book: Book) -> Iterator[Warning]:
    """More planned on a fund than it has, over all plans."""
    fund = funding.allocation
    if activity.status != PlanStatus.PLANNED or not is_to_come(funding):
        return
    short = standing(funding).amount - book.free(fund, activity)
    if short <= 0:
        return
    others = [row for row in book.on_fund(fund, activity) if is_to_come(row)]
    titles = ", ".join(f"«{row.activity.title}»" for row in others)
    beside = f", beside what {titles} {'wants' if len(others) == 1 else 'want'} of it" if others else ""
    hand, over = show(at_hand(fund), fund.currency), show(short, fund.currency)
    yield Warning("over", f"{fund} has {hand}: this plans {over} more than that{beside}.", stops=True)


def of_last_days(activity: PlannedActivity, funding: PlannedFunding) -> Iterator[Warning]:
    """It has to be over when the fund's last day for activities is."""
    fund = funding.allocation
    end = f"{fund}'s last day for activities, {date_format(fund.expires_on)}"
    days = days_of(activity)
    latest = fund.expires_on - timedelta(days=usual_days(activity, funding))
    fits = f"to fit in an activity of the usual length it has to begin by {date_format(latest)}"
    if days is None:
        if activity.in_quarter.first > fund.expires_on:
            yield Warning("late", f"{activity.when} begins after {end}.", stops=True)
        elif activity.in_quarter.first > latest:
            yield Warning("late", f"{activity.when} is too late for {fund}: {fits}.", stops=True)
        elif activity.in_quarter.last > latest:
            yield Warning("start-by", f"Choose days early in {activity.when}: for {fund}, {fits}.")
    elif days[1] > fund.expires_on:
        yield Warning("late", f"It ends on {date_format(days[1])}, after {end}.", stops=True)
    elif days[0] > latest and activity.ends_on is None:
        yield Warning(
            "late", f"It starts too late for {fund}: {fits}. Say until when it runs if it is shorter.", stops=True
        )
    elif days[0] > latest:
        yield Warning("tight", f"It ends close to {end}: if it slips, that money is lost.")


def usual_days(activity: PlannedActivity, funding: PlannedFunding) -> int:
    terms = funding.allocation.terms
    kind = of_kind(terms, activity.kind)
    return terms.activity_days if kind is None or kind.activity_days is None else kind.activity_days


def of_approval(activity: PlannedActivity, funding: PlannedFunding, book: Book) -> Iterator[Warning]:
    """Where every activity is approved in advance, it has to be asked for in time."""
    fund, terms = funding.allocation, funding.allocation.terms
    if not terms.preapproval or standing(funding).at not in (At.OPEN, At.DRAFT):
        return
    today, vendor, kind = fund.today(book.now), fund.program.vendor.name, of_kind(terms, activity.kind)
    start = activity.starts_on or activity.in_quarter.last
    by = ask_by(terms, kind, start)
    lead = f", {lead} ahead" if (lead := lead_of(terms, kind)) else ""
    if by < today:
        yield Warning(
            "ask",
            f"Too late to ask {vendor}: to start on {date_format(start)} you had to ask by {date_format(by)}{lead}.",
            stops=True,
        )
    elif activity.starts_on and (by - today).days <= SOON_DAYS:
        yield Warning("ask-soon", f"Ask {vendor} by {date_format(by)}{lead}: it approves every activity in advance.")


def of_claim_window(activity: PlannedActivity, funding: PlannedFunding, book: Book) -> Iterator[Warning]:
    """What is over is claimed while claims are still taken."""
    days = days_of(activity)
    if days is None or days[1] >= book.today:
        return
    fund, today = funding.allocation, funding.allocation.today(book.now)
    by = last_day_to_claim(fund, days[1])
    if by < today:
        yield Warning("window", f"It was not claimed: {fund} took claims until {date_format(by)}.", stops=True)
    else:
        yield Warning("claim-by", f"It took place. Claim what {fund} pays of it by {date_format(by)}.")


def of_caps(activity: PlannedActivity, funding: PlannedFunding, book: Book) -> Iterator[Warning]:
    fund, terms, amount = funding.allocation, funding.allocation.terms, funding.amount
    kind = of_kind(terms, activity.kind)
    least = max(terms.least_claim or 0, (kind.least if kind else None) or 0)
    if amount < least:
        wants = show(least, fund.currency)
        yield Warning(
            "least", f"{fund} takes claims from {wants}: {show(amount, fund.currency)} is too little.", stops=True
        )
    if kind is None:
        return
    if kind.claim_cap is not None and amount > kind.claim_cap:
        most = show(kind.claim_cap, fund.currency)
        yield Warning("cap", f"{kind.name}: a claim gets {most} at most, so this takes more than one.")
    if kind.person_cap is not None:
        if not activity.people:
            yield Warning("people", f"{kind.name}: {fund} pays by the person. Say for how many people it is.")
        elif amount > kind.person_cap * activity.people:
            most = show(kind.person_cap * activity.people, fund.currency)
            words = f"{kind.name}: {counted_people(activity.people)} get {most} at most from {fund}."
            yield Warning("person-cap", words, stops=True)
        if activity.people and kind.most_people is not None and activity.people > kind.most_people:
            yield Warning(
                "people", f"{kind.name}: {fund} pays for {counted_people(kind.most_people)} at most.", stops=True
            )
    yield from of_period(activity, funding, book)


def of_period(activity: PlannedActivity, funding: PlannedFunding, book: Book) -> Iterator[Warning]:
    """What all plans want of one kind of activity in one period of the vendor's budget."""
    fund = funding.allocation
    kind = of_kind(fund.terms, activity.kind)
    cap = period_cap(kind, fund.granted) if kind else None
    if kind is None or cap is None:
        return
    rows = [
        row
        for other in book.others(activity)
        if other.kind == activity.kind
        for row in other.fundings.all()
        if row.allocation.budget_id == fund.budget_id
    ]
    total = standing(funding).amount + sum(standing(row).amount for row in rows)
    if total > cap:
        wanted, most = show(total, fund.currency), show(cap, fund.currency)
        words = (
            f"{kind.name}: a period gets {most} at most from {fund.program.vendor.name}, and your plans want {wanted}."
        )
        yield Warning("period-cap", words, stops=True)


def of_request(activity: PlannedActivity, funding: PlannedFunding) -> Iterator[Warning]:
    """What was asked for has days of its own."""
    request, days = funding.request, days_of(activity)
    if request is None or request.starts_on is None or days is None:
        return
    theirs = (request.starts_on, request.ends_on or request.starts_on)
    if theirs != days:
        yield Warning("other-days", f"{request.number} says other days than the plan: {in_words(*theirs)}.")
