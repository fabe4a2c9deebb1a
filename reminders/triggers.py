"""What the database itself sees to of reminders and their mails: whose they are, and that what they name is there.

All rows of a statement are looked at together. Foreign keys look row by row, which took longer than all the rest of a sweep.
"""

import pgtrigger

from partners.triggers import Protect, Trigger, differs, refuse
from reminders.rules import ROLE_AUDIENCES

SOMEBODY_ELSES, NOT_THERE, SOMEBODY_ELSES_MAIL, STILL_TELLS, NOBODYS_MAIL = "WF110", "WF153", "WF154", "WF155", "WF156"


def of_a_statement(name: str, operation: pgtrigger.Operation, func: str) -> Trigger:
    """Runs once for all rows that a statement wrote: `told`."""
    return Trigger(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=operation,
        referencing=pgtrigger.Referencing(new="told"),
        declare=[("broken", "bigint")],
        func=f"{func} RETURN NULL;",
    )


def refuse_any(query: str, code: str, words: str) -> str:
    """Refuse if the query finds a row.

    It is planned each time: a plan that was made for a statement of one row, and kept, takes minutes for tens of thousands. What
    it finds is counted: asked for the first alone, the database would look each row up by itself.
    """
    return f"""
        EXECUTE $sql$ SELECT count(*) FROM ({query}) AS found $sql$ INTO broken;
        IF broken > 0 THEN
            {refuse(code, words)}
        END IF;
    """


# Nobody is told of what is not theirs to see. The membership, which is never deleted, keeps recipient and company in place too.
theirs_to_see = of_a_statement(
    "theirs_to_see",
    pgtrigger.Insert,
    refuse_any(
        f"""
        SELECT FROM told WHERE NOT EXISTS (
            SELECT FROM partners_membership m
             WHERE m.user_id = told.recipient_id AND m.company_id = told.company_id AND m.ended_at IS NULL
               AND (m.role, told.audience) IN ({", ".join(f"('{role}', '{audience}')" for role, audience in ROLE_AUDIENCES)}))""",
        SOMEBODY_ELSES,
        "the recipient may not see this",
    ),
)
# Companies and funds are never deleted. Whether a fund was ever there is not looked at: what names one is made from it, and to
# find tens of thousands among millions takes a fifth of a sweep.
between_companies_that_are_there = of_a_statement(
    "between_companies_that_are_there",
    pgtrigger.Insert,
    refuse_any(
        """
        SELECT FROM (SELECT vendor_id AS id FROM told UNION SELECT partner_id FROM told) company
         WHERE company.id IS NOT NULL AND NOT EXISTS (SELECT FROM partners_company c WHERE c.id = company.id)""",
        NOT_THERE,
        "a reminder names a company that is not there",
    ),
)
# As a foreign key would, the first statement keeps the mails from being deleted until this is committed.
in_its_readers_mail = of_a_statement(
    "in_its_readers_mail",
    pgtrigger.Update,
    """
        EXECUTE $sql$
            SELECT FROM reminders_digest WHERE id IN (SELECT digest_id FROM told) ORDER BY id FOR KEY SHARE
        $sql$;
    """
    + refuse_any(
        """
        SELECT FROM told WHERE digest_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM reminders_digest d WHERE d.id = told.digest_id AND d.recipient_id = told.recipient_id)""",
        SOMEBODY_ELSES_MAIL,
        "a mail tells the reminders of its reader alone",
    ),
)
made_before_its_mail = Protect(
    name="made_before_its_mail", operation=pgtrigger.Insert, condition=pgtrigger.Q(new__digest__isnull=False)
)
FIXED = (
    "rule",
    "subject_id",
    "lead",
    "nudge_id",
    "company_id",
    "audience",
    "allocation_id",
    "vendor_id",
    "partner_id",
    "recipient_id",
)
of_what_and_whose_is_fixed = Protect(
    name="of_what_and_whose_is_fixed", operation=pgtrigger.Update, condition=pgtrigger.Condition(differs(FIXED))
)
# Memberships are never deleted, so whoever had one stays.
to_somebody_there = of_a_statement(
    "to_somebody_there",
    pgtrigger.Insert,
    refuse_any(
        "SELECT FROM told WHERE NOT EXISTS (SELECT FROM partners_membership m WHERE m.user_id = told.recipient_id)",
        NOBODYS_MAIL,
        "a mail goes to somebody who works somewhere",
    ),
)
# The other half of what a foreign key would do for a mail.
gone_with_nothing_told = Trigger(
    name="gone_with_nothing_told",
    when=pgtrigger.Before,
    operation=pgtrigger.Delete,
    func=f"""
        IF EXISTS (SELECT FROM reminders_reminder WHERE digest_id = OLD.id) THEN
            {refuse(STILL_TELLS, "this mail still tells something")}
        END IF;
        RETURN OLD;
    """,
)
