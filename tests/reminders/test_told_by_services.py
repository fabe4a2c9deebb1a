"""What mail services report: in their own shapes, with the secret, once; then no reminder goes to that address."""

import hashlib
import hmac
import json
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.db import connections
from django.test import Client
from django.urls import reverse

from partners.models import Event
from reminders import actions
from reminders.delivery.views.told import SERVICES
from reminders.models import Digest, MailEvent, Reminder, Suppression
from reminders.ways import Trouble
from tests.cast import NOW, TODAY, world
from tests.reminders.posting import bounced, heard
from tests.reminders.telling import in_days, mail_day, noon


@pytest.fixture
def w(settled):
    return settled


SECRET = "windfall:long and random"


@pytest.fixture(autouse=True)
def _set_up(settings):
    settings.ANYMAIL = {"WEBHOOK_SECRET": [SECRET], "MAILGUN_WEBHOOK_SIGNING_KEY": "key"}


def post(service: str, body, secret: str | None = SECRET, **headers):
    if secret is not None:
        headers["HTTP_AUTHORIZATION"] = "Basic " + b64encode(secret.encode()).decode()
    data = body if isinstance(body, str | bytes) else json.dumps(body)
    address = reverse("reminders:mail_told", args=[service])
    return Client(enforce_csrf_checks=True).post(address, data, content_type="application/json", **headers)


def postmark(address: str, **changes) -> dict:
    """As Postmark's documentation shows a hard bounce."""
    return {
        "RecordType": "Bounce",
        "ID": 4323372036854775807,
        "Type": "HardBounce",
        "TypeCode": 1,
        "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483",
        "Description": "The server was unable to deliver your message (ex: unknown user, mailbox not found).",
        "Details": "smtp;550 5.1.1 no such person",
        "Email": address,
        "BouncedAt": "2026-11-23T11:00:00Z",
        **changes,
    }


def sendgrid(address: str) -> list[dict]:
    return [
        {
            "email": address,
            "timestamp": 1795431600,
            "smtp-id": "<digest-1@windfall>",
            "event": "bounce",
            "type": "bounce",
            "sg_event_id": "c1",
            "sg_message_id": "m1",
            "reason": "550 no such person",
            "status": "5.1.1",
        }
    ]


def mailgun(address: str, key: str = "key") -> dict:
    token, timestamp = "t" * 50, "1795431600"
    signature = hmac.new(key.encode(), f"{timestamp}{token}".encode(), hashlib.sha256).hexdigest()
    return {
        "signature": {"token": token, "timestamp": timestamp, "signature": signature},
        "event-data": {
            "event": "complained",
            "id": "e1",
            "timestamp": 1795431600.5,
            "recipient": address,
            "message": {"headers": {"message-id": "digest-1@windfall"}},
        },
    }


@pytest.mark.parametrize(
    ("service", "body", "trouble"),
    [
        ("postmark", postmark, Trouble.BOUNCE),
        ("postmark", lambda a: postmark(a, RecordType="SpamComplaint", Type="SpamComplaint"), Trouble.COMPLAINT),
        ("sendgrid", sendgrid, Trouble.BOUNCE),
        ("mailgun", mailgun, Trouble.COMPLAINT),
    ],
)
def test_each_in_its_own_shape(w, service, body, trouble):
    assert post(service, body(w.member.email.upper())).status_code == 200
    found = Suppression.objects.get()
    assert (found.address, found.user, found.trouble) == (w.member.email, w.member, trouble)
    assert Event.objects.about(found).get().verb == "suppressed"


def test_every_service_that_anymail_reads_has_an_address():
    names = "amazon_ses brevo mailersend mailgun mailjet mailtrap mandrill postal postmark resend sendgrid sparkpost"
    assert set(names.split()) < set(SERVICES)


@pytest.mark.parametrize("service", sorted(SERVICES))
@pytest.mark.parametrize("secret", [None, "windfall:wrong", "wrong"])
def test_a_forged_report_is_refused_and_changes_nothing(w, service, secret):
    assert 400 <= post(service, postmark(w.member.email), secret).status_code < 500
    assert not MailEvent.objects.exists()


@pytest.mark.parametrize("service", sorted(SERVICES))
@pytest.mark.parametrize("body", ["", "{", "[]", "null", "[1]", '{"event": 1}', b"\xff\x00"])
def test_nonsense_with_the_secret_is_no_error_of_ours(db, service, body):
    assert post(service, body).status_code < 500
    assert not MailEvent.objects.exists()


@pytest.mark.parametrize("said", ["550 no\x00body", "550 no \ud800body"])
def test_whatever_another_server_said_is_kept(w, said):
    body = postmark(w.member.email, Details=said, Description=said, MessageID=f"m{said}")
    assert post("postmark", body).status_code == 200
    assert "550 no" in MailEvent.objects.get().said
    assert post("postmark", body | {"Email": f"{said}@example.com"}).status_code == 200
    assert Suppression.objects.count() == 1


@pytest.mark.parametrize("moment", [10**30, -(10**30), 10**12, -62135596800])
def test_a_moment_that_never_was_is_no_error_of_ours(w, moment):
    (event,) = sendgrid(w.member.email)
    assert post("sendgrid", [event | {"timestamp": moment}]).status_code in (200, 400)
    soft = {"timestamp": moment, "type": "blocked", "sg_event_id": "c2"}
    assert post("sendgrid", [event | soft]).status_code in (200, 400)


def test_without_a_secret_there_is_no_such_address(w, settings):
    settings.ANYMAIL = {"WEBHOOK_SECRET": []}
    assert post("postmark", postmark(w.member.email)).status_code == 404
    assert not MailEvent.objects.exists()


def test_a_report_with_the_secret_but_anothers_signature_is_refused(w):
    assert post("mailgun", mailgun(w.member.email, key="another")).status_code == 400
    assert not MailEvent.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"RecordType": "Delivery"},
        {"RecordType": "Open"},
        {"Type": "Transient"},
        {"Type": "SoftBounce"},
        {"Type": "AutoResponder"},
        {"Type": "DnsError"},
    ],
)
def test_what_may_be_better_tomorrow_suppresses_nobody(w, changes):
    assert post("postmark", postmark(w.member.email, **changes)).status_code == 200
    assert not Suppression.objects.exists()


def sparkpost(address: str, bounce_class: str) -> list[dict]:
    event = {"type": "bounce", "event_id": "1", "timestamp": "1795431600", "raw_rcpt_to": address}
    return [{"msys": {"message_event": event | {"bounce_class": bounce_class}}}]


def mailjet(address: str, *, is_hard: bool) -> dict:
    return {
        "event": "bounce",
        "time": 1795431600,
        "MessageID": 5,
        "email": address,
        "hard_bounce": is_hard,
        "error": "quota exceeded",
    }


def resend(address: str, kind: str) -> dict:
    said = {"message": "The recipient's email provider sent a general bounce message.", "type": kind}
    data = {"email_id": "e", "to": [address], "bounce": said}
    return {"type": "email.bounced", "created_at": "2026-11-23T11:00:00Z", "data": data}


@pytest.mark.parametrize(
    ("service", "soft", "hard"),
    [
        ("sendgrid", lambda a: [sendgrid(a)[0] | {"type": "blocked", "sg_event_id": "c2"}], sendgrid),
        ("sparkpost", lambda a: sparkpost(a, "22"), lambda a: sparkpost(a, "10")),
        ("mailjet", lambda a: mailjet(a, is_hard=False), lambda a: mailjet(a, is_hard=True)),
        ("resend", lambda a: resend(a, "Transient"), lambda a: resend(a, "Permanent")),
    ],
)
def test_each_services_own_word_for_what_may_be_better_tomorrow(w, service, soft, hard):
    """Anymail gives a full mailbox and one that there never was the same reason."""
    assert post(service, soft(w.member.email)).status_code == 200
    assert (MailEvent.objects.get().trouble, Suppression.objects.count()) == (Trouble.SOFT, 0)
    assert post(service, hard(w.owner.email)).status_code == 200
    assert Suppression.objects.get().user == w.owner


class TestNotDeliveredThatDay:
    def soft(self, user, day: int, n: int = 0, **more) -> int:
        at = NOW + timedelta(days=day)
        return actions.hear(told=[heard(user, f"{day} {n}", Trouble.SOFT, at, **more)], now=at)

    def test_on_three_days_it_counts_as_come_back(self, w):
        assert [self.soft(w.member, day, n) for day, n in ((0, 0), (0, 1), (0, 2), (5, 0), (13, 0))] == [0, 0, 0, 0, 1]
        assert Suppression.objects.get().trouble == Trouble.BOUNCE

    def test_not_within_two_weeks_it_does_not(self, w):
        assert [self.soft(w.member, day) for day in (0, 7, 14, 22)] == [0, 0, 0, 0]

    def test_once_somebody_says_that_it_works_days_are_counted_anew(self, w):
        assert [self.soft(w.member, day) for day in (0, 1, 2)] == [0, 0, 1]
        actions.mending.lift(suppression=Suppression.objects.get(), by=w.owner, now=NOW + timedelta(days=3))
        assert [self.soft(w.member, day) for day in (4, 5, 6)] == [0, 0, 1]

    def test_what_did_not_arrive_goes_with_the_next_mail(self, w):
        w.fund(expires_on=in_days(7), claim_by=in_days(100))
        assert mail_day(noon(TODAY)) == 2
        lost = Digest.objects.get(recipient=w.member)
        self.soft(w.member, 0, digest=lost)
        self.soft(w.member, 0, digest=lost)  # told again, and by then it may be in another mail
        assert mail_day(noon(TODAY)) == 0
        assert mail_day(noon(in_days(1))) == 1
        assert mail.outbox[-1].to == [w.member.email]
        assert Reminder.objects.get(recipient=w.member).digest != lost

    def test_what_was_read_on_windfall_or_is_anothers_does_not(self, w):
        w.fund(expires_on=in_days(7), claim_by=in_days(100))
        mail_day(noon(TODAY))
        actions.read(reminders=Reminder.objects.all(), by=w.member, now=NOW)
        self.soft(w.member, 0, digest=Digest.objects.get(recipient=w.member))
        self.soft(w.member, 0, 1, digest=Digest.objects.get(recipient=w.owner))
        assert not Reminder.objects.filter(digest=None).exists()

    def test_services_are_given_the_mails_number_and_hand_it_back(self, w):
        w.fund(expires_on=in_days(7), claim_by=in_days(100))
        mail_day(noon(TODAY))
        sent = next(m for m in mail.outbox if m.to == [w.member.email])
        assert post("postmark", postmark(w.member.email, Type="SoftBounce", Metadata=sent.metadata)).status_code == 200
        assert Reminder.objects.get(digest=None).recipient == w.member

    @pytest.mark.parametrize("said", ["", "1x", "9" * 30, "-1", "²"])
    def test_a_number_that_is_none_is_nobodys_error(self, w, said):
        assert post("postmark", postmark(w.member.email, Metadata={"digest": said})).status_code == 200
        assert Suppression.objects.count() == 1


def test_whoever_is_not_here_is_not_written_down(w):
    assert post("postmark", postmark("somebody@else.example")).status_code == 200
    assert not MailEvent.objects.exists()


def test_told_again_it_changes_nothing(w):
    for _ in range(3):
        post("postmark", postmark(w.member.email))
    assert (MailEvent.objects.count(), Suppression.objects.count()) == (1, 1)
    assert Event.objects.filter(verb="suppressed").count() == 1


def test_told_again_after_the_address_was_mended_it_changes_nothing(w):
    with time_machine.travel(NOW):
        post("postmark", postmark(w.member.email))
        suppression = Suppression.objects.get()
        actions.mending.lift(suppression=suppression, by=w.owner, now=NOW + timedelta(minutes=1))
        post("postmark", postmark(w.member.email))
        # Nor does another mail that came back before it was mended, and is told of only now.
        post("postmark", postmark(w.member.email, ID=5, MessageID="other"))
        assert not Suppression.objects.open().exists()
        # One that comes back afterwards does.
    after = NOW + timedelta(hours=2)
    with time_machine.travel(after):
        post("postmark", postmark(w.member.email, ID=6, BouncedAt=after.isoformat()))
    assert Suppression.objects.open().count() == 1


@pytest.mark.django_db(transaction=True)
def test_told_by_eight_at_once_it_counts_once():
    w = world()

    def work(n: int) -> int:
        try:
            return actions.hear(told=[heard(w.member, told_as=f"{n // 2}")], now=NOW)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(work, range(8))) == 1
    assert (MailEvent.objects.count(), Suppression.objects.count()) == (4, 1)


class TestNoReminderGoesThere:
    def test_not_the_days_mail_but_the_inbox(self, w):
        bounced(w.member)
        w.fund(expires_on=in_days(7), claim_by=in_days(100))
        assert mail_day(noon(TODAY)) == 1
        assert [m.to for m in mail.outbox] == [[w.owner.email]]
        assert Reminder.objects.visible_to(w.member).count() == 1

    def test_nor_one_that_was_made_before(self, w):
        w.fund(expires_on=in_days(7), claim_by=in_days(100))
        actions.sweep(clock=noon(TODAY))
        actions.collect(clock=noon(TODAY))
        bounced(w.member)
        assert actions.send(digest_ids=actions.to_send(noon(TODAY)), clock=noon(TODAY)).mails == 1
        assert not Digest.objects.filter(recipient=w.member).exists()

    def test_once_mended_the_next_mail_tells_what_still_stands(self, w):
        bounced(w.member)
        w.fund(expires_on=in_days(7), claim_by=in_days(100))
        mail_day(noon(TODAY))
        actions.mending.lift(suppression=Suppression.objects.get(), by=w.owner, now=NOW)
        assert mail_day(noon(in_days(1))) == 1
        assert mail.outbox[-1].to == [w.member.email]

    def test_a_new_address_is_mailed(self, w):
        bounced(w.member)
        w.member.email = "new@people.example"
        w.member.save()
        w.fund(expires_on=in_days(7), claim_by=in_days(100))
        assert mail_day(noon(TODAY)) == 2
        assert not Suppression.objects.open().exists()

    def test_whoever_is_not_reached_is_no_reader_of_money(self, w):
        from reminders.states import Rule
        from reminders.ways import Way

        actions.prefer(user=w.owner, ways={Rule.EXPIRES_ON: Way.OFF}, now=NOW)
        bounced(w.member)
        w.fund(expires_on=in_days(7), claim_by=in_days(100))
        mail_day(noon(TODAY))
        assert [m.to for m in mail.outbox] == [[w.owner.email]]
