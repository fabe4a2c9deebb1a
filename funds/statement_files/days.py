"""Days as portals write them: "2026-12-31", "12/31/2026", "31.12.26", "31-Dec-2026", "31 décembre 2026", a serial number.

Whether the day or the month comes first is found out from the whole file, as with amounts; what nothing tells is refused.
"""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache

from babel import Locale

from funds.statement_files.words import Need
from partners.tables import FIRST_YEAR, LAST_YEAR

LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "pt", "pl", "sv", "da", "nb", "fi", "cs", "tr", "hu", "ro", "ru", "el")
NUMERIC = re.compile(r"(\d{1,4})\s?[-/. ]\s?(\d{1,2})\s?[-/. ]\s?(\d{1,4})\.?")
COMPACT = re.compile(r"(20\d\d)(0[1-9]|1[0-2])([0-3]\d)")
SERIAL = re.compile(r"\d{5}(\.0+)?")
TIME = re.compile(
    r"[T ,]+\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?\s?([ap]\.?m\.?)?\s?(Z|UTC|GMT|[A-Z]{3,4}|[+-]\d{2}:?\d{2})?$",
    re.IGNORECASE,
)
WEEKDAY = re.compile(r"^[^\W\d_]{2,12}\.?,\s*", re.UNICODE)
NAMED = re.compile(
    r"(?:(\d{1,2})(?:st|nd|rd|th|er|º|\.)?[\s./-]*(?:de\s+|of\s+)?([^\W\d_]{3,12})\.?"  # 31 December, 31. Dez., 31 de diciembre
    r"|([^\W\d_]{3,12})\.?[\s./-]*(\d{1,2})(?:st|nd|rd|th)?)"  # December 31st
    r"[\s,./-]+(?:de[l]?\s+)?(\d{4}|\d{2})"
)
# 2026年12月31日, 2026년 12월 31일
EASTERN = str.maketrans("年月년월", "----", "日일")
EPOCH = date(1899, 12, 30)
DAY_FIRST, MONTH_FIRST = "day first", "month first"
NOTHING = {"", "-", "–", "—", "n/a", "na", "none", "null", "tbd", "k.a.", "offen"}


class DayError(ValueError):
    """A cell that is no day, or not for sure. Its words go on after the name of the column."""

    def __init__(self, words: str, need: Need | None = None):
        super().__init__(words)
        self.need = need


def is_nothing(text: str) -> bool:
    return text.strip().casefold() in NOTHING


@cache
def months() -> dict[str, int]:
    """Names of months, long and short, in the languages that portals are in: {"december": 12, "dez": 12, …}.

    A short name that means another month elsewhere is in none.
    """
    found: dict[str, set[int]] = {}
    for language in LANGUAGES:
        locale = Locale(language)
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in locale.months[context][width].items():
                    found.setdefault(name.casefold().rstrip("."), set()).add(number)
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    ):
        found[name] = {number}
    found |= {
        "sept": {9},
        "mär": {3},
        "mrz": {3},
        "maerz": {3},
        "dez": {12},
        "okt": {10},
        "mai": {5},
        "juin": {6},
        "juil": {7},
        "déc": {12},
    }
    return {name: next(iter(numbers)) for name, numbers in found.items() if len(numbers) == 1}


def bare(text: str) -> str:
    return WEEKDAY.sub("", TIME.sub("", text.translate(EASTERN).strip())).strip()


def order_of(texts: Iterable[str]) -> str | None:
    """DAY_FIRST or MONTH_FIRST, where one of these cells tells; None where none does or they disagree."""
    told = set()
    for text in texts:
        if (match := NUMERIC.fullmatch(bare(text))) and len(match[1]) <= 2:
            first, second = int(match[1]), int(match[2])
            if first > 12 >= second:
                told.add(DAY_FIRST)
            elif second > 12 >= first:
                told.add(MONTH_FIRST)
            elif "." in text and "/" not in text:
                # With points between them, no language writes the month first.
                told.add(DAY_FIRST)
    return told.pop() if len(told) == 1 else None


def is_day(text: str) -> bool:
    """Whether it looks like a day, in whichever order."""
    for order in (DAY_FIRST, MONTH_FIRST):
        try:
            return read(text, order) is not None
        except DayError:
            continue
    return False


def read(text: str, order: str | None) -> date | None:
    """The day in a cell; None where it says there is none. DayError for what is no day, or can be read in two ways."""
    if is_nothing(text):
        return None
    rest = bare(text)
    if match := COMPACT.fullmatch(rest):
        return made(text, int(match[1]), int(match[2]), int(match[3]))
    if SERIAL.fullmatch(rest):
        day = EPOCH + timedelta(days=int(float(rest)))
        return made(text, day.year, day.month, day.day)
    if match := NUMERIC.fullmatch(rest):
        return numeric(text, match[1], match[2], match[3], order)
    if match := NAMED.fullmatch(rest):
        name = (match[2] or match[3]).casefold()
        number = months().get(name)
        if number is None:
            raise DayError(f"“{text}” is no day: “{match[2] or match[3]}” is no month")
        return made(text, full_year(match[5]), number, int(match[1] or match[4]))
    raise DayError(f"“{text}” is no day")


def numeric(text: str, first: str, second: str, third: str, order: str | None) -> date:
    if len(first) == 4:
        return made(text, int(first), int(second), int(third))
    if len(first) == 3 or len(third) not in (2, 4):
        raise DayError(f"“{text}” is no day")
    year, a, b = full_year(third), int(first), int(second)
    if a > 12 or "." in text:
        return made(text, year, b, a)
    if b > 12:
        return made(text, year, a, b)
    if a == b:
        return made(text, year, a, b)
    if order is None:
        raise DayError(f"“{text}” can be read in two ways: is the day first, or the month?", Need.ORDER)
    return made(text, year, b, a) if order == DAY_FIRST else made(text, year, a, b)


def full_year(text: str) -> int:
    return int(text) + 2000 if len(text) == 2 else int(text)


def made(text: str, year: int, month: int, day: int) -> date:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise DayError(f"“{text}” has a year that no program runs in")
    try:
        return date(year, month, day)
    except ValueError:
        raise DayError(f"“{text}” is no day of the calendar") from None
