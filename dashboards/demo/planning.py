"""What Brightpath plans for the months to come: one activity that two vendors pay for, one too late, one without a fund."""

from datetime import timedelta
from typing import NamedTuple

from dashboards.demo.people import Cast
from funds.models import Allocation
from plans import actions as plans
from plans.quarters import quarter_of
from plans.states import PlanStatus
from programs.activities import ActivityKind
from programs.days import Clock


class Intent(NamedTuple):
    """Begins in so many days; amounts in whole dollars. `funds`: by the name of their program, what each pays."""

    title: str
    kind: ActivityKind
    in_days: int
    days: int
    cost: int
    funds: tuple[tuple[str, int], ...]
    notes: str = ""
    place: str = ""
    audience: str = ""
    leads: int | None = None
    meetings: int | None = None
    pipeline: int | None = None
    closed: int | None = None
    is_dated: bool = True
    status: PlanStatus = PlanStatus.PLANNED
    by_member: bool = False


COBALT = "Cobalt Growth Rewards"
INTENTS = (
    Intent(
        "Move to the cloud, customer morning",
        ActivityKind.SEMINAR,
        24,
        1,
        6_400,
        (("Skylark MDF", 1_600), ("Northgate Solution Co-op", 1_900)),
        "Two customers tell how they moved, our architect shows the bill before and after, and each guest books a first talk.",
        "Denver",
        "IT leads of firms with 200 to 2,000 people",
        30,
        12,
        240_000,
        60_000,
    ),
    Intent(
        "Search ads, managed detection",
        ActivityKind.DIGITAL_AD,
        10,
        28,
        3_000,
        (("Pinewatch Demand Program", 900),),
        "Ads for six weeks in front of people who look for round-the-clock monitoring.",
        leads=25,
        pipeline=90_000,
        by_member=True,
    ),
    Intent(
        "Customer dinner",
        ActivityKind.SEMINAR,
        40,
        1,
        2_800,
        (),
        "Twelve customers and two vendors.",
        "Boulder",
        leads=4,
    ),
    Intent(
        "Print check mailing",
        ActivityKind.EMAIL,
        55,
        14,
        4_000,
        ((COBALT, 2_000),),
        "A letter and two mails to 1,200 firms: send us three months of print bills, get a plan back.",
        leads=40,
        meetings=15,
        pipeline=120_000,
    ),
    Intent(
        "Partner day with Harborline",
        ActivityKind.TRADE_SHOW,
        120,
        2,
        9_000,
        (),
        is_dated=False,
        status=PlanStatus.IDEA,
    ),
)


def plan_ahead(demo: Cast) -> None:
    """The plan, and what was asked of the vendor that takes its requests in a portal of its own."""
    partner = demo.partners["brightpath"]
    today = Clock(demo.now).day_in(partner.time_zone)
    owner, member = demo.owners["brightpath"], demo.member
    funds: dict[str, Allocation] = {}
    mine = Allocation.objects.of_partner(partner).with_terms().filter(expires_on__gte=today, available__gt=0)
    for fund in mine.order_by("expires_on"):
        funds[fund.program.name] = fund  # of a program's several the one that lasts longest
    for number, intent in enumerate(INTENTS):
        by = member if intent.by_member else owner
        starts_on = today + timedelta(days=intent.in_days)
        year, quarter = quarter_of(starts_on)
        wanted = plans.Wanted(
            title=intent.title,
            kind=intent.kind,
            cost=intent.cost * 100,
            currency="USD",
            year=year,
            quarter=quarter,
            starts_on=starts_on if intent.is_dated else None,
            ends_on=starts_on + timedelta(days=intent.days - 1) if intent.is_dated else None,
            person=by,
            place=intent.place,
            audience=intent.audience,
            notes=intent.notes,
            leads=intent.leads,
            meetings=intent.meetings,
            pipeline=in_cents(intent.pipeline),
            closed=in_cents(intent.closed),
        )
        paid_by = [plans.Funding(funds[name], amount * 100) for name, amount in intent.funds if name in funds]
        made = plans.plan_activity(
            partner=partner, wanted=wanted, fundings=paid_by, by=by, now=demo.ago(12 - number), status=intent.status
        )
        for funding in made.fundings.filter(allocation__budget__program__name=COBALT):
            plans.asked_elsewhere(funding=funding, on=today - timedelta(days=3), by=by, now=demo.ago(3))


def in_cents(amount: int | None) -> int | None:
    return None if amount is None else amount * 100
