"""Statements as files, for tests that upload them."""

from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from funds.actions import uploading
from funds.models import StatementUpload
from tests.cast import NOW, World

STATEMENTS = Path(__file__).parent / "statements"
SIMPLE = b"Fund,Available,Expires,Currency\nSpring,100.00,2026-12-31,USD\nAutumn,200.00,2027-03-31,USD\n"


def statement(name: str) -> bytes:
    return (STATEMENTS / name).read_bytes()


def received(
    w: World, content: bytes = SIMPLE, vendor: str = "Cobalt Print", name: str = "wallet.csv", by=None, partner=None
) -> StatementUpload:
    """An upload through the action that the page uses."""
    return uploading.receive_statement(
        partner=partner or w.brightpath,
        vendor_name=vendor,
        file=SimpleUploadedFile(name, content),
        by=by or w.owner,
        now=NOW,
    )


def sent(client: Client, content: bytes = SIMPLE, vendor: str = "Cobalt Print", name: str = "wallet.csv"):
    """The upload page's answer to the file."""
    data = {"vendor": vendor, "file": SimpleUploadedFile(name, content)}
    return client.post(reverse("funds:upload_statement"), data)


def page_address(upload: StatementUpload) -> str:
    return reverse("funds:statement_upload", args=[upload.pk])


def correct(client: Client, upload: StatementUpload, **said: str):
    """Send the page's form with some fields changed."""
    form = client.get(page_address(upload)).context["form"]
    fields = {field.name: "" if field.value() is None else str(field.value()) for field in form}
    return client.post(page_address(upload), fields | said)


def record(client: Client, upload: StatementUpload):
    """Press the page's button."""
    seen = client.get(page_address(upload)).context["shown"].token
    return client.post(reverse("funds:record_upload", args=[upload.pk]), {"seen": seen}, follow=True)
