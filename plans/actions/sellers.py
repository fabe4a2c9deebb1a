"""Who sells for a partner, as its owner says."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from partners.actions.steps import locked
from partners.events import event, record
from partners.models import Company, User
from plans.models import SalesPerson


class SalesRefused(Exception):
    """What stands there already does not allow it. Its words are for the user."""


CHANGED = "Somebody else changed this after you opened the page. Look at what stands here now, and save it again."


def told(verb: str, person: SalesPerson, by: User, now: datetime) -> None:
    data = {"name": person.name, "account": person.user_id}
    record([event(verb=verb, about=person, by=by, company_id=person.partner_id, data=data, at=now)])


def check_free(person: SalesPerson) -> None:
    """SalesRefused where somebody else of the partner has this name or this account."""
    others = SalesPerson.objects.of_partner(person.partner).exclude(pk=person.pk)
    if same := others.filter(name__iexact=person.name).first():
        left = "" if same.left_at is None else " They left; bring them back instead."
        raise SalesRefused(f"{same.name} is among your sales people already.{left}")
    if person.user is None:
        return
    if same := others.filter(user=person.user).first():
        raise SalesRefused(f"That account is {same.name}’s already.")


def add(*, partner: Company, name: str, user: User | None = None, by: User, now: datetime) -> SalesPerson:
    """SalesRefused for a name or an account that a sales person of the partner has."""
    if not by.has_perm("plans.set_targets", partner):
        raise PermissionDenied
    with transaction.atomic():
        locked(partner)
        person = SalesPerson(partner_id=partner.pk, name=name, user=user, created_at=now)
        check_free(person)
        person.save()
        told("added a sales person", person, by, now)
    return person


def change(
    *, person: SalesPerson, version: int, name: str, user: User | None, sells: bool, by: User, now: datetime
) -> SalesPerson:
    """`version` is the one that was seen; `sells` is False once they have left, and True again when they come back."""
    if not by.has_perm("plans.change_person", person):
        raise PermissionDenied
    with transaction.atomic():
        locked(person.partner)
        person = SalesPerson.objects.select_for_update(of=("self",)).select_related("partner").get(pk=person.pk)
        if person.version != version:
            raise SalesRefused(CHANGED)
        left_at = None if sells else person.left_at or now
        if (name, user, left_at) == (person.name, person.user, person.left_at):
            return person
        person.name, person.user, person.left_at = name, user, left_at
        check_free(person)
        person.version += 1
        person.save()
        told("changed a sales person", person, by, now)
    return person
