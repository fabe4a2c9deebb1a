"""One click in the mail stops a kind of it: RFC 8058, without a sign-in, and never the last reader's money."""

import re
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from partners.models import Event
from reminders.delivery.links import stop_token
from reminders.models import Preference
from reminders.states import Rule
from reminders.ways import Way
from tests.cast import TODAY
from tests.reminders.telling import in_days, mail_day, noon


@pytest.fixture
def w(settled):
    return settled


@pytest.fixture
def strict() -> Client:
    """A browser, or a mail program, that has never been here; without a token no form of ours takes anything from it."""
    return Client(enforce_csrf_checks=True)


def ways(user) -> dict[str, str]:
    return dict(Preference.objects.filter(user=user).values_list("rule", "way"))


def path(user, *rules) -> str:
    return reverse("reminders:stop", args=[stop_token(user.pk, rules)])


def letter_to(user) -> mail.EmailMultiAlternatives:
    return next(m for m in mail.outbox if m.to == [user.email])


def test_the_mails_own_header_stops_what_it_told(w, strict):
    w.fund(expires_on=in_days(7), claim_by=in_days(14))
    mail_day(noon(TODAY))
    headers = letter_to(w.member).message()
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    (address,) = re.findall(r"^<(\S+)>$", headers["List-Unsubscribe"])
    response = strict.post(urlsplit(address).path, {"List-Unsubscribe": "One-Click"})
    # No redirect: a mail program follows none.
    assert response.status_code == 200
    assert ways(w.member) == {"expires_on": "off", "claim_by": "off"}
    told = Event.objects.get(verb="set reminders")
    assert (told.actor, told.data["by_way_of"]) == (w.member, "mail")
    assert mail_day(noon(in_days(6))) == 1  # the owner's


def test_each_kind_has_a_link_of_its_own_in_both_parts(w, strict):
    w.fund(expires_on=in_days(7), claim_by=in_days(14))
    mail_day(noon(TODAY))
    message = letter_to(w.member)
    links = dict(re.findall(r"^Stop mail of «(.*)»: (\S+)$", message.body, re.MULTILINE))
    assert list(links) == [Rule.EXPIRES_ON.label, Rule.CLAIM_BY.label]
    assert all(f'href="{link}"' in message.alternatives[0].content for link in links.values())
    strict.post(urlsplit(links[Rule.CLAIM_BY.label]).path)
    assert ways(w.member) == {"claim_by": "off"}


def test_looking_changes_nothing(w, strict):
    response = strict.get(path(w.member, Rule.CLAIM_BY))
    assert (response.status_code, ways(w.member)) == (200, {})
    assert w.member.email in response.text
    assert Rule.CLAIM_BY.label in response.text
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_only_a_post_changes(w, strict, method):
    assert getattr(strict, method)(path(w.member, Rule.CLAIM_BY)).status_code == 405
    assert ways(w.member) == {}


def test_a_second_click_says_the_same_and_changes_nothing(w, strict):
    pages = [strict.post(path(w.member, Rule.CLAIM_BY)) for _ in range(3)]
    assert len({page.text for page in pages}) == 1
    assert Event.objects.filter(verb="set reminders").count() == 1


def test_the_last_reader_keeps_the_least_and_reads_why(w, strict):
    strict.post(path(w.member, Rule.CLAIM_BY))
    for _ in range(2):
        response = strict.post(path(w.owner, Rule.CLAIM_BY, Rule.NUDGE))
        assert "nobody else in your company is mailed of it" in response.text
        assert ways(w.owner) == {"claim_by": "weekly", "nudge": "off"}


def test_it_stops_nothing_else_and_nobody_else(w, strict):
    Preference.objects.create(user=w.member, rule=Rule.EXPIRES_ON, way=Way.AT_ONCE)
    strict.post(path(w.member, Rule.CLAIM_BY))
    assert ways(w.member) == {"expires_on": "at_once", "claim_by": "off"}
    assert ways(w.owner) == {}


@pytest.mark.parametrize("spoil", [lambda t: t[:-1] + ("A" if t[-1] != "A" else "B"), lambda t: "x" + t, lambda t: "x"])
def test_a_forged_link_is_none(w, strict, spoil):
    token = spoil(stop_token(w.member.pk, [Rule.CLAIM_BY]))
    address = reverse("reminders:stop", args=[token])
    assert strict.get(address).status_code == strict.post(address).status_code == 404
    assert ways(w.member) == {}


def test_a_link_for_another_purpose_is_none(w, strict):
    from django.core import signing

    address = reverse("reminders:stop", args=[signing.dumps([w.member.pk, ["claim_by"]], salt="other")])
    assert strict.post(address).status_code == 404


def test_a_link_to_a_kind_that_there_is_no_more_or_to_nobody_is_none(w, strict):
    for token in (stop_token(w.member.pk, ["weather"]), stop_token(10**9, [Rule.CLAIM_BY])):
        assert strict.post(reverse("reminders:stop", args=[token])).status_code == 404
