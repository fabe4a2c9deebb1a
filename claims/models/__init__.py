"""What is asked for, proven, decided and paid."""

from claims.models.accounts import AccountKind, BankDetails, FingerprintKey
from claims.models.changes import RowAct, RowChange
from claims.models.claims import Claim, ClaimQuerySet
from claims.models.invoices import Invoice, InvoiceQuerySet
from claims.models.lines import Line, Proof
from claims.models.outcomes import Outcome, OutcomeQuerySet, OutcomeReport, Result, ResultFile
from claims.models.packets import Packet, PacketStatus
from claims.models.payments import Batch, Hold, Payment, PaymentQuerySet
from claims.models.rates import Dated, ExchangeRate, Rates
from claims.models.requests import FundRequest, FundRequestQuerySet, RequestFile, RequestLine
from claims.models.settling import Reversal, ShortPay

__all__ = [
    "AccountKind",
    "BankDetails",
    "Batch",
    "Claim",
    "ClaimQuerySet",
    "Dated",
    "ExchangeRate",
    "FingerprintKey",
    "FundRequest",
    "FundRequestQuerySet",
    "Hold",
    "Invoice",
    "InvoiceQuerySet",
    "Line",
    "Outcome",
    "OutcomeQuerySet",
    "OutcomeReport",
    "Packet",
    "PacketStatus",
    "Payment",
    "PaymentQuerySet",
    "Proof",
    "Rates",
    "RequestFile",
    "RequestLine",
    "Result",
    "ResultFile",
    "Reversal",
    "RowAct",
    "RowChange",
    "ShortPay",
]
