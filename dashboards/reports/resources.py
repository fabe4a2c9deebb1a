"""Resources that partners use, beside the money that they use. From the kept counts and balances.

It shows what goes together, and not what causes what. Everything is of one currency. A partner counts as having done something
since a moment if it did it then or later. Its money since then is that of the funds which could still be claimed then, as it
stands now.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import Case, CharField, Count, F, Q, QuerySet, Sum, Value, When

from dashboards.reports.over_time import began, months_until
from dashboards.reports.unused import today_of
from dashboards.reports.use import UNUSED, USED, of_buckets
from funds.models import Allocation
from funds.states import ALLOCATION_BUCKETS, Bucket
from partners.models import Company, Event, User
from programs.models import Program, Resource, ResourceUse
from programs.resources.states import Act, ResourceStatus


class Group(StrEnum):
    """How far a partner went with the resources that it could have."""

    NONE = "none"
    TAKEN = "taken"
    ONE = "one"
    MORE = "more"


GROUP_WORDS = {
    Group.NONE: "Opened none",
    Group.TAKEN: "Opened, used none",
    Group.ONE: "Used one",
    Group.MORE: "Used two or more",
}
AMOUNTS = ("granted", "used", "unused", "gone")


@dataclass(frozen=True)
class Scope:
    """What is looked at: a vendor's resources and funds, all or those of one program, since the beginning or a first month."""

    user: User
    company: Company
    program: Program | None = None
    since: date | None = None

    @property
    def began(self) -> datetime | None:
        return began(self.since, self.company.time_zone) if self.since else None

    @cached_property
    def resources(self) -> QuerySet[Resource]:
        """Those that partners have or had: of a program, also what is for all programs."""
        mine = Resource.objects.visible_to(self.user).filter(vendor_id=self.company.pk)
        mine = mine.exclude(status=ResourceStatus.DRAFT)
        return mine.for_program(self.program) if self.program else mine

    @cached_property
    def uses(self) -> QuerySet[ResourceUse]:
        uses = ResourceUse.objects.filter(resource__in=self.resources.order_by().values("pk"))
        return uses.filter(last_at__gte=self.began) if self.began else uses

    @cached_property
    def funds(self) -> QuerySet[Allocation]:
        funds = Allocation.objects.visible_to(self.user).of_vendor(self.company).order_by()
        if self.program:
            funds = funds.filter(budget__program=self.program)
        return funds.filter(claim_by__gte=self.since) if self.since else funds


def last_months(company: Company, now: datetime, count: int | None) -> date | None:
    """The first day of the last `count` months, the running one among them."""
    return months_until(today_of(company, now), count)[0] if count else None


def currencies(funds: QuerySet[Allocation]) -> list[str]:
    """Those that money was granted in, the one with the most funds first."""
    rows = funds.values_list("budget__program__currency").annotate(number=Count("pk"))
    return [currency for currency, _ in rows.order_by("-number", "budget__program__currency")]


def at_least(group: Group, uses: QuerySet[ResourceUse]) -> Q:
    """Of funds, or of what has a `partner`: those whose partner is in this group or further."""
    used = uses.filter(act=Act.USED).order_by()
    several = used.values("partner").annotate(number=Count("resource", distinct=True)).filter(number__gt=1)
    further = {
        Group.MORE: several.values("partner"),
        Group.ONE: used.values("partner"),
        Group.TAKEN: uses.order_by().values("partner"),
    }
    return Q(partner__in=further[group])


def exactly(group: Group, uses: QuerySet[ResourceUse]) -> Q:
    """Those in this very group."""
    steps = list(Group)
    further = steps[steps.index(group) + 1 :]
    here = Q() if group == Group.NONE else at_least(group, uses)
    return here & ~at_least(further[0], uses) if further else here


def by_group(scope: Scope, currency: str) -> list[dict[str, Any]]:
    """A row for each group, also where nobody is in it: its partners, their money in minor units, and shares in percent."""
    uses = scope.uses
    group = Case(
        *(When(at_least(name, uses), then=Value(name.value)) for name in (Group.MORE, Group.ONE, Group.TAKEN)),
        default=Value(Group.NONE.value),
        output_field=CharField(),
    )
    funds = scope.funds.filter(budget__program__currency=currency).annotate(group=group).values("group")
    found = funds.annotate(
        partners=Count("partner", distinct=True),
        granted=of_buckets(ALLOCATION_BUCKETS),
        used=of_buckets(USED),
        unused=of_buckets(UNUSED),
        gone=of_buckets([Bucket.LAPSED]),
    )
    known = {row["group"]: row for row in found}
    return [with_shares(known.get(name.value, {}), name) for name in Group]


def with_shares(row: dict[str, Any], group: Group) -> dict[str, Any]:
    amounts = {name: int(row.get(name) or 0) for name in AMOUNTS}
    return {
        "group": group,
        "words": GROUP_WORDS[group],
        "partners": row.get("partners", 0),
        **amounts,
        **{f"{name}_share": percent(amounts[name], amounts["granted"]) for name in AMOUNTS[1:]},
    }


def percent(part: int, whole: int) -> float | None:
    return part * 100 / whole if whole else None


def chart(groups: list[dict[str, Any]]) -> dict[str, Any]:
    """What share of its money each group used, has left and lost."""
    series = (("Used", "available", "used"), ("Unused", "risk", "unused"), ("Lapsed", "lapsed", "gone"))
    there = [row for row in groups if row["granted"]]
    return {
        "labels": [row["words"] for row in there],
        "series": [
            {"label": label, "tone": tone, "values": [round(row[f"{name}_share"], 1) for row in there]}
            for label, tone, name in series
        ],
    }


# A partner that did several things with a resource is one, so that its money counts once.
BESIDE = """
    WITH money AS ({money}), did AS (
        SELECT DISTINCT use.resource_id, use.partner_id FROM ({uses}) AS use (resource_id, partner_id)
    )
    SELECT did.resource_id, sum(money.granted)::bigint, sum(money.used)::bigint
      FROM did JOIN money ON money.partner_id = did.partner_id
     GROUP BY did.resource_id
"""


def money_of_users(scope: Scope, currency: str) -> dict[int, tuple[int, int]]:
    """By resource: what the partners that took or used it were granted, and what they used of that."""
    funds = scope.funds.filter(budget__program__currency=currency).values("partner_id")
    money = funds.annotate(granted=of_buckets(ALLOCATION_BUCKETS), used=of_buckets(USED))
    uses = scope.uses.order_by().values("resource_id", "partner_id")
    (money_sql, money_facts), (uses_sql, uses_facts) = money.query.sql_with_params(), uses.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(BESIDE.format(money=money_sql, uses=uses_sql), [*money_facts, *uses_facts])
        return {resource: (granted, used) for resource, granted, used in cursor.fetchall()}


def times(scope: Scope) -> dict[int, dict[str, int]]:
    """By resource: how often each thing was done with it. Since a moment, by the events: each counts one."""
    if scope.began is None:
        sums = {act.value: Sum("count", filter=Q(act=act), default=0) for act in Act}
        return {row["resource"]: row for row in scope.uses.order_by().values("resource").annotate(**sums)}
    events = Event.objects.filter(
        subject=Resource._meta.label_lower,
        subject_id__in=scope.resources.order_by().values("pk"),
        verb__in=Act.values,
        at__gte=scope.began,
    )
    counts = {act.value: Count("pk", filter=Q(verb=act)) for act in Act}
    return {row["resource"]: row for row in events.values(resource=F("subject_id")).annotate(**counts)}


def by_resource(scope: Scope, currency: str, groups: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each resource: how often and by how many partners, what share of their money these used, and what share all others did.

    A share is None where there is no money to take it of.
    """
    groups = list(groups)
    granted, used = (sum(row[name] for row in groups) for name in ("granted", "used"))
    reach = {
        row["resource"]: row
        for row in scope.uses.order_by()
        .values("resource")
        .annotate(
            partners=Count("partner", distinct=True), users=Count("partner", filter=Q(act=Act.USED), distinct=True)
        )
    }
    counts, money = times(scope), money_of_users(scope, currency)
    rows = []
    for resource in scope.resources.select_related("program").order_by("title", "pk"):
        theirs_granted, theirs_used = money.get(resource.pk, (0, 0))
        rows.append(
            {
                "resource": resource,
                "title": resource.title,
                **{act.value: counts.get(resource.pk, {}).get(act.value, 0) for act in Act},
                "partners": reach.get(resource.pk, {}).get("partners", 0),
                "users": reach.get(resource.pk, {}).get("users", 0),
                "share": percent(theirs_used, theirs_granted),
                "others": percent(used - theirs_used, granted - theirs_granted),
            }
        )
    return rows


def in_short(scope: Scope, currency: str) -> dict[str, Any] | None:
    """For the home: the share of their money that partners used who used a resource, and who opened none.

    None unless there is money of both.
    """
    groups = {row["group"]: row for row in by_group(scope, currency)}
    users = [groups[Group.ONE], groups[Group.MORE]]
    granted, idle = sum(row["granted"] for row in users), groups[Group.NONE]
    if not granted or not idle["granted"]:
        return None
    return {
        "currency": currency,
        "users": sum(row["partners"] for row in users),
        "users_share": percent(sum(row["used"] for row in users), granted),
        "idle": idle["partners"],
        "idle_share": idle["used_share"],
    }
