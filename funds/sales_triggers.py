"""What the database refuses of sales and of what they earn, in PL/pgSQL. A leaf: `sales.py` hangs these on its tables."""

import pgtrigger

from partners.triggers import Trigger, refuse

FOREIGN_SALE = "WF015"

# Asked once a statement: sales come a million at a time.
sold_by_upload = Trigger(
    name="sold_by_upload",
    level=pgtrigger.Statement,
    when=pgtrigger.After,
    operation=pgtrigger.Insert,
    referencing=pgtrigger.Referencing(new="sold"),
    func=f"""
        IF EXISTS (
            SELECT FROM (SELECT DISTINCT upload_id, program_id FROM sold) s
              LEFT JOIN funds_salesupload u ON u.id = s.upload_id AND u.status = 'posting'
              LEFT JOIN funds_budget b ON b.id = u.budget_id AND b.program_id = s.program_id
             WHERE b.id IS NULL
        ) OR EXISTS (
            SELECT FROM (SELECT DISTINCT partner_id FROM sold) s
              LEFT JOIN partners_company c ON c.id = s.partner_id AND c.kind = 'partner'
             WHERE c.id IS NULL
        ) THEN
            {refuse(FOREIGN_SALE, "sales are posted by an upload to its own program, and are of partners")}
        END IF;
        RETURN NULL;
    """,
)

# What is earned in a program goes into a fund of the same partner and program, and by terms of that program.
earned_by_its_partner = Trigger(
    name="earned_by_its_partner",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.UpdateOf("allocation_id"),
    func=f"""
        IF (NEW.allocation_id IS NOT NULL AND NOT EXISTS (
                SELECT FROM funds_allocation a JOIN funds_budget b ON b.id = a.budget_id
                 WHERE a.id = NEW.allocation_id AND a.partner_id = NEW.partner_id AND b.program_id = NEW.program_id))
           OR NOT EXISTS (SELECT FROM programs_terms t
                 WHERE t.id = NEW.terms_id AND t.program_id = NEW.program_id AND t.accrual_percent IS NOT NULL) THEN
            {refuse(FOREIGN_SALE, "the fund or the terms are of another partner or program")}
        END IF;
        RETURN NEW;
    """,
)
