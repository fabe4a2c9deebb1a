"""Attacks by SQL on where messages go and on the messages, for `tests/test_database_rules.py`."""

import uuid

from reminders.chat import actions, outbox
from reminders.chat.states import Shape
from reminders.models import ChatHook, ChatPost, Nudge
from tests.cast import NOW, TODAY, World

HOOK = (
    "INSERT INTO reminders_chathook (company_id, slot, name, shape, host, secret, daily, nudges, status, missed, made_by_id, "
    "made_at, key) VALUES ({%s}, %s, %s, 'json', 'h', 'x', true, false, 'live', 0, {%s}, now(), %s)"
)
NEW = "gen_random_uuid()"
CHANGE = "UPDATE reminders_chathook SET %s WHERE id = {%s}"
POST = (
    "INSERT INTO reminders_chatpost (hook_id, kind, day, nudge_id, status, body, attempts, leased_until, trouble, created_at) "
    "VALUES ({hook}, %s, %s, %s, 'pending', '', %s, now(), '', now())"
)
MOVE = "UPDATE reminders_chatpost SET %s WHERE id = {%s}"
A_NUDGE = "(SELECT min(id) FROM reminders_nudge)"

HOOK_ATTACKS = {
    "reminders_chathook.few_hooks": [
        HOOK % ("partner", "6", "'n'", "owner", NEW),
        HOOK % ("partner", "0", "'n'", "owner", NEW),
    ],
    "reminders_chathook.one_hook_in_a_slot": [HOOK % ("partner", "1", "'n'", "owner", NEW)],
    "reminders_chathook.hook_shape": [
        HOOK.replace("'json'", "'mail'") % ("partner", "4", "'n'", "owner", NEW),
    ],
    "reminders_chathook.hook_status": [
        "SET LOCAL session_replication_role = replica; " + CHANGE % ("status = 'asleep'", "hook")
    ],
    "reminders_chathook.hook_tells_something": [CHANGE % ("daily = false, nudges = false", "hook")],
    "reminders_chathook.hook_is_whole": [
        HOOK % ("partner", "4", "''", "owner", NEW),
        CHANGE % ("secret = ''", "hook"),
    ],
    "reminders_chathook.reminders_chathook_missed_check": [CHANGE % ("missed = -1", "hook")],
    "reminders_chathook.reminders_chathook_key_key": [
        HOOK % ("partner", "4", "'n'", "owner", "(SELECT key FROM reminders_chathook WHERE id = {hook})")
    ],
    "reminders_chathook.starts_as": [
        HOOK.replace("'live'", "'ended'") % ("partner", "4", "'n'", "owner", NEW),
    ],
    "reminders_chathook.status_follows_the_table": [
        CHANGE % ("status = 'live'", "ended_hook"),
        CHANGE % ("status = 'stopped'", "ended_hook"),
    ],
    "reminders_chathook.made_by_its_keeper": [
        HOOK % ("partner", "4", "'n'", "member", NEW),
        HOOK % ("partner", "4", "'n'", "manager", NEW),
        HOOK % ("other_partner", "4", "'n'", "owner", NEW),
        HOOK % ("vendor", "4", "'n'", "owner", NEW),
    ],
    "reminders_chathook.place_stays": [
        CHANGE % ("company_id = {other_partner}", "hook"),
        CHANGE % ("host = 'elsewhere'", "hook"),
        CHANGE % ("made_by_id = {member}", "hook"),
        CHANGE % ("shape = 'teams'", "hook"),
    ],
    "reminders_chatpost.one_summary_a_day": [POST % ("'due'", f"'{TODAY}'", "NULL", 0)],
    "reminders_chatpost.one_message_of_a_nudge": [POST % ("'nudge'", f"'{TODAY}'", A_NUDGE, 0)],
    "reminders_chatpost.one_test_under_way": [POST % ("'test'", f"'{TODAY}'", "NULL", 0)],
    "reminders_chatpost.post_kind": [POST % ("'joke'", f"'{TODAY}'", "NULL", 0)],
    "reminders_chatpost.post_of_its_nudge": [
        POST % ("'nudge'", f"'{TODAY}'", "NULL", 0),
        POST % ("'due'", "'2020-01-01'", A_NUDGE, 0),
    ],
    "reminders_chatpost.post_status": [
        "SET LOCAL session_replication_role = replica; " + MOVE % ("status = 'lost'", "post")
    ],
    "reminders_chatpost.post_attempts": [POST % ("'due'", "'2020-01-01'", "NULL", 7)],
    "reminders_chatpost.reminders_chatpost_attempts_check": [POST % ("'due'", "'2020-01-01'", "NULL", -1)],
    "reminders_chatpost.post_sent_whole": [
        MOVE % ("status = 'sent', body = 'x'", "post"),
        MOVE % ("status = 'sent', sent_at = now() + interval '9 years'", "post"),
    ],
    "reminders_chatpost.starts_as": [
        POST.replace("'pending'", "'dead'") % ("'due'", "'2020-01-01'", "NULL", 0),
    ],
    "reminders_chatpost.status_follows_the_table": [MOVE % ("status = 'pending'", "dead_post")],
    "reminders_chatpost.message_stays": [
        MOVE % ("day = '2020-01-01'", "post"),
        MOVE % ("hook_id = {ended_hook}", "post"),
        MOVE % ("body = 'other'", "dead_post"),
    ],
    "reminders_chatpost.what_waits_is_sent": ["DELETE FROM reminders_chatpost WHERE id = {post}"],
}


def hook(w: World, **more) -> ChatHook:
    usual = {
        "company": w.brightpath,
        "name": "#funding",
        "shape": Shape.SLACK,
        "address": "https://hooks.example.com/T/1",
        "wanted": actions.Wanted(daily=True, nudges=True),
        "key": uuid.uuid4(),
        "by": w.owner,
        "now": NOW,
    }
    return actions.make(**(usual | more))[0]


def hooks_made(w: World) -> dict[str, int]:
    """After a nudge was made."""
    live, ended = hook(w), hook(w)
    actions.end(hook=ended, by=w.owner, now=NOW)
    usual = {"hook": live, "day": TODAY, "leased_until": NOW, "created_at": NOW}
    post = ChatPost.objects.create(kind="due", **usual)
    ChatPost.objects.create(kind="nudge", nudge=Nudge.objects.earliest("pk"), **usual)
    ChatPost.objects.create(kind="test", **usual)
    dead = ChatPost.objects.create(kind="due", body="said", **(usual | {"day": "2026-11-01"}))
    outbox.move(dead, "dead")
    return {"hook": live.pk, "ended_hook": ended.pk, "post": post.pk, "dead_post": dead.pk}
