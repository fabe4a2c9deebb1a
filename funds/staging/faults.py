"""What is wrong with one line of a file of sales, in words."""

import re
from collections.abc import Sequence
from datetime import date

from django.utils.formats import date_format

from funds.earning import Rule, rule_for
from funds.sales_files import SALES
from partners.tables import Row, day_of, wrong_cells
from programs.models import Program
from programs.money import MoneyError, parse


def wrong_in(
    row: Row, program: Program, rules: Sequence[Rule], today: date, partner_id: int | None, times: int
) -> dict[str, str]:
    """What is wrong with one line, in sentences by the column's name. `times`: how many partners have the name that it gives."""
    errors, cells = wrong_cells(row, SALES, skip=["amount"]), row.cells
    if not cells["partner"]:
        errors.setdefault("partner", "Name a partner.")
    elif partner_id is None:
        named = (
            "Several partners have this name. Write the short name." if times else "There is no partner of this name."
        )
        errors.setdefault("partner", named)
    if not cells["reference"]:
        errors.setdefault("reference", "Give the sale a reference of its own, as its invoice and line number.")
    if not cells["sold_on"]:
        errors.setdefault("sold_on", "On which day was it sold?")
    day = day_of(row, "sold_on", errors)
    if day and (words := wrong_day(day, program, rules, today)):
        errors["sold_on"] = words
    if words := wrong_amount(cells["amount"], program.currency):
        errors["amount"] = words
    if cells["currency"] not in ("", program.currency):
        errors.setdefault("currency", f"This program's money is in {program.currency}.")
    return errors or {"": "This line cannot be read."}


def wrong_day(day: date, program: Program, rules: Sequence[Rule], today: date) -> str:
    if day > today:
        return "That day has not come yet."
    if not program.starts_on <= day <= program.ends_on:
        first, last = date_format(program.starts_on), date_format(program.ends_on)
        return f"The program runs from {first} to {last}."
    return "" if rule_for(day, rules) else "By the terms of then, sales of that day earn nothing."


def wrong_amount(text: str, currency: str) -> str:
    if not text:
        return "How much was sold? A return is below zero."
    try:
        parse(text, currency)
    except MoneyError as error:
        return str(error)
    # What a person may type in a form, but a file of a million lines writes in one way only.
    is_plain = re.fullmatch(r"-?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?", text, re.ASCII)
    return "" if is_plain else "Write figures only, as in 1250.00 or -30.00."
