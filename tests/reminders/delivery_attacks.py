"""Attacks by SQL on mails, preferences and addresses, for `tests/test_database_rules.py`."""

from datetime import timedelta

from partners.models import Partner
from partners.states import Role
from reminders.models import Digest, MailEvent, Suppression
from reminders.states import DigestStatus
from tests.cast import NOW, TODAY, World, person

PAST_TRIGGERS = "SET LOCAL session_replication_role = replica; "
DIGEST = (
    "INSERT INTO reminders_digest (recipient_id, kind, number, day, status, time_zone, attempts, leased_until, message_id, "
    "trouble, created_at) VALUES ({%s}, '%s', %s, '%s', '%s', 'UTC', 0, now(), '', '', now())"
)
OTHER_DAY = TODAY + timedelta(days=40)
SET = "UPDATE reminders_digest SET %s WHERE id = {%s}"
DELIVERY = "INSERT INTO reminders_delivery (user_id, time_zone, language, most_a_day) VALUES ({finance}, '', '%s', %s)"
PREFERENCE = "INSERT INTO reminders_preference (user_id, rule, way, changed_at) VALUES ({%s}, '%s', '%s', now())"
EVENT = (
    "INSERT INTO reminders_mailevent (key, service, trouble, address, message_id, said, happened_at, created_at) "
    "VALUES ('%s', 'Postmark', '%s', 'x@x.example', '', '', now(), now())"
)
NEW_EVENT = EVENT % ("fresh", "bounce") + "; "
SUPPRESSION = (
    "INSERT INTO reminders_suppression (address, user_id, trouble, said, event_id, at, lifted_at, lifted_by_id) "
    "SELECT '%s', {member}, '%s', '', %s, now(), %s, %s FROM reminders_mailevent WHERE key = '%s'"
)

DELIVERY_ATTACKS = {
    "reminders_digest.one_digest_a_day": [DIGEST % ("member", "daily", 0, TODAY, "pending")],
    "reminders_digest.one_digest_under_way": [DIGEST % ("owner", "weekly", 0, OTHER_DAY, "pending")],
    "reminders_digest.one_at_once_under_way": [DIGEST % ("owner", "at_once", 1, OTHER_DAY, "pending")],
    "reminders_digest.digest_kind": [
        DIGEST % ("member", "at_once", 0, OTHER_DAY, "pending"),
        DIGEST % ("member", "daily", 1, OTHER_DAY, "pending"),
        DIGEST % ("member", "other", 0, OTHER_DAY, "pending"),
        PAST_TRIGGERS + DIGEST % ("member", "at_once", 10, OTHER_DAY, "pending"),
        DIGEST % ("member", "at_once", -1, OTHER_DAY, "pending"),
    ],
    "reminders_digest.digest_status": [PAST_TRIGGERS + SET % ("status = 'lost'", "mail_waiting")],
    "reminders_digest.digest_attempts": [SET % ("attempts = 6", "mail_waiting")],
    "reminders_digest.reminders_digest_attempts_check": [SET % ("attempts = -1", "mail_waiting")],
    "reminders_digest.digest_sent_at": [
        SET % ("status = 'sent'", "mail_waiting"),
        SET % ("status = 'sent', sent_at = now(), message_id = ''", "mail_waiting"),
    ],
    "reminders_digest.starts_as": [DIGEST % ("member", "daily", 0, OTHER_DAY, "dead")],
    "reminders_digest.status_follows_the_table": [
        SET % ("status = 'sent', sent_at = now(), message_id = 'x'", "mail_dead")
    ],
    # Sent is sent: nothing gives the day, or the mail, back.
    "reminders_digest.sent_stays": [
        SET % ("day = day + 1", "mail_sent"),
        SET % ("message_id = 'other'", "mail_sent"),
        "DELETE FROM reminders_digest WHERE id = {mail_sent}",
    ],
    "reminders_digest.to_somebody_there": [
        DIGEST.replace("{%s}", "%s") % (nobody, "daily", 0, OTHER_DAY, "pending") for nobody in ("0", "{unheard_of}")
    ],
    "reminders_digest.born_within_the_cap": [DIGEST % ("member", "at_once", 5, OTHER_DAY, "pending")],
    "reminders_digest.moved_within_the_cap": [SET % ("number = 5", "mail_at_once")],
    "reminders_delivery.delivery_most_a_day": [DELIVERY % ("", 0), DELIVERY % ("", 11)],
    "reminders_delivery.delivery_language": [DELIVERY % ("xx", 5)],
    "reminders_preference.one_way_a_rule": [
        PREFERENCE % ("member", "nudge", "weekly") + "; " + PREFERENCE % ("member", "nudge", "off")
    ],
    "reminders_preference.preference_way": [PREFERENCE % ("member", "nudge", "pigeon")],
    "reminders_preference.preference_rule": [PREFERENCE % ("member", "weather", "off")],
    # An owner, while the member has none of it.
    "reminders_preference.money_has_a_reader": [
        PREFERENCE % ("other_reader", rule, "off") + "; " + PREFERENCE % ("lone_owner", rule, "off")
        for rule in ("expires_on", "claim_by")
    ]
    + [
        PREFERENCE % ("lone_owner", "expires_on", "digest")
        + "; "
        + PREFERENCE % ("other_reader", "expires_on", "off")
        + "; UPDATE reminders_preference SET way = 'off' WHERE user_id = {lone_owner}"
    ],
    "reminders_mailevent.reminders_mailevent_key_key": [EVENT % ("told", "bounce")],
    "reminders_mailevent.mail_event_trouble": [EVENT % ("fresh", "opened")],
    "reminders_mailevent.append_only": [
        "UPDATE reminders_mailevent SET address = 'other@x.example'",
        NEW_EVENT + "DELETE FROM reminders_mailevent WHERE key = 'fresh'",
    ],
    "reminders_mailevent.no_truncate": ["TRUNCATE reminders_mailevent CASCADE"],
    "reminders_suppression.suppressed_once": [
        NEW_EVENT + SUPPRESSION % ("back@x.example", "bounce", "id", "NULL", "NULL", "fresh")
    ],
    "reminders_suppression.reminders_suppression_event_id_key": [
        SUPPRESSION % ("other@x.example", "bounce", "id", "NULL", "NULL", "told")
    ],
    "reminders_suppression.suppressed_is_lowercase": [
        NEW_EVENT + SUPPRESSION % ("Other@x.example", "bounce", "id", "NULL", "NULL", "fresh")
    ],
    "reminders_suppression.suppression_trouble": [
        NEW_EVENT + SUPPRESSION % ("other@x.example", "opened", "id", "NULL", "NULL", "fresh")
    ],
    "reminders_suppression.lifted_by_somebody": [
        NEW_EVENT + SUPPRESSION % ("other@x.example", "bounce", "id", "now()", "NULL", "fresh"),
        NEW_EVENT + SUPPRESSION % ("other@x.example", "bounce", "id", "NULL", "{owner}", "fresh"),
    ],
    "reminders_suppression.only_lifted": [
        "UPDATE reminders_suppression SET address = 'other@x.example' WHERE id = {suppression}",
        "UPDATE reminders_suppression SET said = 'Nothing' WHERE id = {suppression}",
        "UPDATE reminders_suppression SET lifted_at = NULL, lifted_by_id = NULL WHERE id = {lifted_suppression}",
        "UPDATE reminders_suppression SET lifted_by_id = {owner} WHERE id = {lifted_suppression}",
    ],
    "reminders_suppression.is_never_deleted": ["DELETE FROM reminders_suppression WHERE id = {suppression}"],
}


def delivery_made(w: World) -> dict[str, int]:
    def digest(user, status=DigestStatus.PENDING, **fields) -> int:
        made = Digest.objects.create(recipient=user, time_zone="UTC", leased_until=NOW, **({"day": TODAY} | fields))
        sent = {"sent_at": NOW, "message_id": "<x>"} if status == DigestStatus.SENT else {}
        Digest.objects.filter(pk=made.pk).update(status=status, **sent)
        return made.pk

    def suppression(key: str, address: str, **fields) -> int:
        told = MailEvent.objects.create(
            key=key, service="Postmark", trouble="bounce", address=address, happened_at=NOW, created_at=NOW
        )
        return Suppression.objects.create(address=address, user=w.member, trouble="bounce", event=told, **fields).pk

    lone = Partner.objects.create(name="Lone", slug="lone")
    return {
        "lone_owner": person("lone", lone, Role.OWNER).pk,
        "other_reader": person("beside", lone, Role.MEMBER).pk,
        "unheard_of": person("nobody").pk,
        "mail_sent": digest(w.member, DigestStatus.SENT),
        "mail_dead": digest(w.stranger, DigestStatus.DEAD),
        "mail_waiting": digest(w.owner),
        "mail_at_once": digest(w.owner, kind="at_once", number=1),
        "suppression": suppression("told", "back@x.example"),
        "lifted_suppression": suppression("over", "lifted@x.example", lifted_at=NOW, lifted_by=w.admin),
    }
