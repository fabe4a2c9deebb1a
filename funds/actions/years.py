"""A vendor's year: planned, changed, topped up and cut, split into budgets, and money moved from one budget to another."""

from datetime import date, datetime

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


def change_days(*, year: Year, name: str, starts_on: date, ends_on: date, by: User, now: datetime) -> bool:
    """Give a year another name or other days. False if nothing is different.

    FundsRefused if the vendor has another year of that name, or a budget of this one would be outside its days.
    """
    if not by.has_perm("funds.change_year", year):
        raise PermissionDenied
    with transaction.atomic():
        year = Year.objects.select_for_update(no_key=True).get(pk=year.pk)
        before = (year.name, year.starts_on, year.ends_on)
        if before == (name, starts_on, ends_on):
            return False
        outside = year.budgets.select_related("program").exclude(starts_on__gte=starts_on, ends_on__lte=ends_on)
        if budget := outside.order_by("starts_on", "pk").first():
            field = "starts_on" if budget.starts_on < starts_on else "ends_on"
            raise FundsRefused(outside_of(budget), field)
        year.name, year.starts_on, year.ends_on = name, starts_on, ends_on
        try:
            with transaction.atomic():
                year.save(update_fields=["name", "starts_on", "ends_on"])
        except IntegrityError as error:
            if "one_year_of_a_name" not in str(error):
                raise
            raise FundsRefused("You have a year of this name. Give this one another.", "name") from None
        was, days = (
            f"{called}, {date_format(first)} to {date_format(last)}"
            for called, first, last in (before, (name, starts_on, ends_on))
        )
        record([about_year("changed", year, by, now, f"From {was} to {days}.")])
    return True


def outside_of(budget: Budget) -> str:
    return (
        f"{budget} runs from {date_format(budget.starts_on)} until {date_format(budget.ends_on)} and stands in this year: "
        "its days stay within the year's. Put it in another year first, or choose other days."
    )


def delete_year(*, year: Year, by: User, now: datetime) -> bool:
    """Delete a year that no budget stands in, with what was planned for it. False if it is gone already.

    FundsRefused if a budget stands in it.
    """
    if not by.has_perm("funds.change_year", year):
        raise PermissionDenied
    with transaction.atomic():
        found = Year.objects.select_for_update().filter(pk=year.pk).first()
        if found is None:
            return False
        if budget := found.budgets.select_related("program").first():
            raise FundsRefused(f"{budget} stands in it. Only a year without budgets can be deleted.")
        record([about_year("deleted", found, by, now, name=found.name, amount=found.amount)])
        found.delete()
    return True


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


def locked_year(year: Year | None) -> Year | None:
    """The year as it stands now, locked. FundsRefused if it is gone."""
    if year is None:
        return None
    found = Year.objects.select_for_update(no_key=True).filter(pk=year.pk).first()
    if found is None:
        raise FundsRefused(f"The year {year.name} was deleted meanwhile. Choose another.", "year")
    return found


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
        budget.year = locked_year(budget.year)
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
        # Both at once, in the order of their ids: what the budget holds leaves the one and comes into the other.
        list(
            Year.objects.filter(pk__in=[one.pk for one in (before, year) if one])
            .order_by("pk")
            .select_for_update(no_key=True)
        )
        year = locked_year(year)
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
