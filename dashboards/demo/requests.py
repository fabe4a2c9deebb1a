"""What partners of the demo asked vendors to approve, and how far each request came."""

from datetime import datetime, timedelta
from typing import NamedTuple

from claims.actions import requests
from claims.actions.requests.filing import Entry, Plan
from claims.models import FundRequest
from claims.request_checks import first_start, rate_of, wanting
from dashboards.demo.people import Cast
from funds.models import Allocation
from partners.models import User
from programs.activities import ActivityKind
from programs.money import digits


class Wish(NamedTuple):
    """A request for `share` percent of the fund, begun so many days ago, to start so many days from today."""

    program: str
    partner: str
    title: str
    plan: str
    place: str
    audience: str
    budget: tuple[tuple[str, int], ...]  # what, and its weight in the whole
    share: int
    days_ago: int
    starts_in: int
    days: int
    leads: int
    comes_to: str  # the status that it has reached


ROOM, FOOD, ADS, SPEAKER = "Room and equipment", "Coffee and lunch", "Invitation ads", "Speaker's travel"
WISHES = (
    Wish(
        "Northgate Solution Co-op",
        "brightpath",
        "Cloud cost breakfast, Denver",
        "Thirty finance leads of our region, two customers who cut their bill by a third, and a half-hour with our architect.",
        "Denver",
        "Finance and IT leads of firms with 200 to 2,000 people",
        ((ROOM, 4), (FOOD, 3), (ADS, 5)),
        18,
        4,
        19,
        1,
        25,
        "submitted",
    ),
    Wish(
        "Northgate Solution Co-op",
        "brightpath",
        "Cloud cost breakfast in Boulder",
        "The same morning for the firms up the road, with the same speakers.",
        "Boulder",
        "Finance leads",
        ((ROOM, 2), (FOOD, 2)),
        6,
        12,
        20,
        1,
        12,
        "approved",
    ),
    Wish(
        "Northgate Solution Co-op",
        "kiln-harbor",
        "Factory floor roadshow",
        "Three plants in a week; a van with the demo rack. Each plant manager has said yes to an hour.",
        "Chicago and around",
        "Plant managers",
        (("Van and fuel", 2), (ADS, 3), (SPEAKER, 1)),
        20,
        9,
        25,
        5,
        40,
        "info_requested",
    ),
    Wish(
        "Northgate Modern Work Co-op",
        "outback",
        "Adoption week for city administrations",
        "Five webinars of forty minutes, one a day, each with a city that has moved already.",
        "Online",
        "Heads of IT in cities",
        (("Webinar platform", 1), (ADS, 4), (SPEAKER, 2)),
        15,
        15,
        22,
        5,
        60,
        "amended",
    ),
    Wish(
        "Skylark MDF",
        "brightpath",
        "Serverless hands-on day",
        "Twenty developers, one room, one workload each takes home running.",
        "Boulder",
        "Developers of our twenty largest customers",
        ((ROOM, 3), (FOOD, 2), (SPEAKER, 2)),
        25,
        24,
        17,
        1,
        20,
        "approved_reduced",
    ),
    Wish(
        "Pinewatch Demand Program",
        "brightpath",
        "Ransomware dinner",
        "A former negotiator tells ten security heads how it went; we serve dinner.",
        "Denver",
        "Security heads",
        ((ROOM, 2), (FOOD, 5), (SPEAKER, 3)),
        30,
        6,
        12,
        1,
        10,
        "returned",
    ),
    Wish(
        "Harborline Partner Wallet",
        "brightpath",
        "Wi-Fi 7 lunch and learn",
        "",
        "Fort Collins",
        "",
        ((FOOD, 1),),
        3,
        1,
        40,
        1,
        0,
        "draft",
    ),
)


def ask(demo: Cast, wish: Wish) -> FundRequest | None:
    """Bring one request as far as it says; None where the partner has no fund that it fits into."""
    owner, then = demo.owners[wish.partner], demo.ago(wish.days_ago)
    first = (demo.now + timedelta(days=wish.starts_in)).date()
    last = first + timedelta(days=wish.days - 1)
    funds = Allocation.objects.with_terms().filter(
        budget__program__name=wish.program, partner__slug=wish.partner, available__gt=0, expires_on__gte=last
    )
    fund = funds.order_by("-available").first()
    if fund is None:
        return None
    made = requests.start(allocation=fund, title=wish.title, by=owner, now=then)
    activity = fund.terms.activities.exclude(kind=ActivityKind.OTHER).first()
    earliest = first_start(fund.terms, activity, fund.today(then))
    shift = max(timedelta(), earliest - first)
    plan = Plan(
        title=wish.title,
        activity=activity,
        plan=wish.plan,
        place=wish.place,
        audience=wish.audience,
        starts_on=first + shift,
        ends_on=min(last + shift, fund.expires_on),
        leads=wish.leads or None,
        pipeline=wish.leads * 3_000 * 10 ** digits(fund.currency) or None,
    )
    cost = int(fund.available * wish.share / rate_of(fund.terms, activity))
    whole = 10 ** digits(fund.currency)
    parts = sum(weight for _, weight in wish.budget)
    entries = [Entry(what, max(1, cost * weight // parts // whole) * whole) for what, weight in wish.budget]
    made = requests.save(request=made, plan=plan, entries=entries, by=owner, now=then)
    if wish.comes_to != "draft" and not wanting(made, then):
        answer(demo, requests.submit(request=made, by=owner, now=then), wish, owner)
    return made


def answer(demo: Cast, made: FundRequest, wish: Wish, owner: User) -> None:
    manager = demo.managers[made.allocation.program.vendor.slug]
    soon = {"by": manager, "now": demo.ago(max(wish.days_ago - 2, 1)), "version": made.version}
    if wish.comes_to == "info_requested":
        due = made.allocation.today(demo.now) + timedelta(days=4)
        requests.ask(request=made, question="Which three plants, and who of yours goes along?", due=due, **soon)
    elif wish.comes_to == "returned":
        reason = "We do not pay for dinners alone: add the talk's agenda, or make it a breakfast with one."
        requests.send_back(request=made, code="not_covered", reason=reason, **soon)
    elif wish.comes_to == "approved_reduced":
        reason = "We pay for the room and the speaker; lunch is more than the program has for a day."
        requests.approve(request=made, amount=made.asked * 4 // 5, code="not_covered", reason=reason, **soon)
    elif wish.comes_to in ("approved", "amended"):
        made = requests.approve(request=made, **soon)
        if wish.comes_to == "amended":
            amend(made, owner, demo.ago(1))


def amend(made: FundRequest, owner: User, now: datetime) -> None:
    requests.amend(
        request=made,
        starts_on=made.starts_on,
        ends_on=made.ends_on,
        place="Online, and in Perth's town hall",
        amount=(made.approved or 0) * 6 // 5,
        reason="Perth lends us its hall for the last day: forty more guests.",
        by=owner,
        now=now,
    )
