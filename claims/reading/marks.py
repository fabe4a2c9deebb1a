"""The bank accounts and tax numbers that a text names: IBANs and US accounts by their check digits, tax numbers by their word."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from claims import account_numbers as numbers
from claims.reading import words

ACCOUNT, TAX = "a", "t"
MOST = 20
# A tax of 1,250.00 is no number of somebody's.
LEAST_DIGITS = 7
IBAN = re.compile(r"(?<![A-Z0-9])[A-Z]{2}\d{2}(?=[ .\-]?[A-Z0-9])")
ROUTING = re.compile(r"(?<!\d)\d{9}(?!\d)")
US_ACCOUNT = re.compile(rf"(?:{words.ACCOUNT})[^\S\n]*[:#.]*[^\S\n]*(\d[\d\- ]{{2,20}}\d)(?!\d)", re.IGNORECASE)
# Signs in one, or in groups of which each has a digit: "DE 123 456 789", "CHE-123.456.789", "NL123456789B01".
PIECE = r"[0-9A-Z][0-9A-Z./\-]*"
TAX_NUMBER = re.compile(
    rf"(?:{words.TAX_NUMBER})[^\S\n]*[:#.]*[^\S\n]*"
    rf"((?-i:(?:[A-Z]{{2,3}} )?(?=[A-Z./\-]*\d){PIECE}(?: (?=[A-Z./\-]*\d){PIECE})*))",
    re.IGNORECASE,
)


class Mark(NamedTuple):
    """`number` without blanks and punctuation; a US account with its routing number before it."""

    kind: str
    number: str


def marks_in(text: str) -> list[Mark]:
    """Each once, in their order."""
    found = (*ibans(text), *us_accounts(text), *tax_numbers(text))
    return list(dict.fromkeys(found))[:MOST]


def ibans(text: str) -> Iterator[Mark]:
    for hit in IBAN.finditer(text):
        length = numbers.IBAN_LENGTHS.get(hit.group()[:2], 0)
        signs = (
            re.match(rf"[A-Z]{{2}}\d{{2}}(?:[ .\-]?[A-Z0-9]){{{length - 4}}}", text[hit.start() :]) if length else None
        )
        try:
            if signs:
                yield Mark(ACCOUNT, numbers.iban(signs.group()))
        except numbers.WrongNumber:
            continue


def us_accounts(text: str) -> Iterator[Mark]:
    """Each account that is named as one, at each bank that is named."""
    accounts = [re.sub(r"\D", "", hit[1]) for hit in US_ACCOUNT.finditer(text)]
    for hit in ROUTING.finditer(text) if accounts else ():
        try:
            routing = numbers.routing(hit.group())
        except numbers.WrongNumber:
            continue
        yield from (Mark(ACCOUNT, routing + account) for account in accounts if account != routing)


def tax_numbers(text: str) -> Iterator[Mark]:
    for hit in TAX_NUMBER.finditer(text):
        try:
            number = numbers.tax_id(hit[1])
        except numbers.WrongNumber:
            continue
        if sum(sign.isdigit() for sign in number) >= LEAST_DIGITS and not re.fullmatch(r"[\d.]+\.\d\d", hit[1]):
            yield Mark(TAX, number)
