"""What a page says of addresses that mail does not reach."""

from dataclasses import dataclass

from partners.models import User
from partners.states import KEEPER, Kind
from reminders.models import Suppression

SHOWN = 10


@dataclass(frozen=True, slots=True)
class Unreached:
    """One's own address, if mail does not reach it, and the names of colleagues whom one looks after."""

    mine: Suppression | None
    others: list[str]


def unreached(request) -> Unreached:
    """In one query."""
    keeps = [m.company_id for m in request.memberships if m.role == KEEPER[Kind(m.company.kind)]]
    own = Suppression.objects.open().filter(user=request.user)
    people = User.objects.filter(memberships__company__in=keeps, memberships__ended_at=None)
    found = own | Suppression.objects.open().filter(user__in=people)
    found = list(found.select_related("user").order_by("user__name")[:SHOWN])
    return Unreached(
        mine=next((one for one in found if one.user_id == request.user.pk), None),
        others=[str(one.user) for one in found if one.user_id != request.user.pk],
    )
