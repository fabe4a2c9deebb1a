"""The rules of claims that the database keeps, in PL/pgSQL, and those that requests share. A leaf: models hang them on tables."""

import pgtrigger

from claims.record_triggers import ON_RECORD
from claims.states import AWAITING_PAYMENT, COUNTED, ClaimStatus
from claims.states.payments import LIVE
from partners.triggers import Protect, named_anew, refuse

OUTSIDER_ONLY = "WF010"
FILED_STAYS = "WF011"
BEYOND_TERMS = "WF012"
SECOND_NEEDED = "WF013"


def version_goes_up() -> Protect:
    """A status changes only together with its version, so that who acts on what has changed meanwhile is refused."""
    return Protect(
        name="version_goes_up",
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition("OLD.status IS DISTINCT FROM NEW.status AND NEW.version <= OLD.version"),
    )


# Whoever decides or pays is no member of the claiming partner when they do.
OUTSIDER = f"""
    IF EXISTS (
        SELECT FROM partners_membership
        WHERE company_id = NEW.partner_id AND ended_at IS NULL
          AND {named_anew("user_id", "decided_by_id", "second_by_id", "paid_by_id")}
    ) THEN
        {refuse(OUTSIDER_ONLY, "a member of the claiming partner can neither decide nor pay its claim")}
    END IF;
    RETURN NEW;
"""

# Over the amount that the terms name, one approver is not enough.
SECOND_APPROVAL = f"""
    IF NEW.second_by_id IS NULL AND NEW.approved > (
        SELECT t.second_approval_over FROM funds_allocation f JOIN programs_terms t ON t.id = f.terms_id
         WHERE f.id = NEW.allocation_id
    ) THEN
        {refuse(SECOND_NEEDED, "so much needs a second approval")}
    END IF;
    RETURN NEW;
"""
LINE = (
    "claim_id",
    "position",
    "activity_id",
    "people",
    "what",
    "supplier",
    "invoice_number",
    "invoice_date",
    "key",
    "net",
    "tax",
    "total",
    "part",
    "invoice_currency",
    "rate",
    "rate_day",
    "rate_source",
    "invoice_id",
    "amount",
    "asked",
)


def of(row: str) -> str:
    return ", ".join(f"{row}.{column}" for column in LINE)


# What was filed stays as it was filed: lines change only in a draft, but for the reviewer's own columns.
LINES_OF_DRAFT = f"""
    IF TG_OP = 'UPDATE' AND ROW({of("NEW")}) IS NOT DISTINCT FROM ROW({of("OLD")}) THEN
        RETURN NEW;
    END IF;
    IF EXISTS (SELECT FROM claims_claim WHERE id IN (NEW.claim_id, OLD.claim_id) AND status <> 'draft') THEN
        {refuse(FILED_STAYS, "the lines of a filed claim stay as they are")}
    END IF;
    RETURN coalesce(NEW, OLD);
"""
# What a reviewer says of a file; everything else of it stays as it was uploaded.
OF_REVIEW = "ARRAY['status', 'reason_code', 'reason']"
# Proof may still be added while a question is open or a decision disputed, never taken away from a filed claim. What a reviewer
# says of it may change until the claim is decided. What is added to a filed claim is filed with that.
PROOFS_OF_DRAFT = f"""
    IF TG_OP = 'INSERT' AND EXISTS (SELECT FROM claims_claim WHERE id = NEW.claim_id AND status <> 'draft') THEN
        NEW.filed_at := now();
    END IF;
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - {OF_REVIEW} = to_jsonb(OLD) - {OF_REVIEW} THEN
        IF EXISTS (SELECT FROM claims_claim WHERE id = NEW.claim_id
                    AND status IN ('draft', 'in_review', 'info_requested', 'disputed')) THEN
            RETURN NEW;
        END IF;
    END IF;
    IF EXISTS (
        SELECT FROM claims_claim WHERE id IN (NEW.claim_id, OLD.claim_id)
        AND NOT (status = 'draft' OR (status IN ('info_requested', 'disputed') AND TG_OP = 'INSERT'))
    ) THEN
        {refuse(FILED_STAYS, "the proofs of a filed claim stay as they are")}
    END IF;
    RETURN coalesce(NEW, OLD);
"""
# Of a file that reviewers could look at, its partner says anew what it shows and that it is no proof any more; it may be read
# anew; nothing else of it changes.
TOLD_ANEW = "ARRAY['status', 'reason_code', 'reason', 'shows', 'lines', 'read', 'marks']"
FILED_PROOF_IS_KEPT = f"""
    IF TG_OP = 'DELETE' OR to_jsonb(NEW) - {TOLD_ANEW} <> to_jsonb(OLD) - {TOLD_ANEW} THEN
        {refuse(ON_RECORD, "what reviewers could look at stays on record")}
    END IF;
    IF NEW.status <> OLD.status AND 'removed' IN (NEW.status, OLD.status) AND NOT EXISTS (
        SELECT FROM claims_claim WHERE id = NEW.claim_id
           AND (status = 'draft' OR status IN ('info_requested', 'disputed') AND OLD.status = 'removed')
    ) THEN
        {refuse(FILED_STAYS, "a file is taken off a draft alone")}
    END IF;
    RETURN NEW;
"""
# Whatever is filed with a claim is seen by reviewers from then on.
FILED_WITH_IT = """
    UPDATE claims_proof SET filed_at = NEW.filed_at WHERE claim_id = NEW.id AND filed_at IS NULL;
    RETURN NEW;
"""
REPLACES_ANOTHER = "WF083"
# A file takes the place of one that was declined, on the same claim.
REPLACES_DECLINED = f"""
    IF NOT EXISTS (
        SELECT FROM claims_proof WHERE id = NEW.replaces_id AND claim_id = NEW.claim_id AND status IN ('declined', 'replaced')
    ) THEN
        {refuse(REPLACES_ANOTHER, "only a declined file of the same claim is replaced")}
    END IF;
    RETURN NEW;
"""

IN_COUNTED = ", ".join(f"'{status.value}'" for status in COUNTED)
# What other claims of the partner in the period ask or got for an activity, and what it gets in all; in a query of a fund `f`, an
# activity `a`, and these two as `before` and `earned`.
CLAIMED_BEFORE = f"""
              SELECT coalesce(sum(coalesce(l.accepted, l.asked)), 0) AS asked
                FROM funds_allocation g
                JOIN claims_claim k ON k.allocation_id = g.id AND k.id <> NEW.id AND k.status IN ({IN_COUNTED})
                JOIN claims_line l ON l.claim_id = k.id
                JOIN programs_activity b ON b.id = l.activity_id AND b.name = a.name
               WHERE g.budget_id = f.budget_id AND g.partner_id = f.partner_id"""
EARNED = "sum(available + reserved + claimed + approved + paid + lapsed)"
PART_OF_EARNED = f"""
              SELECT {EARNED} * a.period_cap_percent / 100 AS part
                FROM funds_allocation WHERE budget_id = f.budget_id AND partner_id = f.partner_id"""
PERIOD_CAP = (
    "CASE a.period_cap_rule WHEN 'greater' THEN greatest(a.period_cap, earned.part) "
    "ELSE least(a.period_cap, earned.part) END"
)
# What the terms pay at most and at least. `checks.py` says the same in words, before; this holds under races too: claims of one
# partner on one budget are filed one after the other, so that together they keep to what a period allows.
WITHIN_TERMS = f"""
    PERFORM pg_advisory_xact_lock(hashtextextended('caps ' || f.budget_id || ' ' || f.partner_id, 0))
       FROM funds_allocation f WHERE f.id = NEW.allocation_id;
    IF EXISTS (
        SELECT FROM funds_allocation f JOIN programs_terms t ON t.id = f.terms_id
         WHERE f.id = NEW.allocation_id
           AND (NEW.asked < t.least_claim
                OR t.preapproval AND NEW.from_reserved < NEW.asked
                OR EXISTS (SELECT FROM programs_activity WHERE terms_id = t.id)
                   AND EXISTS (SELECT FROM claims_line l LEFT JOIN programs_activity a ON a.id = l.activity_id
                                WHERE l.claim_id = NEW.id AND a.terms_id IS DISTINCT FROM t.id))
    ) OR EXISTS (
        SELECT FROM funds_allocation f
          JOIN programs_activity a ON a.terms_id = f.terms_id
          JOIN (SELECT activity_id, sum(asked) AS asked, sum(coalesce(people, 0)) AS people
                  FROM claims_line WHERE claim_id = NEW.id GROUP BY activity_id) c ON c.activity_id = a.id
          CROSS JOIN LATERAL ({CLAIMED_BEFORE}) before
          CROSS JOIN LATERAL ({PART_OF_EARNED}) earned
         WHERE f.id = NEW.allocation_id
           AND (c.asked > a.claim_cap OR c.asked < a.least
                OR c.asked > a.person_cap * c.people OR c.people > a.most_people
                OR before.asked + c.asked > {PERIOD_CAP})
    ) THEN
        {refuse(BEYOND_TERMS, "the claim asks for what its terms do not pay")}
    END IF;
    RETURN NEW;
"""

# A decision that is undone or disputed lets the claim ask for all of it again: what its activities are paid for in a period may
# have gone to other claims since.
WITHIN_PERIOD = f"""
    PERFORM pg_advisory_xact_lock(hashtextextended('caps ' || f.budget_id || ' ' || f.partner_id, 0))
       FROM funds_allocation f WHERE f.id = NEW.allocation_id;
    IF EXISTS (
        SELECT FROM funds_allocation f
          CROSS JOIN (SELECT activity_id, sum(asked) AS asked FROM claims_line WHERE claim_id = NEW.id GROUP BY activity_id) c
          JOIN programs_activity a ON a.id = c.activity_id
          CROSS JOIN LATERAL ({CLAIMED_BEFORE}) before
          CROSS JOIN LATERAL ({PART_OF_EARNED}) earned
         WHERE f.id = NEW.allocation_id AND before.asked > 0 AND before.asked + c.asked > {PERIOD_CAP}
    ) THEN
        {refuse(BEYOND_TERMS, "other claims took what the terms pay for it in its period")}
    END IF;
    RETURN NEW;
"""

APPROVED = ", ".join(f"'{status.value}'" for status in (*AWAITING_PAYMENT, ClaimStatus.PAID, ClaimStatus.REVERSED))
PAID_OTHERWISE = "WF084"
LIVE_PAYMENTS = ", ".join(f"'{status.value}'" for status in LIVE)


# What of a claim is paid is what its payments brought, and none of them is more than what is approved. Looked at when the
# transaction ends: claims and payments are written one after the other.
def as_payments_say(claim: str) -> str:
    """`claim` is the SQL for its id."""
    return f"""
    IF EXISTS (
        SELECT FROM claims_claim c CROSS JOIN LATERAL (
            SELECT coalesce(sum(received) FILTER (WHERE status = 'confirmed'), 0) AS arrived,
                   coalesce(sum(coalesce(received, amount)) FILTER (WHERE status IN ({LIVE_PAYMENTS})), 0) AS live
              FROM claims_payment WHERE claim_id = c.id) p
         WHERE c.id = {claim} AND (c.paid <> p.arrived OR p.live > coalesce(c.approved, 0))
    ) THEN
        {refuse(PAID_OTHERWISE, "what is paid of a claim is what its payments say")}
    END IF;
    RETURN NULL;
"""


REQUEST_OF_ANOTHER_FUND = "WF080"
# A claim draws on what was approved of its own fund.
REQUEST_OF_FUND = f"""
    IF NOT EXISTS (SELECT FROM claims_fundrequest WHERE id = NEW.request_id AND allocation_id = NEW.allocation_id) THEN
        {refuse(REQUEST_OF_ANOTHER_FUND, "this approval is of another fund")}
    END IF;
    RETURN NEW;
"""

CLAIMED_ELSEWHERE = "WF032"
# Money of a vendor that the partner records for itself is claimed in that vendor's own portal: nobody here decides on it.
CLAIMED_HERE = f"""
    IF EXISTS (
        SELECT FROM funds_allocation a JOIN funds_budget b ON b.id = a.budget_id
          JOIN programs_program p ON p.id = b.program_id JOIN partners_company v ON v.id = p.vendor_id
         WHERE a.id = NEW.allocation_id AND v.kept_by_id IS NOT NULL
    ) THEN
        {refuse(CLAIMED_ELSEWHERE, "this fund is claimed in the portal of its vendor")}
    END IF;
    RETURN NEW;
"""

INVOICE_OF_ANOTHER = "WF081"
MORE_THAN_THE_INVOICE = "WF082"
# A line points at its own invoice, in drafts too: of its partner, its day, its currency and its total.
INVOICE_OF_LINE = f"""
    IF NOT EXISTS (
        SELECT FROM claims_invoice i JOIN claims_claim c ON c.partner_id = i.partner_id
          JOIN funds_allocation f ON f.id = c.allocation_id JOIN funds_budget b ON b.id = f.budget_id
          JOIN programs_program p ON p.id = b.program_id
         WHERE i.id = NEW.invoice_id AND c.id = NEW.claim_id AND i.total = NEW.total AND i.day = NEW.invoice_date
           AND i.currency = coalesce(nullif(NEW.invoice_currency, ''), p.currency)
    ) THEN
        {refuse(INVOICE_OF_ANOTHER, "the line is of another invoice")}
    END IF;
    RETURN NEW;
"""
# What filed claims ask of an invoice, to whichever vendor, is never more than the invoice: its row is locked, so that claims with
# the same invoice are filed one after the other.
PARTS_OF_INVOICES = f"""
    PERFORM FROM claims_invoice WHERE id IN (SELECT invoice_id FROM claims_line WHERE claim_id = NEW.id)
      ORDER BY id FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT FROM claims_invoice i JOIN claims_line l ON l.invoice_id = i.id JOIN claims_claim k ON k.id = l.claim_id
         WHERE i.id IN (SELECT invoice_id FROM claims_line WHERE claim_id = NEW.id)
           AND (k.id = NEW.id OR k.status IN ({IN_COUNTED}))
         GROUP BY i.id HAVING sum(l.part) > i.total
    ) THEN
        {refuse(MORE_THAN_THE_INVOICE, "together the claims ask for more than the invoice")}
    END IF;
    RETURN NEW;
"""
