"""The rules of what stays on record, in PL/pgSQL: results of activities. A leaf: the models hang these on their tables."""

from partners.triggers import refuse

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
