"""Funds' deadlines moved further away, within what their terms allow: by the vendor alone, or because the partner asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils.formats import date_format

from funds.actions.moving import FundsRefused
from funds.asks import ExtensionRequest
from funds.ledger import Posting, post
from funds.models import Allocation
from funds.states import Act, AskStatus
from partners.events import event, record
from partners.models import Event, User
from programs.models import vendors_managed_by


def refusal(fund: Allocation, until: date, today: date) -> str:
    """Why the fund can't run until that day, in words; empty if it can."""
    if fund.budget.closed_at:
        return "The period of its budget is closed, so nothing of it moves any more."
    if not fund.unclaimed and not fund.lapsed:
        return "There is nothing to extend: all of it is claimed."
    if not fund.terms.extension_days:
        return "The terms of this fund allow no extension."
    if until <= fund.expires_on:
        return f"It runs until {date_format(fund.expires_on)} already: choose a later day."
    if until < today:
        return "That day has passed: the money could not be used."
    if until > fund.longest:
        return f"Its terms allow an extension until {date_format(fund.longest)} at most."
    return ""


def locked(ids: Sequence[int]) -> list[Allocation]:
    return list(Allocation.objects.filter(pk__in=ids).locked())


def extend(*, allocation: Allocation, until: date, reason: str, by: User, now: datetime) -> Allocation:
    """Let activities run until that day, claims be filed as much later as before, and lapsed money come back.

    FundsRefused beyond what the fund's terms allow, for a day that is no later, and where nothing is left to extend. A repeated
    click is such a day too. If the partner has asked for more time, that is answered by it.
    """
    if not by.has_perm("funds.manage_allocation", allocation):
        raise PermissionDenied
    with transaction.atomic():
        (fund,) = locked([allocation.pk])
        if words := refusal(fund, until, fund.today(now)):
            raise FundsRefused(words)
        move_deadlines({fund: until}, reason=reason, by=by, now=now)
    extended: Allocation = Allocation.objects.with_terms().get(pk=fund.pk)
    return extended


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one fund of many: `words` say why it was left as it was; `brought_back` had lapsed, in minor units."""

    fund: Allocation
    words: str = ""
    brought_back: int = 0


def extend_many(*, seen: Mapping[int, date], days: int, reason: str, by: User, now: datetime) -> list[Outcome]:
    """Extend each of these funds by so many days, those that can be, in a few statements however many there are.

    `seen` names the last day that each had when it was chosen: one that was moved meanwhile, by a repeated click too, is left.
    Returns one outcome a fund, in the order of their ids.
    """
    with transaction.atomic():
        funds = locked(list(seen))
        managed = set(vendors_managed_by(by).values_list("company", flat=True))
        if any(fund.program.vendor_id not in managed for fund in funds):
            raise PermissionDenied
        outcomes, until = [], {}
        for fund in funds:
            day = fund.expires_on + timedelta(days=days)
            if fund.expires_on != seen[fund.pk]:
                words = f"It was changed meanwhile: it runs until {date_format(fund.expires_on)} now."
            else:
                words = refusal(fund, day, fund.today(now))
            if not words:
                until[fund] = day
            outcomes.append(Outcome(fund, words, 0 if words else fund.lapsed))
        move_deadlines(until, reason=reason, by=by, now=now)
    return outcomes


def move_deadlines(until: Mapping[Allocation, date], *, reason: str, by: User, now: datetime) -> None:
    """Give these locked funds their new last days, bring back what lapsed, and answer those who asked for it."""
    if not until:
        return
    events, postings = [], []
    for fund, day in until.items():
        before = fund.expires_on
        fund.claim_by += day - fund.expires_on
        fund.expires_on = day
        events.append(told(fund, before, reason=reason, by=by, now=now))
        if fund.lapsed:
            key = f"allocation:{fund.pk}:extend:{day}"
            postings.append(Posting(Act.EXTEND, fund.budget_id, fund.pk, fund.lapsed, key, by, reason))
    Allocation.objects.bulk_update(list(until), ["expires_on", "claim_by"])
    post(postings, at=now)
    given = Allocation.objects.filter(pk=OuterRef("allocation")).values("expires_on")
    ExtensionRequest.objects.open().filter(allocation__in=list(until)).update(
        status=AskStatus.GRANTED, granted=Subquery(given), decided_by=by, decided_at=now, answer=reason
    )
    record(events)


def told(fund: Allocation, before: date, *, reason: str, by: User, now: datetime) -> Event:
    data = {
        "from": before.isoformat(),
        "until": fund.expires_on.isoformat(),
        "claim_by": fund.claim_by.isoformat(),
        "brought_back": fund.lapsed,
    }
    return event(
        verb="extended", about=fund, by=by, company_id=fund.program.vendor_id, reason=reason, data=data, at=now
    )
