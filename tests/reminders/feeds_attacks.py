"""Attacks by SQL on private calendar addresses, for `tests/test_database_rules.py`."""

from reminders.calendar import actions
from reminders.models import CalendarDate
from tests.cast import NOW, World

FEED = (
    "INSERT INTO reminders_calendarfeed (user_id, token_hash, alarm, made_at, revoked_at) "
    "VALUES ({%s}, %s, %s, now(), %s)"
)
UPDATE = "UPDATE reminders_calendarfeed SET %s WHERE id = {%s}"
OTHER = "repeat('b', 64)"
DATE = (
    "INSERT INTO reminders_calendardate (user_id, key, fingerprint, sequence, changed_at, told_at) "
    "VALUES ({owner}, '%s', 'x', %s, now(), now())"
)
AGAIN = "UPDATE reminders_calendardate SET %s WHERE id = {calendar_date}"

FEED_ATTACKS = {
    "reminders_calendarfeed.reminders_calendarfeed_token_hash_key": [
        FEED % ("member", "(SELECT token_hash FROM reminders_calendarfeed WHERE id = {feed})", "NULL", "NULL")
    ],
    "reminders_calendarfeed.one_calendar_address": [FEED % ("owner", OTHER, "NULL", "NULL")],
    "reminders_calendarfeed.feed_token_is_a_hash": [FEED % ("member", "'the-token-itself'", "NULL", "NULL")],
    "reminders_calendarfeed.feed_alarm": [FEED % ("member", OTHER, "3", "NULL"), UPDATE % ("alarm = 2", "feed")],
    "reminders_calendarfeed.feed_revoked_after_made": [FEED % ("member", OTHER, "NULL", "now() - interval '1 day'")],
    "reminders_calendarfeed.revoked_stays_revoked": [
        UPDATE % ("revoked_at = NULL", "revoked_feed"),
        UPDATE % ("alarm = 1", "revoked_feed"),
    ],
    "reminders_calendarfeed.address_stays": [
        UPDATE % (f"token_hash = {OTHER}", "feed"),
        UPDATE % ("user_id = {finance}", "feed"),
        UPDATE % ("made_at = made_at - interval '1 day'", "feed"),
    ],
    "reminders_calendardate.one_date_of_a_key": [DATE % ("claim_by-1", 1)],
    "reminders_calendardate.reminders_calendardate_sequence_check": [DATE % ("other", -1)],
    "reminders_calendardate.sequence_goes_up": [
        AGAIN % "sequence = 3, fingerprint = 'y'",
        AGAIN % "sequence = 9, changed_at = changed_at - interval '1 day'",
        AGAIN % "fingerprint = 'y', told_at = now()",
    ],
}


def feeds_made(w: World) -> dict[str, int]:
    revoked, _ = actions.make(user=w.manager, alarm=None, instead_of=None, by=w.manager, now=NOW)
    actions.revoke(user=w.manager, by=w.manager, now=NOW)
    feed, _ = actions.make(user=w.owner, alarm=None, instead_of=None, by=w.owner, now=NOW)
    date = CalendarDate.objects.create(user=w.owner, key="claim_by-1", fingerprint="x", sequence=3, changed_at=NOW)
    return {"feed": feed.pk, "revoked_feed": revoked.pk, "calendar_date": date.pk}
