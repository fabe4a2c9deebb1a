"""The ledger's arithmetic and its refusals, in PL/pgSQL. A leaf: `models.py` hangs these on its tables.

Each refusal carries a SQLSTATE of class WF, which `ledger.py` turns into an exception of ours.
"""

from collections.abc import Sequence

import pgtrigger

from funds.states import ALLOCATION_BUCKETS
from partners.triggers import Protect, Trigger, differs, refuse

CLOSED_PERIOD = "WF001"
WRONG_BUDGET = "WF002"
BALANCE_BY_HAND = "WF003"
WRONG_TERMS = "WF006"
TOO_LONG = "WF007"
FOREIGN_FUND = "WF008"
AGED = "WF009"
HELD_BY_REQUESTS = "WF060"

DELTAS = ", ".join(
    f"(sum(CASE WHEN target = '{b.value}' THEN amount ELSE 0 END)"
    f" - sum(CASE WHEN source = '{b.value}' THEN amount ELSE 0 END))::bigint AS {b.value}"
    for b in ALLOCATION_BUCKETS
)
SETS = ", ".join(f"{b.value} = a.{b.value} + d.{b.value}" for b in ALLOCATION_BUCKETS)

# Allocations are locked before budgets, and these before years, each in the order of their ids: the one lock order of all who
# move money.
POST = f"""
    PERFORM FROM funds_allocation WHERE id IN (SELECT allocation_id FROM posted) ORDER BY id FOR NO KEY UPDATE;
    PERFORM FROM funds_budget
      WHERE id IN (SELECT budget_id FROM posted WHERE 'unallocated' IN (source, target)) ORDER BY id FOR NO KEY UPDATE;
    -- Closing a period locks its budget FOR UPDATE, which waits for these and holds them off; they do not wait for each other.
    PERFORM FROM funds_budget WHERE id IN (SELECT budget_id FROM posted) ORDER BY id FOR KEY SHARE;

    IF EXISTS (SELECT FROM posted p JOIN funds_allocation a ON a.id = p.allocation_id WHERE a.budget_id <> p.budget_id) THEN
        RAISE EXCEPTION 'the allocation belongs to another budget' USING ERRCODE = '{WRONG_BUDGET}';
    END IF;
    IF EXISTS (SELECT FROM posted p JOIN funds_budget b ON b.id = p.budget_id WHERE b.closed_at IS NOT NULL) THEN
        RAISE EXCEPTION 'the period of this budget is closed' USING ERRCODE = '{CLOSED_PERIOD}';
    END IF;

    UPDATE funds_allocation a SET {SETS}
      FROM (SELECT allocation_id, {DELTAS} FROM posted WHERE allocation_id IS NOT NULL GROUP BY allocation_id) d
      WHERE a.id = d.allocation_id;
    UPDATE funds_budget b SET funded = b.funded + d.funded, unallocated = b.unallocated + d.unallocated
      FROM (SELECT budget_id,
              (sum(CASE WHEN source = 'outside' THEN amount WHEN target = 'outside' THEN -amount ELSE 0 END))::bigint AS funded,
              (sum(CASE WHEN target = 'unallocated' THEN amount ELSE 0 END)
               - sum(CASE WHEN source = 'unallocated' THEN amount ELSE 0 END))::bigint AS unallocated
            FROM posted WHERE 'unallocated' IN (source, target) GROUP BY budget_id) d
      WHERE b.id = d.budget_id;

    -- What a year's budgets hold together; its CHECK refuses more than the year has. Money inside a budget concerns no year.
    IF EXISTS (SELECT FROM posted WHERE 'outside' IN (source, target)) THEN
        PERFORM FROM funds_year
          WHERE id IN (SELECT b.year_id FROM posted p JOIN funds_budget b ON b.id = p.budget_id) ORDER BY id FOR NO KEY UPDATE;
        UPDATE funds_year y SET held = y.held + d.held
          FROM (SELECT b.year_id,
                  (sum(CASE WHEN p.source = 'outside' THEN p.amount WHEN p.target = 'outside' THEN -p.amount ELSE 0 END))::bigint
                    AS held
                FROM posted p JOIN funds_budget b ON b.id = p.budget_id GROUP BY b.year_id) d
          WHERE y.id = d.year_id;
    END IF;
    RETURN NULL;
"""

post = Trigger(
    name="post",
    level=pgtrigger.Statement,
    when=pgtrigger.After,
    operation=pgtrigger.Insert,
    referencing=pgtrigger.Referencing(new="posted"),
    func=POST,
)


def balances_by_ledger_only(*columns: str, fixed: tuple[str, ...] = ()) -> list[Trigger]:
    """Balances start at zero and change only inside the movement's trigger; `fixed` columns never change."""
    nonzero = " OR ".join(f"NEW.{c} <> 0" for c in columns)
    changed = " OR ".join(f"NEW.{c} <> OLD.{c}" for c in columns)
    moved = " OR ".join(f"NEW.{c} IS DISTINCT FROM OLD.{c}" for c in fixed) or "false"
    refusal = refuse(BALANCE_BY_HAND, "a balance changes only by a movement")
    return [
        Trigger(
            name="starts_empty",
            when=pgtrigger.Before,
            operation=pgtrigger.Insert,
            func=f"IF {nonzero} THEN {refusal} END IF; RETURN NEW;",
        ),
        Trigger(
            name="balance_by_ledger_only",
            when=pgtrigger.Before,
            operation=pgtrigger.Update,
            func=f"""
                -- Depth 1 is a statement of somebody's own; the movement's trigger updates from depth 2.
                IF (pg_trigger_depth() < 2 AND ({changed})) OR {moved} THEN {refusal} END IF;
                RETURN NEW;
            """,
        ),
    ]


# A fund stands under published terms of its own program, and is offered no others.
under_published_terms = Trigger(
    name="under_published_terms",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.UpdateOf("terms_id", "offered_terms_id"),
    func=f"""
        IF (SELECT count(*) FROM programs_terms t JOIN funds_budget b ON b.program_id = t.program_id
             WHERE b.id = NEW.budget_id AND t.published_at IS NOT NULL AND t.id IN (NEW.terms_id, NEW.offered_terms_id))
           <> (CASE WHEN NEW.offered_terms_id IS NULL OR NEW.offered_terms_id = NEW.terms_id THEN 1 ELSE 2 END) THEN
            {refuse(WRONG_TERMS, "these terms are of another program, or not published")}
        END IF;
        RETURN NEW;
    """,
)

# Nobody's money is extended beyond what its terms promise all others. A partner's own books follow the vendor's statements.
within_its_extension = Trigger(
    name="within_its_extension",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.UpdateOf("expires_on"),
    func=f"""
        IF NEW.expires_on > NEW.granted_until + (SELECT extension_days FROM programs_terms WHERE id = NEW.terms_id)
           AND NOT EXISTS (
               SELECT FROM funds_budget b JOIN programs_program p ON p.id = b.program_id
                 JOIN partners_company v ON v.id = p.vendor_id
                WHERE b.id = NEW.budget_id AND v.kept_by_id IS NOT NULL
           ) THEN
            {refuse(TOO_LONG, "the terms do not allow so long an extension")}
        END IF;
        RETURN NEW;
    """,
)

# Money is granted for no longer than its terms let it be used: extensions come on top, and have a limit of their own.
within_its_terms = Trigger(
    name="within_its_terms",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert,
    func=f"""
        IF NEW.granted_until > (
            SELECT least(
                CASE WHEN NEW.earned_until IS NULL
                    THEN ((NEW.created_at AT TIME ZONE p.time_zone)::date + make_interval(months => t.aging_months))::date
                    -- Earned money counts from the end of its period, whenever it is granted.
                    ELSE (NEW.earned_until + 1 + make_interval(months => t.aging_months))::date - 1 END,
                CASE WHEN t.forfeits_at_period_end THEN b.ends_on END)
              FROM programs_terms t, funds_budget b JOIN programs_program p ON p.id = b.program_id
             WHERE t.id = NEW.terms_id AND b.id = NEW.budget_id
        ) OR (NEW.earned_until IS NOT NULL
              AND NOT EXISTS (SELECT FROM programs_terms t WHERE t.id = NEW.terms_id AND t.accrual_percent IS NOT NULL)) THEN
            {refuse(AGED, "the terms do not let this money be used for so long")}
        END IF;
        RETURN NEW;
    """,
)


def said_stays(asked: Sequence[str], answered: Sequence[str]) -> Protect:
    """What a partner asked never changes, and what was answered stays as it was answered."""
    return Protect(
        name="what_was_said_stays",
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition(
            f"(({differs(asked)}) OR (OLD.status = NEW.status AND OLD.status <> 'open' AND {differs(answered)}))"
        ),
    )


# More time is asked for by the partner whose fund it is.
asked_for_its_own_fund = Trigger(
    name="asked_for_its_own_fund",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert,
    func=f"""
        IF NEW.partner_id <> (SELECT partner_id FROM funds_allocation WHERE id = NEW.allocation_id) THEN
            {refuse(FOREIGN_FUND, "the fund belongs to another partner")}
        END IF;
        RETURN NEW;
    """,
)

# A plan is granted by a fund of its own partner, from its own program's money.
granted_by_its_own_fund = Trigger(
    name="granted_by_its_own_fund",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.UpdateOf("allocation_id"),
    condition=pgtrigger.Condition("NEW.allocation_id IS NOT NULL"),
    func=f"""
        IF NOT EXISTS (SELECT FROM funds_allocation a JOIN funds_budget b ON b.id = a.budget_id
             WHERE a.id = NEW.allocation_id AND a.partner_id = NEW.partner_id AND b.program_id = NEW.program_id) THEN
            {refuse(FOREIGN_FUND, "the fund is of another partner or program")}
        END IF;
        RETURN NEW;
    """,
)

NOT_ITS_KEEPERS = "WF031"
# What a partner records of a vendor of its own is that partner's: nobody else is given a share of it.
kept_for_its_keeper = Trigger(
    name="kept_for_its_keeper",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert,
    func=f"""
        IF EXISTS (
            SELECT FROM funds_budget b JOIN programs_program p ON p.id = b.program_id
              JOIN partners_company v ON v.id = p.vendor_id
             WHERE b.id = NEW.budget_id AND v.kept_by_id <> NEW.partner_id
        ) THEN
            {refuse(NOT_ITS_KEEPERS, "only the partner that records this vendor has funds of it")}
        END IF;
        RETURN NEW;
    """,
)

# What is set aside for approved requests stays so until they let go of it: nobody releases it by hand, no other claim draws on
# it. Their table is of an app above this one, and it is right so: the rule is this balance's own.
keeps_what_requests_hold = Trigger(
    name="keeps_what_requests_hold",
    when=pgtrigger.After,
    operation=pgtrigger.UpdateOf("reserved"),
    condition=pgtrigger.Condition("NEW.reserved < OLD.reserved"),
    func=f"""
        -- Below zero is the CHECK's to refuse.
        IF greatest(NEW.reserved, 0) < (SELECT sum(reserved) FROM claims_fundrequest WHERE allocation_id = NEW.id) THEN
            {refuse(HELD_BY_REQUESTS, "approved requests hold this money")}
        END IF;
        RETURN NULL;
    """,
)
# Movements, claims and reminders go on naming it.
is_never_deleted = Protect(name="is_never_deleted", operation=pgtrigger.Delete)
