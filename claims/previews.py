"""Pictures of a proof's pages for the reviewer: made once, kept beside the file, never the file itself."""

from io import BytesIO

import pypdfium2
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image, ImageOps

from claims.models import Proof
from claims.proofs import MOST_PIXELS
from claims.states import ProofKind

MOST_PAGES = 5
WIDTH, HEIGHT = 1000, 1600


def name(proof: Proof, page: int) -> str:
    return f"previews/{proof.pk}-{page}.png"


def page_count(proof: Proof) -> int:
    return min(proof.pages, MOST_PAGES)


def render(proof: Proof) -> None:
    """Make the pictures of all pages that are shown, at most 1000 × 1600 pixels, without the original's metadata."""
    with proof.file.open("rb") as file:
        content = file.read()
    images = pdf_pages(content) if proof.kind == ProofKind.PDF else [picture(content)]
    for page, image in enumerate(images[:MOST_PAGES], start=1):
        out = BytesIO()
        image.save(out, "PNG", optimize=True)
        default_storage.delete(name(proof, page))
        default_storage.save(name(proof, page), ContentFile(out.getvalue()))


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
    for page in range(1, MOST_PAGES + 1):
        default_storage.delete(f"previews/{proof_id}-{page}.png")
