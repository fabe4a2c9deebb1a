"""What a bank says became of payments: a CSV file, or an ISO 20022 camt.054 notification. Shown before anything is recorded."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from claims.actions.payers import barred
from claims.actions.paying import BankAnswer, wrong
from claims.models import Payment
from claims.states.payments import PaymentStatus
from partners.models import User
from partners.tables import Fault, FileRefused, Row, Shape, day_of, faults_of, read, wrong_cells
from programs.money import MoneyError, parse

P = PaymentStatus
SHAPE = Shape(
    needed=("end_to_end", "amount", "date", "status"),
    optional=("currency", "reference", "reason"),
    longest={"end_to_end": 35, "reference": 80, "reason": 200},
)
DONE = {"executed", "booked", "paid", "confirmed", "settled", "ok", "acsc", "book"}
NOT_DONE = {"failed", "rejected", "returned", "refused", "rjct", "rtrn"}


class State(StrEnum):
    NEW = "new"
    STANDING = "standing"
    ERROR = "error"


@dataclass(slots=True)
class Planned:
    """One row: what it would do, or what is wrong with it."""

    row: Row
    payment: Payment | None = None
    outcome: BankAnswer | None = None
    state: State = State.ERROR
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def falls_short(self) -> int:
        """By how much less arrived than was sent, in minor units."""
        if self.payment is None or self.outcome is None or self.outcome.failure:
            return 0
        return self.payment.amount - self.outcome.received


@dataclass(slots=True)
class Plan:
    planned: list[Planned]

    def of(self, state: State) -> list[Planned]:
        return [row for row in self.planned if row.state == state]

    @property
    def faults(self) -> list[Fault]:
        return [fault for planned in self.planned for fault in faults_of(planned.row, planned.errors)]

    @property
    def is_ready(self) -> bool:
        return not self.of(State.ERROR) and bool(self.of(State.NEW))

    @property
    def outcomes(self) -> list[BankAnswer]:
        return [planned.outcome for planned in self.planned if planned.outcome is not None]


def rows_of(data: bytes) -> list[Row]:
    """The rows of a CSV file or of a camt.054. FileRefused where it is neither."""
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return notified(data)
    return read(data, SHAPE)


def notified(data: bytes) -> list[Row]:
    """The transactions of a camt.054 notification of any version: its end-to-end id, amount, day, and a return's reason."""
    try:
        root = ElementTree.fromstring(data)
    except (ElementTree.ParseError, DefusedXmlException, ValueError, LookupError):
        raise FileRefused("This XML cannot be read: it is broken, or holds what no bank writes.") from None
    rows: list[Row] = []
    for entry in root.iterfind(".//{*}Ntry"):
        day = text(entry, "BookgDt/Dt") or text(entry, "BookgDt/DtTm")[:10] or text(entry, "ValDt/Dt")
        for found in entry.iterfind("{*}NtryDtls/{*}TxDtls"):
            amount = found.find("{*}Amt")
            returned = found.find("{*}RtrInf")
            reason = "" if returned is None else text(returned, "Rsn/Cd") or text(returned, "AddtlInf") or "returned"
            cells = {
                "end_to_end": text(found, "Refs/EndToEndId"),
                "amount": "" if amount is None else (amount.text or "").strip(),
                "currency": "" if amount is None else amount.get("Ccy", ""),
                "date": day,
                "status": "booked" if returned is None else "returned",
                "reference": text(found, "Refs/AcctSvcrRef"),
                "reason": reason,
            }
            rows.append(Row(len(rows) + 1, cells))
    if not rows:
        raise FileRefused("There is no payment in this file: a camt.054 names each under Ntry, NtryDtls, TxDtls.")
    if len(rows) > SHAPE.most_rows:
        raise FileRefused(f"The file has more than {SHAPE.most_rows:,} payments. Split it.")
    return rows


def text(element, path: str) -> str:
    found = element.find("/".join(f"{{*}}{name}" for name in path.split("/")))
    return (found.text or "").strip()[:200] if found is not None else ""


def payment_id(end_to_end: str) -> int | None:
    number = end_to_end.strip().upper().removeprefix("WF-")
    return int(number) if number.isdecimal() and number.isascii() and len(number) <= 18 else None


def plan(rows: Sequence[Row], *, by: User, now: datetime) -> Plan:
    """What these rows would do, and what is wrong with them. Three queries, however many rows."""
    ids = {row.line: payment_id(row.cells["end_to_end"]) for row in rows}
    found = {p.pk: p for p in Payment.objects.filter(pk__in=[pk for pk in ids.values() if pk]).with_claim()}
    why_not = barred(list(found.values()), by) if found else {}
    seen: dict[int, int] = {}
    planned = []
    for row in rows:
        pk = ids[row.line]
        made = judged(row, found.get(pk) if pk else None, why_not, now)
        if made.payment is not None and (first := seen.setdefault(made.payment.pk, row.line)) != row.line:
            made.errors["end_to_end"] = f"This payment stands in line {first} too."
            made.state = State.ERROR
        planned.append(made)
    return Plan(planned)


def judged(row: Row, payment: Payment | None, why_not: dict[int, str], now: datetime) -> Planned:
    errors = wrong_cells(row, SHAPE)
    made = Planned(row, payment, errors=errors)
    if payment is None or payment.batch_id is None:
        errors.setdefault("end_to_end", "No payment of ours that went to a bank has this id.")
        return made
    day = day_of(row, "date", errors)
    if day is None:
        errors.setdefault("date", "The day is missing.")
    amount = amount_of(row, payment, errors)
    status = row.cells["status"].strip().casefold()
    if status not in DONE | NOT_DONE:
        errors.setdefault("status", "Write executed or failed.")
    if errors or day is None or amount is None:
        return made
    made.outcome = outcome_of(row, payment, amount, day, failed=status in NOT_DONE)
    if made.outcome.is_standing(payment):
        made.state = State.STANDING
        return made
    if words := unfit(payment, made.outcome, why_not, now):
        errors[""] = words
        made.outcome = None
        return made
    made.state = State.NEW
    return made


def amount_of(row: Row, payment: Payment, errors: dict[str, str]) -> int | None:
    currency = row.cells["currency"].strip().upper()
    if currency and currency != payment.currency:
        errors.setdefault("currency", f"It was sent in {payment.currency}.")
        return None
    try:
        amount = parse(row.cells["amount"], payment.currency)
    except MoneyError as error:
        errors.setdefault("amount", str(error))
        return None
    if amount > payment.amount:
        errors.setdefault("amount", "That is more than was sent.")
    return amount


def outcome_of(row: Row, payment: Payment, amount: int, day: date, *, failed: bool) -> BankAnswer:
    if failed:
        return BankAnswer(payment.pk, 0, day, "", row.cells["reason"] or "No reason given.")
    return BankAnswer(payment.pk, amount, day, row.cells["reference"] or payment.end_to_end)


def unfit(payment: Payment, outcome: BankAnswer, why_not: dict[int, str], now: datetime) -> str:
    if payment.pk in why_not:
        return f"{why_not[payment.pk]} Somebody else records it."
    if payment.status == P.BATCHED:
        return "Its batch is not marked as sent yet."
    if payment.status != P.SENT:
        return f"It is «{P(payment.status).label.lower()}» already."
    return wrong(payment, outcome, payment.claim.program.today(now))
