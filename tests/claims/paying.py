"""Payments in each of their states, for the tests of them."""

from types import SimpleNamespace

from django.db import connection

from claims import actions, vault
from claims.models import BankDetails, Batch, Claim, Hold, Payment, Reversal, ShortPay
from funds.models import Allocation
from partners.models import Company, Partner, User
from partners.states import Role
from tests.cast import NOW, TODAY, World, person, site

IBAN = "DE89370400440532013000"
SECRETS = vault.Secrets(IBAN, tax_id="DE123456789")


def colleague(w: World, name: str = "fiona") -> User:
    """Another person of finance."""
    return User.objects.filter(email=f"{name}@people.example").first() or person(name, site(), Role.FINANCE)


def enter(company: Company, by: User, secrets: vault.Secrets = SECRETS, **fields) -> BankDetails:
    said = {"kind": "iban", "holder": company.name, "country": "DE"} | fields
    return actions.enter_details(company=company, secrets=secrets, by=by, now=NOW, **said)


def with_bank(w: World, partner: Partner | None = None, owner: User | None = None) -> BankDetails:
    """The partner's bank details as they stand, entered and checked now where there were none."""
    partner, owner = partner or w.brightpath, owner or w.owner
    found = BankDetails.objects.filter(company=partner.pk, replaced_at=None).first() or enter(partner, owner)
    if not found.is_checked:
        actions.check_details(details=found, words="Called Olga on the number we had.", by=w.finance, now=NOW)
        found.refresh_from_db()
    return found


def with_payer(w: World, secrets: vault.Secrets = SECRETS, **fields) -> BankDetails:
    """The account that Northgate pays from, checked."""
    details = enter(w.northgate, w.manager, secrets, **fields)
    actions.check_details(details=details, words="Called Nora on the number we had.", by=w.finance, now=NOW)
    return details


def due(w: World, fund: Allocation | None = None, owner: User | None = None, cost: int = 1_000_00) -> Payment:
    """A payment of half of `cost` that may be paid."""
    fund = fund or w.fund(100_000_00)
    with_bank(w, fund.partner, owner)
    claim = w.submitted(fund, costs=(cost,), by=owner)
    actions.approve(claim=claim, version=claim.version, by=w.second_admin, now=NOW)
    return Payment.objects.with_claim().get(claim=claim, status="pending")


def approved_too(payment: Payment, by: User) -> None:
    """As if that person had given the claim's second approval. Nobody can: it is put there past the rules."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE claims_claim SET second_by_id = %s WHERE id = %s", [by.pk, payment.claim_id])
        cursor.execute("SET LOCAL session_replication_role = origin")


def batched(w: World, *payments: Payment, by: User | None = None, method: str = "bank") -> Batch:
    first = payments[0]
    made = actions.make_batch(
        vendor=first.vendor,
        currency=first.currency,
        method=method,
        execute_on=TODAY,
        payment_ids=[payment.pk for payment in payments],
        by=by or w.finance,
        now=NOW,
    )
    return made.batch


def sent(w: World, *payments: Payment) -> Batch:
    batch = batched(w, *payments)
    return actions.send_batch(batch=batch, version=batch.version, by=w.finance, now=NOW)


def arrived(payment: Payment, received: int | None = None) -> actions.BankAnswer:
    return actions.BankAnswer(payment.pk, payment.amount if received is None else received, TODAY, f"REF-{payment.pk}")


def failed(payment: Payment) -> actions.BankAnswer:
    return actions.BankAnswer(payment.pk, 0, TODAY, failure="AC04 closed account")


def paid(w: World, fund: Allocation | None = None, owner: User | None = None, received: int | None = None) -> Payment:
    payment = due(w, fund, owner)
    sent(w, payment)
    actions.settle(answers=[arrived(payment, received)], by=w.finance, now=NOW)
    return again(payment)


def again(payment: Payment) -> Payment:
    """The payment as the database has it now."""
    return Payment.objects.with_claim().get(pk=payment.pk)


def short(w: World, fund: Allocation | None = None, owner: User | None = None) -> ShortPay:
    """500.00 were sent, 400.00 arrived."""
    return paid(w, fund, owner, received=400_00).short_pay


def proposed(w: World, payment: Payment, by: User | None = None) -> Reversal:
    claim = Claim.objects.get(pk=payment.claim_id)
    return actions.propose_reversal(
        claim=claim, back_to="fund", code="twice", reason="It was paid twice.", by=by or w.finance, now=NOW
    )


def held(w: World, payment: Payment, by: User) -> Hold:
    return actions.hold(payment=payment, code="other", words="Please wait.", by=by, now=NOW)


def things_of_payment(w: World, fund: Allocation, owner: User) -> SimpleNamespace:
    """One of each, of this fund's partner and vendor: for the pages that everybody of the cast tries to open."""
    payment = due(w, fund, owner)
    waits = due(w, fund, owner)
    in_batch, at_bank = due(w, fund, owner), due(w, fund, owner)
    batch, sent_batch = batched(w, in_batch), sent(w, at_bank)
    return SimpleNamespace(
        payment=payment,
        hold=held(w, waits, owner),
        batch=batch,
        batched_payment=again(in_batch),
        sent_batch=sent_batch,
        sent_payment=again(at_bank),
        short_pay=short(w, fund, owner),
        reversal=proposed(w, paid(w, fund, owner), by=colleague(w)),
    )
