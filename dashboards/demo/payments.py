"""The demo's payments: who is paid where, what waits, what left, what fell short and what was taken back."""

from datetime import datetime, timedelta

from django.db.models import Count

from claims import actions, vault
from claims.models import BankDetails, Claim, Payment
from claims.states import ClaimStatus
from dashboards.demo.people import Cast
from partners.models import Company, User
from programs.models import Vendor

# Banks that banks' own examples name, with so many digits behind them: the accounts belong to nobody.
BANKS = {
    "DE": ("37040044", 10),
    "GB": ("WEST123456", 8),
    "FR": ("20041010050500013", 6),
    "CH": ("00762", 12),
    "NL": ("ABNA", 10),
}
# Two partners with one account: a sign of trouble on their claims, which may have a good reason.
SHARED = {"blue-fen": "al-noor"}


def iban(country: str, account: int) -> str:
    """With the check digits that fit."""
    bank, digits = BANKS[country]
    number = f"{bank}{account:0{digits}d}"
    rest = int("".join(str(int(sign, 36)) for sign in f"{number}{country}00")) % 97
    return f"{country}{98 - rest:02d}{number}"


def enter(company: Company, by: User, now: datetime) -> BankDetails:
    same = SHARED.get(company.slug, company.slug)
    account = 53_201_300 + sum(place * ord(letter) for place, letter in enumerate(same, 1))
    country = company.country if company.country in BANKS and company.slug not in {*SHARED, *SHARED.values()} else "US"
    tax = f"{100_000_000 + 7 * company.pk}"
    said = {"kind": "us", "secrets": vault.Secrets(f"{account:012d}", "021000021", tax)}
    if country in BANKS:
        bic = "" if country in ("DE", "FR", "NL") else "EXAMGB2LXXX"
        said = {"kind": "iban", "secrets": vault.Secrets(iban(country, account), tax_id=country + tax), "bic": bic}
    return actions.enter_details(company=company, holder=company.name, country=country, by=by, now=now, **said)  # type: ignore[arg-type]


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
