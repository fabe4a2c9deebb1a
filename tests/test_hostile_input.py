"""No input gives a 500: every form that anybody is shown, each of its fields, with what nobody should type."""

from collections.abc import Callable, Iterator
from functools import cache
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import resolve

from tests.sides import asked
from tests.test_permissions import ABOUT_ONESELF, KEYS, OPEN, TABLE, address_of, app_of, names, reverse

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
# Whom a page shows the most of its forms to.
EAGER = ("owner", "manager", "admin", "finance")


NAMES = set(names()) - {"healthz"}
# One worker has all tests of an app: who sees what there is found out once.
each_app = pytest.mark.parametrize(
    "app",
    [
        pytest.param(app, marks=pytest.mark.xdist_group(f"hostile-{app}"))
        for app in sorted({app_of(name) for name in NAMES})
    ],
)


class Forms(HTMLParser):
    """The POST forms of a page: where each goes, and its fields as the browser would send them untouched."""

    def __init__(self, html: str, at: str):
        super().__init__()
        self.at, self.found, self.fields, self.select = at, [], None, ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        a = dict(attrs)
        if tag == "form":
            self.fields = {} if a.get("method", "").lower() == "post" else None
            if self.fields is not None:
                self.found.append((urlsplit(a.get("action") or self.at).path, self.fields))
        elif self.fields is None or not (a.get("name") or tag == "option"):
            return
        elif tag == "select":
            self.select = a["name"]
            self.fields.setdefault(self.select, "")
        elif tag == "option":
            if "selected" in a or not self.fields.get(self.select):
                self.fields[self.select] = a.get("value", "")
        elif tag in ("input", "textarea", "button") and a["name"] != "csrfmiddlewaretoken" and a.get("type") != "file":
            self.fields[a["name"]] = a.get("value", "1" if a.get("type") == "checkbox" else "")

    def handle_endtag(self, tag):
        if tag == "form":
            self.fields = None


def addresses(both, app: str) -> Iterator[str]:
    for name in sorted(name for name in NAMES if app_of(name) == app):
        if name in KEYS:
            yield reverse(name, args=[both.ours.passkey.pk])
        elif name in OPEN:
            yield reverse(name, args=OPEN[name])
        elif name in ABOUT_ONESELF:
            yield reverse(name)
        else:
            yield from (address_of(name, getattr(both.ours, row.object) if row.object else None) for row in TABLE[name])


@pytest.fixture(scope="module")
def clients(both_of_module) -> dict[str, Client]:
    return {"signed out": quiet(Client())} | {who: quiet(both_of_module.clients[who]) for who in EAGER}


@pytest.fixture(scope="module")
def readers(clients) -> Callable[[str], dict[str, HttpResponse]]:
    """Who gets to see anything at an address, and what."""

    @cache
    def of(address: str) -> dict[str, HttpResponse]:
        answers = {who: asked(client, "GET", address) for who, client in clients.items()}
        return {who: answer for who, answer in answers.items() if answer.status_code in (200, 405)}

    return of


def forms_of(both, readers, app: str) -> Iterator[tuple[str, str, dict]]:
    """(who, where the form goes, its fields) of each form that the app's pages show to somebody, once."""
    seen = set()
    for address in addresses(both, app):
        for who, page in readers(address).items():
            html = page.status_code == 200 and not page.streaming and page["Content-Type"].startswith("text/html")
            for action, fields in Forms(page.content.decode(), address).found if html else ():
                form = (resolve(action).view_name, tuple(sorted(fields)))
                if form not in seen:
                    seen.add(form)
                    yield who, action, fields


@each_app
def test_no_field_of_a_form_breaks_it(both, clients, readers, app):
    broken = []
    for who, action, fields in forms_of(both, readers, app):
        typed = [dict.fromkeys(fields, garbage) for garbage in GARBAGE]
        typed += [fields | {name: garbage} for name in fields for garbage in ALONE]
        for form in typed:
            if asked(clients[who], "POST", action, form).status_code >= 500:
                broken.append(f"{who} {action} {form}")
    assert broken == []


@each_app
def test_no_body_breaks_a_page(both, clients, readers, app):
    broken = []
    for address in addresses(both, app):
        for who in list(readers(address))[:1]:
            for body in BODIES:
                if asked(clients[who], "POST", address, **body).status_code >= 500:
                    broken.append(f"{who} {address} {body}")
    assert broken == []


@each_app
def test_no_query_breaks_a_page(both, clients, readers, app):
    keys = ("q", "sort", "page", "format", "status", "vendor", "program", "kind", "partner", "next", "fund", "currency")
    broken = []
    for address in addresses(both, app):
        for who in readers(address):
            for garbage in ["9" * 40, "\x00", "name__x"]:
                if asked(clients[who], "GET", address, dict.fromkeys(keys, garbage)).status_code >= 500:
                    broken.append(f"{who} {address} {garbage!r}")
    assert broken == []


def quiet(client: Client) -> Client:
    """Answers 500 as a browser would see it, instead of raising."""
    client.raise_request_exception = False
    return client
