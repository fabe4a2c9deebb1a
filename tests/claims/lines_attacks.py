"""Attacks by SQL on the sums of a line, its rate and its invoice, for `tests/test_database_rules.py`."""

from datetime import date, timedelta
from decimal import Decimal

from claims import actions
from claims.actions.entries import Entry
from claims.actions.sharing import register
from claims.models import Claim, ExchangeRate, Invoice
from programs.money import LARGEST
from tests.cast import NOW, TODAY, World, accepted_file

PAST = "SET LOCAL session_replication_role = replica; "
FOREIGN = "UPDATE claims_line SET %s WHERE claim_id = {foreign}"
LINE = "UPDATE claims_line SET %s WHERE claim_id = {shared}"
RATE = "INSERT INTO claims_exchangerate (base, quote, day, rate, source, changed_at) VALUES ('%s', '%s', '%s', %s, '', now())"
INVOICE = (
    "INSERT INTO claims_invoice (partner_id, supplier, number, supplier_key, number_key, day, currency, total) "
    "SELECT partner_id, supplier, number, supplier_key, number_key, day, currency, %s FROM claims_invoice WHERE id = {invoice}"
)
FILED = (
    "UPDATE claims_claim SET status = 'submitted', version = version + 1, filed_by_id = {owner}, filed_at = now() "
    "WHERE id = {%s}"
)

LINES_ATTACKS = {
    "claims_line.one_line_of_a_key": [
        "INSERT INTO claims_line (claim_id, position, what, supplier, invoice_number, invoice_date, net, total, part, amount, "
        "asked, status, reason_code, reason, key) SELECT claim_id, 9, 'x', 'x', 'x', now(), 2, 2, 2, 2, 1, 'pending', '', '', "
        "key FROM claims_line WHERE claim_id = {shared}"
    ],
    "claims_line.line_adds_up": [
        PAST + LINE % "tax = tax + 1",
        PAST + LINE % "net = net - 1",
        PAST + LINE % "tax = -1, net = total + 1",
        PAST + LINE % f"net = {LARGEST + 1}, total = {LARGEST + 1}, invoice_id = NULL",
    ],
    "claims_line.line_part_range": [
        PAST + LINE % "part = total + 1",
        PAST + FOREIGN % "part = 0",
        PAST + FOREIGN % "part = -1",
    ],
    "claims_line.line_amount_of_its_part": [PAST + LINE % "part = amount - 1"],
    "claims_line.line_rate_of_its_day": [
        PAST + FOREIGN % "rate = NULL",
        PAST + FOREIGN % "rate = 0",
        PAST + FOREIGN % "rate_day = invoice_date + 1",
        PAST + FOREIGN % "rate_day = invoice_date - 8",
        PAST + LINE % "rate = 1, rate_day = invoice_date",
    ],
    "claims_line.invoice_as_on_the_line": [
        FOREIGN % "invoice_id = {invoice}",
        "UPDATE claims_line SET invoice_id = {other_invoice} WHERE claim_id = {shared}",
        # What it says changes after it pointed there.
        LINE % "net = net * 2, total = total * 2",
        LINE % "invoice_date = invoice_date - 1",
        LINE % "invoice_currency = 'EUR', rate = 1, rate_day = invoice_date",
    ],
    "claims_invoice.one_invoice_of_a_number": [INVOICE % "total"],
    "claims_invoice.invoice_total_range": [INVOICE % "0", INVOICE % str(LARGEST + 1)],
    "claims_invoice.invoice_is_fixed": ["UPDATE claims_invoice SET total = total + 1 WHERE id = {invoice}"],
    "claims_claim.parts_within_their_invoices": [FILED % "shared"],
    "claims_exchangerate.one_rate_of_a_day": [RATE % ("EUR", "USD", TODAY, 2)],
    "claims_exchangerate.rate_of_two_currencies": [RATE % ("EUR", "EUR", TODAY, 1)],
    "claims_exchangerate.rate_range": [RATE % ("GBP", "USD", TODAY, 0), RATE % ("GBP", "USD", TODAY, 10**9 + 1)],
}


def drafted(w: World, entry: Entry) -> Claim:
    """A draft of one line, with a file."""
    claim = actions.start(allocation=w.fund(), title="Split", by=w.owner, now=NOW)
    actions.save(claim=claim, title=claim.title, entries=[entry], by=w.owner, now=NOW)
    actions.attach(claim=claim, accepted=accepted_file(), by=w.owner, now=NOW)
    return w.again(claim)


def entry(number: str = "S-1", total: int = 1_000_00, day: date = TODAY, supplier: str = "Expo", **more) -> Entry:
    return Entry("Fair", supplier, number, day, total, **more)


def rate(base: str = "EUR", quote: str = "USD", value: str = "1.0850", day: date = TODAY) -> ExchangeRate:
    return ExchangeRate.objects.create(base=base, quote=quote, day=day, rate=Decimal(value), source="ECB")


def a_rate() -> ExchangeRate:
    """One more, of a day of its own."""
    return rate(day=TODAY - timedelta(days=100 + ExchangeRate.objects.count()))


def lines_made(w: World) -> dict[str, int]:
    """A filed claim that takes 60% of an invoice, a draft that wants 60% of it too, and a draft in another currency."""
    rate()
    actions.submit(claim=drafted(w, entry(part=600_00)), by=w.owner, now=NOW)
    shared = drafted(w, entry(part=600_00))
    register(shared)
    foreign = drafted(w, entry("F-1", currency="EUR", total=2_000_00))
    invoice = Invoice.objects.get(number="S-1")
    other = Invoice.objects.create(
        partner=w.othertech, supplier="x", number="x", day=invoice.day, currency="USD", total=invoice.total
    )
    return {"shared": shared.pk, "foreign": foreign.pk, "invoice": invoice.pk, "other_invoice": other.pk}
