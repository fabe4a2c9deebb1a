"""Who may pay what, and as whom somebody acts on a payment. The database says four eyes again (`payment_triggers.py`)."""

from collections.abc import Sequence

from django.core.exceptions import PermissionDenied

from claims.actions.steps import ClaimRefused
from claims.models import BankDetails, Payment
from claims.states.payments import Side
from partners.models import Membership, User
from partners.permissions import is_finance


def barred(payments: Sequence[Payment], by: User) -> dict[int, str]:
    """Why this person may not pay them, in words, by payment: four eyes. Those that may be paid are not in it. Few queries."""
    if not is_finance(by):
        return {payment.pk: "Only finance pays." for payment in payments}
    own = set(
        Membership.objects.active()
        .filter(user=by, company__in={payment.partner_id for payment in payments})
        .values_list("company_id", flat=True)
    )
    entered = set(
        BankDetails.objects.filter(
            entered_by=by, replaced_at=None, company__in={payment.partner_id for payment in payments}
        ).values_list("company_id", flat=True)
    )
    found = {}
    for payment in payments:
        claim = payment.claim
        if claim.filed_by_id == by.pk:
            found[payment.pk] = "You filed this claim."
        elif by.pk in (claim.decided_by_id, claim.second_by_id):
            found[payment.pk] = "You approved this claim."
        elif payment.partner_id in own:
            found[payment.pk] = f"You work for {claim.partner}."
        elif payment.partner_id in entered:
            found[payment.pk] = f"You entered the bank details of {claim.partner}."
    return found


def side_of(user: User, payment: Payment) -> Side | None:
    """As whom this person may hold the payment and let go of it."""
    if user.roles_in(payment.partner_id):
        return Side.PARTNER
    if user.roles_in(payment.vendor_id):
        return Side.VENDOR
    return Side.FINANCE if is_finance(user) else None


def check_may_pay(payments: Sequence[Payment], by: User) -> None:
    """PermissionDenied for whoever is not finance; ClaimRefused with whose payment it is for four eyes."""
    if not is_finance(by):
        raise PermissionDenied
    if found := barred(payments, by):
        payment = next(p for p in payments if p.pk in found)
        raise ClaimRefused(f"{payment.number}: {found[payment.pk]} Somebody else pays it.")
