"""Reviews on paper: two pages a vendor, however much there is to say."""

import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils.formats import date_format

from dashboards.reviews.blocks import Block
from dashboards.reviews.sheets import Sheets
from partners.models import Company, User
from programs.typesetting import typeset

SOURCE = Path(__file__).with_name("review.typ")
# Where people print on US Letter, by the Unicode CLDR (territoryInfo, paperSize); all others have A4.
LETTER = frozenset(["BZ", "CA", "CL", "CO", "CR", "GT", "MX", "NI", "PA", "PH", "PR", "SV", "US", "VE"])
# Longer runs without a blank may break, so that no cell runs into the next.
UNBROKEN = re.compile(r"(\S{14})(?=\S)")


def pack(pages: Sequence[Sheets], *, company: Company, by: User, now: datetime) -> bytes:
    """The PDF of these vendors, in their order."""
    made = f"by {company.name}, {date_format(now)}, made for {by.name}."
    names = ", ".join(page.vendor.name for page in pages)
    facts = {
        "title": f"Vendor review: {names}",
        "foot": breaking(f"Vendor review, {company.name}, {date_format(now)}"),
        "paper": "us-letter" if company.country in LETTER else "a4",
        "reviews": [
            {
                "vendor": breaking(page.vendor.name),
                "made": breaking(f"Review of {page.vendor.name} {made}"),
                "first": [block(entry) for entry in page.first],
                "second": [block(entry) for entry in page.second],
                "questions": [breaking(words) for words in page.questions],
                "steps": block(page.steps),
            }
            for page in pages
        ],
    }
    return typeset(SOURCE, facts, now)


def block(entry: Block) -> dict[str, Any]:
    return {
        "title": entry.title,
        "note": breaking(entry.note),
        "columns": list(entry.columns),
        "widths": list(entry.widths),
        "right": list(entry.right),
        "lines": [[{"words": breaking(cell.words), "tone": cell.tone} for cell in line.cells] for line in entry.lines],
        "more": entry.more_words,
        "empty": entry.empty,
    }


def breaking(words: str) -> str:
    return UNBROKEN.sub("\\1\u200b", words)
