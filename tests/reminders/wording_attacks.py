"""Attacks by SQL on a vendor's own words, for `tests/test_database_rules.py`."""

from reminders.models import Wording
from tests.cast import NOW, World

WORDING = (
    "INSERT INTO reminders_wording (vendor_id, rule, half, text, by_id, since, ended_at) "
    "VALUES ({%s}, '%s', %s, '%s', {manager}, now(), %s)"
)

WORDING_ATTACKS = {
    "reminders_wording.one_wording_at_a_time": [WORDING % ("vendor", "claim_by", 0, "Others", "NULL")],
    "reminders_wording.wording_rule": [
        WORDING % ("vendor", rule, 0, "Words", "NULL")
        for rule in ("draft_claim", "step", "granted", "claim_decision", "x")
    ],
    "reminders_wording.wording_half": [WORDING % ("vendor", "expires_on", half, "Words", "NULL") for half in (-1, 2)],
    "reminders_wording.wording_says_something": [WORDING % ("vendor", "expires_on", 0, "", "NULL")],
    "reminders_wording.wording_ends_later": [
        WORDING % ("vendor", "expires_on", 0, "Words", "now() - interval '1 second'")
    ],
    "reminders_wording.wording_of_a_vendor": [WORDING % ("partner", "expires_on", 0, "Words", "NULL")],
    "reminders_wording.wording_only_ends": [
        "UPDATE reminders_wording SET text = 'Others' WHERE id = {wording}",
        "UPDATE reminders_wording SET text = 'Others', ended_at = now() WHERE id = {wording}",
        "UPDATE reminders_wording SET since = now() - interval '9 days', ended_at = now() WHERE id = {wording}",
        "UPDATE reminders_wording SET ended_at = NULL WHERE id = {ended_wording}",
    ],
    "reminders_wording.wording_stays": ["DELETE FROM reminders_wording WHERE id = {wording}"],
}


def wordings_made(w: World) -> dict[str, int]:
    def wording(**more) -> int:
        fields = {"vendor": w.northgate, "rule": "claim_by", "half": 0, "text": "Words", "by": w.manager, "since": NOW}
        return Wording.objects.create(**fields | more).pk

    return {"wording": wording(), "ended_wording": wording(half=1, ended_at=NOW)}
