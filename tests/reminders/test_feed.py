"""The private calendar address: made, shown once, read by whoever has it, renewed, ended."""

import logging
import re

import pytest
import structlog
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from config.request_log import MaskTokens
from partners import actions as partners
from partners.models import Event, Membership
from reminders.calendar import actions
from reminders.calendar.views import address
from reminders.models import CalendarFeed
from tests.cast import NOW
from tests.claims.asking import filed as asking
from tests.pages import told

pytestmark = pytest.mark.usefixtures("_at_now")
PAGE = reverse("reminders:calendar_address")
MAKE = reverse("reminders:make_address")


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def client(w) -> Client:
    return signed_in(w.owner)


def shown(response) -> str:
    """The path of the address on the page."""
    (url,) = re.findall(r'value="http://[^/]+(/calendar/[^"]+\.ics)"', response.content.decode())
    return url


def made(client: Client, **data) -> str:
    return shown(client.post(MAKE, {"alarm": ""} | data))


def read(path: str, **headers):
    """As a calendar does: signed in nowhere."""
    return Client().get(path, headers=headers)


def verbs() -> list[str]:
    return list(Event.objects.filter(subject="reminders.calendarfeed").order_by("id").values_list("verb", flat=True))


def test_the_page_says_how_it_begins(client):
    html = client.get(PAGE).content.decode()
    assert "Make my address" in html
    assert f'href="{PAGE}"' in html, "the user's menu leads there"


def test_made_and_shown_once(w, client):
    w.fund(name="Cloud fund")
    response = client.post(MAKE, {"alarm": ""})
    path = shown(response)
    html = response.content.decode()
    assert f'href="webcal://localhost:8000{path}"' in html
    for calendar in ("Google", "Outlook", "Apple"):
        assert calendar in html
    assert "no-store" in response["Cache-Control"]
    answer = read(path)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert "Cloud fund" in answer.content.decode()
    token = path.split("/")[-1].removesuffix(".ics")
    assert len(token) >= 43
    again = client.get(PAGE).content.decode()
    assert token not in again
    assert "Make a new address" in again
    feed = CalendarFeed.objects.get()
    assert token not in f"{vars(feed)}"
    assert verbs() == ["made"]
    assert token not in str(list(Event.objects.values()))


def test_a_page_sent_twice_makes_one(client):
    path = made(client)
    response = client.post(MAKE, {"alarm": ""}, follow=True)
    assert "is made already" in told(response)[0]
    assert CalendarFeed.objects.count() == 1
    assert read(path).status_code == 200


def test_renewed_the_old_one_ends(client):
    old = made(client, alarm="7")
    feed = CalendarFeed.objects.get()
    new = made(client, alarm="7", instead_of=feed.pk)
    assert new != old
    assert [read(path).status_code for path in (old, new)] == [404, 200]
    assert verbs() == ["made", "revoked", "made"]
    assert CalendarFeed.objects.get(revoked_at=None).alarm == 7


def test_ended(client):
    path = made(client)
    for _ in range(2):
        client.post(reverse("reminders:revoke_address"))
    gone, never = read(path), read("/calendar/never-was.ics")
    assert gone.status_code == never.status_code == 404
    assert gone.content == never.content
    assert verbs() == ["made", "revoked"]
    assert "Make my address" in client.get(PAGE).content.decode()


def test_not_somebody_elses(w, client):
    made(client)
    with pytest.raises(PermissionDenied):
        actions.make(user=w.owner, alarm=None, instead_of=None, by=w.member, now=NOW)
    with pytest.raises(PermissionDenied):
        actions.revoke(user=w.owner, by=w.member, now=NOW)
    with pytest.raises(PermissionDenied):
        actions.ring(user=w.owner, alarm=None, by=w.member, now=NOW)
    signed_in(w.member).post(reverse("reminders:revoke_address"))
    owners = CalendarFeed.objects.get()
    response = signed_in(w.member).post(MAKE, {"alarm": "", "instead_of": owners.pk}, follow=True)
    assert "Your address" in told(response)[0]
    assert CalendarFeed.objects.get().revoked_at is None


@pytest.mark.parametrize("data", [{"alarm": "3"}, {"alarm": "x"}, {"instead_of": "x"}, {"instead_of": "٣"}])
def test_nonsense_is_refused(client, data):
    assert client.post(MAKE, {"alarm": ""} | data).status_code == 400
    assert not CalendarFeed.objects.exists()


def test_an_ended_membership_takes_its_dates_away(w):
    w.fund(name="Cloud fund")
    path = made(signed_in(w.member))
    assert b"Cloud fund" in read(path).content
    partners.end_membership(membership=Membership.objects.get(user=w.member), by=w.owner, now=NOW)
    answer = read(path)
    assert answer.status_code == 200
    assert b"VEVENT" not in answer.content


def test_nobody_reads_for_who_may_not_sign_in(w):
    path = made(signed_in(w.member))
    w.member.is_active = False
    w.member.save()
    assert read(path).status_code == 404


def test_another_partners_dates_are_not_in_it(w):
    w.fund(name="Ours")
    w.fund(name="Theirs", partner=w.othertech)
    w.kept_fund(w.kept_program(name="Quillfeather"))
    ours, theirs = (read(made(signed_in(user))).content for user in (w.owner, w.stranger))
    assert (b"Ours" in ours, b"Quillfeather" in ours, b"Theirs" in ours) == (True, True, False)
    assert (b"Ours" in theirs, b"Quillfeather" in theirs, b"Theirs" in theirs) == (False, False, True)


def test_the_vendors_manager_has_what_waits_for_the_vendor(w):
    """Not each partner's own dates."""
    fund = w.fund(name="Cloud fund")
    assert b"VEVENT" not in read(made(signed_in(w.manager))).content
    request = asking(w, fund)
    answer = read(made(signed_in(w.manager), instead_of=CalendarFeed.objects.get(user=w.manager).pk)).content.decode()
    assert "Decide on the request" in answer
    assert f"/requests/{request.pk}/" in answer
    assert "Cloud fund" not in answer


def test_unchanged_it_is_not_sent_again(w, client):
    w.fund(name="Cloud fund")
    path = made(client)
    first = read(path)
    assert first["Cache-Control"] == "private, no-cache"
    second = read(path, if_none_match=first["ETag"])
    assert (second.status_code, second.content) == (304, b"")
    w.fund(name="Another")
    third = read(path, if_none_match=first["ETag"])
    assert third.status_code == 200
    assert third["ETag"] != first["ETag"]


def test_only_read(w, client):
    path = made(client)
    assert Client().head(path).status_code == 200
    for method in ("post", "put", "delete"):
        assert getattr(Client(), method)(path).status_code == 405


def test_too_often(client, monkeypatch):
    monkeypatch.setattr(address, "MOST_AN_HOUR", 2)
    path = made(client)
    assert [read(path).status_code for _ in range(3)] == [200, 200, 429]
    assert read(path)["Retry-After"] == "3600"


def test_when_it_was_read_stands_on_the_page(client):
    path = made(client)
    assert "Not yet" in client.get(PAGE).content.decode()
    read(path)
    assert "23 Nov 2026, 12:00 UTC" in client.get(PAGE).content.decode()


def test_few_queries_whatever_there_is(w, client, django_assert_num_queries):
    path = made(client)
    budget = w.budget(amount=100_000_00)
    w.fund(budget=budget)
    read(path)
    with django_assert_num_queries(4):  # the address, the roles, the dates, what was told of them
        read(path)
    for _ in range(2):
        w.fund(budget=budget)
    with django_assert_num_queries(6):  # and what is new is written down, and read
        read(path)
    with django_assert_num_queries(4):
        read(path)


def test_the_log_does_not_know_the_address(client, caplog):
    path = made(client)
    token = path.split("/")[-1].removesuffix(".ics")
    with structlog.testing.capture_logs() as logs:
        read(path)
    assert logs
    assert "/calendar/…" in str(logs)
    assert token not in str(logs)
    record = logging.LogRecord("django.request", logging.WARNING, "", 1, "%s: %s", ("Not Found", path), None)
    assert MaskTokens().filter(record)
    assert record.getMessage() == "Not Found: /calendar/….ics"
