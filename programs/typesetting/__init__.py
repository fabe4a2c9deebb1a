"""Papers as PDFs: set by typst, tagged, and conforming to PDF/UA-1. A leaf: imports no model.

`house.typ` is how all of them look.
"""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import typst
from django.conf import settings

# How typst says that a letter stands in none of the fonts here.
NO_GLYPH = "could not be displayed with font"


def typeset(source: Path, facts: dict[str, Any], now: datetime) -> bytes:
    """The typst file with these facts as `sys.inputs.facts`. They are words, never typst: they travel as JSON.

    PDF/UA asks that every letter can be shown. What holds one for which this machine has no font is set all the same, and
    does not claim to conform.
    """
    try:
        return compiled(source, facts, now, conforming=True)
    except typst.TypstError as error:
        if NO_GLYPH not in str(error):
            raise
        return compiled(source, facts, now, conforming=False)


def compiled(source: Path, facts: dict[str, Any], now: datetime, *, conforming: bool) -> bytes:
    made: bytes = typst.compile(
        str(source),
        root=str(settings.BASE_DIR),
        format="pdf",
        pdf_standards=["ua-1"] if conforming else None,
        sys_inputs={"facts": json.dumps(facts, ensure_ascii=False)},
        timestamp=int(now.timestamp()),
    )
    return made
