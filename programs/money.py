"""Money as integers in minor units (cents) with an ISO 4217 currency beside them. A leaf: imports no model.

Rounding: half-even, once, at the line. A share is taken of each line by itself and the lines are added up, so that what a
page shows per line adds up to what it shows below. A currency has the minor digits that ISO 4217 gives it: two for USD, none for
JPY, three for KWD.

Where one amount is split among many, nothing is rounded: `split` gives each its exact share down to whole minor units, and those
that are left go one by one to the largest remainders. So the parts add up to the amount exactly.
"""

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from functools import cache

from babel import Locale
from babel.numbers import get_currency_precision, get_currency_symbol
from moneyed import CURRENCIES as KNOWN
from moneyed import CurrencyDoesNotExist, get_currency

LOCALE = Locale("en", "US")
# The most that one amount may be, in minor units: far above any fund, far below what a bigint column holds of sums.
LARGEST = 10**14

CURRENCIES = [
    "USD",
    "EUR",
    "GBP",
    "CHF",
    "SEK",
    "NOK",
    "DKK",
    "PLN",
    "CZK",
    "HUF",
    "RON",
    "TRY",
    "ILS",
    "AED",
    "SAR",
    "KWD",
    "BHD",
    "ZAR",
    "INR",
    "SGD",
    "HKD",
    "CNY",
    "TWD",
    "JPY",
    "KRW",
    "THB",
    "MYR",
    "IDR",
    "PHP",
    "VND",
    "AUD",
    "NZD",
    "CAD",
    "MXN",
    "BRL",
    "CLP",
    "COP",
]
# What is written beside amounts, and of which currencies.
SIGNS = {
    "€": ("EUR",),
    "£": ("GBP",),
    "₹": ("INR",),
    "₩": ("KRW",),
    "₪": ("ILS",),
    "₺": ("TRY",),
    "฿": ("THB",),
    "₫": ("VND",),
    "₱": ("PHP",),
    "zł": ("PLN",),
    "Kč": ("CZK",),
    "Ft": ("HUF",),
    "R$": ("BRL",),
    "US$": ("USD",),
    "C$": ("CAD",),
    "CA$": ("CAD",),
    "A$": ("AUD",),
    "AU$": ("AUD",),
    "NZ$": ("NZD",),
    "S$": ("SGD",),
    "HK$": ("HKD",),
    "NT$": ("TWD",),
    "MX$": ("MXN",),
    "CN¥": ("CNY",),
    "SFr.": ("CHF",),
    "Fr.": ("CHF",),
    # What several countries write. The first is meant where nothing else is said and the sign is its own by custom.
    "$": ("USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD", "MXN", "CLP", "COP"),
    "¥": ("JPY", "CNY"),
    "kr": ("SEK", "NOK", "DKK"),
    "kr.": ("DKK", "SEK", "NOK"),
}
BESIDE = "|".join([re.escape(sign) for sign in sorted(SIGNS, key=len, reverse=True)] + ["[A-Z]{3}"])
TYPED = re.compile(
    rf"(?P<minus>-?) ?(?P<before>{BESIDE})? ?(?P<inner>-?)"
    r"(?P<whole>\d{1,20}|\d{1,3}(,\d{3}){1,6}|\d{1,3}( \d{3}){1,6})(?P<fraction>\.\d{1,10})?"
    rf" ?(?P<after>{BESIDE})?",
    re.ASCII,
)


class MoneyError(ValueError):
    """A text that is no amount of this currency. Its words are for the user."""


def digits(currency: str) -> int:
    """Minor digits of a currency: 2 for USD, 0 for JPY, 3 for KWD. MoneyError for a code that is none."""
    try:
        return get_currency_precision(get_currency(currency).code)
    except CurrencyDoesNotExist:
        raise MoneyError(f"{currency} is not a currency code. An example: USD.") from None


# The minor digits of those currencies that have not two, by their codes.
DIGITS = {code: places for code in sorted(KNOWN) if (places := get_currency_precision(code)) != 2}


def major(amount: int, currency: str) -> Decimal:
    """Minor units as a decimal: (1050, "USD") gives Decimal("10.50")."""
    return Decimal(amount).scaleb(-digits(currency))


def parse(text: str, currency: str) -> int:
    """What a person typed, as minor units: "1,234.50" in USD gives 123450.

    Takes one code or sign of this currency, before or after, and commas or spaces between thousands. MoneyError for anything
    else, for a fraction that the currency does not have, and for an amount over `LARGEST`.
    """
    places = digits(currency)
    typed = TYPED.fullmatch(" ".join(text.split()))
    if not typed or (typed["minus"] and typed["inner"]):
        raise MoneyError("Enter an amount, as in 1,250.00.")
    if typed["before"] and typed["after"]:
        raise MoneyError("Write the currency once at most, before the amount or after it.")
    beside = typed["before"] or typed["after"]
    if beside and beside != currency and currency not in SIGNS.get(beside, ()):
        raise MoneyError(f"Enter this amount in {currency}, not in {beside}.")
    bare = re.sub("[, ]", "", typed["minus"] + typed["inner"] + typed["whole"]) + (typed["fraction"] or "")
    scaled = Decimal(bare).scaleb(places)
    if scaled != scaled.to_integral_value():
        what = "has no decimals" if places == 0 else f"has {places} decimals"
        raise MoneyError(f"{currency} {what}: {bare} is too fine.")
    if abs(scaled) > LARGEST:
        raise MoneyError("That is more than any fund holds.")
    return int(scaled)


@cache
def look(currency: str) -> tuple[str, int]:
    """What stands before an amount, and how many minor digits it has. Asking Babel for each amount took most of a page's time."""
    sign = get_currency_symbol(currency, LOCALE)
    # A code needs a space before the figures ("CHF 5.00"), a sign does not ("$5.00").
    return f"{sign}\u00a0" if sign[-1].isalpha() else sign, digits(currency)


def show(amount: int | None, currency: str) -> str:
    """As people read it: (1050, "USD") gives "$10.50"; None gives a dash."""
    if amount is None:
        return "–"
    sign, places = look(currency)
    whole, part = divmod(abs(amount), 10**places)
    text = f"{sign}{whole:,}.{part:0{places}d}" if places else f"{sign}{whole:,}"
    return f"-{text}" if amount < 0 else text


def show_whole(amount: int, currency: str) -> str:
    """What is only about right, without minor units: (4825037, "USD") gives "$48,250"."""
    sign, places = look(currency)
    whole = round(Fraction(amount, 10**places))
    return f"-{sign}{-whole:,}" if whole < 0 else f"{sign}{whole:,}"


def plain(amount: int, currency: str) -> str:
    """As a machine or a form field reads it: (105000, "USD") gives "1050.00"."""
    return f"{major(amount, currency):f}"


def share(amount: int, percent: Decimal) -> int:
    """`percent` of one line, half-even: (1005, 50) gives 502."""
    return int((Decimal(amount) * percent / 100).quantize(Decimal(1), rounding=ROUND_HALF_EVEN))


def split(amount: int, weights: Sequence[int]) -> list[int]:
    """`amount` in proportion to `weights`, by largest remainder: (100, [1, 1, 1]) gives [34, 33, 33].

    The parts add up to the amount; none is a whole unit away from its exact share; a larger weight never gets less than a smaller
    one, and at equal remainders whoever stands first gets the unit. ValueError for an amount or a weight below zero, and if
    no weight is above it.
    """
    whole = sum(weights)
    if amount < 0 or whole <= 0 or min(weights) < 0:
        raise ValueError("There is nothing to split, or nobody to split it among.")
    exact = [divmod(amount * weight, whole) for weight in weights]
    parts = [part for part, _ in exact]
    by_remainder = sorted(range(len(exact)), key=lambda place: (-exact[place][1], place))
    for place in by_remainder[: amount - sum(parts)]:
        parts[place] += 1
    return parts
