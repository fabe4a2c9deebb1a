"""The partner plans: a new activity with its fundings, its change, another quarter, dropped and taken up again."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from partners.actions import steps
from partners.events import event, record
from partners.models import Event, Partner, User
from partners.tables import FIRST_YEAR, LAST_YEAR
from plans.actions.acting import PlanRefused, check, locked, people_of
from plans.actions.funding import Funding, arranged, replace
from plans.models import PlannedActivity
from plans.quarters import Quarter, quarter_of
from plans.standing import is_asked
from plans.states import PlanStatus
from programs.days import Clock, after_months


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is planned. Amounts are minor units of `currency`; the quarter follows from `starts_on` where that is known."""

    title: str
    kind: str
    cost: int
    currency: str
    year: int | None = None
    quarter: int | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    person: User | None = None
    people: int | None = None
    place: str = ""
    audience: str = ""
    notes: str = ""
    leads: int | None = None
    meetings: int | None = None
    pipeline: int | None = None
    closed: int | None = None

    @property
    def in_quarter(self) -> Quarter:
        """PlanRefused where neither the first day nor they are known."""
        if self.starts_on:
            return quarter_of(self.starts_on)
        if self.year is None or self.quarter is None:
            raise PlanRefused("Say in which quarter it is, or from which day.")
        return Quarter(self.year, self.quarter)


def plan_activity(
    *,
    partner: Partner,
    wanted: Wanted,
    fundings: Sequence[Funding] = (),
    by: User,
    now: datetime,
    status: PlanStatus = PlanStatus.PLANNED,
) -> PlannedActivity:
    """A new activity with the funds that pay for it. It moves no money. A second click finds what the first one made: the same,
    paid by the same funds.

    PlanRefused where funds pay for more of it than it costs, or its days or its person can't be.
    """
    if not by.has_perm("plans.plan", partner):
        raise PermissionDenied
    with transaction.atomic():
        steps.locked(partner)
        made = PlannedActivity(company=partner, status=status, created_by=by, created_at=now, changed_at=now)
        fill(made, wanted)
        same = {name: getattr(made, name) for name in ("title", "year", "quarter", "starts_on", "cost", "status")}
        today = Clock(now).day_in(partner.time_zone)
        for twin in PlannedActivity.objects.filter(company=partner, created_by=by, version=1, **same):
            if pays_all(twin, fundings, today):
                return twin
        check_person(made)
        rows = arranged(made, fundings, [], today)
        made.save()
        replace(made, rows, now=now)
        record([told("planned", made, by=by, now=now, to_state=status, cost=made.cost, funds=amounts(rows))])
    return made


def pays_all(activity: PlannedActivity, fundings: Sequence[Funding], today: date) -> bool:
    """It has all that these would come to; where no amount is wanted, any amount of that fund."""
    paid = dict(activity.fundings.values_list("allocation", "amount"))
    wanted = {funding.allocation.pk: funding.amount for funding in fundings}
    found = {row.allocation_id for row in arranged(activity, fundings, [], today)}
    return all(fund in paid and wanted[fund] in (None, paid[fund]) for fund in found)


def change_activity(
    *,
    activity: PlannedActivity,
    wanted: Wanted,
    fundings: Sequence[Funding],
    by: User,
    now: datetime,
    version: int | None = None,
) -> PlannedActivity:
    """Replace what is planned. PlanChanged when `version` is not today's; PlanRefused as `plan_activity`.

    What was asked of a vendor stays: its amount and, unless that was refused, its fund. Other days than its request has are a
    warning (`plans.warnings`).
    """
    with transaction.atomic():
        activity = locked(activity)
        check(activity, by=by, version=version)
        standing = list(activity.fundings.with_fund())
        before = {name: getattr(activity, name) for name in FIELDS}
        fill(activity, wanted)
        if activity.person_id != before["person_id"]:
            check_person(activity)
        rows = arranged(activity, fundings, standing, Clock(now).day_in(activity.company.time_zone))
        if activity.currency != before["currency"] and any(row.pk for row in rows):
            raise PlanRefused(
                f"Funds pay for it in {before['currency']}: take them off and save, then choose another currency."
            )
        changed = {name: getattr(activity, name) for name in FIELDS if getattr(activity, name) != before[name]}
        activity.version += 1
        activity.changed_at = now
        replace(activity, rows, now=now)
        record([told("changed", activity, by=by, now=now, changed=changed, funds=amounts(rows))])
    return activity


FIELDS = tuple("person_id" if field.name == "person" else field.name for field in fields(Wanted))


def fill(activity: PlannedActivity, wanted: Wanted) -> None:
    for field in fields(Wanted):
        setattr(activity, field.name, getattr(wanted, field.name))
    activity.year, activity.quarter = wanted.in_quarter
    if not FIRST_YEAR <= activity.year <= LAST_YEAR:
        raise PlanRefused("Check the year.")
    if activity.ends_on and activity.starts_on is None:
        raise PlanRefused("Say from which day it runs, too.")
    if activity.ends_on and activity.starts_on and activity.ends_on < activity.starts_on:
        raise PlanRefused("It ends before it begins.")


def check_person(activity: PlannedActivity) -> None:
    if activity.person_id and not people_of(activity.company).filter(pk=activity.person_id).exists():
        raise PlanRefused(f"{activity.person} does not work at {activity.company}: choose somebody who does.")


def move(*, activity: PlannedActivity, year: int, quarter: int, by: User, now: datetime) -> PlannedActivity:
    """Into another quarter: what has days keeps its place in the quarter and its length. PlanRefused once it is asked for."""
    with transaction.atomic():
        activity = locked(activity)
        check(activity, by=by)
        if not (FIRST_YEAR <= year <= LAST_YEAR and 1 <= quarter <= 4):
            raise PlanRefused("There is no such quarter.")
        if (activity.year, activity.quarter) == (year, quarter):
            return activity
        if any(is_asked(funding) for funding in activity.fundings.with_fund()):
            raise PlanRefused(
                f"A vendor was asked for «{activity.title}» as it stands. Change the days there first, then here."
            )
        data = {"from": activity.when}
        if activity.starts_on:
            months = 12 * (year - activity.year) + 3 * (quarter - activity.quarter)
            length = activity.ends_on - activity.starts_on if activity.ends_on else None
            activity.starts_on = after_months(activity.starts_on, months)
            activity.ends_on = activity.starts_on + length if length is not None else None
        activity.year, activity.quarter = year, quarter
        activity.version += 1
        activity.changed_at = now
        activity.save()
        record([told("moved", activity, by=by, now=now, **data, to=activity.when)])
    return activity


def drop(*, activity: PlannedActivity, by: User, now: datetime) -> PlannedActivity:
    """It will not happen. PlanRefused while a vendor was asked for it: that is to be ended first."""
    with transaction.atomic():
        activity = locked(activity)
        check(activity, by=by)
        check_unasked(activity)
        return restand(activity, PlanStatus.DROPPED, "dropped", by=by, now=now)


def check_unasked(activity: PlannedActivity) -> None:
    """PlanRefused while a vendor was asked for it: then it wants money."""
    if any(is_asked(funding) for funding in activity.fundings.with_fund()):
        raise PlanRefused("A vendor was asked for this: discard, take back or cancel that first.")


def take_up(
    *, activity: PlannedActivity, by: User, now: datetime, to: PlanStatus = PlanStatus.PLANNED
) -> PlannedActivity:
    """Mean it again, or for the first time; with `to` IDEA only think of it again, which is refused as `drop` is."""
    with transaction.atomic():
        activity = locked(activity)
        check(activity, by=by)
        if to == PlanStatus.IDEA:
            check_unasked(activity)
        return restand(activity, to, "taken up", by=by, now=now)


def restand(activity: PlannedActivity, to: PlanStatus, verb: str, *, by: User, now: datetime) -> PlannedActivity:
    if activity.status == to:
        raise PlanRefused(f"This activity is {to.label.lower()} already.")
    before, activity.status = activity.status, to
    activity.version += 1
    activity.changed_at = now
    activity.save(update_fields=["status", "version", "changed_at"])
    record([told(verb, activity, by=by, now=now, from_state=before, to_state=to)])
    return activity


def amounts(rows: Sequence[Any]) -> dict[str, int]:
    """Of an event: what each fund pays, by its id."""
    return {str(row.allocation_id): row.amount for row in rows}


def told(
    verb: str,
    activity: PlannedActivity,
    *,
    by: User,
    now: datetime,
    from_state: str = "",
    to_state: str = "",
    **data: Any,
) -> Event:
    return event(
        verb=verb,
        about=activity,
        by=by,
        company_id=activity.company_id,
        from_state=from_state,
        to_state=to_state,
        data={"title": activity.title} | data,
        at=now,
    )
