"""What is asked for, proven, decided and paid."""

from claims.models.claims import Claim, ClaimQuerySet
from claims.models.invoices import Invoice, InvoiceQuerySet
from claims.models.lines import Line, Proof
from claims.models.outcomes import Outcome, OutcomeQuerySet, OutcomeReport, Result, ResultFile
from claims.models.payments import Payment
from claims.models.rates import Dated, ExchangeRate, Rates
from claims.models.requests import FundRequest, FundRequestQuerySet, RequestFile, RequestLine

__all__ = [
    "Claim",
    "ClaimQuerySet",
    "Dated",
    "ExchangeRate",
    "FundRequest",
    "FundRequestQuerySet",
    "Invoice",
    "InvoiceQuerySet",
    "Line",
    "Outcome",
    "OutcomeQuerySet",
    "OutcomeReport",
    "Payment",
    "Proof",
    "Rates",
    "RequestFile",
    "RequestLine",
    "Result",
    "ResultFile",
]
