"""The front of a packet, set by typst as a tagged PDF that conforms to PDF/UA-1."""

from datetime import datetime
from pathlib import Path
from typing import Any

from programs.typesetting import typeset

SOURCE = Path(__file__).with_name("front.typ")


def set_front(facts: dict[str, Any], now: datetime) -> bytes:
    return typeset(SOURCE, facts, now)
