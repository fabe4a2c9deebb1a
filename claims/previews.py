"""Pictures of a proof's pages for the reviewer: made once, kept beside the file, never the file itself.

The renderers read a stranger's file, so they run bounded, as the checks do.
"""

from io import BytesIO

import pypdfium2
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from PIL import Image, ImageOps

from claims.models import Proof
from programs.bounds import bounded
from programs.states import FileKind
from programs.uploads import MOST_PIXELS

MOST_PAGES = 5
WIDTH, HEIGHT = 1000, 1600


def name(proof: Proof, page: int) -> str:
    return f"previews/{proof.pk}-{page}.png"


def page_count(proof: Proof) -> int:
    return min(proof.pages, MOST_PAGES)


def render(proof: Proof) -> None:
    """Make the pictures of all pages that are shown. OSError if the file is gone, `Broke` if it cannot be drawn.

    The proof is locked meanwhile: one renderer at a time, and none leaves pictures of a proof that was just removed.
    """
    with transaction.atomic():
        if not Proof.objects.select_for_update(no_key=True).filter(pk=proof.pk).exists():
            return
        if all(default_storage.exists(name(proof, page)) for page in range(1, page_count(proof) + 1)):
            return
        with proof.file.open("rb") as file:
            content = file.read()
        for page, png in enumerate(bounded(pictures, content, proof.kind), start=1):
            default_storage.delete(name(proof, page))
            default_storage.save(name(proof, page), ContentFile(png))


def pictures(content: bytes, kind: str) -> list[bytes]:
    """The first pages as PNG, at most 1000 × 1600 pixels each, without the original's metadata."""
    found = []
    for image in pdf_pages(content) if kind == FileKind.PDF else [picture(content)]:
        out = BytesIO()
        image.save(out, "PNG")
        found.append(out.getvalue())
    return found


def pdf_pages(content: bytes) -> list[Image.Image]:
    document = pypdfium2.PdfDocument(content)
    try:
        found = []
        for number in range(min(len(document), MOST_PAGES)):
            page = document[number]
            scale = min(WIDTH / max(page.get_width(), 1), HEIGHT / max(page.get_height(), 1))
            found.append(page.render(scale=scale).to_pil().convert("RGB"))
        return found
    finally:
        document.close()


def picture(content: bytes) -> Image.Image:
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    with Image.open(BytesIO(content), formats=["PNG", "JPEG"]) as image:
        upright = ImageOps.exif_transpose(image)
        upright.thumbnail((WIDTH, HEIGHT))
        return upright.convert("RGB")


def forget(proof_id: int) -> None:
    """Delete a removed proof's pictures."""
    for page in range(1, MOST_PAGES + 1):
        default_storage.delete(f"previews/{proof_id}-{page}.png")
