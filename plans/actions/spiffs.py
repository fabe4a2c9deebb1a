"""SPIFFs of a partner's sales people, as its owner enters them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import QuerySet

from claims.models import Claim
from partners.actions.steps import locked
from partners.events import event, record
from partners.models import Company, Event, User
from partners.triggers import is_ours
from plans.actions.sellers import CHANGED, SalesRefused
from plans.models import SalesPerson, SpiffEarning
from plans.quarters import quarter_of
from programs.days import Clock
from programs.models import Program
from programs.money import show

KEY = ("person", "program", "reference")


@dataclass(frozen=True, slots=True)
class NewSpiff:
    """What one sale earned one person; `amount` in minor units of the program's currency."""

    person: SalesPerson
    program: Program
    reference: str
    earned_on: date
    amount: int
    paid_on: date | None = None

    @property
    def key(self) -> tuple[int, int, str]:
        """What counts once."""
        return self.person.pk, self.program.pk, self.reference.lower()


def told(verb: str, spiff: SpiffEarning, by: User, now: datetime) -> Event:
    data = {
        "sale": spiff.reference,
        "person": spiff.person.name,
        "amount": show(spiff.amount, spiff.currency),
        "claim": spiff.claim_id,
        "paid_on": spiff.paid_on,
    }
    return event(verb=verb, about=spiff, by=by, company_id=spiff.person.partner_id, data=data, at=now)


def wrong_days(earned_on: date | None, paid_on: date | None, today: date) -> dict[str, str]:
    """What is wrong with the days of a SPIFF, in words and by the field's name. `today` is the partner's."""
    wrong = {}
    for name, day in (("earned_on", earned_on), ("paid_on", paid_on)):
        if day and day > today:
            wrong[name] = "That day is still to come."
        elif day and not quarter_of(day).is_known:
            wrong[name] = "Check the year."
    if earned_on and paid_on and paid_on < earned_on:
        wrong["paid_on"] = "It is paid after it was earned."
    return wrong


def check_days(earned_on: date, paid_on: date | None, partner: Company, now: datetime) -> None:
    wrong = wrong_days(earned_on, paid_on, Clock(now).day_in(partner.time_zone))
    if wrong:
        raise SalesRefused(" ".join(wrong.values()))


def programs_of(partner: Company, user: User) -> QuerySet[Program]:
    """Whose SPIFFs its people may earn: programs that are out, of vendors that the user may know there."""
    found: QuerySet[Program] = Program.objects.visible_to(user).as_seen_by(partner).exclude(published_at=None)
    return found


def check_new(new: Sequence[NewSpiff], partner: Company, by: User) -> None:
    if not by.has_perm("plans.set_targets", partner) or any(n.person.partner_id != partner.pk for n in new):
        raise PermissionDenied
    wanted = {n.program.pk for n in new}
    if programs_of(partner, by).filter(pk__in=wanted).count() != len(wanted):
        raise PermissionDenied


def enter(*, partner: Company, new: Sequence[NewSpiff], by: User, now: datetime) -> list[SpiffEarning]:
    """All of these or none. SalesRefused for a sale that is entered for its person already, or for days that can't be."""
    check_new(new, partner, by)
    for one in new:
        check_days(one.earned_on, one.paid_on, partner, now)
    with transaction.atomic():
        locked(partner)
        people, programs = {n.person.pk for n in new}, {n.program.pk for n in new}
        known = SpiffEarning.objects.filter(person__in=people, program__in=programs)
        taken = {(person, program, sale.lower()) for person, program, sale in known.values_list(*KEY)}
        made = []
        for one in new:
            if one.key in taken:
                raise SalesRefused(f"Sale {one.reference} is entered for {one.person} already: it counts once.")
            taken.add(one.key)
            made.append(
                SpiffEarning(
                    person=one.person,
                    program=one.program,
                    reference=one.reference,
                    earned_on=one.earned_on,
                    amount=one.amount,
                    currency=one.program.currency,
                    paid_on=one.paid_on,
                    entered_by=by,
                    entered_at=now,
                )
            )
        try:
            with transaction.atomic():
                SpiffEarning.objects.bulk_create(made)
        except IntegrityError as error:
            # Letters that the database takes for the same and Python does not.
            if "one_spiff_of_a_sale" not in str(error):
                raise
            raise SalesRefused("Two of these are one sale of the same person: it counts once.") from None
        record(told("entered a SPIFF", spiff, by, now) for spiff in made)
    return made


def locked_spiff(spiff: SpiffEarning, by: User) -> SpiffEarning:
    """As it stands now, its partner locked first. SalesRefused where it is gone."""
    if not by.has_perm("plans.change_spiff", spiff):
        raise PermissionDenied
    locked(spiff.person.partner)
    rows = SpiffEarning.objects.select_for_update(of=("self",)).select_related("person__partner", "program")
    found = rows.filter(pk=spiff.pk).first()
    if found is None:
        raise SalesRefused(CHANGED)
    return found


def change(
    *,
    spiff: SpiffEarning,
    version: int,
    earned_on: date,
    amount: int,
    claim: Claim | None,
    paid_on: date | None,
    by: User,
    now: datetime,
) -> SpiffEarning:
    """Correct it, name the claim that asks for it, or say when it was paid. Its person, program and sale stay."""
    with transaction.atomic():
        spiff = locked_spiff(spiff, by)
        if spiff.version != version:
            raise SalesRefused(CHANGED)
        check_days(earned_on, paid_on, spiff.person.partner, now)
        if (
            claim is not None
            and not Claim.objects.visible_to(by).of_partner(spiff.person.partner).filter(pk=claim.pk).exists()
        ):
            raise PermissionDenied
        after = {"earned_on": earned_on, "amount": amount, "claim": claim, "paid_on": paid_on}
        different = [name for name, value in after.items() if getattr(spiff, name) != value]
        if not different:
            return spiff
        for name in different:
            setattr(spiff, name, after[name])
        spiff.version += 1
        try:
            with transaction.atomic():
                spiff.save(update_fields=[*different, "version"])
        except DatabaseError as error:
            if not is_ours(error):
                raise
            raise SalesRefused(
                "That claim asks for less than the SPIFFs on it together, is not filed, or is of another program."
            ) from None
        record([told("changed a SPIFF", spiff, by, now)])
    return spiff


def remove(*, spiff: SpiffEarning, by: User, now: datetime) -> None:
    """SalesRefused once it was claimed or paid."""
    with transaction.atomic():
        spiff = locked_spiff(spiff, by)
        if spiff.claim_id is not None or spiff.paid_on is not None:
            raise SalesRefused(
                "It was claimed or paid, so it stays. Take it off its claim first if that was a mistake."
            )
        record([told("removed a SPIFF", spiff, by, now)])
        spiff.delete()
