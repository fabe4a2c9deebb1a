"""What partners did with resources, added up: for the vendor that shares them."""

from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Max, Min, Q, QuerySet, Sum

from partners.models import Partner
from programs.models import Resource
from programs.resources.states import TAKEN, Act


def by_act(resource: Resource) -> dict[str, int]:
    """How often, and by how many partners, each thing was done with it."""
    totals: dict[str, Any] = {"partners": Count("partner", distinct=True)}
    for act in Act:
        totals[act.value] = Sum("count", filter=Q(act=act), default=0)
        totals[f"{act.value}_partners"] = Count("partner", filter=Q(act=act), distinct=True)
    return resource.uses.aggregate(**totals)


def partners_of(resource: Resource) -> QuerySet[Partner]:
    """The partners that took it or used it, each with how often it `opened`, `downloaded` and `used` it, for which
    `activities`, when `first` and when `last`."""

    def times(*acts: Act) -> Sum:
        return Sum("resource_uses__count", filter=Q(resource_uses__act__in=acts), default=0)

    return Partner.objects.filter(resource_uses__resource=resource).annotate(
        **{act.value: times(act) for act in Act},
        taken=times(*TAKEN),
        activities=ArrayAgg("resource_uses__activity", distinct=True, default=[]),
        first=Min("resource_uses__first_at"),
        last=Max("resource_uses__last_at"),
    )
