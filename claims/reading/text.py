"""A PDF's text as it stands on its pages. A stranger's file: `bounded` calls this in a child process."""

import re
from io import BytesIO

from pypdf import PdfReader

MOST_PAGES = 3
LONGEST_TEXT = 30_000
# Signs that nobody sees: they would come between a word and its number.
UNSEEN = re.compile(r"[\x00-\x09\x0b-\x1f\x7f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]")


def text_of(content: bytes) -> str:
    """The first pages' text, columns kept apart by spaces as on the page; "" for a scan."""
    reader = PdfReader(BytesIO(content))
    found = ""
    for page in reader.pages[:MOST_PAGES]:
        found += page.extract_text(extraction_mode="layout", layout_mode_space_vertically=False) + "\n"
        if len(found) > LONGEST_TEXT:
            break
    return UNSEEN.sub("", found[:LONGEST_TEXT])
