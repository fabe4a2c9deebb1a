"""Which files are taken as proof: sniffed, parsed and bounded before anything is kept.

PDF, PNG and JPEG only. What a file is follows from its bytes, never from its name or from what the browser says.
A stranger's file is parsed in a child process with limits on time and memory, so that a hostile one costs nothing but itself.
"""

import hashlib
import multiprocessing
import re
import resource
import secrets
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from multiprocessing.connection import Connection
from pathlib import PurePath
from typing import Any

import puremagic
from django.core.files.uploadedfile import UploadedFile
from PIL import Image
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from claims.states import ProofKind

LARGEST_FILE = 10 * 1024 * 1024
MOST_PIXELS = 40_000_000
MOST_PAGES = 200
MOST_OBJECTS = 50_000
SECONDS = 10
MEMORY = 3 * 1024**3
LONGEST_NAME = 160

HEADS = {b"%PDF-": ProofKind.PDF, b"\x89PNG\r\n\x1a\n": ProofKind.PNG, b"\xff\xd8\xff": ProofKind.JPEG}
ENDINGS = {ProofKind.PDF: ".pdf", ProofKind.PNG: ".png", ProofKind.JPEG: ".jpg"}
FORMATS = {ProofKind.PNG: "PNG", ProofKind.JPEG: "JPEG"}
# What makes a file a page or a program as well, whatever it is beside that.
ACTIVE = re.compile(rb"<script|<html|<!doctype html|<svg|<\?php|javascript:", re.IGNORECASE)
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


class ProofRefused(Exception):
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
    """Check an uploaded file. ProofRefused with a sentence that names the file and says what to do."""
    shown = cleaned_name(upload.name or "")
    if not upload.size:
        raise ProofRefused(f"{shown} is empty.")
    if upload.size > LARGEST_FILE:
        raise ProofRefused(f"{shown} is larger than 10 MB. Send a smaller scan or photo.")
    content = upload.read()
    kind = next((kind for head, kind in HEADS.items() if content.startswith(head)), None)
    if kind is None:
        raise ProofRefused(f"{shown} is {what_it_is(content)}. Send a PDF, PNG or JPEG.")
    if ACTIVE.search(content) or (kind == ProofKind.PDF and b"PK\x05\x06" in content[-66_000:]):
        raise ProofRefused(f"{shown} holds a web page, a program or an archive as well. Send a plain scan or photo.")
    pages = bounded(check_pdf if kind == ProofKind.PDF else check_image, content, kind, shown)
    stem = PurePath(shown).stem[: LONGEST_NAME - 4] or "proof"
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
    return re.sub(r"\s+", " ", re.sub(r'[<>:"|?*]', "", visible)).strip(" .")[:LONGEST_NAME] or "proof"


def what_it_is(content: bytes) -> str:
    try:
        found = puremagic.from_string(content)
    except (puremagic.PureError, ValueError, OSError):
        found = ""
    return f"a {found.removeprefix('.').upper()} file" if found else "not a file that we can read"


def check_pdf(content: bytes, kind: ProofKind, name: str) -> int:
    """The number of pages. ProofRefused for what cannot be opened, is locked, or acts by itself."""
    reader = PdfReader(BytesIO(content))
    if reader.is_encrypted:
        raise ProofRefused(f"{name} is locked with a password. Save it without one.")
    pages = len(reader.pages)
    if not 1 <= pages <= MOST_PAGES:
        raise ProofRefused(f"{name} has {pages} pages. Send one with 1 to {MOST_PAGES}.")
    numbers = {number for ids in reader.xref.values() for number in ids} | set(reader.xref_objStm)
    if len(numbers) > MOST_OBJECTS:
        raise ProofRefused(f"{name} is too complicated. Print it to a new PDF and send that.")
    for number in sorted(numbers):
        if acts(reader.get_object(IndirectObject(number, 0, reader))):
            raise ProofRefused(f"{name} holds a script, a form or another file. Print it to a new PDF and send that.")
    return pages


def acts(thing: Any, depth: int = 0) -> bool:
    """Whether this object, without following references, starts something or carries a file."""
    if depth > 20:
        return True
    if isinstance(thing, DictionaryObject):
        named = set(thing.keys()) | {str(thing.raw_get(key)) for key in ("/S", "/Type", "/Subtype") if key in thing}
        link = str(thing.get("/URI", "")) if "/URI" in thing else ""
        return (
            bool(named & ACTING)
            or ACTIVE.search(link.encode()) is not None
            or any(acts(thing.raw_get(key), depth + 1) for key in thing)
        )
    return isinstance(thing, ArrayObject) and any(acts(part, depth + 1) for part in list.__iter__(thing))


def check_image(content: bytes, kind: ProofKind, name: str) -> int:
    """1, the number of pages of a picture. ProofRefused for too many pixels, several frames or a broken file."""
    with Image.open(BytesIO(content), formats=[FORMATS[kind]]) as image:
        if image.width * image.height > MOST_PIXELS:
            raise ProofRefused(f"{name} has more than {MOST_PIXELS // 1_000_000} megapixels. Send it smaller.")
        if getattr(image, "n_frames", 1) > 1 and kind == ProofKind.PNG:
            raise ProofRefused(f"{name} is an animation. Send a still picture.")
        image.load()
    return 1


def bounded(check: Callable[[bytes, ProofKind, str], int], content: bytes, kind: ProofKind, name: str) -> int:
    """Run a check in a child process of limited time and memory; what breaks it or takes too long is refused."""
    fork = multiprocessing.get_context("fork")
    ours, theirs = fork.Pipe(duplex=False)
    child = fork.Process(target=answer, args=(theirs, check, content, kind, name), daemon=True)
    child.start()
    theirs.close()
    try:
        said = ours.recv() if ours.poll(SECONDS) else None
    except EOFError:
        said = None
    finally:
        child.kill()
        child.join()
        ours.close()
    if isinstance(said, int):
        return said
    raise ProofRefused(said or f"{name} cannot be read: it is broken or too complicated. Save it anew and try again.")


def answer(theirs: Connection, check: Callable, content: bytes, kind: ProofKind, name: str) -> None:
    """In the child: send the number of pages, or the words of the refusal."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    try:
        theirs.send(check(content, kind, name))
    except ProofRefused as refusal:
        theirs.send(str(refusal))
    except BaseException:  # whatever a broken file does to a parser, the answer is the same
        theirs.send("")
