"""Amounts as portals write them: "$12,450.00", "12.450,00 €", "1'234.50 CHF", "(500.00)", "1 234,56".

Whether a comma or a point stands before the cents is found out from the whole file: one amount that can be read in one way only
tells how its neighbours are meant. Where none does, "1,234" is a thousand, unless its currency has three decimals: then it is
refused.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from funds.statement_files.words import Need
from programs.money import CURRENCIES, LARGEST, SIGNS, digits

BY_LENGTH = sorted(SIGNS, key=len, reverse=True)
NOTHING = {"", "-", "–", "—", "--", "n/a", "na", "n.a.", "nil", "none", "null", "k.a.", "s.o."}
SPACES = re.compile(r"[\s\u00a0\u2007\u2009\u202f]")
APOSTROPHES = "'’`´"
CODE = re.compile(r"(?<![A-Za-z])(" + "|".join(CURRENCIES) + r")(?![A-Za-z])")
GROUPED = {
    mark: re.compile(
        rf"\d{{1,3}}({re.escape(mark)}\d{{3}})+|\d{{1,2}}({re.escape(mark)}\d{{2}})+{re.escape(mark)}\d{{3}}"
    )
    for mark in ",."
}
OTHER = {",": ".", ".": ","}
# Figures with nothing that could be a currency: most cells.
PLAIN = re.compile(r"[\d.,\s()+'’-]*", re.ASCII)


class AmountError(ValueError):
    """A cell that is no amount, or not for sure. Its words go on after the name of the column."""

    def __init__(self, words: str, need: Need | None = None):
        super().__init__(words)
        self.need = need


@dataclass(frozen=True, slots=True)
class Figure:
    """An amount cell taken apart: its bare figures, its sign and the currencies that it may be in (none where it says none)."""

    bare: str
    is_negative: bool
    currencies: tuple[str, ...]


def is_nothing(text: str) -> bool:
    """Whether the cell says that there is no amount: empty, "n/a", or a dash as accountants write it ("$ -")."""
    return without_currency(text.strip())[0].casefold() in NOTHING


def taken_apart(text: str) -> Figure:
    """AmountError for what holds anything but figures, their marks and a currency."""
    rest = text.strip().replace("\u2212", "-")
    rest, currencies = without_currency(rest)
    negative = False
    if rest.startswith("(") and rest.endswith(")"):
        rest, negative = rest[1:-1].strip(), True
        if not currencies:
            rest, currencies = without_currency(rest)
    # "1.200,-" and "500.--": the dash stands for no cents.
    rest = re.sub(r"[.,][-–—]+$", "", rest)
    if rest.endswith("-") or rest.startswith("-"):
        rest, negative = rest.strip("-").strip(), True
        if not currencies:
            rest, currencies = without_currency(rest)
    rest = rest.removeprefix("+")
    rest = SPACES.sub("", rest)
    for mark in APOSTROPHES:
        rest = rest.replace(mark, "")
    if not re.fullmatch(r"[\d.,]*\d[\d.,]*", rest, re.ASCII):
        raise AmountError(f"“{text}” is no amount")
    return Figure(rest.rstrip(",."), negative, currencies)


def without_currency(text: str) -> tuple[str, tuple[str, ...]]:
    """The text without its code or sign, and the currencies that these may mean. A code beats a sign: "$5 CAD" is CAD."""
    if PLAIN.fullmatch(text):
        return text.strip(), ()
    found: tuple[str, ...] = ()
    if match := CODE.search(text):
        found = (match.group(),)
        text = text[: match.start()] + text[match.end() :]
    text = text.strip()
    for sign in BY_LENGTH:
        if text.startswith((sign, f"-{sign}", f"({sign}")) or text.endswith((sign, f"{sign}-", f"{sign})")):
            return text.replace(sign, "", 1).strip(), found or SIGNS[sign]
    return text, found


def decimal_mark(bare: str) -> str | None:
    """Which mark stands before the decimals, where these figures can be read in one way only; "" where they have none.

    None where they could be either: "1,234" is a thousand or a bit more than one.
    """
    marks = [letter for letter in bare if letter in ",."]
    if not marks:
        return ""
    if len(set(marks)) == 2:
        return marks[-1]
    mark = marks[0]
    if len(marks) > 1:
        return OTHER[mark]
    before, _, after = bare.partition(mark)
    if len(after) == 3 and 1 <= len(before) <= 3 and before != "0":
        return None
    return mark


def usual_mark(texts: Iterable[str]) -> str | None:
    """Which mark stands before the decimals in these cells; None where no cell tells, or they disagree as often as not."""
    votes: Counter[str] = Counter()
    for text in texts:
        try:
            mark = decimal_mark(taken_apart(text).bare)
        except AmountError:
            continue
        if mark:
            votes[mark] += 1
    ranked = votes.most_common()
    if not ranked or (len(ranked) == 2 and ranked[0][1] == ranked[1][1]):
        return None
    return ranked[0][0]


def minor(text: str, currency: str, mark: str | None) -> int:
    """The cell as minor units: ("12.450,00 €", "EUR", ",") gives 1245000; a dash is 0.

    `mark` is what stands before the decimals in this file, None where nothing tells. AmountError for what is no amount, can be
    read in two ways, is finer than its currency, or is more than any fund holds.
    """
    if is_nothing(text):
        return 0
    figure = taken_apart(text)
    own = decimal_mark(figure.bare)
    # What can be read in one way only is read so, whatever its neighbours are like.
    reading = mark if own is None else own
    bare = figure.bare
    if reading is None:
        if digits(currency) == 3:
            raise AmountError(
                f"“{text}” can be read in two ways: is the mark in it for thousands or for decimals?", Need.MARK
            )
        # Three figures after a mark are no cents of a currency that has two, or none.
        reading = OTHER[next(letter for letter in bare if letter in ",.")]
    thousands = OTHER.get(reading, "")
    whole, _, fraction = bare.partition(reading) if reading else (bare, "", "")
    if thousands and thousands in whole:
        if not GROUPED[thousands].fullmatch(whole):
            raise AmountError(f"“{text}” has its thousands in odd places")
        whole = whole.replace(thousands, "")
    if not (whole or "0").isdigit() or (fraction and not fraction.isdigit()):
        raise AmountError(f"“{text}” is no amount")
    scaled = Decimal(f"{whole or 0}.{fraction or 0}").scaleb(digits(currency))
    if scaled != scaled.to_integral_value():
        raise AmountError(f"“{text}” is finer than {currency} can be paid")
    if scaled > LARGEST:
        raise AmountError(f"“{text}” is more than any fund holds")
    return -int(scaled) if figure.is_negative else int(scaled)
