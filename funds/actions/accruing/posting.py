"""Adds the checked sales of a file to the books, and moves what they earn into partners' funds."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.backends.utils import CursorWrapper

from funds.accrual_plans import Plan, Planned, plan, short_of
from funds.actions.accruing.uploads import said, why_not
from funds.actions.moving import FundsRefused, told
from funds.ledger import Posting, post
from funds.models import Allocation
from funds.sales import Accrual, SalesUpload, rules_of
from funds.staging.checks import Sum, add_up, sell
from funds.staging.tables import drop, roomy, stands
from funds.states import Act
from partners.events import record
from partners.models import User
from programs.actions.joining import enrol
from programs.models import Program
from programs.money import show


class Changed(Exception):
    """What was checked is not what stands now: the file is to be checked anew."""


def post_sales(upload: SalesUpload, now: datetime) -> Plan:
    """Add the checked sales to the books, and move what they earn. FundsRefused or LedgerError where it must not be."""
    by = upload.posted_by
    if by is None or not by.has_perm("funds.accrue", upload.budget):
        raise FundsRefused("Who had it posted may not post any more. A manager of the program may.")
    # One posting of a program at a time: what it finds of earlier sales stays so.
    program = Program.objects.select_for_update(of=("self",), no_key=True).get(pk=upload.program.pk)
    upload.budget.program.status = program.status
    upload.budget.refresh_from_db(fields=["closed_at", "unallocated"])
    if words := why_not(upload.budget):
        raise FundsRefused(words)
    with roomy() as cursor:
        found = as_checked(upload, cursor, now)
        touched = Allocation.objects.filter(
            accrual__program=program, accrual__partner__in=[s.partner_id for s in found]
        )
        list(touched.order_by("pk").select_for_update(of=("self",), no_key=True).values_list("pk"))
        done = plan(upload, found, today=program.today(now))
        check_enough(done)
        try:
            with transaction.atomic():
                sell(cursor, upload)
        except IntegrityError:
            raise Changed from None
        drop(cursor, upload)
    keep(upload, done.rows, by, now)
    done.keep_effects(upload)
    record(
        [said("posted", upload, by=by, now=now, lines=upload.fresh, granted=done.granted, taken_back=done.taken_back)]
    )
    return done


def as_checked(upload: SalesUpload, cursor: CursorWrapper, now: datetime) -> list[Sum]:
    """What is to be posted. Changed if it is not, to the cent, what the check showed.

    Since then others may have posted some of these sales, a partner may have another name, or a crash may have taken the lines.
    """
    if not stands(cursor, upload):
        raise Changed
    added = add_up(cursor, upload, rules_of(upload.program), upload.program.today(now))
    shown = upload.effects.filter(lines__gt=0).values_list("partner_id", "starts_on", "lines", "added")
    if added.right != upload.lines or added.standing != upload.standing or set(added.sums) != set(shown):
        raise Changed
    return added.sums


def check_enough(done: Plan) -> None:
    """FundsRefused with what is missing, where a budget holds too little."""
    for short in short_of((row.budget.pk, row.moved) for row in done.rows):
        missing = show(short.missing, short.budget.program.currency)
        raise FundsRefused(
            f"The budget {short.budget.name} holds too little: {missing} is missing. Put it in, then post."
        )


def keep(upload: SalesUpload, rows: list[Planned], by: User, now: datetime) -> None:
    """Write what each period is now, open the funds that it needs, and move the money: a few statements for any number."""
    fresh = [row for row in rows if row.accrual.posted and not row.fund]
    open_funds(upload, fresh, now)
    enrol(upload.program, {row.accrual.partner_id for row in fresh}, by=by, now=now)
    changed = [row for row in rows if row.lines or row.moved]
    Accrual.objects.bulk_create(
        [row.accrual for row in changed],
        update_conflicts=True,
        unique_fields=["program", "partner", "starts_on"],
        update_fields=["allocation", "lines", "sold", "earned", "posted", "late"],
    )
    postings = [posting for row in changed for posting in postings_of(row, upload, by)]
    post(postings, at=now)
    events = {row.fund.pk: row for row in changed if row.fund and row.moved}
    record(
        told(
            Act.ALLOCATE if row.moved > 0 else Act.WITHDRAW, row.fund, upload.program, abs(row.moved), by, row.why, now
        )
        for row in events.values()
        if row.fund
    )


def open_funds(upload: SalesUpload, rows: list[Planned], now: datetime) -> None:
    """A fund for each period that has none yet, under the terms by which it was earned."""
    for row in rows:
        accrual, period = row.accrual, row.accrual.period
        accrual.allocation = Allocation(
            budget=upload.budget,
            partner_id=accrual.partner_id,
            terms=accrual.terms,
            name=f"{upload.program.name}, {period.label}"[:120],
            reference=f"ACC-{period.label}-{accrual.partner_id}",
            expires_on=row.days.expires_on,
            granted_until=row.days.expires_on,
            claim_by=row.days.claim_by,
            earned_until=period.ends_on,
            created_at=now,
        )
    try:
        with transaction.atomic():
            Allocation.objects.bulk_create([row.accrual.allocation for row in rows if row.accrual.allocation])
    except IntegrityError as error:
        if "one_allocation_of_a_reference" not in str(error):
            raise
        raise FundsRefused(
            "A fund of this budget has a reference that accruals use (ACC-…). Post the sales to another budget."
        ) from None


def postings_of(row: Planned, upload: SalesUpload, by: User) -> list[Posting]:
    """The movements that bring the fund to what is to stand granted for it.

    What comes back is taken from what is available, then from what has lapsed; the rest the vendor took back by hand before.
    """
    fund, key = row.fund, f"accrual:{row.accrual.pk}:{upload.pk}"
    if fund is None or not row.moved:
        return []
    if row.moved > 0:
        return [Posting(Act.ALLOCATE, fund.budget_id, fund.pk, row.moved, key, by, row.why)]
    available = min(-row.moved, fund.available)
    lapsed = min(-row.moved - available, fund.lapsed)
    parts = ((Act.WITHDRAW, available), (Act.REOFFER, lapsed))
    return [
        Posting(act, fund.budget_id, fund.pk, amount, f"{key}:{act}", by, row.why) for act, amount in parts if amount
    ]
