"""What vendors offer that the partner does not use: programs that it is not in, with why they would fit, and resources."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from claims.models import Line
from dashboards.reviews.scope import Scope
from programs.activities import ActivityKind
from programs.days import Clock
from programs.eligibility import Outlook, State
from programs.models import Activity, Enrolment, Program, Resource
from programs.outlooks import outlooks
from programs.resources.states import OPEN

# What can be had by a click comes first.
ORDER = (State.JOIN, State.ASK, State.ASKED, State.NOT_YET)
# So many kinds of activity say enough.
MOST_KINDS = 2


@dataclass(frozen=True, slots=True)
class Opening:
    """A program that the partner is not in. `ran`: what it pays for and the partner has claimed before, the most often first."""

    program: Program
    outlook: Outlook
    ran: tuple[ActivityKind, ...] = ()


@dataclass(frozen=True, slots=True)
class Unused:
    """A resource that the partner has not said to have used; `taken` says that it opened or downloaded it."""

    resource: Resource
    taken: bool


def openings(scope: Scope) -> dict[int, list[Opening]]:
    """By vendor: published programs that have not ended."""
    joined = Enrolment.objects.of_partner(scope.company).joined()
    programs = list(
        Program.objects.visible_to(scope.user)
        .published()
        .filter(vendor__in=scope.ids, vendor__kept_by=None, ends_on__gte=scope.now.date())
        .exclude(pk__in=joined.values("program"))
        .select_related("vendor", "terms")
    )
    stand = outlooks(programs, scope.company, scope.now)
    ran, pays_for = activities_run(scope), activities_of(programs)
    found: dict[int, list[Opening]] = {}
    for program in programs:
        kinds = tuple(kind for kind in ran if kind in pays_for.get(program.terms_id, ()))[:MOST_KINDS]
        found.setdefault(program.vendor_id, []).append(Opening(program, stand[program.pk], kinds))
    for rows in found.values():
        rows.sort(key=lambda row: (ORDER.index(row.outlook.state), -row.outlook.brings, row.program.name.casefold()))
    return found


def activities_run(scope: Scope) -> list[ActivityKind]:
    """What the partner has filed claims for, with any vendor, the most often first."""
    lines = Line.objects.filter(claim__partner=scope.company.pk, claim__filed_at__isnull=False, activity__isnull=False)
    counted = lines.order_by().values_list("activity__kind").annotate(claims=Count("claim", distinct=True))
    rows: list[tuple[str, int]] = sorted(counted, key=lambda row: (-row[1], row[0]))
    return [ActivityKind(kind) for kind, _ in rows if kind != ActivityKind.OTHER]


def activities_of(programs: list[Program]) -> dict[Any, set[str]]:
    """By the id of terms: what those that are out now pay for."""
    found: dict[Any, set[str]] = {}
    rows = Activity.objects.filter(terms__in=[program.terms_id for program in programs if program.terms_id])
    for terms_id, kind in rows.order_by().values_list("terms", "kind"):
        found.setdefault(terms_id, set()).add(kind)
    return found


def unused(scope: Scope) -> dict[int, list[Unused]]:
    """By vendor: what partners can have today, the newest first."""
    days = Clock(scope.now).days({vendor.time_zone for vendor in scope.vendors})
    shelf = Resource.objects.visible_to(scope.user).shared().filter(vendor__in=scope.ids, vendor__kept_by=None)
    fresh = shelf.with_standing(days).filter(stands__in=OPEN).with_own(scope.company).filter(used=0)
    found: dict[int, list[Unused]] = {}
    for resource in fresh.order_by("-published_at", "title", "pk"):
        found.setdefault(resource.vendor_id, []).append(Unused(resource, resource.taken > 0))
    return found
