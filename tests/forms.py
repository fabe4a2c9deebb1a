"""The forms that pages show: who gets to see which, and what a browser would send of it untouched."""

from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import resolve, reverse

from tests.sides import Both, asked
from tests.test_permissions import ABOUT_ONESELF, KEYS, OPEN, TABLE, address_of, app_of, names

# Whom a page shows the most of its forms to.
EAGER = ("owner", "manager", "admin", "finance")
NAMES = set(names()) - {"healthz"}


def each_app(group: str):
    """Parametrizes a test by `app`. One worker has all of an app and a group: who sees what there is found out once."""
    apps = sorted({app_of(name) for name in NAMES})
    return pytest.mark.parametrize(
        "app", [pytest.param(app, marks=pytest.mark.xdist_group(f"{group}-{app}")) for app in apps]
    )


class Forms(HTMLParser):
    """The POST forms of a page: where each goes, its fields as the browser would send them untouched, and what each could be
    by a choice: the values of its options, boxes and buttons."""

    def __init__(self, html: str, at: str):
        super().__init__()
        self.at, self.found, self.fields, self.select = at, [], None, ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        a = dict(attrs)
        if tag == "form":
            self.fields = {} if a.get("method", "").lower() == "post" else None
            if self.fields is not None:
                self.offered = {}
                self.found.append((urlsplit(a.get("action") or self.at).path, self.fields, self.offered))
        elif self.fields is None or not (a.get("name") or tag == "option"):
            return
        elif tag == "select":
            self.select = a["name"]
            self.fields.setdefault(self.select, "")
        elif tag == "option":
            self.offered.setdefault(self.select, set()).add(a.get("value", ""))
            if "selected" in a or not self.fields.get(self.select):
                self.fields[self.select] = a.get("value", "")
        elif tag in ("input", "textarea", "button") and a["name"] != "csrfmiddlewaretoken" and a.get("type") != "file":
            self.fields[a["name"]] = a.get("value", "1" if a.get("type") == "checkbox" else "")
            if tag == "button" or a.get("type") in ("checkbox", "radio", "hidden"):
                self.offered.setdefault(a["name"], set()).add(a.get("value", ""))

    def handle_endtag(self, tag):
        if tag == "form":
            self.fields = None


def addresses(both, app: str) -> Iterator[tuple[str, list[str]]]:
    """Each address of an app, and whom it lets in of those who see most and of who is signed out."""
    for name in sorted(name for name in NAMES if app_of(name) == app):
        if name in KEYS:
            yield reverse(name, args=[both.ours.passkey.pk]), ["owner"]
        elif name in OPEN:
            yield reverse(name, args=OPEN[name]), ["signed out", *EAGER]
        elif name in ABOUT_ONESELF:
            yield reverse(name), [*EAGER]
        else:
            for row in TABLE[name]:
                address = address_of(name, getattr(both.ours, row.object) if row.object else None)
                yield address, [who for who in EAGER if who in row.may.split()]


class Reading:
    """What those see who see most, and somebody who is signed out; each address is read once."""

    def __init__(self, both: Both):
        self.both = both
        self.clients = {"signed out": quiet(Client())} | {who: quiet(both.clients[who]) for who in EAGER}
        self.of = cache(self.read)

    def read(self, app: str) -> dict[str, dict[str, HttpResponse]]:
        """Of each address of an app: who gets to see anything there, and what (405 where it takes POST alone)."""
        found = {}
        for address, people in addresses(self.both, app):
            answers = {who: asked(self.clients[who], "GET", address) for who in people}
            found[address] = {who: answer for who, answer in answers.items() if answer.status_code in (200, 405)}
        return found

    def forms(self, app: str) -> Iterator[tuple[str, str, dict]]:
        """(who, where the form goes, its fields) of each form that the app's pages show to somebody, once."""
        return ((who, action, fields) for who, action, fields, _ in self.offers(app))

    def offers(self, app: str) -> Iterator[tuple[str, str, dict, dict[str, set[str]]]]:
        """The same with what each field could be by a choice."""
        seen = set()
        for address, pages in self.of(app).items():
            for who, page in pages.items():
                html = page.status_code == 200 and not page.streaming and page["Content-Type"].startswith("text/html")
                for action, fields, offered in Forms(page.content.decode(), address).found if html else ():
                    form = (resolve(action).view_name, tuple(sorted(fields)))
                    if form not in seen:
                        seen.add(form)
                        yield who, action, fields, offered


def quiet(client: Client) -> Client:
    """Answers 500 as a browser would see it, instead of raising."""
    client.raise_request_exception = False
    return client
