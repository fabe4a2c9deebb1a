"""Sending: over a real line, by one worker each, again after trouble, and never twice."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection, connections, transaction

from claims import actions as claims
from partners import actions as partners
from partners.states import Role
from reminders import actions
from reminders.actions import mending
from reminders.actions.mailing import TOGETHER
from reminders.models import Digest, MailEvent, Reminder, Suppression
from reminders.states import LEASE, MOST_ATTEMPTS, DigestStatus
from tests.cast import TODAY, person, world
from tests.reminders.post_office import open_post_office
from tests.reminders.telling import in_days, mail_day, noon


@pytest.fixture
def w(settled):
    return settled


NOON = noon(TODAY)


def due(w, clock=NOON) -> list[int]:
    """One fund a week before its last day: a digest for Brightpath's owner and one for its member, not yet sent."""
    w.fund(expires_on=in_days(7), claim_by=in_days(100))
    actions.sweep(clock=clock)
    actions.collect(clock=clock)
    return actions.to_send(clock)


def later(clock, **more):
    return type(clock)(clock.now + timedelta(**more), clock.on)


def digest_of(user) -> Digest:
    return Digest.objects.get(recipient=user)


def test_all_over_one_connection(w, office):
    ids = due(w)
    assert actions.send(digest_ids=ids, clock=NOON).mails == 2
    assert {m["To"] for m in office.accepted} == {w.owner.email, w.member.email}
    assert office.connections == 1
    assert set(Digest.objects.values_list("status", flat=True)) == {DigestStatus.SENT}


def test_who_is_refused_stops_nobody_else(w, office):
    office.refused = {w.owner.email}
    posted = actions.send(digest_ids=due(w), clock=NOON)
    assert posted.mails == len(office.to(w.member.email)) == 1
    assert [failure["digest"] for failure in posted.failed] == [digest_of(w.owner).pk]
    waits = digest_of(w.owner)
    assert (waits.status, waits.attempts) == (DigestStatus.PENDING, 1)
    assert "no such person" in waits.trouble
    assert waits.leased_until == NOON.now + timedelta(minutes=2)


def test_refused_mail_is_tried_again_under_the_same_name_and_then_given_up(w, office):
    office.refused = {w.owner.email}
    clock = NOON
    actions.send(digest_ids=due(w), clock=clock)
    name = digest_of(w.owner).message_id
    pauses = []
    for _ in range(MOST_ATTEMPTS - 1):
        before = digest_of(w.owner).leased_until
        assert actions.to_send(clock) == []
        pauses.append((before - clock.now).seconds // 60)
        clock = type(clock)(before)
        actions.send(digest_ids=actions.to_send(clock), clock=clock)
        assert digest_of(w.owner).message_id == name
    assert pauses == [2, 8, 32, 128]
    assert digest_of(w.owner).status == DigestStatus.DEAD
    # What it told is not lost: the next day's mail tells it, and this time it arrives.
    office.refused = set()
    tomorrow = noon(in_days(1))
    assert actions.collect(clock=tomorrow) == 1
    actions.send(digest_ids=actions.to_send(tomorrow), clock=tomorrow)
    (arrived,) = office.to(w.owner.email)
    assert "Market development" in arrived.get_body(("plain",)).get_content()


def test_a_server_that_hangs_up_gets_the_rest_later_and_no_attempt_is_counted(w, office):
    ids = due(w)
    first, second = Digest.objects.order_by("pk").select_related("recipient")
    office.hangs_up_on = {first.recipient.email}
    posted = actions.send(digest_ids=ids, clock=NOON)
    assert (posted.mails, office.accepted) == (0, [])
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.attempts, second.attempts) == (1, 0)
    office.hangs_up_on = set()
    clock = later(NOON, minutes=2)
    assert actions.send(digest_ids=actions.to_send(clock), clock=clock).mails == 2
    assert len(office.accepted) == 2


def test_a_server_that_is_away_costs_nothing(w, settings):
    with open_post_office(settings):
        pass  # a port where nobody listens any more
    posted = actions.send(digest_ids=due(w), clock=NOON)
    assert posted.mails == 0
    assert sorted(Digest.objects.values_list("attempts", flat=True)) == [0, 1]
    with open_post_office(settings) as office:
        clock = later(NOON, minutes=2)
        actions.send(digest_ids=actions.to_send(clock), clock=clock)
        assert len(office.accepted) == 2


def test_a_worker_that_died_leaves_a_lease_that_runs_out(w, office, monkeypatch):
    ids = due(w)

    def die(self, *args, **kwargs):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.EmailMultiAlternatives.send", die)
        with pytest.raises(KeyboardInterrupt):
            actions.send(digest_ids=ids, clock=NOON)
    # Until then nobody takes them, not even who is given their numbers.
    almost = later(NOON, minutes=14)
    assert actions.to_send(almost) == []
    assert actions.send(digest_ids=ids, clock=almost).mails == 0
    clock = type(NOON)(NOON.now + LEASE)
    assert actions.send(digest_ids=actions.to_send(clock), clock=clock).mails == 2
    assert len(office.accepted) == 2


def test_what_left_before_a_worker_was_stopped_is_written_down(w, office, monkeypatch):
    ids = due(w)
    first, second = Digest.objects.order_by("pk").select_related("recipient")
    was = EmailMultiAlternatives.send

    def stop(self, *args, **kwargs):
        if self.to == [second.recipient.email]:
            raise KeyboardInterrupt
        return was(self, *args, **kwargs)

    monkeypatch.setattr("django.core.mail.EmailMultiAlternatives.send", stop)
    with pytest.raises(KeyboardInterrupt):
        actions.send(digest_ids=ids, clock=NOON)
    assert [m["To"] for m in office.accepted] == [first.recipient.email]
    assert list(Digest.objects.order_by("pk").values_list("status", flat=True)) == ["sent", "pending"]


def test_when_the_tasks_time_is_over_the_rest_is_sent_later(w, office, monkeypatch):
    ids = due(w)

    def take_too_long(self, *args, **kwargs):
        raise SoftTimeLimitExceeded

    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.EmailMultiAlternatives.send", take_too_long)
        assert actions.send(digest_ids=ids, clock=NOON).mails == 0
    assert list(Digest.objects.order_by("pk").values_list("attempts", flat=True)) == [1, 0]
    clock = later(NOON, minutes=2)
    assert actions.send(digest_ids=actions.to_send(clock), clock=clock).mails == 2


def test_a_mail_keeps_its_name_when_the_site_moves(w, office, settings):
    office.refused = {w.owner.email}
    actions.send(digest_ids=due(w), clock=NOON)
    name = digest_of(w.owner).message_id
    settings.SITE_ADDRESS = "https://moved.example"
    clock = later(NOON, minutes=2)
    actions.send(digest_ids=actions.to_send(clock), clock=clock)
    assert digest_of(w.owner).message_id == name


@pytest.mark.parametrize("people", [2, TOGETHER, TOGETHER + 3])
def test_mails_are_written_down_a_few_at_once(w, people, django_assert_max_num_queries):
    for n in range(people - 2):
        person(f"colleague{n}", w.brightpath, Role.MEMBER)
    ids = due(w)
    assert len(ids) == people
    # One has nothing left to tell, another tells less than it was made for.
    gone, less = Digest.objects.order_by("pk")[:2]
    w.fund(name="Late", expires_on=in_days(5), claim_by=in_days(100))
    actions.sweep(clock=NOON)
    Reminder.objects.filter(recipient=gone.recipient).update(anchor=in_days(-100))
    late = Reminder.objects.filter(recipient=less.recipient, allocation__name="Late")
    late.update(digest=less, anchor=in_days(-100))
    writes = 9 * -(-people // TOGETHER)
    with django_assert_max_num_queries(14 + writes):
        assert actions.send(digest_ids=ids, clock=NOON).mails == people - 1
    assert set(Digest.objects.values_list("status", flat=True)) == {DigestStatus.SENT}
    assert not Digest.objects.filter(pk=gone.pk).exists()
    assert Reminder.objects.filter(recipient=less.recipient, digest=less).count() == 1
    assert late.get().digest is None


def test_what_is_done_by_the_morning_has_one_mail_made_and_none_sent_until_it_is_to_do_again(w, office):
    fund = w.fund(expires_on=in_days(7), claim_by=in_days(100))
    actions.sweep(clock=NOON)
    claim = w.submitted(fund, costs=(2 * fund.available,))
    assert actions.collect(clock=NOON) == 2
    assert actions.send(digest_ids=actions.to_send(NOON), clock=NOON).mails == 0
    assert not Digest.objects.exists()
    assert actions.collect(clock=NOON) == 0
    claims.withdraw(claim=claim, by=w.owner, now=NOON.now)
    assert actions.collect(clock=NOON) == 2
    assert actions.send(digest_ids=actions.to_send(NOON), clock=NOON).mails == 2
    assert fund.name in office.to(w.owner.email)[0].get_body(("plain",)).get_content()


def test_a_mail_that_kills_its_worker_each_time_is_given_up(w):
    ids = due(w)
    Digest.objects.filter(pk=ids[0]).update(attempts=MOST_ATTEMPTS)
    assert actions.send(digest_ids=ids, clock=NOON).mails == 1
    dead = Digest.objects.get(pk=ids[0])
    assert dead.status == DigestStatus.DEAD
    assert Reminder.objects.filter(recipient=dead.recipient, digest=None).count() == 1


def test_two_hints_for_one_digest_send_it_once(w, office):
    ids = due(w)
    assert actions.send(digest_ids=ids * 2, clock=NOON).mails == 2
    assert actions.send(digest_ids=ids, clock=NOON).mails == 0
    assert len(office.accepted) == 2


def test_a_mail_that_is_a_day_late_is_that_days_mail(w, office):
    ids = due(w)
    tomorrow = noon(in_days(1))
    assert actions.send(digest_ids=ids, clock=tomorrow).mails == 2
    assert digest_of(w.owner).day == in_days(1)
    # Something new on that day waits for the next.
    w.fund(expires_on=in_days(8), claim_by=in_days(100))
    actions.sweep(clock=tomorrow)
    assert actions.collect(clock=tomorrow) == 0
    assert actions.collect(clock=noon(in_days(2))) == 2


@pytest.mark.parametrize("refusal", ["550 5.1.1 no such person", "550 5.2.1 mailbox disabled"])
def test_an_address_that_the_server_does_not_know_is_mailed_no_more(w, office, refusal):
    office.refused, office.refusal = {w.owner.email}, refusal
    actions.send(digest_ids=due(w), clock=NOON)
    found = Suppression.objects.get()
    assert (found.address, found.trouble, found.said) == (w.owner.email, "bounce", refusal)
    # What it told is for another mail, and none is made before the address is mended; colleagues are told of it.
    again = later(NOON, hours=1)
    actions.send(digest_ids=actions.to_send(again), clock=again)
    assert not Digest.objects.filter(recipient=w.owner).exists()
    office.refused = set()
    assert actions.collect(clock=noon(in_days(1))) == 0
    mending.lift(suppression=found, by=w.owner, now=again.now)
    assert actions.collect(clock=noon(in_days(1))) == 1


@pytest.mark.parametrize("refusal", ["550 5.7.1 relaying denied", "450 try again later", "550 5.1.8 sender unknown"])
def test_a_refusal_that_is_not_about_the_address_says_nothing_of_it(w, office, refusal):
    office.refused, office.refusal = {w.owner.email}, refusal
    actions.send(digest_ids=due(w), clock=NOON)
    assert not MailEvent.objects.exists()


def refused_daily(w, office, days: int) -> None:
    for day in range(days):
        clock = noon(in_days(day))
        w.fund(expires_on=in_days(day + 7), claim_by=in_days(100))
        mail_day(clock)
        for hours in range(1, 8):
            actions.send(digest_ids=actions.to_send(later(clock, hours=hours)), clock=later(clock, hours=hours))


@pytest.mark.parametrize(("days", "is_over"), [(2, False), (3, True)])
def test_a_refusal_without_a_reason_counts_once_a_day(w, office, days, is_over):
    office.refused = {w.owner.email}
    refused_daily(w, office, days)
    assert MailEvent.objects.count() == days
    assert Suppression.objects.exists() == is_over


def test_a_server_that_takes_mail_for_nobody_says_nothing_of_an_address(w, office):
    office.refused = {w.owner.email, w.member.email}
    refused_daily(w, office, 3)
    assert not MailEvent.objects.exists()


def test_who_left_after_the_mail_was_made_is_not_written_to(w, office):
    ids = due(w)
    partners.end_membership(membership=w.member.memberships.get(), by=w.owner, now=NOON.now)
    actions.send(digest_ids=ids, clock=NOON)
    assert [m["To"] for m in office.accepted] == [w.owner.email]


@pytest.mark.django_db(transaction=True)
def test_eight_workers_with_the_same_hints_send_each_mail_once(settings):
    w = world()
    for n in range(30):
        person(f"colleague{n}", w.brightpath, Role.MEMBER)
    ids = due(w)
    assert len(ids) == 32

    def work(_):
        try:
            return actions.send(digest_ids=ids, clock=NOON).mails
        finally:
            connections.close_all()

    with open_post_office(settings) as office:
        with ThreadPoolExecutor(8) as pool:
            sent = list(pool.map(work, range(8)))
        assert sum(sent) == len(office.accepted) == 32
        assert len({m["To"] for m in office.accepted}) == len({m["Message-ID"] for m in office.accepted}) == 32


@pytest.mark.django_db(transaction=True)
def test_a_mail_leaves_while_its_reader_reads_in_the_inbox_what_it_tells(settings):
    w = world()
    with open_post_office(settings) as office:
        office.refused = {w.owner.email}
        actions.send(digest_ids=due(w), clock=NOON)
        told = Reminder.objects.filter(digest=digest_of(w.owner))
        assert told
        office.refused = set()
        again = later(NOON, hours=1)

        def work() -> int:
            try:
                return actions.send(digest_ids=actions.to_send(again), clock=again).mails
            finally:
                connections.close_all()

        with ThreadPoolExecutor(1) as pool, transaction.atomic():
            told.update(read_at=NOON.now)
            assert pool.submit(work).result(timeout=20) == 1
        assert len(office.to(w.owner.email)) == 1


@pytest.mark.django_db(transaction=True)
def test_nothing_is_locked_while_the_mail_server_is_slow(settings):
    """A transaction that stayed open over the line to the mail server would hold rows for as long as that takes."""
    w = world()
    ids = due(w)
    seen = []

    class Slow(EmailBackend):
        def send_messages(self, messages):
            seen.append(connection.in_atomic_block)
            return super().send_messages(messages)

    settings.EMAIL_BACKEND = f"{__name__}.{Slow.__name__}"
    globals()[Slow.__name__] = Slow
    actions.send(digest_ids=ids, clock=NOON)
    assert seen == [False, False]
    assert len(mail.outbox) == 2
