"""The same form sent twice does what it says once: no money, no claim, no payment comes of the second click."""

from copy import copy

import pytest
from django.apps import apps
from django.db import connection

from tests.forms import Reading, each_app
from tests.sides import contexts_forgotten, undone

# What somebody may well want twice, and says so each time: a second file, a second draft of another title.
FRESH = {"partners_invitation"}
# What only tells that somebody looked or tried again.
TOLD = {"partners_event", "claims_rowchange", "programs_resourceuse"}


@pytest.fixture(scope="module")
def reading(both_of_module) -> Reading:
    return Reading(both_of_module)


# What a person would type into an empty field of such a name: enough for many acts to be done.
TYPED = {
    "amount": "1",
    "days": "7",
    "reason": "Because.",
    "words": "Because.",
    "note": "Because.",
    "question": "Who came?",
}


def filled(fields: dict) -> dict:
    def typed(name: str) -> str:
        return next((words for part, words in TYPED.items() if part in name), "")

    return {name: value or typed(name) for name, value in fields.items()}


def counted() -> dict[str, int]:
    """How many rows each table of ours has."""
    ours = ("partners", "programs", "funds", "claims", "plans", "reminders")
    models = [model for label in ours for model in apps.get_app_config(label).get_models()]
    tables = {model._meta.db_table for model in models if not model._meta.proxy} - FRESH
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"SELECT '{table}', count(*) FROM {table}" for table in tables))
        return dict(cursor.fetchall())


@each_app("replays")
def test_a_second_click_adds_nothing(both, reading, app):
    twice, did_something, before = [], 0, counted()
    for who, action, fields in reading.forms(app):
        client, typed = reading.clients[who], filled(fields)
        cookies = copy(client.cookies)
        with undone(), contexts_forgotten():
            client.post(action, typed)
            once = counted()
            did_something += once != before
            assert client.post(action, typed).status_code < 500
            more = {table: (once[table], n) for table, n in counted().items() if n != once[table] and table not in TOLD}
            if more:
                twice.append(f"{who} {action} {sorted(fields)}: {more}")
        client.cookies = cookies
    assert twice == []
    # Most forms want more than this types; those that need only a click, and many acts on money, were done.
    assert did_something >= {"claims": 20, "funds": 10}.get(app, 0), did_something
