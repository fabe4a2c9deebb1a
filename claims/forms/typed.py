"""What somebody typed, right or wrong, as it can be kept and shown again."""

from typing import Any

from django.forms import BaseFormSet
from django.http import QueryDict

# What is kept of a half-typed field: enough for anything that could become valid.
LONGEST_TYPED = 500


def kept(value: Any, longest: int = LONGEST_TYPED) -> str:
    """Typed text as it can be stored: no NUL, which PostgreSQL has no place for, and not without end."""
    return str(value).replace("\x00", "")[:longest]


def whole(sent: QueryDict, prefix: str, longest: int = LONGEST_TYPED) -> QueryDict:
    """What was sent as it can be kept. A broken or missing count of rows reads as none, so that no page is lost to it."""
    data = sent.copy()
    for name, values in list(data.lists()):
        data.setlist(name, [kept(value, longest) for value in values])
    total = sent.get(f"{prefix}-TOTAL_FORMS", "")
    data[f"{prefix}-TOTAL_FORMS"] = total if total.isdecimal() and len(total) < 4 else "0"
    data[f"{prefix}-INITIAL_FORMS"] = "0"
    return data


NO_VERSION = 0


def version_of(sent: QueryDict) -> int:
    """The version that the page showed. Anything else is `NO_VERSION`, which nothing has: what was typed without one is refused
    as from an old page."""
    version = sent.get("version", "")
    return int(version) if version.isdecimal() and version.isascii() and len(version) < 10 else NO_VERSION


class TypedRows(BaseFormSet):
    """Rows of which the blank ones do not count."""

    @property
    def unfinished(self) -> list[int]:
        """Numbers, from 1, of the rows that are begun and not right yet."""
        begun = [form for form in self.forms if form.has_changed()]
        return [number for number, form in enumerate(begun, 1) if not form.is_valid()]
