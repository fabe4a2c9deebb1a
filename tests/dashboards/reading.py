"""How the tests of the reports look at a page."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from tests.cast import NOW
from tests.pages import queries, table

__all__ = ["as_manager", "later", "opened", "queries", "rows_of", "table"]


def as_manager(w) -> Client:
    client = Client()
    client.force_login(w.manager)
    return client


def opened(client: Client, name: str, **query):
    response = client.get(reverse(name), query)
    assert response.status_code == 200
    return response


def rows_of(client: Client, name: str, **query) -> list[dict[str, str]]:
    return table(client.get(reverse(name), {"format": "csv", **query}))


def later(days: int):
    """The clock, so many days after the cast's NOW."""
    return time_machine.travel(NOW + timedelta(days=days), tick=True)


frozen = pytest.mark.usefixtures("_at_now")
