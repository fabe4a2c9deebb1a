"""More to tell: a resource that a partner has at hand runs out, less arrived than was sent, a payment was taken back, and mail to
a colleague does not arrive.

The view is put together anew from its arms. The next migration that adds some begins with `ARMS` of this one.
"""

from importlib import import_module

from django.db import migrations

matters = import_module("reminders.migrations.0004_matters")
before = import_module("reminders.migrations.0013_agreed_steps")
arm, of_claim, news, day = matters.arm, matters.of_claim, matters.news, matters.day

# As partners see it on their shelf (`programs.models.resources.shared`).
ON_SHELF = """x.status = 'published' AND (x.program_id IS NULL OR p.published_at IS NOT NULL)
    AND EXISTS (SELECT FROM programs_program o WHERE o.vendor_id = x.vendor_id AND o.status = 'published')"""
SHORT = f"""claims_shortpay x JOIN claims_payment y ON y.id = x.payment_id JOIN claims_claim c ON c.id = y.claim_id
    JOIN funds_allocation a ON a.id = c.allocation_id {matters.BUDGET} {matters.SITE} WHERE x.status = 'open'"""

KEEPERS = "'owner', 'manager', 'admin'"


def of_short(**more: str) -> dict[str, str]:
    return of_claim(
        subject_id="x.id",
        anchor=day("x.opened_at"),
        amount="x.missing",
        step="'claims:payment'",
        step_id="y.id",
        **more,
    )


NEW = (
    # Who took it hears of it: the one person, or where it was several the whole company.
    arm(
        "resource_held",
        f"""programs_resource x JOIN partners_company v ON v.id = x.vendor_id
            LEFT JOIN programs_program p ON p.id = x.program_id
            CROSS JOIN LATERAL (
                SELECT u.partner_id, min(least(u.first_by_id, u.last_by_id)) AS one,
                       max(greatest(u.first_by_id, u.last_by_id)) AS other
                  FROM programs_resourceuse u WHERE u.resource_id = x.id GROUP BY u.partner_id
            ) AS held WHERE x.valid_until IS NOT NULL AND {ON_SHELF}""",
        {
            "subject_id": "x.id",
            "title": "x.title",
            "audience": "'partner'",
            "company_id": "held.partner_id",
            "vendor_id": "x.vendor_id",
            "partner_id": "held.partner_id",
            "program_id": "x.program_id",
            "anchor": "x.valid_until",
            "deadline": "x.valid_until",
            "zone": "v.time_zone",
            "worker_id": "CASE WHEN held.one = held.other THEN held.one END",
            "step": "'programs:resource'",
            "step_id": "x.id",
        },
    ),
    # An owner accepts what arrived, or finance pays the rest: either ends both.
    arm("short_pay", SHORT, of_short(audience="'owner'", worker_id="NULL")),
    arm("short_rest", SHORT, of_short(audience="'finance'", company_id="s.id", worker_id="y.batched_by_id")),
    arm(
        "reversal",
        f"""claims_reversal x JOIN claims_claim c ON c.id = x.claim_id
            JOIN funds_allocation a ON a.id = c.allocation_id {matters.BUDGET} WHERE x.status = 'confirmed'""",
        of_claim(
            subject_id="x.id",
            audience="'owner'",
            **news(day("x.decided_at")),
            amount="x.amount",
            worker_id="NULL",
        ),
    ),
    # Once for each company where that person works, if somebody else looks after its people.
    arm(
        "no_mail",
        f"""reminders_suppression x JOIN partners_user u ON u.id = x.user_id AND u.email = x.address
            JOIN (SELECT DISTINCT user_id, company_id FROM partners_membership WHERE ended_at IS NULL) AS m
              ON m.user_id = u.id
            JOIN partners_company c ON c.id = m.company_id
            WHERE x.lifted_at IS NULL AND EXISTS (
                SELECT FROM partners_membership k WHERE k.company_id = c.id AND k.user_id <> u.id AND k.ended_at IS NULL
                   AND k.role IN ({KEEPERS}))""",
        {
            "subject_id": "x.id",
            "title": "coalesce(nullif(u.name, ''), u.email)",
            "audience": "'people'",
            "company_id": "c.id",
            **news(day("x.at")),
            "zone": "c.time_zone",
            "step": "'reminders:addresses'",
        },
    ),
)
ARMS = (*before.ARMS, *NEW)


def view(arms: tuple[str, ...]) -> str:
    return f"""
CREATE OR REPLACE VIEW reminders_matter AS
SELECT rule || '-' || subject_id || '-' || company_id AS key, m.* FROM (
{" UNION ALL ".join(arms)}
) AS m
"""


class Migration(migrations.Migration):
    dependencies = [
        ("reminders", "0014_answers_from_the_queue"),
        ("claims", "0020_sums_as_their_lines_say"),
        ("programs", "0008_rules_with_codes_of_their_own"),
    ]

    operations = [
        migrations.RunSQL(view(ARMS), view(before.ARMS)),
    ]
