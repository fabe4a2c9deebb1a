"""How a partner's claims went so far: two lines for who decides on the next one."""

from datetime import timedelta
from typing import NamedTuple

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from claims.models import Claim, Line
from claims.states import DECIDED
from partners.models import Event, User
from programs.money import show

STUMBLES = ("asked", "returned", "rejected", "undone", "disputed", "unanswered")
YEAR = timedelta(days=365)
# A claim's way was not a straight one.
STUMBLED = Exists(Event.objects.filter(subject="claims.claim", subject_id=OuterRef("pk"), verb__in=STUMBLES))


class PartnerRecord(NamedTuple):
    """`decided` claims of the last year, how many of them without a question or a no, and what they brought, in words."""

    decided: int
    smooth: int
    brought: list[str]

    @property
    def percent(self) -> int:
        return round(100 * self.smooth / self.decided) if self.decided else 0


def record_of(claim: Claim, *, seen_by: User) -> PartnerRecord:
    """Of the claim's partner, in the year before it was filed. One query."""
    before = Claim.objects.visible_to(seen_by).filter(partner=claim.partner_id, status__in=DECIDED).exclude(pk=claim.pk)
    if claim.filed_at:
        before = before.filter(filed_at__gte=claim.filed_at - YEAR, filed_at__lt=claim.filed_at)
    rows = (
        before.annotate(stumbled=STUMBLED, currency_=F("allocation__budget__program__currency"))
        .order_by()
        .values("currency_")
        .annotate(decided=Count("pk"), smooth=Count("pk", filter=Q(stumbled=False)), got=Sum("approved"))
        .order_by("currency_")
    )
    found = list(rows)
    return PartnerRecord(
        sum(row["decided"] for row in found),
        sum(row["smooth"] for row in found),
        [show(row["got"] or 0, row["currency_"]) for row in found],
    )


def first_pass(claims: QuerySet[Claim]) -> dict[str, tuple[int, int]]:
    """By kind of activity: how many of these claims are decided, and how many of them without a question or a no. One query.

    A claim counts for the kind of its request, or of its largest line; "" where neither names one.
    """
    largest = Line.objects.filter(claim=OuterRef("pk"), activity__isnull=False).order_by("-asked", "position")
    kind = Coalesce("request__activity__kind", Subquery(largest.values("activity__kind")[:1]), Value(""))
    rows = (
        claims.filter(status__in=DECIDED)
        .annotate(stumbled=STUMBLED, kind=kind)
        .order_by()
        .values("kind")
        .annotate(decided=Count("pk"), smooth=Count("pk", filter=Q(stumbled=False)))
    )
    return {row["kind"]: (row["decided"], row["smooth"]) for row in rows}
