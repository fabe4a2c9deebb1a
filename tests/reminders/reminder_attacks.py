"""Attacks by SQL on reminders, timings, absences and thresholds, for `tests/test_database_rules.py`."""

from datetime import timedelta

from programs.money import LARGEST
from reminders.models import Absence, Threshold, Timing
from tests.cast import TODAY, World

PAST_TRIGGERS = "SET LOCAL session_replication_role = replica; "
START, DAY = TODAY + timedelta(days=40), timedelta(days=1)
NOBODY = "999999999"
LEGAL = {
    "rule": "'expires_on'",
    "lead": "7",
    "nudge": "NULL",
    "audience": "'partner'",
    "company": "{partner}",
    "vendor": "{vendor}",
    "partner": "{partner}",
    "allocation": "{fund}",
    "digest": "NULL",
    "recipient": "{owner}",
    "deadline": "'2020-01-08'",
    "amount": "5",
    "currency": "'USD'",
}


def reminder(**fields: str) -> str:
    values = LEGAL | fields
    return (
        "INSERT INTO reminders_reminder (rule, lead, nudge_id, subject_id, title, audience, company_id, vendor_id, partner_id, "
        "allocation_id, digest_id, recipient_id, is_escalated, anchor, deadline, due_on, closes_at, amount, currency, step, "
        "created_at) VALUES ({rule}, {lead}, {nudge}, 1, 'X', {audience}, {company}, {vendor}, {partner}, {allocation}, "
        "{digest}, {recipient}, false, '2020-01-08', {deadline}, '2020-01-01', now(), {amount}, {currency}, 'funds:list', now())"
    ).format(**values)


def timing(company: str, rule: str, *leads: int) -> str:
    days = ", ".join(map(str, leads))
    return (
        "INSERT INTO reminders_timing (company_id, rule, leads, changed_by_id, changed_at) "
        f"VALUES ({{{company}}}, '{rule}', ARRAY[{days}]::smallint[], {{owner}}, now())"
    )


def absence(user: str, company: str, delegate: str, start=START, end=START) -> str:
    return (
        "INSERT INTO reminders_absence (user_id, company_id, delegate_id, from_on, until_on, created_at) "
        f"VALUES ({{{user}}}, {{{company}}}, {{{delegate}}}, '{start}', '{end}', now())"
    )


def threshold(vendor: str, currency: str, amount: int) -> str:
    return (
        f"INSERT INTO reminders_threshold (vendor_id, currency, amount) VALUES ({{{vendor}}}, '{currency}', {amount})"
    )


REMINDER_ATTACKS = {
    "reminders_reminder.reminded_once": [reminder() + "; " + reminder()],
    "reminders_reminder.nudged_once": [
        "INSERT INTO reminders_reminder (rule, lead, nudge_id, subject_id, title, audience, company_id, allocation_id, "
        "recipient_id, is_escalated, anchor, deadline, due_on, closes_at, amount, currency, step, created_at) "
        "SELECT rule, lead, nudge_id, subject_id, title, audience, company_id, allocation_id, recipient_id, false, anchor + 1, "
        "deadline, due_on, closes_at, amount, currency, step, created_at FROM reminders_reminder "
        "WHERE rule = 'nudge' AND recipient_id = {owner} AND allocation_id = {fund}"
    ],
    "reminders_reminder.reminder_rule": [reminder(rule="'other'")],
    "reminders_reminder.reminder_lead": [
        reminder(lead="366"),
        reminder(lead="-366"),
        reminder(rule="'nudge'", lead="0"),
    ],
    "reminders_reminder.reminder_amount": [
        reminder(amount="0"),
        reminder(amount="-5"),
        reminder(currency="''"),
    ],
    "reminders_reminder.reminder_closes_with_its_deadline": [reminder(deadline="NULL")],
    "reminders_reminder.reminder_of_a_fund": [reminder(allocation="NULL")],
    "reminders_reminder.theirs_to_see": [
        reminder(recipient="{manager}"),
        reminder(company="{other_partner}"),
        reminder(recipient="{member}", audience="'owner'"),
        reminder(recipient="{finance}", audience="'finance'"),
        reminder(recipient=NOBODY),
        reminder(company=NOBODY),
    ],
    "reminders_reminder.between_companies_that_are_there": [reminder(vendor=NOBODY), reminder(partner=NOBODY)],
    "reminders_reminder.made_before_its_mail": [reminder(digest="{mail_waiting}")],
    "reminders_reminder.in_its_readers_mail": [
        reminder() + f"; UPDATE reminders_reminder SET digest_id = {digest} WHERE title = 'X'"
        for digest in (NOBODY, "(SELECT id FROM reminders_digest WHERE recipient_id <> {owner} LIMIT 1)")
    ],
    "reminders_reminder.of_what_and_whose_is_fixed": [
        f"{reminder()}; UPDATE reminders_reminder SET {change} WHERE title = 'X'"
        for change in (
            "recipient_id = {member}",
            "company_id = {other_partner}",
            "audience = 'owner'",
            "partner_id = {other_partner}",
            "allocation_id = {foreign_fund}",
            "subject_id = 2",
            "lead = 14",
        )
    ],
    "reminders_digest.reader_is_fixed": [
        "UPDATE reminders_digest SET recipient_id = {finance} WHERE id = {mail_waiting}"
    ],
    "reminders_digest.gone_with_nothing_told": [
        reminder()
        + "; UPDATE reminders_reminder SET digest_id = {mail_waiting} WHERE title = 'X'"
        + "; DELETE FROM reminders_digest WHERE id = {mail_waiting}"
    ],
    "reminders_timing.one_timing_a_rule": [timing("partner", "expires_on", 14)],
    "reminders_timing.timing_of_some_days": [
        PAST_TRIGGERS + timing("partner", "claim_by"),
        timing("partner", "claim_by", *range(1, 10)),
    ],
    "reminders_timing.within_the_rules_bounds": [
        timing("partner", "claim_by", 181, 7),
        timing("partner", "claim_by", 7, -1),
        # What is told long ahead alone is forgotten; a vendor only adds.
        timing("partner", "claim_by", 60),
        timing("partner", "granted", 0),
        timing("partner", "time_asked", -2),
        timing("vendor", "payment_due", -2),
        timing("kept", "claim_by", 7),
        "UPDATE reminders_timing SET leads = ARRAY[200]::smallint[] WHERE id = {timing}",
    ],
    "reminders_absence.absence_is_anothers_to_read": [absence("member", "partner", "member")],
    "reminders_absence.absence_ends": [absence("member", "partner", "owner", START, START + 367 * DAY)],
    "reminders_absence.one_absence_at_a_time": [absence("owner", "partner", "member", START - DAY, START)],
    "reminders_absence.delegate_is_a_colleague": [
        absence("member", "partner", "manager"),
        absence("member", "other_partner", "owner"),
        absence("finance", "site", "an_admin"),
        "UPDATE reminders_absence SET delegate_id = {manager} WHERE id = {absence}",
    ],
    "reminders_threshold.one_threshold_a_currency": [threshold("vendor", "USD", 5)],
    "reminders_threshold.threshold_range": [threshold("vendor", "EUR", 0), threshold("vendor", "EUR", LARGEST + 1)],
    "reminders_threshold.threshold_of_a_vendor": [threshold("partner", "EUR", 5), threshold("kept", "EUR", 5)],
}


def reminders_made(w: World) -> dict[str, int]:
    own = {"user": w.owner, "company": w.brightpath, "delegate": w.member}
    return {
        "timing": Timing.objects.create(company=w.brightpath, rule="expires_on", leads=[14], changed_by=w.owner).pk,
        "absence": Absence.objects.create(**own, from_on=START, until_on=START + 3 * DAY).pk,
        "threshold": Threshold.objects.create(vendor=w.northgate, currency="USD", amount=1).pk,
        "site": w.finance.memberships.get().company_id,
        "an_admin": w.admin.pk,
    }
