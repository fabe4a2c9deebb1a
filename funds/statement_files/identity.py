"""What tells a statement's funds apart, also from one statement to the next."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from funds.statement_files.layouts import Layout
from funds.statement_files.readers import NAMING, Fund
from funds.statement_files.words import Meaning, folded

M = Meaning
LONGEST_REFERENCE = 60


class Skipped(NamedTuple):
    """A line that is no fund: its number, its cells, and why. `need` is what a person can say, so that it can be read."""

    line: int
    reason: str
    cells: tuple[str, ...] = ()
    need: str = ""


def told_apart(
    funds: Sequence[Fund], layout: Layout, identity: Sequence[Meaning]
) -> tuple[list[Fund], list[Skipped], list[Meaning]]:
    """The funds with references that tell them apart, the lines that say the same fund again, and what makes a reference.

    The number alone where each line has its own; else the number with the names; else with the last day too.
    """
    ways: list[list[Meaning]] = [list(identity)] if identity else []
    if not identity:
        if layout.has(M.REFERENCE):
            ways.append([M.REFERENCE])
        ways.append([M.REFERENCE, *NAMING])
        ways.append([M.REFERENCE, *NAMING, M.EXPIRES_ON])
    for way in ways:
        keys = [reference(fund, layout, way) for fund in funds]
        if all(keys) and len(set(keys)) == len(keys):
            break
    kept: dict[str, Fund] = {}
    doubles = []
    counts = Counter(keys)
    for fund, key in zip(funds, keys, strict=True):
        if not key:
            doubles.append(Skipped(fund.line, "nothing names it: no number, no name", fund.cells))
        elif key in kept and [folded(c) for c in kept[key].cells] == [folded(c) for c in fund.cells]:
            doubles.append(Skipped(fund.line, f"the same as line {kept[key].line}", fund.cells))
        elif counts[key] > 1 and any(
            key == other and fund.cells != one.cells for one, other in zip(funds, keys, strict=True)
        ):
            doubles.append(
                Skipped(fund.line, "several lines are for the same fund and say different things", fund.cells)
            )
        else:
            kept[key] = replace(fund, reference=key)
    return list(kept.values()), doubles, way


def reference(fund: Fund, layout: Layout, way: Sequence[Meaning]) -> str:
    """What tells a fund from the others; a long one is cut, with a mark of the whole at its end."""
    parts = []
    for meaning in way:
        if meaning == M.EXPIRES_ON:
            parts.append(str(fund.expires_on or fund.claim_by or fund.starts_on or ""))
        else:
            parts += [fund.cells[place] for place in layout.places(meaning) if place < len(fund.cells)]
    whole = " · ".join(part for part in parts if part)
    if len(whole) <= LONGEST_REFERENCE:
        return whole
    mark = hashlib.sha256(whole.encode()).hexdigest()[:8]
    return f"{whole[: LONGEST_REFERENCE - 9]}…{mark}"
