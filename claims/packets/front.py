"""The front of a packet, set by typst as a tagged PDF that conforms to PDF/UA-1."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import typst

SOURCE = Path(__file__).with_name("front.typ")


def set_front(facts: dict[str, Any], now: datetime) -> bytes:
    """What stands in the facts are words, never typst: they travel as JSON."""
    said = json.dumps(facts, ensure_ascii=False)
    return typst.compile(
        str(SOURCE),
        root=str(SOURCE.parent),
        format="pdf",
        pdf_standards=["ua-1"],
        sys_inputs={"facts": said},
        timestamp=int(now.timestamp()),
    )
