"""Exchange rates, as finance keeps them. A change leaves every line as it is: lines hold their own copy."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from claims.amounts import rate_in_words
from claims.models import ExchangeRate
from partners.events import event, record
from partners.models import Company, Event, Membership, User
from partners.states import Kind, Role


class RateRefused(Exception):
    """Its words are for the user."""


class NewRate(NamedTuple):
    """A rate to be kept: one `base` is `rate` of `quote` on that day."""

    base: str
    quote: str
    day: date
    rate: Decimal
    source: str


def whom_to_ask() -> str:
    """Who adds a rate that is missing, in words for a partner."""
    people = Membership.objects.active().filter(company__kind=Kind.SITE, role=Role.FINANCE).select_related("user")
    named = " or ".join(f"{member.user.name} ({member.user.email})" for member in people.order_by("created_at")[:2])
    return f"Ask {named or 'Windfall'} to add it."


def told(verb: str, rates: Sequence[ExchangeRate], by: User, now: datetime) -> list[Event]:
    """An event for each."""
    site = Company.objects.filter(kind=Kind.SITE).values_list("pk", flat=True).first()
    return [
        event(
            verb=verb,
            about=rate,
            by=by,
            company_id=site,
            data={"rate": rate_in_words(rate.rate), "of": str(rate), "source": rate.source},
            at=now,
        )
        for rate in rates
    ]


def check(by: User) -> None:
    if not by.has_perm("claims.keep_rates"):
        raise PermissionDenied


def save_rate(*, rate: ExchangeRate, by: User, now: datetime) -> ExchangeRate:
    """Add a rate or correct one. RateRefused where the pair has one of that day already."""
    check(by)
    is_new = rate.pk is None
    rate.changed_by, rate.changed_at = by, now
    try:
        with transaction.atomic():
            rate.save()
            record(told("added a rate" if is_new else "changed a rate", [rate], by, now))
    except IntegrityError as error:
        if "one_rate_of_a_day" not in str(error):
            raise
        raise RateRefused(f"There is a rate of {rate} already: change that one.") from None
    return rate


def remove_rate(*, rate: ExchangeRate, by: User, now: datetime) -> None:
    check(by)
    with transaction.atomic():
        record(told("removed a rate", [rate], by, now))
        rate.delete()


def import_rates(*, rates: Sequence[NewRate], by: User, now: datetime) -> int:
    """Keep all of these or none; a rate of a day that has one takes its place. Returns how many are different now."""
    check(by)
    with transaction.atomic():
        days = {new.day for new in rates}
        rows = ExchangeRate.objects.select_for_update().filter(day__in=days).order_by("pk")
        standing = {(row.base, row.quote, row.day): row for row in rows}
        made, corrected = [], []
        for new in rates:
            row = standing.get((new.base, new.quote, new.day))
            if row is None:
                made.append(ExchangeRate(**new._asdict(), changed_by=by, changed_at=now))
            elif (row.rate, row.source) != (new.rate, new.source):
                row.rate, row.source, row.changed_by, row.changed_at = new.rate, new.source, by, now
                corrected.append(row)
        try:
            with transaction.atomic():
                ExchangeRate.objects.bulk_create(made)
        except IntegrityError:
            raise RateRefused("Somebody else added one of these rates just now. Upload the file again.") from None
        ExchangeRate.objects.bulk_update(corrected, ["rate", "source", "changed_by", "changed_at"], batch_size=1000)
        record(told("added a rate", made, by, now) + told("changed a rate", corrected, by, now))
    return len(made) + len(corrected)
