"""How tests look at pages and send forms."""

import csv
import io
import uuid

from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse


def fresh_key() -> str:
    """The token that a showing of a money form carries."""
    return str(uuid.uuid4())


def errors(response: HttpResponse) -> dict[str, list[str]]:
    """The sentences beside the fields of a form that was sent back; "__all__" for those above it."""
    assert response.status_code == 200
    return {name: list(words) for name, words in response.context["form"].errors.items()}


def told(response: HttpResponse) -> list[str]:
    """The messages on the page that a form led to."""
    return [str(message) for message in response.context["messages"]]


def table(response: HttpResponse) -> list[dict[str, str]]:
    """A CSV download, row by row."""
    return list(csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))


def statuses(client: Client, name: str, pk: int | None, data: dict | None = None) -> tuple[int, int]:
    """What GET and POST answer."""
    url = reverse(name, args=[] if pk is None else [pk])
    return client.get(url).status_code, client.post(url, data or {}).status_code


def queries(client: Client, url: str) -> int:
    """How many queries the page takes, once what is made at first sight is there."""
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)
