"""A reminder of the same matter once more: to a colleague, or after it was put off."""

from reminders.rules import FARTHEST, LATEST


def again(*, recipient: str, is_escalated: str, lead: str, due_on: str, rows: str) -> str:
    """SQL: reminders like those of `rows` (a FROM in which `r` is one), made `%(now)s`. Each argument is SQL for a value.

    The lead are the days that are left. Whoever has that very row already gets no second one.
    """
    return f"""
    INSERT INTO reminders_reminder (rule, lead, subject_id, title, audience, company_id, vendor_id, partner_id, allocation_id,
                                    recipient_id, is_escalated, anchor, deadline, due_on, closes_at, amount, currency, step,
                                    step_id, created_at)
    SELECT r.rule, least(greatest({lead}, {LATEST}), {FARTHEST}), r.subject_id, r.title, r.audience, r.company_id, r.vendor_id,
           r.partner_id, r.allocation_id, {recipient}, {is_escalated}, r.anchor, r.deadline, {due_on}, r.closes_at, r.amount,
           r.currency, r.step, r.step_id, %(now)s
      FROM {rows}
    ON CONFLICT DO NOTHING"""
