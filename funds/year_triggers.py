"""What a year may hold, and what becomes of it, in PL/pgSQL. A leaf, as `triggers.py`."""

import pgtrigger

from funds.states import YearAct
from partners.triggers import APPEND_ONLY, Trigger, append_only, refuse

OTHER_YEAR = "WF014"
OVERLAP = "WF017"
OUTSIDE = "WF016"
NOT_EMPTY = "WF018"

# A budget that goes into a year, or out of it, takes along what it holds.
takes_its_money_along = Trigger(
    name="takes_its_money_along",
    when=pgtrigger.After,
    operation=pgtrigger.UpdateOf("year_id"),
    condition=pgtrigger.Condition("OLD.year_id IS DISTINCT FROM NEW.year_id"),
    func="""
        PERFORM FROM funds_year WHERE id IN (OLD.year_id, NEW.year_id) ORDER BY id FOR NO KEY UPDATE;
        UPDATE funds_year SET held = held + CASE id WHEN NEW.year_id THEN NEW.funded ELSE -OLD.funded END
          WHERE id IN (OLD.year_id, NEW.year_id);
        RETURN NULL;
    """,
)

# The program's row is locked in both of these, so that its currency, or another budget of it, cannot change meanwhile.
in_its_year = Trigger(
    name="in_its_year",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.UpdateOf("year_id", "program_id", "starts_on", "ends_on"),
    condition=pgtrigger.Condition("NEW.year_id IS NOT NULL"),
    func=f"""
        PERFORM FROM programs_program WHERE id = NEW.program_id FOR NO KEY UPDATE;
        -- The years too, so that their days cannot change meanwhile; both of them now, as the money that goes along needs both.
        PERFORM FROM funds_year WHERE id IN (OLD.year_id, NEW.year_id) ORDER BY id FOR NO KEY UPDATE;
        IF NOT EXISTS (SELECT FROM funds_year y JOIN programs_program p ON p.vendor_id = y.vendor_id AND p.currency = y.currency
             WHERE y.id = NEW.year_id AND p.id = NEW.program_id
               AND y.starts_on <= NEW.starts_on AND y.ends_on >= NEW.ends_on) THEN
            {refuse(OTHER_YEAR, "this year is of another vendor, currency or time")}
        END IF;
        RETURN NEW;
    """,
)
apart_in_time = Trigger(
    name="apart_in_time",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.UpdateOf("program_id", "starts_on", "ends_on"),
    condition=pgtrigger.Condition("NEW.closed_at IS NULL"),
    func=f"""
        PERFORM FROM programs_program WHERE id = NEW.program_id FOR NO KEY UPDATE;
        IF EXISTS (SELECT FROM funds_budget b WHERE b.program_id = NEW.program_id AND b.id <> NEW.id AND b.closed_at IS NULL
             AND b.starts_on <= NEW.ends_on AND b.ends_on >= NEW.starts_on) THEN
            {refuse(OVERLAP, "another open budget of this program has these days")}
        END IF;
        RETURN NEW;
    """,
)

# What a vendor plans for a year is the sum of its changes, as a balance is that of its movements.
adds_up = Trigger(
    name="adds_up",
    when=pgtrigger.After,
    operation=pgtrigger.Insert,
    func=f"""
        UPDATE funds_year SET amount = amount + CASE NEW.act WHEN '{YearAct.TOP_UP}' THEN NEW.amount ELSE -NEW.amount END
          WHERE id = NEW.year_id;
        RETURN NULL;
    """,
)


# The days of a year may move as long as each of its budgets stays within them; whoever puts one in waits for this, or is seen.
around_its_budgets = Trigger(
    name="around_its_budgets",
    when=pgtrigger.Before,
    operation=pgtrigger.UpdateOf("starts_on", "ends_on"),
    func=f"""
        IF EXISTS (SELECT FROM funds_budget b
             WHERE b.year_id = NEW.id AND (b.starts_on < NEW.starts_on OR b.ends_on > NEW.ends_on)) THEN
            {refuse(OUTSIDE, "a budget of this year would be outside its days")}
        END IF;
        RETURN NEW;
    """,
)

# A year without budgets may go, and what was planned for it goes with it; its events stay.
takes_its_plan_along = Trigger(
    name="takes_its_plan_along",
    when=pgtrigger.Before,
    operation=pgtrigger.Delete,
    func=f"""
        IF EXISTS (SELECT FROM funds_budget WHERE year_id = OLD.id) THEN
            {refuse(NOT_EMPTY, "a budget stands in this year")}
        END IF;
        DELETE FROM funds_yearchange WHERE year_id = OLD.id;
        RETURN OLD;
    """,
)


def append_only_while_planned() -> list[Trigger]:
    """A change stays as it was written, and goes only with its year: depth 1 is a statement of somebody's own."""
    _, no_truncate = append_only()
    return [
        Trigger(
            name="append_only",
            when=pgtrigger.Before,
            operation=pgtrigger.Update | pgtrigger.Delete,
            func=f"""
                IF TG_OP = 'DELETE' AND pg_trigger_depth() > 1 THEN RETURN OLD; END IF;
                {refuse(APPEND_ONLY, "this record stays as it was written")}
            """,
        ),
        no_truncate,
    ]
