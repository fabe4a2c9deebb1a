"""How a partner stands to programs: what it has joined, what it could join, and what stands in the way of the others.

A few queries, however many programs there are.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from partners.models import Company
from programs.days import Clock
from programs.eligibility import Outlook, Rules, Standing, about, outlook, unmet
from programs.models import (
    Certification,
    CertificationHeld,
    Eligibility,
    Enrolment,
    NeededCertification,
    Program,
    TierHeld,
)
from programs.states import EnrolmentStatus, ProgramStatus


def rules_of(programs: Iterable[Program]) -> dict[int, Rules]:
    """By program. Each comes with its vendor."""
    programs = list(programs)
    found = {
        row.program_id: row for row in Eligibility.objects.filter(program__in=programs).select_related("least_tier")
    }
    needed: dict[int, list[Certification]] = {program.pk: [] for program in programs}
    rows = NeededCertification.objects.filter(eligibility__in=needed).select_related("certification")
    for row in rows.order_by("certification__name"):
        needed[row.eligibility_id].append(row.certification)
    rules = {}
    for program in programs:
        eligibility = found.get(program.pk) or Eligibility()
        eligibility.program = program
        rules[program.pk] = eligibility.rules(needed[program.pk])
    return rules


def standings(partner: Company, vendor_ids: Iterable[int]) -> dict[int, Standing]:
    """By vendor."""
    vendor_ids = set(vendor_ids)
    tiers = TierHeld.objects.filter(partner=partner.pk, vendor__in=vendor_ids).select_related("tier")
    held_with = {held.vendor_id: held.tier for held in tiers}
    certified: dict[int, dict[int, date | None]] = {vendor_id: {} for vendor_id in vendor_ids}
    held = CertificationHeld.objects.filter(partner=partner.pk, certification__vendor__in=vendor_ids)
    for vendor_id, pk, until in held.values_list("certification__vendor", "certification", "held_until"):
        certified[vendor_id][pk] = until
    found = {}
    for pk in vendor_ids:
        tier = held_with.get(pk)
        found[pk] = Standing(partner.country, tier.level if tier else None, tier.pk if tier else None, certified[pk])
    return found


# Certifications are shown for so long before they end, and after.
SOON, JUST = timedelta(days=180), timedelta(days=60)


def running_out(partner: Company, now: datetime) -> list[tuple[CertificationHeld, date]]:
    """The partner's certifications that end soon or just did, the first to end first; each with today's date at its vendor."""
    clock = Clock(now)
    about_now = (now.date() - JUST, now.date() + SOON)
    held = CertificationHeld.objects.filter(partner=partner.pk, held_until__range=about_now)
    found = held.select_related("certification__vendor").order_by("held_until", "certification__name")
    return [(row, clock.day_in(row.certification.vendor.time_zone)) for row in found]


def outlooks(programs: Iterable[Program], partner: Company, now: datetime) -> dict[int, Outlook]:
    """By program. Each comes with its vendor."""
    programs = list(programs)
    rules = rules_of(programs)
    standing = standings(partner, (program.vendor_id for program in programs))
    enrolled = Enrolment.objects.filter(partner=partner.pk, program__in=programs)
    statuses = {pk: EnrolmentStatus(status) for pk, status in enrolled.values_list("program", "status")}
    amounts = starting_amounts(programs)
    return {
        program.pk: outlook(
            rules[program.pk],
            standing[program.vendor_id],
            status=statuses.get(program.pk),
            # What a partner records itself is nothing to join.
            is_published=program.status == ProgramStatus.PUBLISHED and not program.vendor.is_kept,
            ends_on=program.ends_on,
            today=program.today(now),
        )._replace(brings=amounts.get((program.pk, standing[program.vendor_id].tier_id), 0))
        for program in programs
    }


def starting_amounts(programs: Iterable[Program]) -> dict[tuple[int, int | None], int]:
    """What joining brings, in minor units of each program's currency, by the program and the partner's tier or none."""
    amounts = Program.objects.filter(pk__in=[program.pk for program in programs]).order_by()
    rows = amounts.values_list("pk", "starting_plan__amounts__tier", "starting_plan__amounts__amount")
    return {(pk, tier_id): amount for pk, tier_id, amount in rows if amount}


def outlook_of(program: Program, partner: Company, now: datetime) -> Outlook:
    return outlooks([program], partner, now)[program.pk]


def unmet_by(program: Program, partner: Company, now: datetime) -> list[str]:
    """For the manager: which rules of the program this partner does not meet today, in words."""
    (rules,) = rules_of([program]).values()
    standing = standings(partner, [program.vendor_id])[program.vendor_id]
    return [found.words for found in unmet(rules, standing, program.today(now), about(partner.name))]
