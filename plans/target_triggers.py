"""Rules of sales people, their targets and SPIFFs that the database keeps. A leaf: imports no model."""

import pgtrigger

from claims.states import ClaimStatus
from partners.states import Kind
from partners.triggers import Protect, refuse

SELLS_ELSEWHERE = "WF150"
SELLS_HERE = f"""
    IF NOT EXISTS (SELECT FROM partners_company WHERE id = NEW.partner_id AND kind = '{Kind.PARTNER}')
       OR (TG_OP = 'INSERT' OR NEW.user_id IS DISTINCT FROM OLD.user_id) AND NEW.user_id IS NOT NULL AND NOT EXISTS (
           SELECT FROM partners_membership
            WHERE user_id = NEW.user_id AND company_id = NEW.partner_id AND ended_at IS NULL
       ) THEN
        {refuse(SELLS_ELSEWHERE, "a sales person sells for a partner, and an account of theirs is one of its people")}
    END IF;
    RETURN NEW;
"""

NOT_ITS_PROGRAM = "WF151"
# Of a vendor that everybody knows or that this partner records itself, in the program's money.
OF_ITS_PROGRAM = f"""
    IF NOT EXISTS (
        SELECT FROM programs_program p JOIN partners_company v ON v.id = p.vendor_id
          JOIN plans_salesperson s ON s.id = NEW.person_id
         WHERE p.id = NEW.program_id AND p.currency = NEW.currency AND p.published_at IS NOT NULL
           AND (v.kept_by_id IS NULL OR v.kept_by_id = s.partner_id)
    ) THEN
        {refuse(NOT_ITS_PROGRAM, "a SPIFF is of a program that the partner may know, in its currency")}
    END IF;
    RETURN NEW;
"""

NOT_ITS_CLAIM = "WF152"
# The claim's row is locked, so that two people who name it at once do not count it twice.
ON_ITS_CLAIM = f"""
    PERFORM FROM claims_claim WHERE id = NEW.claim_id FOR NO KEY UPDATE;
    IF NOT EXISTS (
        SELECT FROM claims_claim c JOIN funds_allocation f ON f.id = c.allocation_id
          JOIN funds_budget b ON b.id = f.budget_id JOIN plans_salesperson s ON s.id = NEW.person_id
         WHERE c.id = NEW.claim_id AND c.partner_id = s.partner_id AND b.program_id = NEW.program_id
           AND c.status <> '{ClaimStatus.DRAFT}'
           AND NEW.amount + (
               SELECT coalesce(sum(o.amount), 0) FROM plans_spiffearning o WHERE o.claim_id = c.id AND o.id <> NEW.id
           ) <= c.asked
    ) THEN
        {refuse(NOT_ITS_CLAIM, "the claim is of another partner or program, not filed, or asks for less than its SPIFFs")}
    END IF;
    RETURN NEW;
"""


def changes_once_a_version() -> Protect:
    """Who changes a row says which version they saw: what another person changed meanwhile is not undone unseen."""
    return Protect(
        name="changes_once_a_version",
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition("NEW.version <> OLD.version + 1"),
    )
