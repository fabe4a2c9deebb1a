"""A partnership that ends: what the partner holds is claimed for as many days more as its terms say, and the rest lapses."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Least

from funds.models import Allocation, AllocationQuerySet
from partners.events import event, record
from partners.models import User
from programs.actions import joining
from programs.models import Enrolment
from programs.states import EnrolmentStatus


@dataclass(frozen=True, slots=True)
class Parting:
    """What the end of a partnership means for the partner's funds under terms that speak of it.

    `funds` is how many, `amount` what of them nobody has claimed, in minor units, `claim_by` the last day to claim it.
    """

    funds: int
    amount: int
    claim_by: date | None


def cut_short(enrolment: Enrolment) -> AllocationQuerySet:
    """The partner's funds of this program that hold unclaimed money, under terms that name days to claim after the end."""
    funds: AllocationQuerySet = Allocation.objects.unclaimed()
    return funds.filter(
        partner=enrolment.partner_id,
        budget__program=enrolment.program_id,
        budget__closed_at=None,
        terms__termination_days__isnull=False,
    ).select_related("terms")


def claim_by(fund: Allocation, today: date) -> date:
    assert fund.terms.termination_days is not None
    return min(fund.claim_by, today + timedelta(days=fund.terms.termination_days))


def outlook(enrolment: Enrolment, now: datetime) -> Parting:
    """What ending it now would mean."""
    funds, today = list(cut_short(enrolment)), enrolment.program.today(now)
    days = [claim_by(fund, today) for fund in funds]
    return Parting(len(funds), sum(fund.unclaimed for fund in funds), max(days, default=None))


def part(*, enrolment: Enrolment, reason: str, by: User, now: datetime) -> Parting:
    """Take a partner out of a program, with a reason that it reads. Its other funds keep their own deadlines.

    No activity may begin any more under the funds that are cut short. PermissionDenied; JoinRefused where it is not in. A
    repeated click finds nothing left to do.
    """
    with transaction.atomic():
        before = enrolment.status
        ended = joining.end(enrolment=enrolment, reason=reason, by=by, now=now)
        if before == EnrolmentStatus.ENDED:
            return Parting(0, 0, None)
        today = ended.program.today(now)
        found = outlook(ended, now)
        funds = list(cut_short(ended).order_by("pk").select_for_update(of=("self",), no_key=True))
        for fund in funds:
            Allocation.objects.filter(pk=fund.pk).update(
                expires_on=Least(F("expires_on"), Value(today)), claim_by=claim_by(fund, today)
            )
        record(
            event(
                verb="cut short",
                about=fund,
                by=by,
                company_id=ended.program.vendor_id,
                reason=reason,
                data={"claim_by": claim_by(fund, today).isoformat()},
                at=now,
            )
            for fund in funds
        )
    return found
