"""A day or an amount as it is written anywhere."""

import re
from datetime import date
from decimal import Decimal

from claims.reading.words import MONTH_OF, SIGNS
from programs.money import CURRENCIES, digits

NAME = r"[^\W\d_]{3,12}"
DAYS = (
    re.compile(r"(?P<y>20\d\d)\s?[-/.年]\s?(?P<m>\d{1,2})\s?[-/.月]\s?(?P<d>\d{1,2})"),
    re.compile(
        rf"(?P<d>\d{{1,2}})(?:st|nd|rd|th|er|\.|º)?[\s-]+(?:de\s+)?(?P<name>{NAME})\.?,?[\s-]+(?:de\s+)?(?P<y>20\d\d)"
    ),
    re.compile(rf"(?P<name>{NAME})\.?\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y>20\d\d)"),
    re.compile(r"(?<!\d)(?P<a>\d{1,2})(?P<sep>[./-])(?P<b>\d{1,2})(?P=sep)(?P<y>20\d\d|\d\d)(?!\d)"),
)
# Thousands in threes, or as in India first in threes and then in twos; then perhaps decimals. Never a part of a longer number.
AMOUNT = re.compile(
    r"(?<![\w.,])(?:"
    r"-?\d{1,3}(?:[.,'’ \u00a0\u202f]\d{3})+(?:[.,]\d{1,3})?"
    r"|\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d{1,2})?"
    r"|\d+(?:[.,]\d{1,3})?"
    r")(?![\w%]|[.,]\d)"
)
SIGN = re.compile("|".join(re.escape(sign) for sign in sorted(SIGNS, key=len, reverse=True)))
CODE = re.compile(rf"\b(?:{'|'.join(CURRENCIES)})(?![A-Za-z])|(?<![A-Za-z])(?:{'|'.join(CURRENCIES)})(?=\d)")


def day_in(text: str, *, month_first: bool) -> date | None:
    """The first day in the text. Where 03/11/2026 may be either, `month_first` decides."""
    hits = []
    for pattern in DAYS:
        hits += [(hit.start(), hit) for hit in pattern.finditer(text)]
    for _, hit in sorted(hits, key=lambda found: found[0]):
        if (day := day_of(hit.groupdict(), month_first)) is not None:
            return day
    return None


def day_of(parts: dict[str, str | None], month_first: bool) -> date | None:
    year = int(parts["y"] or 0)
    if parts.get("name"):
        month, day = MONTH_OF.get(str(parts["name"]).casefold(), 0), int(parts["d"] or 0)
    elif parts.get("m"):
        month, day = int(parts["m"] or 0), int(parts["d"] or 0)
    else:
        first, second = int(parts["a"] or 0), int(parts["b"] or 0)
        is_month = second > 12 or (month_first and parts["sep"] == "/" and first <= 12)
        month, day = (first, second) if is_month else (second, first)
    try:
        return date(year if year > 99 else 2000 + year, month, day)
    except ValueError:
        return None


def amounts_in(text: str, currency: str) -> list[Decimal]:
    """The amounts in the text, in major units, in their order. Marks between thousands and decimals may be of any country."""
    return [amount for hit in AMOUNT.finditer(text) if (amount := decimal_of(hit.group(), currency)) is not None]


def decimal_of(written: str, currency: str) -> Decimal | None:
    places = digits(currency)
    bare = re.sub(r"[\s'’\u00a0\u202f]", "", written)
    mark = max(bare.rfind("."), bare.rfind(","))
    if mark == -1:
        return Decimal(bare)
    both = "." in bare and "," in bare
    behind = len(bare) - mark - 1
    # Three digits behind the only mark are thousands, but in a currency with three decimals.
    alone = both or bare.count(bare[mark]) == 1
    is_decimal = places > 0 and alone and (behind != 3 or places == 3)
    whole, fraction = (bare[:mark], bare[mark + 1 :]) if is_decimal else (bare, "")
    if len(fraction) > places:
        return None
    return Decimal(re.sub(r"[.,]", "", whole) + ("." + fraction if fraction else ""))


def currency_in(text: str) -> str:
    """The currency that the text names by its code, else by its sign; "" for none."""
    if hit := CODE.search(text):
        return hit.group()
    hit = SIGN.search(text)
    return SIGNS[hit.group()] if hit else ""
