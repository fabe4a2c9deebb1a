"""What is asked for, proven, decided and paid."""

from claims.models.claims import Claim, ClaimQuerySet
from claims.models.lines import Line, Proof
from claims.models.payments import Payment
from claims.models.requests import FundRequest, FundRequestQuerySet, RequestFile, RequestLine

__all__ = [
    "Claim",
    "ClaimQuerySet",
    "FundRequest",
    "FundRequestQuerySet",
    "Line",
    "Payment",
    "Proof",
    "RequestFile",
    "RequestLine",
]
