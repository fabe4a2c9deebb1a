"""How mail goes, for admins; and mails that were given up, tried again."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from partners.models import Event
from partners.states import Role
from reminders import actions, tasks
from reminders.actions.mailing import MailRefused
from reminders.delivery.progress import progress
from reminders.models import Digest, Reminder
from reminders.states import MOST_ATTEMPTS, DigestStatus, Rule
from reminders.ways import DigestKind, Way
from tests.cast import NOW, TODAY, person, world
from tests.reminders.posting import bounced, given_up
from tests.reminders.telling import in_days, mail_day, noon


@pytest.fixture
def w(settled):
    return settled


PAGE = reverse("reminders:post")


WAIT_FOR_ME = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))"


def give_up(w, office) -> Digest:
    """The owner's mail, refused five times; the member's arrived."""
    office.refused = {w.owner.email}
    w.fund(expires_on=in_days(7), claim_by=in_days(100))
    clock = noon(TODAY)
    mail_day(clock)
    while (digest := Digest.objects.get(recipient=w.owner)).status == DigestStatus.PENDING:
        clock = type(clock)(digest.leased_until)
        actions.send(digest_ids=actions.to_send(clock), clock=clock)
    office.refused = set()
    return digest


def at(clock_minutes: int):
    return NOW + timedelta(minutes=clock_minutes)


def test_the_page_counts_and_says_why(w, office, client):
    dead = give_up(w, office)
    given_up(w.stranger)
    client.force_login(w.admin)
    with time_machine.travel(NOW):
        response = client.get(PAGE)
    found = response.context["progress"]
    assert (found.due, found.waiting, found.failing, found.sent_today, found.dead) == (1, 0, 0, 1, 2)
    assert "no such person" in response.text
    assert reverse("reminders:try_again", args=[dead.pk]) in response.text


def test_it_says_when_the_beat_is_still(w, client):
    client.force_login(w.admin)
    assert "The beat has not ticked" in client.get(PAGE).text
    with time_machine.travel(NOW):
        tasks.tick()
    for minutes, stuck in ((4, False), (6, True)):
        with time_machine.travel(at(minutes)):
            assert ("The beat has not ticked" in client.get(PAGE).text) == stuck
    with time_machine.travel(at(1)):
        assert "1 minute ago" in client.get(PAGE).text.replace("\xa0", " ")


def test_a_failing_mail_is_not_a_waiting_one(w, office):
    office.refused = {w.owner.email}
    w.fund(expires_on=in_days(7), claim_by=in_days(100))
    actions.sweep(clock=noon(TODAY))
    actions.collect(clock=noon(TODAY))
    assert (progress(noon(TODAY)).waiting, progress(noon(TODAY)).failing) == (2, 0)
    actions.send(digest_ids=actions.to_send(noon(TODAY)), clock=noon(TODAY))
    found = progress(noon(TODAY))
    assert (found.waiting, found.failing, found.sent_today, found.due) == (0, 1, 1, 0)


class TestTryAgain:
    def test_it_is_sent_after_all_with_what_it_told(self, w, office, client):
        dead = give_up(w, office)
        client.force_login(w.admin)
        with time_machine.travel(at(200)):
            assert client.post(reverse("reminders:try_again", args=[dead.pk])).status_code == 302
        dead.refresh_from_db()
        assert (dead.status, dead.attempts) == (DigestStatus.PENDING, 0)
        clock = type(noon(TODAY))(at(201))
        assert actions.send(digest_ids=actions.to_send(clock), clock=clock).mails == 1
        (arrived,) = office.to(w.owner.email)
        assert arrived["Message-ID"] == dead.message_id
        told = Event.objects.get(verb="tried again")
        assert (told.actor, told.subject_id) == (w.admin, dead.pk)
        # And not once more tomorrow.
        assert mail_day(noon(in_days(1))) == 0

    def test_a_second_click_does_nothing(self, w, office, client):
        dead = give_up(w, office)
        client.force_login(w.admin)
        with time_machine.travel(at(200)):
            for _ in range(2):
                client.post(reverse("reminders:try_again", args=[dead.pk]))
        assert Event.objects.filter(verb="tried again").count() == 1

    def test_not_what_a_later_mail_told(self, w, office):
        dead = give_up(w, office)
        assert mail_day(noon(in_days(1))) == 1
        with pytest.raises(MailRefused, match="A later mail has told all of it"):
            actions.try_again(digest=dead, by=w.admin, now=noon(in_days(1)).now)

    def test_not_while_another_is_under_way(self, w, office):
        dead = give_up(w, office)
        w.fund(expires_on=in_days(9), claim_by=in_days(100))
        actions.sweep(clock=noon(in_days(1)))
        actions.collect(clock=noon(in_days(1)))
        w.fund(expires_on=in_days(9), claim_by=in_days(100))
        actions.sweep(clock=noon(in_days(1)))
        with pytest.raises(MailRefused, match="Another mail to Owner is under way"):
            actions.try_again(digest=dead, by=w.admin, now=noon(in_days(1)).now)

    def test_not_to_an_address_that_mail_does_not_reach(self, w, office):
        dead = give_up(w, office)
        bounced(w.owner)
        with pytest.raises(MailRefused, match="Mend the address first"):
            actions.try_again(digest=dead, by=w.admin, now=at(200))

    def test_not_what_its_reader_wants_no_mail_of(self, w, office):
        dead = give_up(w, office)
        actions.prefer(user=w.owner, ways={Rule.EXPIRES_ON: Way.OFF}, now=NOW)
        with pytest.raises(MailRefused, match="nothing left"):
            actions.try_again(digest=dead, by=w.admin, now=at(200))

    def test_by_an_admin_alone(self, w, office):
        dead = give_up(w, office)
        for user in (w.owner, w.manager, w.finance):
            with pytest.raises(PermissionDenied):
                actions.try_again(digest=dead, by=user, now=at(200))
        assert Reminder.objects.filter(recipient=w.owner, digest=None).count() == 1


@pytest.mark.django_db(transaction=True)
def test_what_another_mail_takes_at_that_moment_is_not_told_twice():
    w = world()
    w.fund(expires_on=in_days(7), claim_by=in_days(100))
    actions.sweep(clock=noon(TODAY))
    dead = given_up(w.owner)
    at_once = Digest.objects.create(
        recipient=w.owner, day=TODAY, number=1, kind=DigestKind.AT_ONCE, time_zone="UTC", leased_until=NOW
    )

    def work() -> str:
        try:
            actions.try_again(digest=dead, by=w.admin, now=NOW)
        except MailRefused as refusal:
            return str(refusal)
        finally:
            connections.close_all()
        return ""

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Reminder.objects.filter(recipient=w.owner).update(digest=at_once)
            waiting = pool.submit(work)
            with connection.cursor() as cursor:
                until = time.monotonic() + 20
                found = 0
                while not found and time.monotonic() < until:
                    cursor.execute(WAIT_FOR_ME)
                    (found,) = cursor.fetchone()
                assert found
        assert "nothing left to send" in waiting.result(timeout=20)
    assert set(Reminder.objects.filter(recipient=w.owner).values_list("digest", flat=True)) == {at_once.pk}
    assert Digest.objects.get(pk=dead.pk).status == DigestStatus.DEAD


def test_the_page_asks_as_much_for_one_as_for_three(w, client):
    client.force_login(w.admin)

    def queries() -> int:
        client.get(PAGE)
        with CaptureQueriesContext(connection) as found:
            client.get(PAGE)
        return len(found)

    given_up(w.owner)
    one = queries()
    for n in range(2):
        given_up(person(f"c{n}", w.brightpath, Role.MEMBER))
    w.fund(expires_on=in_days(7), claim_by=in_days(100))
    actions.sweep(clock=noon(TODAY))
    assert queries() == one
    assert Digest.objects.filter(status=DigestStatus.DEAD).first().attempts == MOST_ATTEMPTS
