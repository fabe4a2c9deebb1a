"""What of an invoice counts: its net or its total, the part that is asked here, and the rate of another currency. A leaf.

All of it is one exact fraction, rounded half-even once. The vendor's share is then taken of that amount, so that a page that
shows both adds up.
"""

from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

from programs.money import digits

# A rate keeps so many decimals; enough for a rial in dinars.
RATE_DECIMALS = 10
LARGEST_RATE = Decimal(10) ** 9


def counted(
    *,
    total: int,
    tax: int,
    part: int,
    with_tax: bool,
    currency: str,
    into: str,
    rate: Decimal | None = None,
) -> int:
    """What a claim may count of an invoice, in minor units of `into`.

    `total`, `tax` and `part` (how much of the total is asked here) are minor units of `currency`; one of it is `rate` of `into`.
    """
    base = total if with_tax else total - tax
    exact = Fraction(base * part, total)
    if rate is not None:
        exact = exchanged(exact, currency=currency, into=into, rate=rate)
    return round(exact)


def exchanged(amount: Fraction | int, *, currency: str, into: str, rate: Decimal) -> Fraction:
    """Minor units of `into`, not rounded yet; one of `currency` is `rate` of it."""
    return amount * Fraction(rate) * Fraction(10) ** (digits(into) - digits(currency))


def inverse(rate: Decimal) -> Decimal:
    """The rate of the pair the other way round: 1.25 dollars for a euro are 0.8 euros for a dollar."""
    return (1 / rate).quantize(Decimal(1).scaleb(-RATE_DECIMALS), rounding=ROUND_HALF_EVEN)


def rate_in_words(rate: Decimal) -> str:
    """Without the zeros that a column adds: 1.0850."""
    whole = f"{rate:f}".rstrip("0")
    places = len(whole.partition(".")[2])
    return whole + "0" * max(0, 4 - places) if "." in whole else whole
