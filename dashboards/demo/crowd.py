"""More partners than a page can show, so that pages can be looked at, and timed, as a large vendor has them."""

import random
from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.db import transaction

from dashboards.demo.offers import PARTNERS
from funds import actions as funds
from funds.grants import usual_last_day
from funds.models import Budget
from partners.models import Company, Membership, Partner, User
from partners.states import Kind, Role
from programs import standing
from programs.models import Vendor
from programs.money import digits

FIRST = (
    "Alder",
    "Beacon",
    "Cobalt",
    "Delta",
    "Ember",
    "Fjord",
    "Granite",
    "Harbor",
    "Iris",
    "Juniper",
    "Krypton",
    "Lumen",
)
SECOND = ("Systems", "Networks", "Cloud", "IT", "Digital", "Solutions", "Data", "Security")
GRANT = 2_000  # whole units of the program's currency, on average


def join(partners: int, now: datetime) -> int:
    """Partners until there are so many, each with an owner and two funds: one of the first program, one of another.

    Returns how many came. Their owners have no password: nobody signs in as them.
    """
    there = Partner.objects.count()
    choice = random.Random(there)
    places = [facts[1:4] for facts in PARTNERS.values()]
    with transaction.atomic():
        joined = []
        for n in range(there, partners):
            country, currency, zone = places[n % len(places)]
            name = f"{FIRST[n % len(FIRST)]} {SECOND[n // len(FIRST) % len(SECOND)]} {n}"
            joined.append(
                Partner(
                    kind=Kind.PARTNER,
                    name=name,
                    slug=f"partner-{n}",
                    country=country,
                    currency=currency,
                    time_zone=zone,
                    created_at=now,
                )
            )
        joined = Company.objects.bulk_create(joined)
        people = [
            User(email=f"owner@{company.slug}.example", name=f"Owner of {company.name}", password=make_password(None))
            for company in joined
        ]
        people = User.objects.bulk_create(people)
        Membership.objects.bulk_create(
            Membership(user=user, company=company, role=Role.OWNER, created_at=now)
            for user, company in zip(people, joined, strict=True)
        )
        for vendor in Vendor.objects.all():
            rise(vendor, joined, choice, now)
        running = Budget.objects.filter(closed_at=None, program__vendor__kept_by=None, ends_on__gte=now.date())
        budgets = list(running.select_related("program__vendor", "program__terms", "year"))
        budgets.sort(key=lambda budget: budget.pk)
        for place, budget in enumerate(budgets):
            others = len(budgets) - 1
            mine = joined if place == 0 else [c for c in joined if others and c.pk % others == place - 1]
            if mine:
                grant(budget, mine, choice, now)
    return len(joined)


def rise(vendor: Vendor, partners: list[Company], choice: random.Random, now: datetime) -> None:
    """A tier with this vendor for every third of them."""
    tiers = list(vendor.tiers.all())
    by = User.objects.filter(memberships__company=vendor.pk, memberships__role=Role.MANAGER).first()
    if tiers and by:
        some = [company for company in partners if (company.pk + vendor.pk) % 3 == 0]
        changes = [standing.Change(company, sets_tier=True, tier=choice.choice(tiers)) for company in some]
        standing.set_standings(vendor=vendor, changes=changes, by=by, now=now)


def grant(budget: Budget, partners: list[Company], choice: random.Random, now: datetime) -> None:
    today = budget.program.today(now)
    last = usual_last_day(budget.program, budget, today)
    program, unit = budget.program, 10 ** digits(budget.program.currency)
    by = User.objects.get(memberships__company=program.vendor_id, memberships__role=Role.MANAGER)
    grants = [
        funds.Grant.under(
            program,
            partner=Partner(pk=company.pk),
            amount=choice.randint(GRANT // 2, GRANT * 2) * unit,
            name=f"{program.name} {now:%Y}",
            reference=f"CROWD-{company.pk}",
            expires_on=min(today + timedelta(days=choice.randint(3, 300)), last),
        )
        for company in partners
    ]
    total = sum(grant.amount for grant in grants)
    fresh = {"amount": total, "key": f"crowd-{partners[0].pk}", "by": by, "reason": "For more partners", "at": now}
    if budget.year:
        funds.top_up(year=budget.year, **fresh | {"key": f"crowd-{budget.pk}-{partners[0].pk}"})
    funds.fund(budget=budget, **fresh)
    funds.allocate(budget=budget, grants=grants, by=by, at=now)
