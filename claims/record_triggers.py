"""The rules of what stays on record, in PL/pgSQL: results of activities, what is never deleted, and who changed what.

A leaf: the models hang these on their tables.
"""

import pgtrigger

from partners.triggers import Trigger, refuse

OUTCOME_ELSEWHERE = "WF070"
REPORT_OUT_OF_TURN = "WF071"
# Results are told of the fund and the partner that the activity was of, and under its request where it has one.
OUTCOME_OF_FUND = f"""
    IF NOT EXISTS (
        SELECT FROM claims_claim WHERE id = NEW.claim_id AND request_id IS NULL
           AND allocation_id = NEW.allocation_id AND partner_id = NEW.partner_id
        UNION ALL
        SELECT FROM claims_fundrequest WHERE id = NEW.request_id
           AND allocation_id = NEW.allocation_id AND partner_id = NEW.partner_id
    ) THEN
        {refuse(OUTCOME_ELSEWHERE, "these results are of another activity")}
    END IF;
    RETURN NEW;
"""
# A report is the latest when it is written, and its writer works for the partner.
NEXT_REPORT = f"""
    IF NOT EXISTS (
        SELECT FROM claims_outcome o
          JOIN partners_membership m ON m.company_id = o.partner_id AND m.user_id = NEW.reported_by_id AND m.ended_at IS NULL
         WHERE o.id = NEW.outcome_id AND o.number = NEW.number
    ) THEN
        {refuse(REPORT_OUT_OF_TURN, "a report is the latest one, by somebody of the partner")}
    END IF;
    RETURN NEW;
"""

ON_RECORD = "WF072"


def filed_is_kept() -> list[Trigger]:
    """What was ever filed is never deleted, also for raw SQL: a decision or money may hang on it."""
    refusal = refuse(ON_RECORD, "what was filed stays on record")
    return [
        Trigger(
            name="filed_is_kept",
            when=pgtrigger.Before,
            operation=pgtrigger.Delete,
            condition=pgtrigger.Condition("OLD.filed_at IS NOT NULL"),
            func=refusal,
        ),
    ]


def never_emptied() -> Trigger:
    """A table whose rows hang on filed things is not emptied at once, past the triggers on its rows."""
    return Trigger(
        name="never_emptied",
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=pgtrigger.Truncate,
        func=refuse(ON_RECORD, "what was filed stays on record"),
    )


# Whether it is on record: a draft that nobody filed is its partner's own, and nobody else's to read.
FILED_ITSELF = "coalesce(NEW.filed_at, OLD.filed_at) IS NOT NULL"
FILED_CLAIM = (
    "EXISTS (SELECT FROM claims_claim WHERE id = coalesce(NEW.claim_id, OLD.claim_id) AND filed_at IS NOT NULL)"
)
FILED_REQUEST = FILED_CLAIM.replace("claims_claim", "claims_fundrequest").replace("claim_id", "request_id")
ALWAYS = "true"
# What of a row is never written down in clear, nor in any other form that somebody could open.
HIDDEN = ("secret",)
# The form as it is typed, and what is read from a file again and again: no facts of the claim.
PASSING = ("typed", "read")


def written_down(
    *,
    claim: str = "NULL",
    request: str = "NULL",
    on_record: str = ALWAYS,
    hidden: tuple[str, ...] = (),
    passing: tuple[str, ...] = (),
) -> Trigger:
    """Each change of a row, by whichever way it comes, is written down: what was, what is, who, in which transaction.

    `claim` and `request` name the columns that say which one the row belongs to. The person is the one whom the running request
    told the database (`claims/history.py`); without it, the database's own user stands there alone. Of `hidden` columns only that
    they changed is written down, of `passing` ones nothing, beside those of every table.
    """

    def of(column: str) -> str:
        return column if column == "NULL" else f"coalesce(NEW.{column}, OLD.{column})"

    unseen, unsaid = ("{" + ",".join(names) + "}" for names in (HIDDEN + hidden, PASSING + passing))
    return Trigger(
        name="history",
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        declare=[("was", "jsonb"), ("becomes", "jsonb")],
        func=f"""
            IF NOT ({on_record}) THEN
                RETURN NULL;
            END IF;
            SELECT jsonb_object_agg(key, CASE WHEN key = ANY('{unseen}') THEN '"hidden"' ELSE o.value END)
                       FILTER (WHERE o.value <> 'null'),
                   jsonb_object_agg(key, CASE WHEN key = ANY('{unseen}') THEN '"hidden"' ELSE n.value END)
                       FILTER (WHERE n.value <> 'null')
              INTO was, becomes
              FROM jsonb_each(to_jsonb(OLD)) o FULL JOIN jsonb_each(to_jsonb(NEW)) n USING (key)
             WHERE o.value IS DISTINCT FROM n.value AND key <> ALL('{unsaid}');
            IF was IS NOT NULL OR becomes IS NOT NULL THEN
                INSERT INTO claims_rowchange (at, transaction, actor_id, database_user, "table", row_id, act, claim_id,
                                              request_id, was, becomes)
                VALUES (clock_timestamp(), pg_current_xact_id()::text::bigint,
                        nullif(current_setting('windfall.actor', true), '')::bigint, session_user, TG_TABLE_NAME,
                        coalesce(NEW.id, OLD.id), lower(TG_OP), {of(claim)}, {of(request)}, was, becomes);
            END IF;
            RETURN NULL;
        """,
    )
