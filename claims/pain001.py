"""A batch as the bank takes it: ISO 20022 pain.001.001.09, a customer's order to transfer money.

Source: ISO 20022 message definition pain.001.001.09; for euros the SEPA credit transfer guidelines of the European Payments
Council (EPC132-08): level SEPA, charges shared, and its letters alone. The file is the same each time that it is made.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from xml.etree import ElementTree  # writes only

SPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
LETTERS = dict(
    zip("ßæÆøØœŒłŁđĐ&_", ["ss", "ae", "AE", "o", "O", "oe", "OE", "l", "L", "d", "D", "+", "-"], strict=True)
)
FOREIGN = re.compile(r"[^A-Za-z0-9/\-?:().,'+ ]")


def latin(text: str, most: int) -> str:
    """In the letters that every bank takes: without accents, others as a blank, no slash at either end and no two in a row."""
    plain = "".join(LETTERS.get(sign, sign) for sign in text)
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(sign))
    plain = re.sub(r"/{2,}", "/", re.sub(r"\s+", " ", FOREIGN.sub(" ", plain)))
    return plain.strip(" /")[:most].strip(" /") or "-"


@dataclass(frozen=True, slots=True)
class Account:
    """An account in clear: `routing` for US ones, otherwise `number` is an IBAN."""

    holder: str
    number: str
    routing: str = ""
    bic: str = ""


@dataclass(frozen=True, slots=True)
class Transfer:
    end_to_end: str
    amount: Decimal
    to: Account
    words: str


@dataclass(frozen=True, slots=True)
class Order:
    message_id: str
    made_at: datetime
    execute_on: date
    currency: str
    payer: Account
    transfers: Sequence[Transfer]

    @property
    def total(self) -> Decimal:
        return sum((transfer.amount for transfer in self.transfers), Decimal())

    @property
    def is_sepa(self) -> bool:
        """In euros, between accounts that have an IBAN."""
        return self.currency == "EUR" and not any(a.routing for a in (self.payer, *(t.to for t in self.transfers)))


def put(parent: ElementTree.Element, path: str, text: str = "") -> ElementTree.Element:
    """Elements of these names, one in the other; the last has the text."""
    for name in path.split("/"):
        parent = ElementTree.SubElement(parent, name)
    if text:
        parent.text = text
    return parent


def xml(order: Order) -> bytes:
    root = ElementTree.Element("Document", xmlns=SPACE)
    message = put(root, "CstmrCdtTrfInitn")
    head = put(message, "GrpHdr")
    put(head, "MsgId", order.message_id)
    put(head, "CreDtTm", order.made_at.strftime("%Y-%m-%dT%H:%M:%SZ"))
    put(head, "NbOfTxs", str(len(order.transfers)))
    put(head, "CtrlSum", f"{order.total:f}")
    put(head, "InitgPty/Nm", latin(order.payer.holder, 70))
    block = put(message, "PmtInf")
    put(block, "PmtInfId", order.message_id)
    put(block, "PmtMtd", "TRF")
    put(block, "NbOfTxs", str(len(order.transfers)))
    put(block, "CtrlSum", f"{order.total:f}")
    if order.is_sepa:
        put(block, "PmtTpInf/SvcLvl/Cd", "SEPA")
    put(block, "ReqdExctnDt/Dt", order.execute_on.isoformat())
    put(block, "Dbtr/Nm", latin(order.payer.holder, 70))
    put_account(put(block, "DbtrAcct"), order.payer)
    put_bank(put(block, "DbtrAgt"), order.payer, needed=True)
    put(block, "ChrgBr", "SLEV" if order.is_sepa else "SHAR")
    for transfer in order.transfers:
        put_transfer(put(block, "CdtTrfTxInf"), transfer, order.currency)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="utf-8")


def put_transfer(row: ElementTree.Element, transfer: Transfer, currency: str) -> None:
    put(row, "PmtId/EndToEndId", transfer.end_to_end)
    put(row, "Amt/InstdAmt", f"{transfer.amount:f}").set("Ccy", currency)
    if transfer.to.bic or transfer.to.routing:
        put_bank(put(row, "CdtrAgt"), transfer.to)
    put(row, "Cdtr/Nm", latin(transfer.to.holder, 70))
    put_account(put(row, "CdtrAcct"), transfer.to)
    put(row, "RmtInf/Ustrd", latin(transfer.words, 140))


def put_account(row: ElementTree.Element, account: Account) -> None:
    put(row, "Id/Othr/Id" if account.routing else "Id/IBAN", account.number)


def put_bank(row: ElementTree.Element, account: Account, *, needed: bool = False) -> None:
    bank = put(row, "FinInstnId")
    if account.bic:
        put(bank, "BICFI", account.bic)
    if account.routing:
        member = put(bank, "ClrSysMmbId")
        put(member, "ClrSysId/Cd", "USABA")
        put(member, "MmbId", account.routing)
    elif needed and not account.bic:
        put(bank, "Othr/Id", "NOTPROVIDED")
