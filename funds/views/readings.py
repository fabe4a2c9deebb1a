"""What the page of an uploaded statement shows: the file's lines with what became of each, what is asked, what changes."""

from collections import Counter
from datetime import date
from typing import Any, NamedTuple

from django.http import HttpRequest
from django.utils.formats import date_format

from funds.actions.importing import NO_DAY, Part
from funds.actions.showing import Shown, left_alone
from funds.actions.statements import Difference
from funds.models import Allocation, StatementLayout, StatementUpload
from funds.statement_files.grids import Line
from funds.statement_files.identity import Skipped
from funds.statement_files.readers import Fund
from funds.statement_files.understanding import Understood
from funds.statement_files.words import LABELS, Meaning, Need
from funds.statements import Stated
from funds.states import Bucket
from partners.lists import page_of
from partners.models import Company
from programs.models import Program
from programs.money import show as money

MOST_SHOWN = 100  # funds of each kind
FACTS = {"name": "Name", "expires_on": "Last day for activities", "claim_by": "Last day to claim"}
# What a person has to say, by what is missing: the field, and what is asked.
NEEDS = {
    Need.ORDER: ("order", "days that can be read in two ways. Which comes first, the day or the month?"),
    Need.MARK: ("mark", "amounts that can be read in two ways. What stands before the cents?"),
    Need.CURRENCY: ("currency", "no currency is named for sure. Which one is meant?"),
}


class Question(NamedTuple):
    field: str
    lines: int
    words: str


class Row(NamedTuple):
    """One line of the file. `fund` is what it became, `skipped` why it is none, `why` why the fund is not recorded yet."""

    line: Line
    cells: list[tuple[str, str, str]]  # heading, meaning, what stands there
    fund: Fund | None
    skipped: Skipped | None
    why: str
    is_asked: bool  # a person can say what is missing


class Fresh(NamedTuple):
    """A fund that the statement brings in."""

    part: Part
    said: Stated
    still: int
    way: int


class Changed(NamedTuple):
    """A fund that stands otherwise afterwards: what, before and after, as words."""

    fund: Allocation
    told: list[tuple[str, str, str]]


def facts(request: HttpRequest, upload: StatementUpload, shown: Shown, understood: Understood) -> dict[str, Any]:
    rows = rows_of(understood, shown)
    wants_skipped = request.GET.get("show") == "skipped"
    asked = needs(understood, shown)
    said = upload.as_said
    return {
        "totals": sorted(totals(understood, shown).items()),
        "counted": len(understood.funds) - len(shown.without_a_day),
        "skipped": sum(row.fund is None for row in rows),
        "needs": asked,
        "asked": {question.field for question in asked},
        "notes": understood.notes,
        "layout": understood.layout,
        "columns": [(column.heading, LABELS[column.meaning], column.meaning) for column in understood.layout.columns],
        "page_obj": page_of(request, [row for row in rows if not row.fund or row.why] if wants_skipped else rows),
        "wants_skipped": wants_skipped,
        "said": said,
        "new": [fresh(part, d) for part, d in shown.new[:MOST_SHOWN]],
        "changed": [changed(part, d) for part, d in shown.changed[:MOST_SHOWN]],
        "left_alone": left_alone(shown),
        "before": recorded_before(upload),
        "namesake": namesake(request, shown, upload),
        "remembered": layout_of(understood, shown) if said.remembered else None,
    }


def rows_of(understood: Understood, shown: Shown) -> list[Row]:
    funds = {fund.line: fund for fund in understood.funds}
    skipped = {line.line: line for line in understood.skipped}
    columns = understood.layout.columns
    heads = [(c.heading, "" if c.meaning == Meaning.OTHER else LABELS[c.meaning]) for c in columns]
    rows = []
    for line in understood.layout.body:
        if line.is_empty:
            continue
        texts = [*line.cells, *[""] * (len(heads) - len(line.cells))]
        cells = [(*head, text) for head, text in zip(heads, texts, strict=False)]
        cells += [("", "", text) for text in texts[len(heads) :]]
        why = skipped.get(line.number)
        no_day = line.number in shown.without_a_day
        rows.append(
            Row(line, cells, funds.get(line.number), why, NO_DAY if no_day else "", no_day or bool(why and why.need))
        )
    return rows


def totals(understood: Understood, shown: Shown) -> dict[str, int]:
    """Still to claim by currency, of the funds that can be recorded."""
    found: Counter[str] = Counter()
    for fund in understood.funds:
        if fund.line not in shown.without_a_day:
            found[fund.currency] += fund.available
    return dict(found)


def needs(understood: Understood, shown: Shown) -> list[Question]:
    missing = Counter(line.need for line in understood.skipped if line.need)
    found = [Question(NEEDS[Need(need)][0], count, NEEDS[Need(need)][1]) for need, count in missing.items()]
    if shown.without_a_day:
        words = "no last day. Such a fund is recorded once you say until when it can be used."
        found.append(Question("last_day", len(shown.without_a_day), words))
    return found


def fresh(part: Part, difference: Difference) -> Fresh:
    said = difference.stated
    return Fresh(part, said, said.available + said.reserved, said.claimed + said.approved)


def changed(part: Part, difference: Difference) -> Changed:
    amounts = [(b.label, before, after) for b, before, after in difference.amounts if before != after]
    told = [(label, money(before, part.currency), money(after, part.currency)) for label, before, after in amounts]
    told += [(FACTS[name], words(before), words(after)) for name, (before, after) in difference.facts.items()]
    assert difference.fund is not None
    return Changed(difference.fund, told)


def words(fact: str | date) -> str:
    return date_format(fact) if isinstance(fact, date) else fact


def recorded(upload: StatementUpload) -> list[dict[str, Any]]:
    """What a recorded statement changed, fund by fund, each with its rows of what, before and after."""
    found = []
    for change in upload.changes:
        currency = change["currency"]
        rows = [
            (Bucket(name).label, money(before, currency), money(after, currency))
            for name, (before, after) in change["amounts"].items()
        ]
        for name, (before, after) in change["facts"].items():
            is_day = name != "name"
            sides = [words(date.fromisoformat(side)) if is_day else side for side in (before, after)]
            rows.append((FACTS[name], *sides))
        found.append(change | {"rows": rows})
    return found


def recorded_before(upload: StatementUpload) -> StatementUpload | None:
    """The same file of the same vendor, recorded before."""
    if upload.vendor_id is None:
        return None
    same = StatementUpload.objects.of_partner(upload.kept_by).filter(sha256=upload.sha256, vendor=upload.vendor_id)
    found: StatementUpload | None = same.filter(recorded_at__isnull=False).order_by("-recorded_at").first()
    return found


def namesake(request: HttpRequest, shown: Shown, upload: StatementUpload) -> Company | None:
    """A vendor on Windfall of this name: what it grants comes by itself, and would count twice."""
    if shown.vendor is not None:
        return None
    programs = Program.objects.visible_to(request.user).filter(vendor__kept_by=None)
    found = programs.filter(vendor__name__iexact=upload.vendor_name).select_related("vendor").first()
    return found.vendor if found else None


def layout_of(understood: Understood, shown: Shown) -> StatementLayout | None:
    """What is remembered of this shape, so that it can be forgotten."""
    if shown.vendor is None:
        return None
    layouts = StatementLayout.objects.of_vendor(shown.vendor)
    found: StatementLayout | None = layouts.filter(fingerprint=understood.layout.fingerprint).first()
    return found
