"""The rules of fund requests that the database keeps, in PL/pgSQL. A leaf: `models/requests.py` hangs these on its tables."""

from claims.triggers import BEYOND_TERMS, FILED_STAYS, OUTSIDER_ONLY
from funds.triggers import HELD_BY_REQUESTS
from partners.triggers import named_anew, refuse

NOT_THE_VENDORS = "WF092"
VENDORS_ALONE = "the managers of its vendor decide on a request, and an admin only where a second one is missing"
# Whoever decides is no member of the asking partner when they do, and its vendor decides: the first person is a manager, and so
# is the second, unless no other manager could be. Then an admin of Windfall is, for a raise only after the first one's yes to it.
# `managers` is declared.
OUTSIDER = f"""
    IF EXISTS (
        SELECT FROM partners_membership
        WHERE company_id = NEW.partner_id AND ended_at IS NULL
          AND {named_anew("user_id", "decided_by_id", "second_by_id")}
    ) THEN
        {refuse(OUTSIDER_ONLY, "a member of the asking partner cannot approve its request")}
    END IF;
    managers := ARRAY(
        SELECT m.user_id FROM funds_allocation f JOIN funds_budget b ON b.id = f.budget_id
          JOIN programs_program p ON p.id = b.program_id JOIN partners_membership m ON m.company_id = p.vendor_id
         WHERE f.id = NEW.allocation_id AND m.role = 'manager' AND m.ended_at IS NULL
    );
    IF NEW.decided_by_id IS DISTINCT FROM OLD.decided_by_id AND NEW.decided_by_id <> ALL (managers)
       OR NEW.second_by_id IS DISTINCT FROM OLD.second_by_id AND NEW.second_by_id <> ALL (managers) AND (
           NOT EXISTS (SELECT FROM partners_membership m JOIN partners_company c ON c.id = m.company_id
                        WHERE m.user_id = NEW.second_by_id AND m.ended_at IS NULL AND m.role = 'admin' AND c.kind = 'site')
           OR EXISTS (SELECT FROM partners_user u
                       WHERE u.id = ANY (managers) AND u.is_active AND u.id NOT IN (NEW.decided_by_id, NEW.filed_by_id)
                         AND NOT EXISTS (SELECT FROM partners_membership
                                          WHERE user_id = u.id AND company_id = NEW.partner_id AND ended_at IS NULL)))
       OR OLD.status = 'amended' AND NEW.status IN ('approved', 'approved_reduced') AND NEW.approved > OLD.approved
          AND NEW.approved > (SELECT t.second_approval_over FROM funds_allocation f JOIN programs_terms t ON t.id = f.terms_id
                               WHERE f.id = NEW.allocation_id)
          AND NEW.second_by_id <> ALL (managers) AND OLD.amendment #>> '{{first,by}}' IS DISTINCT FROM NEW.decided_by_id::text
    THEN
        {refuse(NOT_THE_VENDORS, VENDORS_ALONE)}
    END IF;
    RETURN NEW;
"""

# What was asked stays as it was asked: a request's lines and files change only in a draft.
LINES_OF_DRAFT = f"""
    IF EXISTS (SELECT FROM claims_fundrequest WHERE id IN (NEW.request_id, OLD.request_id) AND status <> 'draft') THEN
        {refuse(FILED_STAYS, "what a filed request says stays as it is")}
    END IF;
    RETURN coalesce(NEW, OLD);
"""

# Together a fund's requests hold no more than the fund has reserved. Looked at when a transaction ends: within one, what is set
# aside and the money for it are written one after the other.
WITHIN_RESERVED = f"""
    PERFORM FROM funds_allocation WHERE id = NEW.allocation_id FOR NO KEY UPDATE;
    IF (SELECT sum(reserved) FROM claims_fundrequest WHERE allocation_id = NEW.allocation_id)
       > (SELECT reserved FROM funds_allocation WHERE id = NEW.allocation_id) THEN
        {refuse(HELD_BY_REQUESTS, "the fund has not reserved so much for its requests")}
    END IF;
    RETURN NULL;
"""

# What is planned for so many people asks for no more than they get, and names no more of them than are paid for.
WITHIN_ITS_PEOPLE = f"""
    IF EXISTS (
        SELECT FROM programs_activity a
         WHERE a.id = NEW.activity_id
           AND (coalesce(NEW.approved, NEW.asked) > a.person_cap::numeric * coalesce(NEW.people, 0)
                OR a.person_cap IS NOT NULL AND NEW.people > a.most_people)
    ) THEN
        {refuse(BEYOND_TERMS, "the request asks for more than its people get")}
    END IF;
    RETURN NEW;
"""
