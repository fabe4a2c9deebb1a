"""What a partner still has in its own books of a vendor that is on Windfall by now: taken out, so that no money counts twice."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from django.db import transaction
from django.utils.formats import date_format

from funds.actions.moving import FundsRefused
from funds.actions.statements import StatementStale, record_statement
from funds.models import Allocation
from funds.statements import Stated
from partners.models import User
from programs.actions.keeping import locked_vendor
from programs.models import KeptVendor


def still_kept(vendor: KeptVendor) -> list[Allocation]:
    """Funds of these books that hold money to claim, program by program."""
    funds = Allocation.objects.of_vendor(vendor).unclaimed().with_terms()
    return list(funds.order_by("budget__program__name", "budget__program", "pk"))


def token(funds: Sequence[Allocation]) -> str:
    """Names what is to claim in each, so that what is taken out is what was shown."""
    return hashlib.sha256(repr([(f.pk, f.available, f.reserved) for f in funds]).encode()).hexdigest()[:32]


def close_books(*, vendor: KeptVendor, as_seen: str, by: User, now: datetime) -> list[Allocation]:
    """Take what is still to claim out of the books of a linked vendor; all else stays. Returns the funds that changed.

    FundsRefused if the vendor is not linked; StatementStale if it is not as in `as_seen`.
    """
    with transaction.atomic():
        locked_vendor(vendor, by)
        if not vendor.has_joined:
            raise FundsRefused("These books are the only ones of this vendor: nothing in them counts twice.")
        funds = still_kept(vendor)
        if not funds:
            return []
        if token(funds) != as_seen:
            raise StatementStale("The funds are not as they were shown. Look at them as they are now.")
        for program, of_program in groupby(funds, key=lambda fund: fund.program):
            today = program.today(now)
            record_statement(
                program=program,
                funds=[without_what_is_to_claim(fund) for fund in of_program],
                on=today,
                by=by,
                now=now,
                reason=f"Closed on {date_format(today)}: {vendor.name} is on Windfall, and its money counts there.",
            )
    return funds


def without_what_is_to_claim(fund: Allocation) -> Stated:
    return Stated(
        reference=fund.reference,
        name=fund.name,
        expires_on=fund.expires_on,
        claim_by=fund.claim_by,
        claimed=fund.claimed,
        approved=fund.approved,
        paid=fund.paid,
        lapsed=fund.lapsed,
    )
