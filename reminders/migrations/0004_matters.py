"""What there is to do, for whom and by when: one view over all that has a deadline or waits for somebody.

`reminders/rules.py` says what each rule is about. An arm gives a row for as long as its reason exists, so a matter is done by
itself. What arms have in common:

- `rule` is a constant in each, so that a filter on it leaves the other arms out when the query is planned.
- No arm knows of today: whoever reads the view says which days count.
- `edge` is what bounds the arm by an index: the anchor, or where that is worked out a day that lies near it.
- A day that is only news, or that a draft rests from, is UTC's: there an hour more or less is nothing.
"""

from django.db import migrations

COLUMNS = {
    "rule": "text",
    "subject_id": "bigint",
    "title": "text",
    "audience": "text",
    "company_id": "bigint",
    "vendor_id": "bigint",
    "partner_id": "bigint",
    "program_id": "bigint",
    "allocation_id": "bigint",
    "request_id": "bigint",
    "claim_id": "bigint",
    "anchor": "date",
    "edge": "date",
    "deadline": "date",
    "zone": "text",
    "amount": "bigint",
    "currency": "text",
    "worker_id": "bigint",
    "step": "text",
    "step_id": "bigint",
}

IN_FORCE = "('approved', 'approved_reduced', 'amended')"
NEWS_DAYS = 14
OPEN_BUDGET = (
    "JOIN funds_budget b ON b.id = a.budget_id AND b.closed_at IS NULL JOIN programs_program p ON p.id = b.program_id"
)
BUDGET = "JOIN funds_budget b ON b.id = a.budget_id JOIN programs_program p ON p.id = b.program_id"
TERMS = "JOIN programs_terms t ON t.id = a.terms_id"
SITE = "JOIN partners_company s ON s.kind = 'site'"
OF_FUND = {
    "vendor_id": "p.vendor_id",
    "partner_id": "a.partner_id",
    "program_id": "p.id",
    "allocation_id": "a.id",
    "zone": "p.time_zone",
    "currency": "p.currency",
}
OF_PARTNER = {**OF_FUND, "audience": "'partner'", "company_id": "a.partner_id"}
OF_VENDOR = {**OF_FUND, "audience": "'vendor'", "company_id": "p.vendor_id"}


def day(moment: str) -> str:
    return f"({moment} AT TIME ZONE 'UTC')::date"


def local(moment: str) -> str:
    return f"({moment} AT TIME ZONE p.time_zone)::date"


def arm(rule: str, sources: str, columns: dict[str, str]) -> str:
    given = {"edge": columns["anchor"], **columns, "rule": f"'{rule}'"}
    listed = ", ".join(f"({given.get(name, 'NULL')})::{kind} AS {name}" for name, kind in COLUMNS.items())
    return f"SELECT {listed} FROM {sources}"


def of_fund(**more: str) -> dict[str, str]:
    return {**OF_PARTNER, "subject_id": "a.id", "title": "a.name", **more}


def of_request(**more: str) -> dict[str, str]:
    return {
        **OF_PARTNER,
        "subject_id": "r.id",
        "request_id": "r.id",
        "title": "r.title",
        "worker_id": "coalesce(r.filed_by_id, r.created_by_id)",
        "step": "'claims:request'",
        "step_id": "r.id",
        **more,
    }


def of_claim(**more: str) -> dict[str, str]:
    return {
        **OF_PARTNER,
        "subject_id": "c.id",
        "request_id": "c.request_id",
        "claim_id": "c.id",
        "title": "c.title",
        "worker_id": "coalesce(c.filed_by_id, c.created_by_id)",
        "step": "'claims:detail'",
        "step_id": "c.id",
        **more,
    }


SAFE_START = """CASE WHEN t.lead_unit = 'working' THEN working_days_before(a.expires_on - t.activity_days, t.lead_days)
    ELSE a.expires_on - t.activity_days - t.lead_days END"""
LAST_DAY = "coalesce(r.ends_on, r.starts_on)"
REQUESTS = f"claims_fundrequest r JOIN funds_allocation a ON a.id = r.allocation_id {BUDGET}"
CLAIMS = f"claims_claim c JOIN funds_allocation a ON a.id = c.allocation_id {BUDGET}"
UNTOUCHED = f"""r.status IN {IN_FORCE} AND r.reserved > 0
    AND NOT EXISTS (SELECT FROM claims_claim c WHERE c.request_id = r.id)"""
# A partner that has nothing to do with a vendor finds its programs by itself.
DEALS = """(EXISTS (SELECT FROM programs_tierheld h WHERE h.partner_id = c.id AND h.vendor_id = p.vendor_id)
    OR EXISTS (SELECT FROM programs_enrolment o JOIN programs_program q ON q.id = o.program_id
                WHERE o.partner_id = c.id AND o.status = 'joined' AND q.vendor_id = p.vendor_id)
    OR EXISTS (SELECT FROM programs_certificationheld h JOIN programs_certification k ON k.id = h.certification_id
                WHERE h.partner_id = c.id AND k.vendor_id = p.vendor_id))"""
FITS = f"""coalesce(e.way, 'asking') <> 'invited'
    AND (coalesce(cardinality(e.countries), 0) = 0 OR c.country = ANY (e.countries))
    AND (e.least_tier_id IS NULL OR EXISTS (
         SELECT FROM programs_tierheld h JOIN programs_tier has ON has.id = h.tier_id
           JOIN programs_tier least ON least.id = e.least_tier_id
          WHERE h.partner_id = c.id AND h.vendor_id = p.vendor_id AND has.rank >= least.rank))
    AND NOT EXISTS (
         SELECT FROM programs_neededcertification n WHERE n.eligibility_id = p.id AND NOT EXISTS (
                SELECT FROM programs_certificationheld h WHERE h.partner_id = c.id
                   AND h.certification_id = n.certification_id
                   AND (h.held_until IS NULL OR h.held_until >= {day("p.published_at")})))
    AND NOT EXISTS (SELECT FROM programs_enrolment o WHERE o.program_id = p.id AND o.partner_id = c.id)
    AND {DEALS}"""
# Bank details are the owner's to enter; what else Windfall holds a payment for, finance clears.
HELD_FOR = """CASE WHEN h.side = 'windfall' THEN CASE WHEN h.code IN ('no_account', 'no_tax_id') THEN 'owner' ELSE 'finance' END
    ELSE h.side END"""


def news(anchor: str) -> dict[str, str]:
    return {"anchor": anchor, "deadline": f"{anchor} + {NEWS_DAYS}"}


def answered(**more: str) -> dict[str, str]:
    return {"worker_id": "x.asked_by_id", "subject_id": "x.id", **news(day("x.decided_at")), **more}


YES = "CASE x.status WHEN 'granted' THEN ': granted' ELSE ': declined' END"
ARMS = (
    # Money that lapses.
    arm(
        "safe_start",
        f"funds_allocation a {OPEN_BUDGET} {TERMS} WHERE a.available > 0 AND t.activity_days + t.lead_days > 0",
        of_fund(
            anchor=SAFE_START,
            edge="a.expires_on",
            deadline=SAFE_START,
            amount="a.available",
            step="CASE WHEN t.preapproval THEN 'claims:request_start' ELSE 'funds:allocation' END",
            step_id="a.id",
        ),
    ),
    arm(
        "expires_on",
        f"funds_allocation a {OPEN_BUDGET} WHERE a.available > 0",
        of_fund(
            anchor="a.expires_on",
            deadline="a.expires_on",
            amount="a.available",
            step="'funds:allocation'",
            step_id="a.id",
        ),
    ),
    arm(
        "claim_by",
        f"""funds_allocation a {OPEN_BUDGET} JOIN partners_company v ON v.id = p.vendor_id
            WHERE a.available > 0 OR a.reserved > 0""",
        of_fund(
            anchor="a.claim_by",
            deadline="a.claim_by",
            amount="a.available + a.reserved",
            # What requests hold is claimed from their pages, and what a partner records itself in its vendor's portal.
            step="CASE WHEN v.kept_by_id IS NULL AND a.available > 0 THEN 'claims:start' ELSE 'funds:allocation' END",
            step_id="a.id",
        ),
    ),
    arm(
        "request_claim_by",
        f"{REQUESTS} WHERE r.status IN {IN_FORCE} AND r.reserved > 0 AND r.claim_by < a.claim_by",
        of_request(anchor="r.claim_by", deadline="r.claim_by", amount="r.reserved"),
    ),
    arm(
        "request_run",
        f"""{REQUESTS} WHERE {UNTOUCHED}
            AND NOT EXISTS (SELECT FROM claims_outcome o WHERE o.request_id = r.id AND o.number > 0)""",
        of_request(anchor="r.starts_on", deadline=LAST_DAY, amount="r.reserved"),
    ),
    arm(
        "request_over",
        f"{REQUESTS} WHERE {UNTOUCHED} AND {LAST_DAY} < r.claim_by",
        of_request(anchor=LAST_DAY, deadline="r.claim_by", amount="r.reserved"),
    ),
    # What waits for the partner.
    arm(
        "draft_claim",
        f"{CLAIMS} WHERE c.status IN ('draft', 'returned')",
        of_claim(
            anchor=day("c.changed_at"),
            deadline="a.claim_by",
            amount="nullif(c.asked, 0)",
            step="CASE c.status WHEN 'draft' THEN 'claims:edit' ELSE 'claims:detail' END",
        ),
    ),
    arm(
        "draft_request",
        f"{REQUESTS} WHERE r.status IN ('draft', 'returned')",
        of_request(
            anchor=day("r.changed_at"),
            deadline="a.expires_on",
            amount="nullif(r.asked, 0)",
            step="CASE r.status WHEN 'draft' THEN 'claims:request_edit' ELSE 'claims:request' END",
        ),
    ),
    arm(
        "claim_question",
        f"{CLAIMS} WHERE c.status = 'info_requested' AND c.question_due IS NOT NULL",
        of_claim(anchor="c.question_due", deadline="c.question_due", amount="c.asked"),
    ),
    arm(
        "request_question",
        f"{REQUESTS} WHERE r.status = 'info_requested' AND r.question_due IS NOT NULL",
        of_request(anchor="r.question_due", deadline="r.question_due", amount="r.asked"),
    ),
    arm(
        "outcome",
        f"""claims_outcome o JOIN funds_allocation a ON a.id = o.allocation_id {BUDGET}
            LEFT JOIN claims_claim c ON c.id = o.claim_id LEFT JOIN claims_fundrequest r ON r.id = o.request_id
            WHERE o.number = 0 AND o.due_on IS NOT NULL
              AND (r.status IN ('approved', 'approved_reduced', 'amended', 'completed')
                   OR c.request_id IS NULL AND c.status IN ('submitted', 'in_review', 'info_requested', 'second_approval',
                      'disputed', 'approved', 'partly_approved', 'payable', 'paid'))""",
        {
            **OF_PARTNER,
            "subject_id": "o.id",
            "request_id": "r.id",
            "claim_id": "c.id",
            "title": "coalesce(r.title, c.title)",
            "anchor": "o.due_on",
            "worker_id": "coalesce(r.filed_by_id, c.filed_by_id)",
            "step": "CASE WHEN r.id IS NULL THEN 'claims:report_of_claim' ELSE 'claims:report_of_request' END",
            "step_id": "coalesce(r.id, c.id)",
        },
    ),
    arm(
        "certification",
        """programs_certificationheld h JOIN programs_certification k ON k.id = h.certification_id
           JOIN partners_company v ON v.id = k.vendor_id WHERE h.held_until IS NOT NULL""",
        {
            "subject_id": "h.id",
            "title": "k.name",
            "audience": "'partner'",
            "company_id": "h.partner_id",
            "vendor_id": "k.vendor_id",
            "partner_id": "h.partner_id",
            "anchor": "h.held_until",
            "deadline": "h.held_until",
            "zone": "v.time_zone",
            "step": "'programs:list'",
        },
    ),
    arm(
        "hold",
        f"""claims_hold h JOIN claims_payment y ON y.id = h.payment_id JOIN claims_claim c ON c.id = y.claim_id
            JOIN funds_allocation a ON a.id = c.allocation_id {BUDGET} {SITE} WHERE h.closed_at IS NULL""",
        {
            **OF_FUND,
            "subject_id": "h.id",
            "claim_id": "c.id",
            "request_id": "c.request_id",
            "title": "c.title",
            "audience": HELD_FOR,
            "company_id": f"CASE {HELD_FOR} WHEN 'vendor' THEN y.vendor_id WHEN 'finance' THEN s.id ELSE y.partner_id END",
            "anchor": day("h.opened_at"),
            "amount": "y.amount",
            "worker_id": "h.opened_by_id",
            "step": """CASE WHEN h.side <> 'windfall' THEN 'claims:payment'
                WHEN h.code IN ('no_account', 'no_tax_id') THEN 'claims:change_details'
                WHEN h.code = 'new_account' THEN 'claims:new_details' ELSE 'claims:payment' END""",
            "step_id": """CASE WHEN h.side = 'windfall' AND h.code IN ('no_account', 'no_tax_id', 'new_account')
                THEN NULL ELSE y.id END""",
        },
    ),
    # News for the partner.
    arm(
        "program_fits",
        f"""programs_program p JOIN partners_company v ON v.id = p.vendor_id AND v.kept_by_id IS NULL
            LEFT JOIN programs_eligibility e ON e.program_id = p.id JOIN partners_company c ON c.kind = 'partner'
            WHERE p.status = 'published' AND p.published_at IS NOT NULL AND {FITS}""",
        {
            "subject_id": "p.id",
            "title": "p.name",
            "audience": "'partner'",
            "company_id": "c.id",
            "vendor_id": "p.vendor_id",
            "partner_id": "c.id",
            "program_id": "p.id",
            "anchor": day("p.published_at"),
            "deadline": f"least(p.ends_on, {day('p.published_at')} + {NEWS_DAYS})",
            "zone": "p.time_zone",
            "step": "'programs:detail'",
            "step_id": "p.id",
        },
    ),
    arm(
        "granted",
        f"""funds_allocation a {OPEN_BUDGET} JOIN partners_company v ON v.id = p.vendor_id AND v.kept_by_id IS NULL
            WHERE a.available > 0
              AND NOT EXISTS (SELECT FROM claims_claim c WHERE c.allocation_id = a.id)
              AND NOT EXISTS (SELECT FROM claims_fundrequest r WHERE r.allocation_id = a.id)""",
        of_fund(
            anchor=day("a.created_at"),
            deadline=f"least(a.claim_by, {day('a.created_at')} + {NEWS_DAYS})",
            amount="a.available",
            step="'funds:allocation'",
            step_id="a.id",
        ),
    ),
    arm(
        "time_answered",
        f"""funds_extensionrequest x JOIN funds_allocation a ON a.id = x.allocation_id {BUDGET}
            WHERE x.status IN ('granted', 'declined')""",
        of_fund(**answered(title=f"a.name || {YES}", step="'funds:allocation'", step_id="a.id")),
    ),
    arm(
        "plan_answered",
        """funds_proposal x JOIN programs_program p ON p.id = x.program_id WHERE x.status IN ('granted', 'declined')""",
        answered(
            title=f"x.title || {YES}",
            audience="'partner'",
            company_id="x.partner_id",
            vendor_id="p.vendor_id",
            partner_id="x.partner_id",
            program_id="p.id",
            allocation_id="x.allocation_id",
            zone="p.time_zone",
            amount="x.amount",
            currency="p.currency",
            step="CASE WHEN x.allocation_id IS NULL THEN 'funds:proposal' ELSE 'funds:allocation' END",
            step_id="coalesce(x.allocation_id, x.id)",
        ),
    ),
    arm(
        "join_answered",
        """programs_enrolment x JOIN programs_program p ON p.id = x.program_id
           WHERE x.status IN ('joined', 'declined') AND x.asked_by_id IS NOT NULL""",
        {
            "subject_id": "x.id",
            "title": "p.name || CASE x.status WHEN 'joined' THEN ': you are in' ELSE ': declined' END",
            "audience": "'partner'",
            "company_id": "x.partner_id",
            "vendor_id": "p.vendor_id",
            "partner_id": "x.partner_id",
            "program_id": "p.id",
            **news(day("x.changed_at")),
            "zone": "p.time_zone",
            "worker_id": "x.asked_by_id",
            "step": "'programs:detail'",
            "step_id": "p.id",
        },
    ),
    # What waits for the vendor.
    arm(
        "request_decision",
        f"{REQUESTS} {TERMS} WHERE r.status IN ('submitted', 'in_review', 'second_approval', 'amended')",
        of_request(
            **{name: OF_VENDOR[name] for name in ("audience", "company_id")},
            # By what the terms promise, and in any case before the activity begins.
            anchor=f"""least({local("CASE r.status WHEN 'amended' THEN r.changed_at ELSE r.filed_at END")} + t.review_days,
                greatest(r.starts_on, {local("r.filed_at")}))""",
            amount="r.asked",
            worker_id="CASE WHEN r.status <> 'second_approval' THEN r.reviewer_id END",
        ),
    ),
    arm(
        "time_asked",
        f"funds_extensionrequest x JOIN funds_allocation a ON a.id = x.allocation_id {BUDGET} WHERE x.status = 'open'",
        {
            **OF_VENDOR,
            "subject_id": "x.id",
            "title": "a.name",
            "anchor": day("x.asked_at"),
            "amount": "nullif(a.available + a.reserved, 0)",
            "step": "'funds:answer_request'",
            "step_id": "x.id",
        },
    ),
    arm(
        "plan_asked",
        "funds_proposal x JOIN programs_program p ON p.id = x.program_id WHERE x.status = 'open'",
        {
            "subject_id": "x.id",
            "title": "x.title",
            "audience": "'vendor'",
            "company_id": "p.vendor_id",
            "vendor_id": "p.vendor_id",
            "partner_id": "x.partner_id",
            "program_id": "p.id",
            "anchor": day("x.asked_at"),
            "deadline": "x.ends_on",
            "zone": "p.time_zone",
            "amount": "x.amount",
            "currency": "p.currency",
            "step": "'funds:proposal'",
            "step_id": "x.id",
        },
    ),
    arm(
        "join_asked",
        """programs_enrolment x JOIN programs_program p ON p.id = x.program_id JOIN partners_company c ON c.id = x.partner_id
           WHERE x.status = 'asked'""",
        {
            "subject_id": "x.id",
            "title": "c.name || ', ' || p.name",
            "audience": "'vendor'",
            "company_id": "p.vendor_id",
            "vendor_id": "p.vendor_id",
            "partner_id": "x.partner_id",
            "program_id": "p.id",
            "anchor": day("coalesce(x.asked_at, x.changed_at)"),
            "deadline": "p.ends_on",
            "zone": "p.time_zone",
            "step": "'funds:answer_join'",
            "step_id": "x.id",
        },
    ),
    arm(
        "resource",
        """programs_resource x JOIN partners_company v ON v.id = x.vendor_id
           WHERE x.status = 'published' AND x.valid_until IS NOT NULL""",
        {
            "subject_id": "x.id",
            "title": "x.title",
            "audience": "'vendor'",
            "company_id": "x.vendor_id",
            "vendor_id": "x.vendor_id",
            "program_id": "x.program_id",
            "anchor": "x.valid_until",
            "zone": "v.time_zone",
            "worker_id": "x.created_by_id",
            "step": "'programs:edit_resource'",
            "step_id": "x.id",
        },
    ),
    # What waits for Windfall.
    arm(
        "claim_decision",
        f"""{CLAIMS} {TERMS} {SITE} WHERE c.status IN ('submitted', 'in_review', 'second_approval', 'disputed')
            AND t.review_days IS NOT NULL""",
        of_claim(
            audience="'admin'",
            company_id="s.id",
            anchor=f"{local('coalesce(c.disputed_at, c.filed_at)')} + t.review_days",
            amount="c.asked",
            worker_id="CASE WHEN c.status <> 'second_approval' THEN c.reviewer_id END",
        ),
    ),
    arm(
        "payment_due",
        f"""claims_payment y JOIN claims_claim c ON c.id = y.claim_id
            JOIN funds_allocation a ON a.id = c.allocation_id {BUDGET} {TERMS} {SITE}
            WHERE y.status IN ('pending', 'batched')""",
        of_claim(
            subject_id="y.id",
            audience="'finance'",
            company_id="s.id",
            anchor=f"greatest(y.due_on, {local('c.filed_at')} + coalesce(t.pay_days, 0))",
            amount="y.amount",
            worker_id="y.batched_by_id",
            step="'claims:payment'",
            step_id="y.id",
        ),
    ),
)
VIEW = f"""
CREATE VIEW reminders_matter AS
SELECT rule || '-' || subject_id || '-' || company_id AS key, m.* FROM (
{" UNION ALL ".join(ARMS)}
) AS m
"""


class Migration(migrations.Migration):
    dependencies = [
        ("reminders", "0003_rules_with_codes_of_their_own"),
        ("claims", "0020_sums_as_their_lines_say"),
        ("funds", "0011_requests_hold_money"),
        ("programs", "0008_rules_with_codes_of_their_own"),
        ("partners", "0002_private_vendors"),
    ]

    operations = [
        migrations.RunSQL(VIEW, "DROP VIEW reminders_matter"),
    ]
