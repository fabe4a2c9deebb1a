"""Where a company is paid: who looks after it says so, finance checks it by a call back before it pays."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse

from claims import fingerprints, vault
from claims.actions.batching import all_out
from claims.actions.letters import tell_keepers
from claims.actions.payments import (
    close,
    let_go,
    locked_payments,
    moved,
    one_at_a_time,
    own_hold,
    save,
    wanting,
)
from claims.actions.steps import ClaimChanged, ClaimRefused
from claims.models import BankDetails, Hold, Payment
from claims.states.payments import OF_DETAILS, WAITING, PaymentStatus
from partners.events import event, record
from partners.models import Company, User

P = PaymentStatus


def enter_details(
    *,
    company: Company,
    kind: str,
    holder: str,
    country: str,
    secrets: vault.Secrets,
    bic: str = "",
    by: User,
    now: datetime,
) -> BankDetails:
    """Say from now on where the company is paid. What waits for it is held until finance has checked the new details.

    The event and the mail to the owners name only the last four signs.
    """
    if not by.has_perm("claims.enter_bank_details", company):
        raise PermissionDenied
    with transaction.atomic():
        payments = locked_payments(Payment.objects.filter(partner=company.pk, status__in=[*WAITING, P.BATCHED]))
        one_at_a_time([company.pk])
        known = {payment.pk for payment in payments}
        if Payment.objects.filter(partner=company.pk, status__in=WAITING).exclude(pk__in=known).exists():
            raise ClaimChanged("A payment was planned for you just now. Nothing was changed: please save once more.")
        BankDetails.objects.filter(company=company.pk, replaced_at=None).update(replaced_at=now)
        details = BankDetails.objects.create(
            company_id=company.pk,
            kind=kind,
            holder=holder,
            country=country,
            bic=bic,
            last4=secrets.account[-4:],
            tax_last4=secrets.tax_id[-4:],
            secret=vault.sealed(secrets, company_id=company.pk),
            **fingerprints.of_secrets(secrets),
            entered_by=by,
            entered_at=now,
        )
        hold_for(details, [p for p in payments if p.status in (*WAITING, P.BATCHED)], by=by, now=now)
        data = {"account": details.masked, "country": country, "tax": details.tax_masked}
        record([event(verb="bank details", about=details, by=by, company_id=company.pk, data=data, at=now)])
        transaction.on_commit(lambda: tell_owners(details), robust=True)
    return details


def hold_for(details: BankDetails, payments: list[Payment], *, by: User, now: datetime) -> None:
    """Hold what waits for what is wanting of these details now, and end the holds for what was wanting before."""
    batched = [p for p in payments if p.status == P.BATCHED]
    all_out(batched, by=None, now=now)
    payments = [p for p in payments if p.is_waiting]
    close(
        Hold.objects.filter(payment__in=payments, code__in=OF_DETAILS),
        by=by,
        now=now,
        words="New details were entered.",
    )
    holds = [own_hold(p, code, now) for p in payments for code in wanting(details)]
    Hold.objects.bulk_create(holds)
    free = [p for p in payments if p.status == P.PENDING]
    events = [moved(p, P.ON_HOLD, "held", by=None, now=now, reason_code=wanting(details)[-1]) for p in free]
    save(free)
    record(events)


def check_details(*, details: BankDetails, words: str, by: User, now: datetime) -> int:
    """Finance called back and found them right: what waited for that can be paid. Returns how many payments.

    PermissionDenied for whoever entered them or works for the company.
    """
    if not by.has_perm("claims.check_bank_details", details):
        raise PermissionDenied
    if not words.strip():
        raise ClaimRefused("Say whom you called, under which number, and what they said.")
    with transaction.atomic():
        payments = locked_payments(Payment.objects.filter(partner=details.company_id, status__in=WAITING))
        one_at_a_time([details.company_id])
        details = BankDetails.objects.select_for_update(no_key=True).get(pk=details.pk)
        if details.replaced_at:
            raise ClaimChanged("These bank details were changed meanwhile. Look at the new ones.")
        if details.checked_at:
            raise ClaimRefused("Somebody checked them already.")
        details.checked_by, details.checked_at, details.checked_words = by, now, words.strip()
        details.save()
        holds = Hold.objects.filter(payment__partner=details.company_id, code="new_account", closed_at=None)
        close(holds, by=by, now=now, words=words.strip())
        free = let_go(payments, by=by, now=now, words="The bank details are checked.")
        record(
            [event(verb="checked", about=details, by=by, company_id=details.company_id, reason=words.strip(), at=now)]
        )
    return len(free)


def tell_owners(details: BankDetails) -> None:
    """A change that none of them made is found the same day."""
    subject = f"The bank details of {details.company.name} were changed"
    tell_keepers(
        details.company, subject, "claims/mail/details.txt", {"details": details}, reverse("claims:bank_details")
    )
