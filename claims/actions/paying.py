"""Finance's side: record that an approved claim was paid."""

from datetime import date, datetime

from django.db import transaction

from claims.actions.steps import ClaimRefused, check, locked, move_on, posting
from claims.models import Claim, Payment
from claims.states import ClaimStatus
from funds.ledger import post
from funds.states import Act
from partners.events import record
from partners.models import User


def pay(*, claim: Claim, version: int, paid_on: date, reference: str, by: User, now: datetime) -> Payment:
    """Record the payment of all that was approved, with its date and reference. ClaimRefused for an impossible date."""
    with transaction.atomic():
        claim = locked(claim)
        check(claim, by=by, permission="claims.pay", version=version, to=ClaimStatus.PAID)
        # An approved claim has both: the database's CHECK says so.
        assert claim.decided_at is not None
        assert claim.approved is not None
        decided_on = claim.program.today(claim.decided_at)
        if paid_on > claim.program.today(now):
            raise ClaimRefused("The payment's date is in the future. Record it on the day it leaves.")
        if paid_on < decided_on:
            raise ClaimRefused(f"The claim was approved on {decided_on:%-d %B %Y}: it cannot have been paid before.")
        if not reference.strip():
            raise ClaimRefused("Enter the payment's reference, as the partner will see it on the bank statement.")
        moved = move_on(
            claim,
            verb="paid",
            by=by,
            now=now,
            to=ClaimStatus.PAID,
            paid_on=paid_on,
            reference=reference.strip(),
            amount=claim.approved,
        )
        claim.paid_by, claim.paid = by, claim.approved
        claim.save()
        payment = Payment.objects.create(
            claim=claim,
            amount=claim.approved,
            paid_on=paid_on,
            reference=reference.strip(),
            recorded_by=by,
            recorded_at=now,
        )
        post(posting(Act.PAY, claim, claim.approved, by=by), at=now)
        record([moved])
    return payment
