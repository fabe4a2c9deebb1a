"""Which files are taken, as proof or to be shared with partners: sniffed, parsed and bounded before anything is kept.

PDF, PNG and JPEG only. What a file is follows from its bytes, never from its name or from what the browser says.
A stranger's file is parsed in a child process with limits on time and memory, so that a hostile one costs nothing but itself.
"""

import hashlib
import re
import secrets
import unicodedata
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePath
from typing import Any

import puremagic
from django.core.files.uploadedfile import UploadedFile
from PIL import Image
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from programs.bounds import Broke, bounded
from programs.states import FileKind

LARGEST_FILE = 10 * 1024 * 1024
MOST_PIXELS = 40_000_000
MOST_PAGES = 200
MOST_OBJECTS = 50_000
LONGEST_NAME = 160

HEADS = {b"%PDF-": FileKind.PDF, b"\x89PNG\r\n\x1a\n": FileKind.PNG, b"\xff\xd8\xff": FileKind.JPEG}
ENDINGS = {FileKind.PDF: ".pdf", FileKind.PNG: ".png", FileKind.JPEG: ".jpg"}
FORMATS = {FileKind.PNG: "PNG", FileKind.JPEG: "JPEG"}
# What makes a file a page or a program as well, whatever it is beside that.
# `<svg` alone would turn up by chance in one of fifty large photos.
ACTIVE = re.compile(rb"<script|<html|<!doctype html|<svg[\s>]|<\?php|javascript:", re.IGNORECASE)
ARCHIVE_END = b"PK\x05\x06"
# What a PDF may hold that acts by itself or carries other files.
ACTING = {
    "/JavaScript",
    "/JS",
    "/Launch",
    "/EmbeddedFile",
    "/EmbeddedFiles",
    "/RichMedia",
    "/XFA",
    "/SubmitForm",
    "/ImportData",
}


class FileRefused(Exception):
    """The file is not taken. Its words are for the user."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """A file that passed every check. `stored_name` is random; `name` is what the user called it, cleaned."""

    name: str
    stored_name: str
    kind: str
    content: bytes
    sha256: str
    pages: int


def accept(upload: UploadedFile) -> Accepted:
    """Check an uploaded file. FileRefused with a sentence that names the file and says what to do."""
    shown = cleaned_name(upload.name or "")
    if not upload.size:
        raise FileRefused(f"{shown} is empty.")
    if upload.size > LARGEST_FILE:
        raise FileRefused(f"{shown} is larger than 10 MB. Send a smaller scan or photo.")
    content = upload.read()
    kind = next((kind for head, kind in HEADS.items() if content.startswith(head)), None)
    if kind is None:
        raise FileRefused(f"{shown} is {what_it_is(content)}. Send a PDF, PNG or JPEG.")
    is_two_things = kind != FileKind.PDF and b"%PDF-" in content[:1024]
    if is_two_things or ACTIVE.search(content) or ARCHIVE_END in content[-66_000:]:
        raise FileRefused(f"{shown} holds a web page, a program or an archive as well. Send a plain scan or photo.")
    check = check_pdf if kind == FileKind.PDF else check_image
    try:
        pages = bounded(check, content, kind, shown, expected=FileRefused)
    except Broke:
        raise FileRefused(
            f"{shown} cannot be read: it is broken or too complicated. Save it anew and try again."
        ) from None
    stem = PurePath(shown).stem[: LONGEST_NAME - 4] or "file"
    return Accepted(
        name=stem + ENDINGS[kind],
        stored_name=secrets.token_hex(16) + ENDINGS[kind],
        kind=kind.value,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        pages=pages,
    )


def cleaned_name(name: str) -> str:
    """The last part of the path, without control, direction and other invisible characters."""
    last = re.split(r"[/\\]", name)[-1]
    visible = "".join(c for c in unicodedata.normalize("NFC", last) if unicodedata.category(c)[0] != "C")
    return re.sub(r"\s+", " ", re.sub(r'[<>:"|?*]', "", visible)).strip(" .")[:LONGEST_NAME] or "file"


def what_it_is(content: bytes) -> str:
    try:
        found = puremagic.from_string(content)
    except (puremagic.PureError, ValueError, OSError):
        found = ""
    return f"of the kind {found.removeprefix('.').upper()}" if found else "not a file that we can read"


def check_pdf(content: bytes, kind: FileKind, name: str) -> int:
    """The number of pages. FileRefused for what cannot be opened, is locked, or acts by itself."""
    reader = PdfReader(BytesIO(content))
    if reader.is_encrypted:
        raise FileRefused(f"{name} is locked with a password. Save it without one.")
    pages = len(reader.pages)
    if not 1 <= pages <= MOST_PAGES:
        raise FileRefused(f"{name} has {pages} pages. Send one with 1 to {MOST_PAGES}.")
    objects = {(number, generation) for generation, ids in reader.xref.items() for number in ids}
    objects |= {(number, 0) for number in reader.xref_objStm}
    if len(objects) > MOST_OBJECTS:
        raise FileRefused(f"{name} is too complicated. Print it to a new PDF and send that.")
    found = (reader.get_object(IndirectObject(*numbers, reader)) for numbers in sorted(objects))
    if acts(reader.trailer) or any(acts(thing) for thing in found):
        raise FileRefused(f"{name} holds a script, a form or another file. Print it to a new PDF and send that.")
    return pages


def acts(thing: Any, depth: int = 0) -> bool:
    """Whether this object, without following references, starts something or carries a file."""
    if depth > 20:
        return True
    if isinstance(thing, DictionaryObject):
        return not ACTING.isdisjoint(thing) or any(acts(thing.raw_get(key), depth + 1) for key in thing)
    if isinstance(thing, ArrayObject):
        return any(acts(part, depth + 1) for part in list.__iter__(thing))
    if isinstance(thing, bytes):
        thing = thing.decode("latin-1")
    # A name such as /Launch, wherever it stands, or the target of a link.
    return isinstance(thing, str) and (thing in ACTING or "javascript:" in "".join(thing.split()).lower())


def check_image(content: bytes, kind: FileKind, name: str) -> int:
    """1, the number of pages of a picture. FileRefused for too many pixels, several frames or a broken file.

    Runs in a child process, so that Pillow's limit is set there only.
    """
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    too_large = FileRefused(f"{name} has more than {MOST_PIXELS // 1_000_000} megapixels. Send it smaller.")
    try:
        opened = Image.open(BytesIO(content), formats=[FORMATS[kind]])
    except Image.DecompressionBombError:  # twice as many: Pillow does not even open it
        raise too_large from None
    with opened as image:
        if image.width * image.height > MOST_PIXELS:
            raise too_large
        if getattr(image, "n_frames", 1) > 1 and kind == FileKind.PNG:
            raise FileRefused(f"{name} is an animation. Send a still picture.")
        image.load()
    return 1
