"""The demo's payments: who is paid where, what waits, what left, what fell short and what was taken back."""

from datetime import datetime, timedelta

from django.db.models import Count

from claims import actions, vault
from claims.models import BankDetails, Claim, Payment
from claims.states import ClaimStatus
from dashboards.demo.people import Cast
from partners.models import Company, User
from programs.models import Vendor

# Account numbers from the banks' own examples: they have right check digits and belong to nobody.
IBANS = {
    "DE": "DE89370400440532013000",
    "GB": "GB82WEST12345698765432",
    "FR": "FR1420041010050500013M02606",
    "CH": "CH9300762011623852957",
    "NL": "NL91ABNA0417164300",
}
US = {"kind": "us", "country": "US", "secrets": vault.Secrets("000123456789", "021000021", "123456789")}


def enter(company: Company, by: User, now: datetime) -> BankDetails:
    said = US
    if company.country in IBANS:
        number = IBANS[company.country]
        bic = "" if company.country in ("DE", "FR", "NL") else "EXAMGB2LXXX"
        said = {
            "kind": "iban",
            "country": company.country,
            "secrets": vault.Secrets(number, tax_id=f"{company.country}123456789"),
            "bic": bic,
        }
    return actions.enter_details(company=company, holder=company.name, by=by, now=now, **said)  # type: ignore[arg-type]


def enter_accounts(demo: Cast) -> None:
    """Before anything is claimed."""
    finance = demo.finance
    for slug, owner in demo.owners.items():
        # One partner has entered nothing, so that its payments wait; one has just changed its details.
        if slug == "brightpath" or len(slug) % 3:
            details = enter(demo.partners[slug], owner, demo.ago(200))
            words = "Called the number from the contract; they named the account's end and its holder."
            actions.check_details(details=details, words=words, by=finance, now=demo.ago(199))
    for slug in ("northgate-cloud", "skylark-compute"):
        if slug in demo.vendors:
            enter(demo.vendors[slug], demo.managers[slug], demo.ago(200))


def pay_claims(demo: Cast, now: datetime) -> None:
    for vendor_id, currency, _ in groups():
        batch_of(vendor_id, currency, demo.finance, now)
    take_one_back(demo, now)


def groups() -> list[tuple[int, str, int]]:
    found = Payment.objects.payable().order_by().values("vendor", "currency").annotate(count=Count("pk"))
    return list(found.order_by("-count", "vendor").values_list("vendor", "currency", "count")[:2])


def batch_of(vendor_id: int, currency: str, finance: User, now: datetime) -> None:
    """The longest waiting leave with a batch; the first of them arrives short, the last one waits in its batch."""
    chosen = list(Payment.objects.payable().filter(vendor=vendor_id, currency=currency).order_by("due_on", "pk")[:3])
    if len(chosen) < 2:
        return
    sent_at = now - timedelta(days=2)
    made = actions.make_batch(
        vendor=Vendor.objects.get(pk=vendor_id),
        currency=currency,
        method="bank",
        execute_on=sent_at.date(),
        payment_ids=[payment.pk for payment in chosen],
        by=finance,
        now=sent_at,
    )
    actions.send_batch(batch=made.batch, version=made.batch.version, by=finance, now=sent_at)
    first = made.payments[0]
    short = first.amount - first.amount // 20
    answers = [actions.BankAnswer(first.pk, short, sent_at.date(), f"BATCH-{made.batch.pk}-1")]
    actions.settle(answers=answers, by=finance, now=now)


def take_one_back(demo: Cast, now: datetime) -> None:
    """The oldest payment was made twice: one person of finance proposes to take it back, another confirms."""
    paid = Claim.objects.filter(status=ClaimStatus.PAID).order_by("pk")
    for claim, confirms in zip(paid.exclude(partner__slug="brightpath")[:2], (True, False), strict=False):
        reversal = actions.propose_reversal(
            claim=claim,
            back_to="budget" if confirms else "fund",
            code="twice",
            reason="The same invoice was paid by the vendor directly.",
            by=demo.finance,
            now=now,
        )
        if confirms:
            actions.confirm_reversal(reversal=reversal, by=demo.second_finance, now=now)
