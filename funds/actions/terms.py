"""What becomes of funds when their program has new terms."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import DateField, ExpressionWrapper, F
from django.db.models.functions import Greatest

from funds.actions.moving import FundsRefused
from funds.models import Allocation, AllocationQuerySet
from partners.events import event, record
from partners.models import Event, User
from programs.changes import is_no_worse
from programs.models import Program, Terms


@dataclass(frozen=True, slots=True)
class Renewed:
    """How many funds stand under the terms in force now, and to how many these were offered."""

    moved: int = 0
    offered: int = 0


def told(verb: str, fund_id: int, *, by: User, terms: Terms, now: datetime) -> Event:
    about = Allocation(pk=fund_id)
    return event(
        verb=verb, about=about, by=by, company_id=terms.program.vendor_id, data={"terms": terms.number}, at=now
    )


def put_under(terms: Terms, funds: AllocationQuerySet, verb: str, *, by: User, now: datetime) -> int:
    """These funds' claims are judged by `terms` from now on. A longer claim window lengthens theirs, no deadline gets earlier."""
    ids = list(funds.values_list("pk", flat=True))
    window = ExpressionWrapper(F("expires_on") + terms.claim_window_days, output_field=DateField())
    Allocation.objects.filter(pk__in=ids).update(
        terms=terms, offered_terms=None, claim_by=Greatest(F("claim_by"), window)
    )
    record(told(verb, pk, by=by, terms=terms, now=now) for pk in ids)
    return len(ids)


def offer(terms: Terms, funds: AllocationQuerySet, *, by: User, now: datetime) -> int:
    ids = list(funds.exclude(offered_terms=terms).values_list("pk", flat=True))
    Allocation.objects.filter(pk__in=ids).update(offered_terms=terms)
    record(told("offered new terms", pk, by=by, terms=terms, now=now) for pk in ids)
    return len(ids)


def under_older_terms(program: Program) -> AllocationQuerySet:
    """The program's funds that still have unclaimed money, under a version that is not in force any more."""
    funds: AllocationQuerySet = Allocation.objects.unclaimed()
    return funds.filter(budget__program=program, budget__closed_at=None).exclude(terms=program.terms_id)


def versions_of(funds: AllocationQuerySet) -> Iterable[Terms]:
    return Terms.objects.filter(pk__in=funds.order_by().values("terms")).order_by("number")


def renew_terms(*, program: Program, by: User, now: datetime) -> Renewed:
    """Bring unclaimed funds of older versions under the terms in force, in a few statements however many there are.

    Where these are no worse for the partner in every term, the fund moves at once; else they are offered, and the partner's
    owner accepts them or keeps what was promised. A second call finds nothing left to do.
    """
    with transaction.atomic():
        program = (
            Program.objects.select_for_update(of=("self",), no_key=True).select_related("terms").get(pk=program.pk)
        )
        if not by.has_perm("programs.change", program):
            raise PermissionDenied
        if program.published_at is None or program.terms is None:
            raise FundsRefused("This program is a draft: nothing was granted under it.")
        funds = under_older_terms(program)
        moved = offered = 0
        for old in versions_of(funds):
            of_old = funds.filter(terms=old).order_by("pk").select_for_update(of=("self",), no_key=True)
            if is_no_worse(program.terms.changes_from(old)):
                moved += put_under(program.terms, of_old, "moved to new terms", by=by, now=now)
            else:
                offered += offer(program.terms, of_old, by=by, now=now)
    return Renewed(moved, offered)


def offered(allocation: Allocation, terms: Terms, by: User) -> Allocation:
    """The fund, locked, if exactly these terms are offered to it still."""
    fund = Allocation.objects.select_for_update(of=("self",), no_key=True).get(pk=allocation.pk)
    if not by.has_perm("funds.answer_terms", fund):
        raise PermissionDenied
    if fund.offered_terms_id != terms.pk:
        raise FundsRefused("These terms are not offered any more. What stands here now is the latest.")
    return fund


def accept_terms(*, allocation: Allocation, terms: Terms, by: User, now: datetime) -> Allocation:
    """The partner takes the offered terms for this fund. FundsRefused if others, or none, are offered by now."""
    with transaction.atomic():
        fund = offered(allocation, terms, by)
        put_under(terms, Allocation.objects.filter(pk=fund.pk), "accepted new terms", by=by, now=now)
    return fund


def keep_terms(*, allocation: Allocation, terms: Terms, by: User, now: datetime) -> Allocation:
    """The partner stays with what was promised. FundsRefused if others, or none, are offered by now."""
    with transaction.atomic():
        fund = offered(allocation, terms, by)
        Allocation.objects.filter(pk=fund.pk).update(offered_terms=None)
        record([told("kept its terms", fund.pk, by=by, terms=fund.terms, now=now)])
    return fund
