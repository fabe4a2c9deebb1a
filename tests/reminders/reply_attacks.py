"""Attacks by SQL on what people answered, for `tests/test_database_rules.py`."""

from datetime import timedelta

from programs.days import end_of
from reminders.models import Reminder, Reply
from tests.cast import NOW, TODAY, World

DAY = timedelta(days=1)
PAST_TRIGGERS = "SET LOCAL session_replication_role = replica; "
# The fund of these answers: told seven days before its last.
LAST = TODAY + 7 * DAY
LEGAL = {
    "reminder": "{told_reminder}",
    "rule": "'expires_on'",
    "subject": "990001",
    "company": "{partner}",
    "audience": "'partner'",
    "anchor": f"'{LAST}'",
    "kind": "'working'",
    "user": "{member}",
    "by": "{member}",
    "until": "NULL",
    "ends_at": "NULL",
    "by_mail": "false",
    "at": f"'{NOW}'",
    "ended_at": "NULL",
    "reason": "''",
}
# The same fund's answer from the queue: nobody was reminded.
QUEUED = {"reminder": "NULL", "subject": "{answered_fund}"}
ZONE = "UTC"


def reply(**fields: str) -> str:
    values = LEGAL | fields
    return (
        "INSERT INTO reminders_reply (reminder_id, rule, subject_id, company_id, audience, anchor, kind, user_id, by_id, "
        "until, ends_at, by_mail, at, ended_at, reason) VALUES ({reminder}, {rule}, {subject}, {company}, {audience}, {anchor}, "
        "{kind}, {user}, {by}, {until}, {ends_at}, {by_mail}, {at}, {ended_at}, {reason})"
    ).format(**values)


def later(days: int, **fields: str) -> str:
    """Put off until so many days from today."""
    until = TODAY + days * DAY
    return reply(
        **{"kind": "'later'", "until": f"'{until}'", "ends_at": f"'{end_of(until - DAY, 'America/New_York')}'"} | fields
    )


def queued(**fields: str) -> str:
    return reply(**QUEUED | fields)


REPLY_ATTACKS = {
    "reminders_reply.put_off_once": [later(1) + "; " + later(2)],
    "reminders_reply.one_works_on_it": [reply() + "; " + reply(user="{owner}")],
    "reminders_reply.link_answers_once": [
        reply(by_mail="true")
        + "; UPDATE reminders_reply SET ended_at = now() WHERE reminder_id = {told_reminder}; "
        + reply(by_mail="true")
    ],
    "reminders_reply.reply_kind": [
        PAST_TRIGGERS + later(1, user="{owner}"),
        PAST_TRIGGERS + later(1, until="NULL"),
        PAST_TRIGGERS + later(1, ends_at="NULL"),
        reply(until=f"'{TODAY}'"),
        reply(kind="'other'"),
    ],
    "reminders_reply.link_hands_once": [
        reply(by_mail="true", user="{owner}")
        + "; UPDATE reminders_reply SET ended_at = now() WHERE reminder_id = {told_reminder}; "
        + reply(by_mail="true", user="{owner}")
    ],
    "reminders_reply.reply_ends_after_it_began": [
        reply(ends_at=f"'{NOW}'"),
        "UPDATE reminders_reply SET ended_at = at - interval '1 second' WHERE id = {reply}",
    ],
    "reminders_reply.answers_its_matter": [
        # another's reminder, another matter, people who do not act there, news, one that has ended before it began
        reply(by="{owner}"),
        reply(by="{owner}", by_mail="true"),
        reply(user="{manager}"),
        reply(subject="990002"),
        reply(rule="'claim_by'"),
        reply(anchor=f"'{TODAY}'"),
        reply(company="{other_partner}"),
        reply(audience="'owner'"),
        reply(reminder="{news}", rule="'granted'"),
        reply(reminder="{escalated}", company="{vendor}", audience="'vendor'", user="{manager}", by="{manager}"),
        reply(ended_at=f"'{NOW}'"),
        # from the queue, where no reminder stands for it: what is not there, by or for who does not act there, of others, news
        queued(subject="990001"),
        queued(anchor=f"'{TODAY}'"),
        queued(rule="'safe_start'"),
        queued(audience="'owner'"),
        queued(company="{other_partner}"),
        queued(user="{manager}"),
        queued(by="{manager}"),
        queued(rule="'granted'"),
        queued(ended_at=f"'{NOW}'"),
    ],
    "reminders_reply.wakes_in_time": [
        later(7),
        later(6, ends_at=f"'{end_of(LAST - DAY, 'America/New_York')}'"),
        later(7, **QUEUED),
        later(6, ends_at=f"'{end_of(LAST - DAY, ZONE)}'", **QUEUED),
    ],
    "reminders_reply.link_of_a_reminder": [queued(by_mail="true")],
    "reminders_reply.reason_to_put_off": [reply(reason="'Waits for the invoice.'")],
    "reminders_reply.only_ends": [
        "DELETE FROM reminders_reply WHERE id = {reply}",
        "UPDATE reminders_reply SET user_id = {member}, by_id = {member} WHERE id = {reply}",
        "UPDATE reminders_reply SET user_id = {member}, by_id = {member}, ended_at = now() WHERE id = {reply}",
        "UPDATE reminders_reply SET ends_at = ends_at - interval '1 hour', ended_at = now() WHERE id = {reply}",
        "UPDATE reminders_reply SET reason = 'Never mind', ended_at = now() WHERE id = {reply}",
        "UPDATE reminders_reply SET ended_at = now() WHERE id = {reply}; "
        "UPDATE reminders_reply SET ended_at = NULL WHERE id = {reply}",
    ],
    "reminders_reply.no_truncate": ["TRUNCATE reminders_reply"],
}


def replies_made(w: World) -> dict[str, int]:
    fund = w.fund(name="Answered", expires_on=LAST, claim_by=LAST)
    shared = {
        "allocation": fund,
        "anchor": LAST,
        "deadline": LAST,
        "due_on": TODAY,
        "closes_at": end_of(LAST, "America/New_York"),
        "title": "Answered",
        "lead": 7,
        "step": "funds:list",
    }
    partners = shared | {"audience": "partner", "company_id": w.brightpath.pk, "subject_id": 990001}
    told = Reminder.objects.create(rule="expires_on", recipient=w.member, **partners)
    news = Reminder.objects.create(rule="granted", recipient=w.member, **partners)
    other = Reminder.objects.create(rule="expires_on", recipient=w.owner, **partners | {"subject_id": 990003})
    escalated = Reminder.objects.create(
        rule="expires_on",
        recipient=w.manager,
        is_escalated=True,
        **shared | {"audience": "vendor", "company_id": w.northgate.pk, "subject_id": 990001},
    )
    key = {"rule": "expires_on", "subject_id": 990003, "company_id": w.brightpath.pk, "audience": "partner"}
    put_off = Reply.objects.create(
        reminder=other,
        kind="later",
        anchor=LAST,
        user=w.owner,
        by=w.owner,
        until=TODAY + DAY,
        ends_at=end_of(TODAY, "America/New_York"),
        at=NOW,
        **key,
    )
    found = {"answered_fund": fund.pk, "told_reminder": told.pk, "news": news.pk}
    return found | {"escalated": escalated.pk, "reply": put_off.pk}
