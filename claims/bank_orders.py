"""What a batch says to the bank and to each partner."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from django.utils.formats import date_format

from claims import vault
from claims.actions.payments import details_of
from claims.actions.steps import ClaimRefused
from claims.models import BankDetails, Batch, Payment
from claims.pain001 import Account, Order, Transfer, xml
from claims.states.payments import ON_THE_WAY, Method, PaymentStatus
from partners.models import Partner
from programs.money import major, show
from programs.typesetting import typeset

REMITTANCE = Path(__file__).with_name("remittance.typ")
# What a batch holds, or sent: what was taken out of it is not of it any more.
OF_BATCH = (*ON_THE_WAY, PaymentStatus.CONFIRMED, PaymentStatus.FAILED, PaymentStatus.REVERSED)


def rows(batch: Batch) -> Sequence[Payment]:
    found = Payment.objects.filter(batch=batch, status__in=OF_BATCH).with_claim()
    return found.order_by("partner__name", "pk")


def in_clear(details: BankDetails) -> Account:
    """ClaimRefused if nobody can read it any more, or somebody changed it behind Windfall's back."""
    try:
        secrets = vault.opened(details.secret, company_id=details.company_id)
    except vault.Unreadable:
        raise ClaimRefused(
            f"The bank details of {details.holder} cannot be read: let them be entered anew before anything is paid to them."
        ) from None
    if secrets.account[-4:] != details.last4:
        raise ClaimRefused(f"The bank details of {details.holder} do not fit together: let them be entered anew.")
    return Account(details.holder, secrets.account, secrets.routing, details.bic)


def bank_order(batch: Batch) -> bytes:
    """The batch as pain.001.001.09. ClaimRefused with what is missing."""
    if batch.method != Method.BANK:
        raise ClaimRefused("A credit memo does not go to a bank.")
    payer = batch.account or details_of([batch.vendor_id]).get(batch.vendor_id)
    if payer is None:
        raise ClaimRefused(
            f"{batch.vendor} has not entered the account that it pays from. Its channel manager does, under Team."
        )
    if not payer.is_checked:
        raise ClaimRefused(
            f"Nobody has checked the account that {batch.vendor} pays from yet: call back, and say so under Bank details."
        )
    found = list(rows(batch))
    if not found:
        raise ClaimRefused("There is nothing in this batch.")
    transfers = [
        Transfer(
            payment.end_to_end,
            major(payment.amount, payment.currency),
            in_clear(account_of(payment)),
            f"{payment.claim.number} {payment.claim.title}",
        )
        for payment in found
    ]
    return xml(Order(batch.message_id, batch.created_at, batch.execute_on, batch.currency, in_clear(payer), transfers))


def account_of(payment: Payment) -> BankDetails:
    if payment.account is None:
        raise ClaimRefused(f"{payment.number} goes to no account. Take it out of the batch.")
    return payment.account


def remittance(batch: Batch, partner: Partner, now: datetime) -> bytes:
    """What this batch pays to one partner, as an accessible PDF (PDF/UA-1)."""
    found = [payment for payment in rows(batch) if payment.partner_id == partner.pk]
    how = "by credit memo" if batch.method == Method.CREDIT else f"to {found[0].account or 'your account'}"
    facts = {
        "title": f"Remittance advice {batch.number}",
        "to": partner.name,
        "day": date_format(batch.execute_on),
        "words": f"{batch.vendor.name} pays you {how}. Each payment has its number as reference.",
        "footer": f"{batch.number} · Windfall",
        "rows": [[p.end_to_end, f"{p.claim.number} {p.claim.title}", show(p.amount, batch.currency)] for p in found],
        "total": show(sum(p.amount for p in found), batch.currency),
    }
    return typeset(REMITTANCE, facts, now)
