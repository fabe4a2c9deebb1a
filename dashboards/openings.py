"""Money that a partner could have today by joining a program: it belongs on its home, where nobody has to look for it."""

from datetime import date, datetime
from typing import NamedTuple

from django.db.models import Q, QuerySet

from dashboards.prepared import fetch
from dashboards.queue.facts import Held
from partners.models import Company, User
from programs.eligibility import State
from programs.models import Enrolment, Program
from programs.outlooks import outlooks
from programs.states import EnrolmentStatus, Way

LOOKED_AT = 50


class Opening(NamedTuple):
    program_id: int
    program: str
    vendor: str
    ends_on: date
    today: date
    brings: int  # minor units
    currency: str


def openings(*, user: User, held: Held, company: Company, now: datetime) -> tuple[Opening, ...]:
    """Programs that it may join by itself, with what each brings; one query where there are none. `held`: the user's roles."""
    if not fetch(open_to, user.pk, held, company.pk, now.date()):
        return ()
    found = list(programs(user, company.pk, now.date()).select_related("vendor"))
    stand = outlooks(found, company, now)
    return tuple(
        Opening(p.pk, p.name, p.vendor.name, p.ends_on, p.today(now), brings, p.currency)
        for p in found
        if stand[p.pk].state == State.JOIN and (brings := stand[p.pk].brings)
    )


def programs(user: User, company_id: int, today: date) -> QuerySet[Program]:
    # Who is in, was taken out, or had its share before: nothing new comes of joining.
    seated = Enrolment.objects.filter(partner=company_id).filter(
        Q(status__in=[EnrolmentStatus.JOINED, EnrolmentStatus.ENDED]) | Q(starting_share__isnull=False)
    )
    return (
        Program.objects.visible_to(user)
        .published()
        .filter(eligibility__way=Way.OPEN, starting_plan__isnull=False, ends_on__gte=today)
        .exclude(pk__in=seated.values("program"))
        .order_by("ends_on", "pk")[:LOOKED_AT]
    )


def open_to(user_id: int, held: Held, company_id: int, today: date) -> QuerySet:
    user = User(pk=user_id)
    with user.roles_at_hand(held):
        return programs(user, company_id, today).values_list("pk")
