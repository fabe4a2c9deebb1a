"""A vendor's own words beside a rule's."""

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from partners.events import event, record
from partners.models import Company, User
from programs.models import Vendor
from reminders.models import Wording
from reminders.rules import MAY_WORD
from reminders.states import Rule


def word(*, vendor: Company, rule: Rule, texts: Sequence[str], by: User, now: datetime) -> bool:
    """From now on partners are told these, of which there are two, for a half of them each; an empty one says nothing.

    False if it was so before. What was told before stays as it was told.
    """
    if rule not in MAY_WORD or not by.has_perm("reminders.word", vendor):
        raise PermissionDenied
    with transaction.atomic():
        # Two pages of one vendor come one after the other.
        Company.objects.select_for_update(no_key=True).get(pk=vendor.pk)
        standing = Wording.objects.standing().filter(vendor=vendor.pk, rule=rule)
        before = dict(standing.values_list("half", "text"))
        wanted = {half: text for half, text in enumerate(texts) if text}
        if before == wanted:
            return False
        changed = {half for half in (0, 1) if before.get(half) != wanted.get(half)}
        standing.filter(half__in=changed).update(ended_at=now)
        Wording.objects.bulk_create(
            Wording(vendor=Vendor(pk=vendor.pk), rule=rule, half=half, text=wanted[half], by=by, since=now)
            for half in sorted(changed & set(wanted))
        )
        data = {"rule": rule.value, "before": [*before.values()], "words": [*wanted.values()]}
        record([event(verb="chose its words", about=vendor, by=by, company_id=vendor.pk, data=data, at=now)])
    return True
