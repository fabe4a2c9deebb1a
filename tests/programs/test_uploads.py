"""PDF, PNG and JPEG that are what they say are taken. All else is refused in a sentence."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from dashboards.demo import papers
from programs.uploads import LARGEST_FILE, FileRefused, accept, cleaned_name
from tests.cast import TODAY
from tests.files import HOSTILE, catalog, image, pdf

NAMES = ["proof.pdf", "photo.png", "photo.jpg", "x.exe.pdf"]


@pytest.mark.parametrize("name", NAMES[:2])
@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_file_is_refused_in_a_sentence(what, name):
    with pytest.raises(FileRefused) as refusal:
        accept(SimpleUploadedFile(name, HOSTILE[what], content_type="application/pdf"))
    words = str(refusal.value)
    assert words.startswith(name)
    assert words.endswith(".")
    assert len(words) < 200


def test_a_file_over_ten_megabytes():
    with pytest.raises(FileRefused, match="larger than 10 MB"):
        accept(SimpleUploadedFile("big.pdf", pdf() + b"\0" * LARGEST_FILE))


@pytest.mark.parametrize("size", [(8000, 6000), (10_000, 10_000)])
def test_a_picture_of_too_many_pixels_is_told_so(size):
    with pytest.raises(FileRefused, match="has more than 40 megapixels"):
        accept(SimpleUploadedFile("scan.png", image(size=size)))


GOOD = {
    "by hand.pdf": catalog(entries=b"/OpenAction[3 0 R/Fit]"),
    "invoice.pdf": papers.invoice(
        supplier="A", number="1", day=TODAY, partner="B", what="C", amount=100, currency="USD"
    ),
    "many pages.pdf": pdf(pages=200),
    "photo.png": image(),
    "photo.jpg": image("JPEG"),
    "progressive.jpg": image("JPEG", progressive=True),
    "large.png": image(size=(4000, 3000)),
}


@pytest.mark.parametrize("name", GOOD)
def test_a_good_file_is_taken(name):
    accepted = accept(SimpleUploadedFile(name, GOOD[name], content_type="text/html"))
    assert accepted.name == name
    assert accepted.content == GOOD[name]
    assert Path(accepted.stored_name).stem not in name
    assert accepted.pages == (200 if "many" in name else 1)


@pytest.mark.parametrize(
    ("given", "cleaned"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\x\\invoice.pdf", "invoice.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("a\u200bb\u0007.pdf", "ab.pdf"),
        ('x"y<z>.pdf', "xyz.pdf"),
        ("   ", "file"),
        ("..", "file"),
        ("", "file"),
        ("ü" * 300, "ü" * 160),
    ],
)
def test_names_are_cleaned(given, cleaned):
    assert cleaned_name(given) == cleaned


def test_the_name_ends_as_the_file_is():
    assert accept(SimpleUploadedFile("photo.pdf.exe", image())).name == "photo.pdf.png"
