"""A vendor's year: planned, topped up and cut, split into budgets, and money moved from one budget to another."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.formats import date_format

from funds.actions.moving import FundsRefused, told
from funds.ledger import Posting, YearFull, changed_year, post
from funds.models import Budget, Year
from funds.states import Act, YearAct
from partners.events import event, record
from partners.models import Event, User
from programs.models import Program


def about_year(verb: str, year: Year, by: User, at: datetime, reason: str = "", **data: str | int) -> Event:
    return event(
        verb=verb,
        about=year,
        by=by,
        company_id=year.vendor_id,
        reason=reason,
        data={"currency": year.currency} | data,
        at=at,
    )


def open_year(*, year: Year, amount: int, key: str, by: User, now: datetime) -> Year:
    """Plan a year with that much money (minor units; 0 leaves it for later). FundsRefused if the vendor has one of that name."""
    if not by.has_perm("funds.open_year", year.vendor):
        raise PermissionDenied
    with transaction.atomic():
        try:
            with transaction.atomic():
                year.save()
        except IntegrityError as error:
            if "one_year_of_a_name" not in str(error):
                raise
            raise FundsRefused("You have a year of this name. Give this one another.", "name") from None
        record([about_year("opened", year, by, now)])
        if amount:
            top_up(year=year, amount=amount, key=key, by=by, reason="Planned when it was opened.", at=now)
    return Year.objects.get(pk=year.pk)


def top_up(*, year: Year, amount: int, key: str, by: User, reason: str, at: datetime) -> bool:
    """Plan more money for the year. False if this key did so before."""
    return change(YearAct.TOP_UP, year=year, amount=amount, key=key, by=by, reason=reason, at=at)


def take_out(*, year: Year, amount: int, key: str, by: User, reason: str, at: datetime) -> bool:
    """Plan less. YearFull if its budgets hold more than what would be left."""
    return change(YearAct.TAKE_OUT, year=year, amount=amount, key=key, by=by, reason=reason, at=at)


def change(act: YearAct, *, year: Year, amount: int, key: str, by: User, reason: str, at: datetime) -> bool:
    if not by.has_perm("funds.change_year", year):
        raise PermissionDenied
    with transaction.atomic():
        made = changed_year(
            act, year_id=year.pk, amount=amount, key=f"year:{year.pk}:{key}", by=by, reason=reason, at=at
        )
        if made:
            record([about_year(act.value, year, by, at, reason, amount=amount)])
    return made


def misfit(year: Year, budget: Budget) -> str:
    """Why this budget can't stand in this year, in words; empty if it can."""
    if (year.vendor_id, year.currency) != (budget.program.vendor_id, budget.program.currency):
        return f"{year} is in {year.currency}, the money of {budget.program} is in {budget.program.currency}."
    if budget.starts_on < year.starts_on or budget.ends_on > year.ends_on:
        return (
            f"{year} runs from {date_format(year.starts_on)} until {date_format(year.ends_on)}: "
            "a budget in it begins and ends within these days."
        )
    return ""


def overlapping(budget: Budget) -> Budget | None:
    """Another open budget of its program that has some of the same days."""
    others = Budget.objects.filter(program=budget.program_id, closed_at=None).exclude(pk=budget.pk)
    return others.filter(starts_on__lte=budget.ends_on, ends_on__gte=budget.starts_on).first()


def overlap(other: Budget) -> str:
    return (
        f"The budget {other.name} of this program runs from {date_format(other.starts_on)} until "
        f"{date_format(other.ends_on)}. Choose other days, so that it is clear which one money comes from."
    )


def open_budget(*, budget: Budget, by: User, now: datetime) -> Budget:
    """Add a budget (a period) to a program. It starts empty.

    FundsRefused if the program has one of that name, or an open one with some of the same days, and if its year does not fit.
    """
    if not by.has_perm("funds.add_budget", budget.program):
        raise PermissionDenied
    with transaction.atomic():
        # One after the other, so that two who add the same days at once see each other.
        Program.objects.select_for_update(no_key=True).get(pk=budget.program_id)
        if Budget.objects.filter(program=budget.program_id, name=budget.name).exists():
            raise FundsRefused("This program has a budget of this name. Give this one another.", "name")
        if other := overlapping(budget):
            raise FundsRefused(overlap(other), "starts_on")
        if budget.year and (words := misfit(budget.year, budget)):
            raise FundsRefused(words, "year")
        budget.save()
        record([event(verb="opened", about=budget, by=by, company_id=budget.program.vendor_id, at=now)])
        if budget.year:
            record([about_year("put in", budget.year, by, now, budget=budget.pk, name=str(budget), amount=0)])
    return budget


def put_in_year(*, budget: Budget, year: Year | None, by: User, now: datetime) -> bool:
    """Let a budget stand in another year, with all that it holds, or in none. False if it stands there already.

    FundsRefused if the year is of another vendor, currency or time, or the budget is closed; YearFull if the year has too little
    free.
    """
    if not by.has_perm("funds.fund_budget", budget):
        raise PermissionDenied
    with transaction.atomic():
        Program.objects.select_for_update(no_key=True).get(pk=budget.program_id)
        budgets = Budget.objects.select_related("program", "year").select_for_update(of=("self",), no_key=True)
        budget = budgets.get(pk=budget.pk)
        before = budget.year
        if before == year:
            return False
        if budget.closed_at:
            raise FundsRefused("Its period is closed: it stays where it is.")
        if year and (words := misfit(year, budget)):
            raise FundsRefused(words)
        budget.year = year
        try:
            with transaction.atomic():
                budget.save(update_fields=["year"])
        except IntegrityError as error:
            if "year_holds_no_more_than_planned" not in str(error):
                raise
            raise YearFull from None
        facts: dict[str, str | int] = {"budget": budget.pk, "name": str(budget), "amount": budget.funded}
        told_years = [("taken out of it", before), ("put in", year)]
        record(about_year(verb, one, by, now, "", **facts) for verb, one in told_years if one)
        data = {"from": before and before.name, "to": year and year.name}
        record([event(verb="moved", about=budget, by=by, company_id=budget.program.vendor_id, data=data, at=now)])
    return True


def move_money(*, source: Budget, target: Budget, amount: int, key: str, by: User, reason: str, at: datetime) -> bool:
    """Move money that nobody was granted from one budget of a vendor to another: both movements, or none.

    False if this key did so before; DuplicatePosting if it did something else. FundsRefused unless both are of the same vendor
    and currency; InsufficientFunds, YearFull or ClosedPeriod as the ledger says.
    """
    if not (by.has_perm("funds.fund_budget", source) and by.has_perm("funds.fund_budget", target)):
        raise PermissionDenied
    if source.pk == target.pk:
        raise FundsRefused("It is there already: choose another budget.")
    if (source.program.vendor_id, source.program.currency) != (target.program.vendor_id, target.program.currency):
        raise FundsRefused("Money moves only between budgets of one vendor and one currency.")
    with transaction.atomic():
        # The keys do not name the target: sent again with another one, the same form is refused, not half repeated.
        name = f"budget:{source.pk}:move:{key}"
        made = post(
            [
                Posting(Act.DEFUND, source.pk, None, amount, f"{name}:out", by, reason),
                Posting(Act.FUND, target.pk, None, amount, f"{name}:in", by, reason),
            ],
            at=at,
        )
        if made:
            record(
                [
                    told(Act.DEFUND, source, source.program, amount, by, reason, at),
                    told(Act.FUND, target, target.program, amount, by, reason, at),
                ]
            )
    return bool(made)
