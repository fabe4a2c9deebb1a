"""An address that mail does not reach: who reads of it, who mends it, and how its person confirms it."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from partners.models import Event
from partners.states import Role
from programs.days import Clock
from reminders import actions
from reminders.actions import mending
from reminders.models import Reminder, Suppression
from tests.cast import NOW, person
from tests.reminders.posting import bounced
from tests.reminders.telling import mail_day

LIST, ASK = reverse("reminders:addresses"), reverse("reminders:ask_to_confirm")
INBOX, PREFERENCES = reverse("reminders:inbox"), reverse("reminders:preferences")


@pytest.fixture
def back(w) -> Suppression:
    return bounced(w.member)


def page(user, address: str) -> str:
    client = Client()
    client.force_login(user)
    return client.get(address).text


def test_the_owner_reads_it_above_the_inbox_and_mends_it(w, back, client):
    client.force_login(w.owner)
    for address in (INBOX, PREFERENCES):
        assert "Reminders do not reach Member by mail" in client.get(address).text
    assert "550 no such person" in client.get(LIST).text
    lift = reverse("reminders:lift", args=[back.pk])
    assert lift in client.get(LIST).text
    assert "Mail it again" in client.get(lift).text
    assert not Suppression.objects.get().lifted_at
    for _ in range(2):
        assert client.post(lift).status_code == 302
    assert Suppression.objects.get().lifted_by == w.owner
    assert [e.verb for e in Event.objects.about(back)] == ["suppressed", "lifted"]
    assert "do not reach" not in client.get(INBOX).text
    assert "Mail reaches everybody" in client.get(LIST).text


def test_who_sees_it_and_who_does_not(w, back):
    for user, sees in ((w.member, True), (w.admin, True), (w.stranger, False), (w.manager, False), (w.finance, False)):
        assert (w.member.email in page(user, LIST).split("<main")[1]) == sees, user


class TestWhoLooksAfterThemHears:
    def told(self, now=NOW) -> list[tuple[str, str]]:
        actions.sweep(clock=Clock(now))
        rows = Reminder.objects.filter(rule="no_mail").order_by("id")
        return [(r.recipient.email, r.title) for r in rows]

    def test_with_the_days_mail_and_once(self, w, back):
        assert self.told() == [(w.owner.email, "Member")]
        assert self.told(NOW + timedelta(days=1)) == [(w.owner.email, "Member")]
        assert mail_day(Clock(NOW)) == 1
        (message,) = mail.outbox
        assert message.to == [w.owner.email]
        assert "Member" in message.subject

    def test_until_it_is_mended(self, w, back):
        self.told()
        assert Reminder.objects.open_count(w.owner, NOW) == 1
        assert Reminder.objects.get().url == LIST
        mending.lift(suppression=back, by=w.owner, now=NOW)
        assert Reminder.objects.open_count(w.owner, NOW) == 0

    def test_about_who_is_alone_there_windfalls_admins_hear(self, w):
        bounced(w.owner)
        assert sorted(self.told()) == [(admin.email, "Owner") for admin in (w.admin, w.second_admin)]
        told = Reminder.objects.filter(recipient=w.admin).get()
        assert (told.company.kind, told.partner_id, told.audience) == ("site", w.brightpath.pk, "people")
        # As soon as somebody else looks after them it is theirs.
        person("partner", w.brightpath, Role.OWNER)
        assert ("partner@people.example", "Owner") in self.told()[2:]
        assert Reminder.objects.open_count(w.admin, NOW) == 0

    def test_a_mail_server_that_is_away_loses_nothing(self, w, back, settings):
        settings.EMAIL_BACKEND, settings.EMAIL_PORT = "django.core.mail.backends.smtp.EmailBackend", 1
        assert mail_day(Clock(NOW)) == 0
        settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
        assert mail_day(Clock(NOW + timedelta(hours=1))) == 1

    def test_a_vendors_managers_and_windfalls_admins_of_theirs(self, w):
        for colleague in (person("colleague", w.northgate, Role.MANAGER), w.finance):
            bounced(colleague)
        bounced(w.admin)
        found = {(w.manager.email, "Colleague"), ("colleague@people.example", "Colleague")}
        found |= {(admin.email, title) for admin in (w.admin, w.second_admin) for title in ("Finance", "Admin")}
        assert set(self.told()) == found


def test_nobody_else_may_mend_it(w, back):
    colleague = person("colleague", w.brightpath, Role.MEMBER)
    for user in (w.member, colleague, w.stranger, w.manager, w.finance):
        with pytest.raises(PermissionDenied):
            mending.lift(suppression=back, by=user, now=NOW)
    mending.lift(suppression=back, by=w.admin, now=NOW)


class TestItsPerson:
    def link(self, user) -> str:
        client = Client()
        client.force_login(user)
        assert client.post(ASK).status_code == 302
        (message,) = mail.outbox
        assert message.to == [user.email]
        return urlsplit(re.search(r"http\S+", message.body)[0]).path

    def test_confirms_by_a_mail_to_it(self, w, back):
        assert "does not arrive since" in page(w.member, INBOX)
        link = self.link(w.member)
        assert "Does mail reach you here?" in Client().get(link).text
        assert not Suppression.objects.get().lifted_at
        assert "Mail reaches you" in Client().post(link).text
        assert Suppression.objects.get().lifted_by == w.member
        assert Client().post(link).status_code == 404

    def test_the_form_wants_its_token(self, w, back):
        assert Client(enforce_csrf_checks=True).post(self.link(w.member)).status_code == 403
        assert not Suppression.objects.get().lifted_at

    def test_not_twice_within_the_hour(self, w, back, client):
        client.force_login(w.member)
        for _ in range(3):
            client.post(ASK)
        assert len(mail.outbox) == 1
        later = Suppression.objects.get().asked_at + timedelta(hours=1)
        assert mending.ask(suppression=back, by=w.member, now=later)
        assert len(mail.outbox) == 2

    def test_not_for_another(self, w, back, client):
        with pytest.raises(PermissionDenied):
            mending.ask(suppression=back, by=w.owner, now=NOW)
        client.force_login(w.owner)
        client.post(ASK)
        assert mail.outbox == []

    @pytest.mark.parametrize("spoil", [lambda link: link.replace(":", "x", 1), lambda link: link[:-2] + "/"])
    def test_a_forged_link_is_none(self, w, back, spoil):
        link = spoil(self.link(w.member))
        assert Client().get(link).status_code == Client().post(link).status_code == 404
        assert not Suppression.objects.get().lifted_at

    def test_an_old_link_is_none(self, w, back):
        link = self.link(w.member)
        with time_machine.travel(timezone.now() + timedelta(days=2, minutes=1)):
            assert Client().post(link).status_code == 404


@pytest.mark.parametrize("who", ["owner", "admin"])
def test_the_list_asks_as_much_for_one_as_for_three(w, client, who):
    def queries(user) -> int:
        client.force_login(user)
        client.get(LIST)
        with CaptureQueriesContext(connection) as found:
            client.get(LIST)
        return len(found)

    bounced(w.member)
    one = queries(getattr(w, who))
    for n in range(2):
        bounced(person(f"c{n}", w.brightpath, Role.MEMBER))
    assert queries(getattr(w, who)) == one
