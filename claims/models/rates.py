"""What one currency is worth in another on a day, as finance keeps it."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from claims.amounts import LARGEST_RATE, RATE_DECIMALS, inverse, rate_in_words
from partners.models import User
from partners.permissions import holds_site_role
from programs.money import CURRENCIES

# A rate that is older than this is none: weekends and holidays are shorter.
OLDEST_RATE = timedelta(days=7)


class Dated(NamedTuple):
    """A rate as a line keeps it: with its day and where it comes from."""

    rate: Decimal
    day: date
    source: str


class ExchangeRateQuerySet(models.QuerySet["ExchangeRate"]):
    def visible_to(self, user: User):
        """Windfall's people; everybody else sees the rates on their own lines."""
        return self if holds_site_role(user) else self.none()


class ExchangeRate(models.Model):
    """One `base` is `rate` of `quote` on that day. Lines keep a copy: a change here changes none of them."""

    base = models.CharField("from", max_length=3, choices=[(code, code) for code in CURRENCIES])
    quote = models.CharField("to", max_length=3, choices=[(code, code) for code in CURRENCIES])
    day = models.DateField()
    rate = models.DecimalField(max_digits=20, decimal_places=RATE_DECIMALS)
    source = models.CharField(max_length=80, help_text="Where it is published, as in ECB reference rate.")
    changed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)

    objects = ExchangeRateQuerySet.as_manager()

    class Meta:
        ordering = ["-day", "base", "quote"]
        constraints = [
            models.UniqueConstraint(fields=["base", "quote", "day"], name="one_rate_of_a_day"),
            models.CheckConstraint(condition=~Q(base=F("quote")), name="rate_of_two_currencies"),
            models.CheckConstraint(condition=Q(rate__gt=0, rate__lte=LARGEST_RATE), name="rate_range"),
        ]
        indexes = [models.Index(fields=["-day", "base", "quote"], name="rate_by_day")]

    def __str__(self) -> str:
        return f"{self.base} to {self.quote} on {self.day:%-d %b %Y}"

    @property
    def in_words(self) -> str:
        return rate_in_words(self.rate)


class Rates:
    """The rates into one currency for some invoices, read at once: `wanted` are their currencies and days."""

    def __init__(self, into: str, wanted: Iterable[tuple[str, date]]):
        self.into = into
        foreign = {(base, day) for base, day in wanted if base and base != into}
        self.rows = list(ExchangeRate.objects.filter(self.near(foreign)).order_by("day")) if foreign else []

    def near(self, wanted: Iterable[tuple[str, date]]) -> Q:
        by_day: dict[date, set[str]] = {}
        for base, day in wanted:
            by_day.setdefault(day, set()).add(base)
        found = Q()
        for day, bases in by_day.items():
            pairs = Q(base__in=bases, quote=self.into) | Q(base=self.into, quote__in=bases)
            found |= pairs & Q(day__lte=day, day__gte=day - OLDEST_RATE)
        return found

    def of(self, base: str, day: date) -> Dated | None:
        """The latest on that day or before it, not too old; where only the pair the other way round is kept, its inverse."""
        found: dict[bool, Dated] = {}
        for row in self.rows:
            if day - OLDEST_RATE <= row.day <= day:
                if (row.base, row.quote) == (base, self.into):
                    found[True] = Dated(row.rate, row.day, row.source)
                elif (row.base, row.quote) == (self.into, base) and inverse(row.rate) > 0:
                    found[False] = Dated(inverse(row.rate), row.day, f"{row.source}, inverse")
        straight, turned = found.get(True), found.get(False)
        if straight and turned:
            return straight if straight.day >= turned.day else turned
        return straight or turned
