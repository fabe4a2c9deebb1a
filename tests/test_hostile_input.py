"""No input gives a 500: every form that anybody is shown, each of its fields, with what nobody should type."""

from collections import defaultdict

import pytest
from django.urls import resolve

from tests.forms import Reading, each_app
from tests.sides import asked, in_turn

GARBAGE = [
    "",
    "-1",
    "1.005",
    "9" * 40,
    "NaN",
    "\x00",
    "x" * 5000,
    "9999-12-31",
    "\u202e\u0000\U0001f600'\";--<script>",
]
BODIES = [
    {"data": b"%00=%ff&=&&;%zz", "content_type": "application/x-www-form-urlencoded"},
    {"data": b"\xff\xfe\x00", "content_type": "text/plain"},
    {"data": b"{", "content_type": "application/json"},
    {"data": b"not multipart at all", "content_type": "multipart/form-data; boundary=x"},
    {"data": b"--x\r\nContent-Disposition: form-data\r\n\r\n", "content_type": "multipart/form-data; boundary=x"},
    {"data": b"a=1", "content_type": "multipart/form-data"},
]
# What a field is given by itself, with all others as they stand: that gets further in than all at once.
ALONE = ["9" * 40, "\x00"]

KEYS = ("q", "sort", "page", "format", "status", "vendor", "program", "kind", "partner", "next", "fund", "currency")
GARBLED = ["9" * 40, "\x00", "name__x"]


@pytest.fixture(scope="module")
def reading(both_of_module) -> Reading:
    return Reading(both_of_module)


@pytest.fixture(autouse=True)
def _before_them(both) -> None:
    """Each test has the database, and the world in it as it was."""


def by_view(reading: Reading, app: str, statuses: tuple[int, ...]) -> list[list[tuple[str, str]]]:
    """Of each view of an app: (address, who) of those pages that answer with such a status."""
    found = defaultdict(list)
    for address, pages in reading.of(app).items():
        here = [(address, who) for who, page in pages.items() if page.status_code in statuses]
        found[resolve(address).view_name] += here
    return list(found.values())


@each_app("hostile")
def test_no_field_of_a_form_breaks_it(reading, app):
    broken = []
    for who, action, fields in reading.forms(app):
        typed = [dict.fromkeys(fields, garbage) for garbage in GARBAGE]
        typed += [fields | {name: garbage} for name in fields for garbage in ALONE]
        # A form of one field or none is the same each way.
        for form in {tuple(form.items()): form for form in typed}.values():
            if asked(reading.clients[who], "POST", action, form).status_code >= 500:
                broken.append(f"{who} {action} {form}")
    assert broken == []


@each_app("hostile")
def test_no_body_breaks_a_page(reading, app):
    """Each view is sent each body, and each of its addresses some."""
    broken = []
    for places in by_view(reading, app, (200, 405)):
        for (address, who), body in in_turn(places, BODIES):
            status = asked(reading.clients[who], "POST", address, **body).status_code
            if status >= 500:
                broken.append(f"{who} {address} {body}")
            if status == 405:
                break  # it reads none
    assert broken == []


@each_app("hostile")
def test_no_query_breaks_a_page(reading, app):
    """Each view has each garbage in each key, and each of its readers at each of its addresses some."""
    broken = []
    queries = [{key: GARBLED[(n + turn) % 3] for n, key in enumerate(KEYS)} for turn in range(3)]
    for places in by_view(reading, app, (200,)):
        for (address, who), query in in_turn(places, queries):
            if asked(reading.clients[who], "GET", address, query).status_code >= 500:
                broken.append(f"{who} {address} {query}")
    assert broken == []
