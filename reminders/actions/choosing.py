"""What companies and people choose: when they are told, who reads while they are away, what is much money to a vendor."""

from collections.abc import Collection
from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet

from partners.events import event, record
from partners.models import Company, Membership, User
from partners.states import Kind, Role
from programs.days import Clock
from programs.models import Vendor
from reminders.models import Absence, Suppression, Threshold, Timing
from reminders.rules import KIND_OF_SIDE, LONGEST_ABSENCE, MOST_LEADS, RULES
from reminders.states import Rule
from reminders.ways import MONEY, Way


class ChoiceRefused(Exception):
    """Its words are for the user."""


def refusal(company: Company, rule: Rule, leads: Collection[int]) -> str:
    """Why this company may not have these days for the rule, in words; empty if it may. The database says it again."""
    spec = RULES[rule]
    if len(leads) > MOST_LEADS:
        return f"{MOST_LEADS} days at most: more is not read."
    if any(not spec.latest <= lead <= spec.farthest for lead in leads):
        return f"Days from {spec.farthest} down to {spec.latest}, please."
    if adds(company, rule) or any(lead <= spec.near for lead in leads):
        return ""
    return f"One of them has to be {spec.near} or less: what is told long ahead alone is forgotten."


def adds(company: Company, rule: Rule) -> bool:
    """A vendor's days for what its partners do are added to theirs."""
    return company.kind == Kind.VENDOR and KIND_OF_SIDE[RULES[rule].side] == Kind.PARTNER


def rules_of(company: Company) -> list[Rule]:
    """Those for which this company may choose days."""
    return [
        rule
        for rule, spec in RULES.items()
        if not spec.news and (KIND_OF_SIDE[spec.side] == company.kind or adds(company, rule))
    ]


def set_timing(*, company: Company, rule: Rule, leads: Collection[int], by: User, now: datetime) -> bool:
    """Be told on these days; without any on the usual ones. False if it was so before. ChoiceRefused outside the bounds."""
    if not by.has_perm("reminders.choose", company) or rule not in rules_of(company):
        raise PermissionDenied
    wanted = sorted(set(leads), reverse=True)
    if wanted and (words := refusal(company, rule, wanted)):
        raise ChoiceRefused(words)
    with transaction.atomic():
        # Two pages of one company come one after the other.
        Company.objects.select_for_update(no_key=True).get(pk=company.pk)
        found = Timing.objects.filter(company=company, rule=rule).first()
        before = found.leads if found else []
        if before == wanted:
            return False
        if wanted:
            fields = {"leads": wanted, "changed_by": by, "changed_at": now}
            Timing.objects.update_or_create(company=company, rule=rule, defaults=fields)
        else:
            Timing.objects.filter(company=company, rule=rule).delete()
        data = {"rule": rule.value, "before": before, "days": wanted}
        record([event(verb="chose when to be told", about=company, by=by, company_id=company.pk, data=data, at=now)])
    return True


def set_threshold(*, vendor: Company, currency: str, amount: int | None, by: User, now: datetime) -> bool:
    """From how much on (minor units) the vendor's managers hear of money about to lapse; None: never. False if it was so."""
    if vendor.kind != Kind.VENDOR or not by.has_perm("reminders.choose", vendor):
        raise PermissionDenied
    with transaction.atomic():
        Company.objects.select_for_update(no_key=True).get(pk=vendor.pk)
        found = Threshold.objects.filter(vendor=vendor.pk, currency=currency)
        before = found.values_list("amount", flat=True).first()
        if before == amount:
            return False
        if amount is None:
            found.delete()
        else:
            chosen = Vendor.objects.get(pk=vendor.pk)
            Threshold.objects.update_or_create(vendor=chosen, currency=currency, defaults={"amount": amount})
        data = {"currency": currency, "before": before, "amount": amount}
        record([event(verb="chose what is much money", about=vendor, by=by, company_id=vendor.pk, data=data, at=now)])
    return True


def colleagues(user: User, company: Company) -> QuerySet[User]:
    """Who may read for the user there: at Windfall those in the same role, elsewhere everybody."""
    theirs = Membership.objects.active().filter(company=company, user__is_active=True).exclude(user=user)
    if company.kind == Kind.SITE:
        theirs = theirs.filter(role__in=user.roles_in(company.pk))
    found: QuerySet[User] = User.objects.filter(pk__in=theirs.values("user")).order_by("name", "email")
    return found


def be_away(*, user: User, company: Company, delegate: User, from_on: date, until_on: date, now: datetime) -> Absence:
    """From one day to another a colleague hears in the user's place. ChoiceRefused for days that cannot be."""
    if not user.roles_in(company.pk):
        raise PermissionDenied
    if until_on < from_on:
        raise ChoiceRefused("The last day lies before the first.")
    if until_on < Clock(now).day_in(company.time_zone):
        raise ChoiceRefused("Those days are over. Choose later ones.")
    if (until_on - from_on).days > LONGEST_ABSENCE:
        raise ChoiceRefused("A year at most. Who is away for longer is better taken off the team.")
    if not colleagues(user, company).filter(pk=delegate.pk).exists():
        raise ChoiceRefused(f"{delegate} does not work there any more. Choose another colleague.")
    with transaction.atomic():
        # Both: of two who name each other at once, the second is told that the first is away.
        list(User.objects.select_for_update(no_key=True).filter(pk__in=[user.pk, delegate.pk]).order_by("pk"))
        own = Absence.objects.filter(user=user, company=company)
        if twin := own.filter(delegate=delegate, from_on=from_on, until_on=until_on).first():
            return twin
        if own.filter(from_on__lte=until_on, until_on__gte=from_on).exists():
            raise ChoiceRefused("You said already that you are away on some of these days. End that first.")
        if words := why_not_instead(delegate, user, company, from_on, until_on):
            raise ChoiceRefused(f"{words} Choose another colleague.")
        made: Absence = Absence.objects.create(
            user=user, company=company, delegate=delegate, from_on=from_on, until_on=until_on, created_at=now
        )
        note(made, "away", user, now)
    return made


def why_not_instead(delegate: User, user: User, company: Company, from_on: date, until_on: date) -> str:
    """Why nobody would read what this colleague is told in the user's place, in words; empty where somebody would."""
    away = Absence.objects.filter(user=delegate, company=company, from_on__lte=until_on, until_on__gte=from_on)
    if away.exists():
        return f"{delegate} is away on some of these days too."
    if Suppression.objects.filter(address=delegate.email, lifted_at=None).exists():
        return f"Mail does not reach {delegate}."
    # An owner is who reads of money that lapses where nobody else does.
    unwanted = delegate.preferences.filter(rule__in=MONEY, way=Way.OFF)
    if Role.OWNER in user.roles_in(company.pk) and unwanted.exists():
        return f"{delegate} has switched off mail of money that lapses."
    return ""


def be_back(*, absence: Absence, by: User, now: datetime) -> None:
    """It is over, or does not come about: from now on the person hears themselves."""
    if absence.user_id != by.pk:
        raise PermissionDenied
    with transaction.atomic():
        gone, _ = Absence.objects.filter(pk=absence.pk).delete()
        if gone:
            note(absence, "back", by, now)


def note(absence: Absence, verb: str, by: User, now: datetime) -> None:
    data = {"delegate": absence.delegate_id, "from": absence.from_on, "until": absence.until_on}
    record([event(verb=verb, about=by, by=by, company_id=absence.company_id, data=data, at=now)])
