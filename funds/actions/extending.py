"""A fund's deadlines moved further away, within what its terms allow."""

from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.formats import date_format

from funds.actions.moving import FundsRefused
from funds.ledger import Posting, post
from funds.models import Allocation
from funds.states import Act
from partners.events import event, record
from partners.models import User


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
        return "That day has passed: the partner could not use the money."
    if until > fund.longest:
        return f"Its terms allow an extension until {date_format(fund.longest)} at most."
    return ""


def extend(*, allocation: Allocation, until: date, reason: str, by: User, now: datetime) -> Allocation:
    """Let activities run until that day, claims be filed as much later as before, and lapsed money come back.

    FundsRefused beyond what the fund's terms allow, for a day that is no later, and where nothing is left to extend. A repeated
    click is such a day too.
    """
    if not by.has_perm("funds.manage_allocation", allocation):
        raise PermissionDenied
    with transaction.atomic():
        funds = Allocation.objects.with_terms().select_for_update(of=("self",), no_key=True)
        fund = funds.get(pk=allocation.pk)
        if words := refusal(fund, until, fund.today(now)):
            raise FundsRefused(words)
        before, brought_back = fund.expires_on, fund.lapsed
        fund.claim_by += until - fund.expires_on
        fund.expires_on = until
        fund.save(update_fields=["expires_on", "claim_by"])
        if brought_back:
            key = f"allocation:{fund.pk}:extend:{until}"
            post([Posting(Act.EXTEND, fund.budget_id, fund.pk, brought_back, key, by, reason)], at=now)
        record(
            [
                event(
                    verb="extended",
                    about=fund,
                    by=by,
                    company_id=fund.program.vendor_id,
                    reason=reason,
                    data={
                        "from": before.isoformat(),
                        "until": until.isoformat(),
                        "claim_by": fund.claim_by.isoformat(),
                        "brought_back": brought_back,
                    },
                    at=now,
                )
            ]
        )
    extended: Allocation = Allocation.objects.with_terms().get(pk=fund.pk)
    return extended
