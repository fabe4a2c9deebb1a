"""Which funds may be nudged for today, and why others not."""

from datetime import date, timedelta

from django.db.models import BooleanField, Case, Exists, OuterRef, Q, QuerySet, Subquery, Value, When

from funds.models import Allocation
from partners.models import Membership
from partners.states import Role
from reminders.models import Nudge
from reminders.states import NUDGE_DAYS


def with_nudges(funds: QuerySet[Allocation], today: date) -> QuerySet[Allocation]:
    """Gives filters and orders `nudged_on` (the latest, or None), `is_resting` (nudged within the week) and `is_reached`
    (somebody works there who reads it). `today` is the day where the vendor is.
    """
    sent = Nudge.objects.filter(allocation=OuterRef("pk")).order_by("-sent_on").values("sent_on")
    people = Membership.objects.active().filter(
        company=OuterRef("partner"), role__in=[Role.OWNER, Role.MEMBER], user__is_active=True
    )
    return funds.alias(nudged_on=Subquery(sent[:1]), is_reached=Exists(people)).alias(
        is_resting=Case(
            When(Q(nudged_on__gt=rests_from(today)), then=Value(True)),
            default=Value(False),
            output_field=BooleanField(),
        )
    )


def rests_from(today: date) -> date:
    """Who was nudged after this day rests."""
    return today - timedelta(days=NUDGE_DAYS)


def may_be_nudged() -> Q:
    """Of funds `with_nudges`."""
    return Q(is_resting=False, is_reached=True)
