"""The proofs behind a packet's front: each file's pages, written anew; what cannot be appended is said why.

Proofs are strangers' files, so they are read in a child process of limited time and memory (`programs/bounds.py`), one by one: a
hostile one costs its own pages and no other's.
"""

import hashlib
from collections.abc import Iterable, Iterator
from io import BytesIO

from PIL import Image, ImageOps
from pypdf import PdfReader, PdfWriter
from pypdf.generic import NameObject

from claims.models import Proof
from claims.packets.facts import Bound
from programs.bounds import Broke, bounded
from programs.states import FileKind
from programs.uploads import MOST_PIXELS

# Of all proofs together: what a mail server and a reader still take.
MOST_BYTES = 60 * 1024**2
MOST_PAGES = 500
# An A4 page at 150 dpi, less a margin: pictures are printed, not zoomed into.
WIDTH, HEIGHT = 1240, 1754
MARGIN = 70


class NotBound(Exception):
    """This file is not appended. Its words say why."""


def bind(proofs: Iterable[Proof]) -> Iterator[Bound]:
    """Each proof's pages, in order, within the bounds of all together."""
    size = pages = 0
    for proof in proofs:
        try:
            content = kept(proof)
            made, count = bounded(pages_of, content, proof.kind, expected=NotBound)
            if size + len(made) > MOST_BYTES or pages + count > MOST_PAGES:
                raise NotBound(
                    f"Not appended: the packet holds {MOST_BYTES // 1024**2} MB and {MOST_PAGES} pages at most."
                )
        except NotBound as refusal:
            yield Bound(proof, why_not=str(refusal))
        except Broke:
            yield Bound(proof, why_not="Not appended: the file is broken or too complicated to be printed.")
        else:
            size, pages = size + len(made), pages + count
            yield Bound(proof, made, count)


def kept(proof: Proof) -> bytes:
    """The file's bytes, which are still those that were uploaded."""
    try:
        with proof.file.open("rb") as file:
            content: bytes = file.read()
    except OSError:
        raise NotBound("Not appended: the file is gone from the storage.") from None
    if hashlib.sha256(content).hexdigest() != proof.sha256:
        raise NotBound("Not appended: what the storage holds is not what was uploaded.")
    return content


def pages_of(content: bytes, kind: str) -> tuple[bytes, int]:
    """In a child: the file as pages of a PDF, without anything that acts, links or is attached."""
    out = BytesIO()
    if kind != FileKind.PDF:
        picture(content).save(out, "PDF", resolution=150)
        return out.getvalue(), 1
    writer = PdfWriter()
    for page in PdfReader(BytesIO(content)).pages:
        added = writer.add_page(page, excluded_keys=["/Annots", "/AA", "/B", "/StructParents"])
        for key in ("/Annots", "/AA"):
            added.pop(NameObject(key), None)
    count = len(writer.pages)
    if count == 0:
        raise NotBound("Not appended: the file has no pages.")
    writer.write(out)
    return out.getvalue(), count


def picture(content: bytes) -> Image.Image:
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    with Image.open(BytesIO(content), formats=["PNG", "JPEG"]) as image:
        upright = ImageOps.exif_transpose(image)
        upright.thumbnail((WIDTH - 2 * MARGIN, HEIGHT - 2 * MARGIN))
        page = Image.new("RGB", (WIDTH, HEIGHT), "white")
        page.paste(upright.convert("RGB"), (MARGIN, MARGIN))
        return page


def joined(front: bytes, files: list[tuple[str, bytes]]) -> tuple[bytes, int]:
    """In a child: the front, tagged as it is, then each file with its name among the bookmarks.

    The whole does not conform to PDF/UA, since what strangers sent is not tagged: it no longer says so of itself.
    """
    writer = PdfWriter(clone_from=BytesIO(front))
    for name, content in files:
        writer.append(BytesIO(content), outline_item=name, import_outline=False)
    if files:
        writer._root_object.pop(NameObject("/Metadata"), None)
    out = BytesIO()
    writer.write(out)
    return out.getvalue(), len(writer.pages)
