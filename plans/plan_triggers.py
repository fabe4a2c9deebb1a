"""The rules of a partner's plan, in PL/pgSQL. A leaf: `models/plan.py` hangs these on its tables."""

import pgtrigger

from partners.triggers import Trigger, refuse

FUND_OF_ANOTHER = "WF130"
OVER_THE_COST = "WF131"
MORE_THAN_ITS_PART = "WF132"
CURRENCY_STAYS = "WF133"
NOT_THEIR_PERSON = "WF134"
ANOTHER_FUND = "WF135"
ASKED_ON_WINDFALL = "WF136"
ASKED_STAYS = "WF137"

of_its_partner = Trigger(
    name="of_its_partner",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert,
    func=f"""
    IF NOT EXISTS (
        SELECT FROM plans_plannedactivity p JOIN funds_allocation a ON a.partner_id = p.company_id
         WHERE p.id = NEW.activity_id AND a.id = NEW.allocation_id
    ) THEN
        {refuse(FUND_OF_ANOTHER, "a plan is paid from funds of its own partner")}
    END IF;
    RETURN NEW;
    """,
)

# The activity is locked first, so that two fundings at once are added up.
within_the_cost = Trigger(
    name="within_the_cost",
    when=pgtrigger.After,
    operation=pgtrigger.Insert | pgtrigger.UpdateOf("part"),
    func=f"""
    PERFORM FROM plans_plannedactivity WHERE id = NEW.activity_id FOR NO KEY UPDATE;
    IF (SELECT sum(part) FROM plans_plannedfunding WHERE activity_id = NEW.activity_id)
       > (SELECT cost FROM plans_plannedactivity WHERE id = NEW.activity_id) THEN
        {refuse(OVER_THE_COST, "funds pay for more of it than it costs")}
    END IF;
    RETURN NULL;
    """,
)

costs_what_is_funded = Trigger(
    name="costs_what_is_funded",
    when=pgtrigger.After,
    operation=pgtrigger.UpdateOf("cost"),
    func=f"""
    IF (SELECT sum(part) FROM plans_plannedfunding WHERE activity_id = NEW.id) > NEW.cost THEN
        {refuse(OVER_THE_COST, "funds pay for more of it than it costs")}
    END IF;
    RETURN NULL;
    """,
)

within_its_part = Trigger(
    name="within_its_part",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.UpdateOf("amount", "part"),
    condition=pgtrigger.Condition("NEW.amount > NEW.part"),
    func=f"""
    IF EXISTS (
        SELECT FROM plans_plannedactivity p, funds_allocation a JOIN funds_budget b ON b.id = a.budget_id
          JOIN programs_program g ON g.id = b.program_id
         WHERE p.id = NEW.activity_id AND a.id = NEW.allocation_id AND g.currency = p.currency
    ) THEN
        {refuse(MORE_THAN_ITS_PART, "a fund pays no more than the part of the cost that is put to it")}
    END IF;
    RETURN NEW;
    """,
)

currency_stays = Trigger(
    name="currency_stays",
    when=pgtrigger.Before,
    operation=pgtrigger.UpdateOf("currency"),
    condition=pgtrigger.Condition("OLD.currency IS DISTINCT FROM NEW.currency"),
    func=f"""
    IF EXISTS (SELECT FROM plans_plannedfunding WHERE activity_id = NEW.id) THEN
        {refuse(CURRENCY_STAYS, "a plan that is funded keeps its currency")}
    END IF;
    RETURN NEW;
    """,
)

# Who leaves the partner stays named on what they looked after.
of_its_people = Trigger(
    name="of_its_people",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.UpdateOf("person_id"),
    condition=pgtrigger.Condition("NEW.person_id IS NOT NULL"),
    func=f"""
    IF TG_OP = 'UPDATE' AND OLD.person_id IS NOT DISTINCT FROM NEW.person_id THEN
        RETURN NEW;
    END IF;
    IF NOT EXISTS (
        SELECT FROM partners_membership
         WHERE user_id = NEW.person_id AND company_id = NEW.company_id AND ended_at IS NULL
    ) THEN
        {refuse(NOT_THEIR_PERSON, "who looks after it works for the partner")}
    END IF;
    RETURN NEW;
    """,
)

asks_its_own_fund = Trigger(
    name="asks_its_own_fund",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.UpdateOf("request_id", "claim_id"),
    func=f"""
    IF EXISTS (SELECT FROM claims_fundrequest WHERE id = NEW.request_id AND allocation_id <> NEW.allocation_id)
       OR EXISTS (SELECT FROM claims_claim WHERE id = NEW.claim_id AND allocation_id <> NEW.allocation_id) THEN
        {refuse(ANOTHER_FUND, "its request and its claim are on its own fund")}
    END IF;
    RETURN NEW;
    """,
)

# What a vendor on Windfall answers is told by its request.
asked_elsewhere = Trigger(
    name="asked_elsewhere",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.UpdateOf("asked_on"),
    condition=pgtrigger.Condition("NEW.asked_on IS NOT NULL"),
    func=f"""
    IF NOT EXISTS (
        SELECT FROM funds_allocation a JOIN funds_budget b ON b.id = a.budget_id
          JOIN programs_program g ON g.id = b.program_id JOIN partners_company v ON v.id = g.vendor_id
         WHERE a.id = NEW.allocation_id AND v.kept_by_id IS NOT NULL
    ) THEN
        {refuse(ASKED_ON_WINDFALL, "this vendor is asked on Windfall")}
    END IF;
    RETURN NEW;
    """,
)

asked_stays = Trigger(
    name="asked_stays",
    when=pgtrigger.Before,
    operation=pgtrigger.UpdateOf("amount", "part"),
    condition=pgtrigger.Condition(
        "ROW(OLD.amount, OLD.part) IS DISTINCT FROM ROW(NEW.amount, NEW.part) "
        "AND (OLD.request_id IS NOT NULL OR OLD.claim_id IS NOT NULL OR OLD.asked_on IS NOT NULL)"
    ),
    func=refuse(ASKED_STAYS, "what was asked for stays as it was asked"),
)
