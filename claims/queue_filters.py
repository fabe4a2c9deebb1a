"""What the queue of claims to decide can be narrowed to, and sorted by; and by when each was promised."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

import django_filters
from django.db.models import DateField, DateTimeField, ExpressionWrapper, F, Func, Q, QuerySet, Value
from django.db.models.functions import Cast

from claims.filters import ByVendorFilter
from claims.models import Claim
from claims.signs import Sign, signs_of
from claims.states import AWAITING_DECISION, ClaimStatus
from partners.models import Partner, User
from programs.models import Program
from programs.money import CURRENCIES, digits

ZONE = "allocation__budget__program__time_zone"
SORTS = {
    "title": "title",
    "partner": "partner__name",
    "filed": "filed_at",
    "promised": "promised",
    "asked": "asked",
    "status": "status",
}


def local_day(moment) -> Cast:
    """The date of a moment where the program's days end."""
    return Cast(Func(F(ZONE), moment, function="timezone", output_field=DateTimeField()), DateField())


def with_promise(claims: QuerySet[Claim], now: datetime) -> QuerySet[Claim]:
    """With `promised`, the last day on which its terms say it is decided (None where they promise nothing), and `today` there."""
    return claims.annotate(
        promised=ExpressionWrapper(local_day(F("filed_at")) + F("allocation__terms__review_days"), DateField()),
        today=local_day(Value(now, DateTimeField())),
    )


def promised_on(claim: Claim) -> date | None:
    """The same of one claim."""
    days = claim.allocation.terms.review_days
    if days is None or claim.filed_at is None:
        return None
    return claim.program.today(claim.filed_at) + timedelta(days=days)


def asked_between(least: Decimal | None, most: Decimal | None) -> Q:
    """Amounts as people type them, each in its claim's own currency: 500 is $500 and ¥500."""
    groups: dict[int, list[str]] = defaultdict(list)
    for currency in CURRENCIES:
        groups[digits(currency)].append(currency)
    found = Q()
    for places, currencies in groups.items():
        of_these = Q(allocation__budget__program__currency__in=currencies)
        if least is not None:
            of_these &= Q(asked__gte=int(least.scaleb(places)))
        if most is not None:
            of_these &= Q(asked__lte=int(most.scaleb(places)))
        found |= of_these
    return found


WHOSE = [("mine", "Mine"), ("nobody", "Nobody's"), ("second", "Second approval"), ("disputed", "Disputed")]


class QueueFilter(ByVendorFilter):
    """Claims to be decided. `signs` is applied last, by `troubled`: it takes a look at each claim that is left."""

    status = django_filters.ChoiceFilter(
        choices=[(status.value, status.label) for status in AWAITING_DECISION], label="Status", empty_label="Any status"
    )
    whose = django_filters.ChoiceFilter(choices=WHOSE, method="narrow", label="Whose", empty_label="Anybody's")
    program = django_filters.ModelChoiceFilter(
        queryset=Program.objects.none(),
        field_name="allocation__budget__program",
        label="Program",
        empty_label="Any program",
    )
    partner = django_filters.ModelChoiceFilter(
        queryset=Partner.objects.none(), label="Partner", empty_label="Any partner"
    )
    late = django_filters.ChoiceFilter(
        choices=[("yes", "Later than promised"), ("no", "In time")],
        method="by_promise",
        label="Promise",
        empty_label="Any",
    )
    signs = django_filters.ChoiceFilter(
        choices=[("yes", "Signs of trouble"), ("no", "No signs")], method="later", label="Signs", empty_label="Any"
    )
    least = django_filters.NumberFilter(label="From, amount", method="later", max_value=10**12, min_value=0)
    most = django_filters.NumberFilter(label="To, amount", method="later", max_value=10**12, min_value=0)

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        waiting = Claim.objects.visible_to(user).awaiting_decision()
        self.filters["program"].queryset = Program.objects.filter(
            pk__in=waiting.order_by().values("allocation__budget__program")
        ).order_by("name", "pk")
        self.filters["partner"].queryset = Partner.objects.filter(pk__in=waiting.order_by().values("partner")).order_by(
            "name", "pk"
        )

    def narrow(self, queryset, name, value):
        return queryset.filter(
            {
                "mine": Q(reviewer=self.user),
                "nobody": Q(reviewer=None),
                "second": Q(status=ClaimStatus.SECOND_APPROVAL),
                "disputed": Q(disputed_at__isnull=False),
            }[value]
        )

    def by_promise(self, queryset, name, value):
        if value == "yes":
            return queryset.filter(promised__lt=F("today"))
        return queryset.filter(Q(promised=None) | Q(promised__gte=F("today")))

    def later(self, queryset, name, value):
        return queryset

    def filter_queryset(self, queryset):
        found = super().filter_queryset(queryset)
        cleaned = self.form.cleaned_data
        return found.filter(asked_between(cleaned.get("least"), cleaned.get("most")))

    @property
    def by_signs(self) -> str:
        """ "yes", "no", or empty where it does not matter."""
        return self.form.cleaned_data.get("signs") or "" if self.form.is_valid() else ""


# So many claims are looked at for signs at once, the longest waiting first; with more, the page says so.
MOST_LOOKED_AT = 2000


def troubled(claims: Sequence[Claim], wanted: str, user: User) -> tuple[list[Claim], dict[int, list[Sign]]]:
    """Those of these claims with signs ("yes") or without any ("no"), and the signs."""
    signs = signs_of(claims, seen_by=user)
    if not wanted:
        return list(claims), signs
    return [claim for claim in claims if bool(signs[claim.pk]) == (wanted == "yes")], signs


def riskiest_first(claims: Sequence[Claim], signs: dict[int, list[Sign]], today_of) -> list[Claim]:
    """Most signs first, then what is the latest against its promise, then whose fund's window closes first, then the largest."""

    def risk(claim: Claim) -> tuple[int, int, int, int]:
        today = today_of(claim)
        promised = promised_on(claim)
        late = (today - promised).days if promised else -(10**6)
        return (-len(signs[claim.pk]), -late, (claim.allocation.claim_by - today).days, -claim.asked)

    return sorted(claims, key=risk)


def ordered(claims: QuerySet[Claim], sort: str) -> QuerySet[Claim]:
    """By a known column, `-` for descending; anything else: the longest waiting first. Empty cells come last."""
    column = SORTS.get(sort.removeprefix("-"))
    if column is None:
        return claims.order_by("filed_at", "id")
    by = F(column).desc(nulls_last=True) if sort.startswith("-") else F(column).asc(nulls_last=True)
    return claims.order_by(by, "id")
