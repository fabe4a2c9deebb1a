"""Money that a partner could have today by joining a program: it belongs on its home, where nobody has to look for it."""

from datetime import datetime
from typing import Any

from django.db.models import Q

from partners.models import Company, User
from programs.eligibility import State
from programs.models import Enrolment, Program
from programs.outlooks import outlooks
from programs.states import EnrolmentStatus, Way

LOOKED_AT = 50


def openings(*, user: User, company: Company, now: datetime) -> list[dict[str, Any]]:
    """Programs that it may join by itself, with what each brings; one query more where there are none."""
    # Who is in, was taken out, or had its share before: nothing new comes of joining.
    seated = Enrolment.objects.of_partner(company).filter(
        Q(status__in=[EnrolmentStatus.JOINED, EnrolmentStatus.ENDED]) | Q(starting_share__isnull=False)
    )
    programs = (
        Program.objects.visible_to(user)
        .published()
        .filter(eligibility__way=Way.OPEN, starting_plan__isnull=False, ends_on__gte=now.date())
        .exclude(pk__in=seated.values("program"))
        .select_related("vendor")
        .order_by("ends_on", "pk")[:LOOKED_AT]
    )
    if not (found := list(programs)):
        return []
    stand = outlooks(found, company, now)
    return [
        {"program": program, "brings": stand[program.pk].brings, "today": program.today(now)}
        for program in found
        if stand[program.pk].state == State.JOIN and stand[program.pk].brings
    ]
