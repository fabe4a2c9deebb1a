"""Targets of a quarter, as the partner's owner sets them: all that a page shows, or nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from partners.actions.steps import locked
from partners.events import event, record
from partners.models import Company, User
from plans.actions.sellers import SalesRefused
from plans.models import SalesPerson, SalesTarget
from plans.quarters import Quarter
from plans.target_figures import FIGURES


@dataclass(frozen=True, slots=True)
class Wanted:
    """One person's target as typed; `version` is that of the target which was seen, 0 where there was none."""

    person: SalesPerson
    version: int
    figures: Mapping[str, int]


def set_targets(
    *, partner: Company, quarter: Quarter, currency: str, wanted: Sequence[Wanted], by: User, now: datetime
) -> int:
    """How many are different now. A target with nothing in it goes. SalesRefused where one was changed since it was seen."""
    if not by.has_perm("plans.set_targets", partner):
        raise PermissionDenied
    if any(w.person.partner_id != partner.pk for w in wanted):
        raise PermissionDenied
    with transaction.atomic():
        locked(partner)
        rows = SalesTarget.objects.of_partner(partner).of_quarter(quarter).filter(currency=currency)
        standing = {row.person_id: row for row in rows.select_for_update(of=("self",)).order_by("pk")}
        events = []
        for want in wanted:
            row = standing.get(want.person.pk)
            if (row.version if row else 0) != want.version:
                raise SalesRefused(
                    f"{want.person}’s target was changed after you opened this page. Look at what stands there now; "
                    "nothing of yours was saved."
                )
            if row is None:
                row = SalesTarget(person=want.person, year=quarter.year, quarter=quarter.number, currency=currency)
                row.version = 0
            before = row.figures
            if before == dict(want.figures):
                continue
            verb = changed(row, want.figures, by, now)
            data = {"quarter": str(quarter), "currency": currency, "before": before, "now": dict(want.figures)}
            events.append(event(verb=verb, about=want.person, by=by, company_id=partner.pk, data=data, at=now))
        record(events)
    return len(events)


def changed(row: SalesTarget, figures: Mapping[str, int], by: User, now: datetime) -> str:
    """Written; the verb that tells of it."""
    if not any(figures.values()):
        row.delete()
        return "removed a target"
    for name in FIGURES:
        setattr(row, name, figures[name])
    row.version += 1
    row.set_by, row.set_at = by, now
    row.save()
    return "set a target" if row.version == 1 else "changed a target"
