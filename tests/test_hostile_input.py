"""No input gives a 500: every form that anybody is shown, each of its fields, with what nobody should type."""

import pytest

from tests.forms import Reading, addresses, each_app
from tests.sides import asked

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


@pytest.fixture(scope="module")
def reading(both_of_module) -> Reading:
    return Reading(both_of_module)


@pytest.fixture(autouse=True)
def _before_them(both) -> None:
    """Each test has the database, and the world in it as it was."""


@each_app("hostile")
def test_no_field_of_a_form_breaks_it(reading, app):
    broken = []
    for who, action, fields in reading.forms(app):
        typed = [dict.fromkeys(fields, garbage) for garbage in GARBAGE]
        typed += [fields | {name: garbage} for name in fields for garbage in ALONE]
        for form in typed:
            if asked(reading.clients[who], "POST", action, form).status_code >= 500:
                broken.append(f"{who} {action} {form}")
    assert broken == []


@each_app("hostile")
def test_no_body_breaks_a_page(reading, app):
    broken = []
    for address in addresses(reading.both, app):
        for who in list(reading.of(address))[:1]:
            for body in BODIES:
                if asked(reading.clients[who], "POST", address, **body).status_code >= 500:
                    broken.append(f"{who} {address} {body}")
    assert broken == []


@each_app("hostile")
def test_no_query_breaks_a_page(reading, app):
    keys = ("q", "sort", "page", "format", "status", "vendor", "program", "kind", "partner", "next", "fund", "currency")
    broken = []
    for address in addresses(reading.both, app):
        for who in reading.of(address):
            for garbage in ["9" * 40, "\x00", "name__x"]:
                if asked(reading.clients[who], "GET", address, dict.fromkeys(keys, garbage)).status_code >= 500:
                    broken.append(f"{who} {address} {garbage!r}")
    assert broken == []
