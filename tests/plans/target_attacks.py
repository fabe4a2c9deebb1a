"""Attacks by SQL on sales people, their targets and SPIFFs, for `tests/test_database_rules.py`."""

from plans.actions import spiffs
from tests.cast import NOW, World
from tests.plans.selling import seller, spiff, target

PERSON = (
    "INSERT INTO plans_salesperson (partner_id, name, user_id, version, created_at) VALUES ({%s}, %s, %s, %s, now())"
)
SAL = "UPDATE plans_salesperson SET version = version + 1, %s WHERE id = {sal}"
TARGET = (
    "INSERT INTO plans_salestarget (person_id, year, quarter, currency, leads, meetings, pipeline, closed, version, set_by_id, "
    "set_at) VALUES ({sal}, %s, %s, '%s', 1, 0, 0, 0, %s, {owner}, now())"
)
SET = "UPDATE plans_salestarget SET version = version + 1, %s WHERE id = {sales_target}"
SPIFF = (
    "INSERT INTO plans_spiffearning (person_id, program_id, reference, earned_on, amount, currency, claim_id, paid_on, version, "
    "entered_by_id, entered_at) SELECT {%s}, {%s}, %s, earned_on, %s, %s, %s, paid_on, %s, entered_by_id, now() "
    "FROM plans_spiffearning WHERE id = {spiff}"
)
CORRECTED = "UPDATE plans_spiffearning SET version = version + 1, %s WHERE id = {%s}"

TARGET_ATTACKS = {
    "plans_salesperson.one_sales_person_of_a_name": [PERSON % ("partner", "'SAL'", "NULL", 1)],
    "plans_salesperson.one_sales_person_of_an_account": [PERSON % ("partner", "'Twin'", "{member}", 1)],
    "plans_salesperson.sales_person_has_a_name": [SAL % "name = ''"],
    "plans_salesperson.plans_salesperson_version_check": [PERSON % ("partner", "'New'", "NULL", -1)],
    "plans_salesperson.sells_here": [
        PERSON % ("partner", "'New'", "{manager}", 1),
        PERSON % ("vendor", "'New'", "NULL", 1),
        SAL % "user_id = {finance}",
    ],
    "plans_salesperson.sells_for_one_partner": [SAL % "partner_id = {other_partner}"],
    "plans_salesperson.changes_once_a_version": [
        "UPDATE plans_salesperson SET name = 'Other' WHERE id = {sal}",
        "UPDATE plans_salesperson SET name = 'Other', version = version + 2 WHERE id = {sal}",
    ],
    "plans_salesperson.is_never_deleted": ["DELETE FROM plans_salesperson WHERE id = {idle_seller}"],
    "plans_salestarget.one_target_a_quarter": [TARGET % (2026, 4, "USD", 1)],
    "plans_salestarget.target_quarter": [
        TARGET % (2026, 5, "USD", 1),
        TARGET % (2026, 0, "USD", 1),
        TARGET % (1999, 1, "USD", 1),
    ],
    "plans_salestarget.target_currency": [TARGET % (2027, 1, "XXX", 1)],
    "plans_salestarget.target_range": [
        SET % "leads = -1",
        SET % "meetings = 1000001",
        SET % "pipeline = -1",
        SET % "closed = 100000000000001",
    ],
    "plans_salestarget.target_of_something": [SET % "leads = 0, meetings = 0, pipeline = 0, closed = 0"],
    "plans_salestarget.plans_salestarget_version_check": [TARGET % (2027, 1, "USD", -1)],
    "plans_salestarget.target_is_of_its_quarter": [
        SET % "quarter = 3",
        SET % "year = 2027",
        SET % "currency = 'EUR'",
        SET % "person_id = {idle_seller}",
    ],
    "plans_salestarget.changes_once_a_version": ["UPDATE plans_salestarget SET leads = 99 WHERE id = {sales_target}"],
    "plans_spiffearning.one_spiff_of_a_sale": [
        SPIFF % ("sal", "spiff_program", "lower(reference)", 1, "currency", "NULL", 1),
        SPIFF % ("sal", "spiff_program", "upper(reference)", 1, "currency", "NULL", 1),
    ],
    "plans_spiffearning.spiff_of_a_sale": [SPIFF % ("sal", "spiff_program", "''", 1, "currency", "NULL", 1)],
    "plans_spiffearning.spiff_range": [
        CORRECTED % ("amount = 0", "spiff"),
        CORRECTED % ("amount = -1", "spiff"),
        CORRECTED % ("amount = 100000000000001", "spiff"),
    ],
    "plans_spiffearning.spiff_day": [CORRECTED % ("earned_on = '2000-12-31'", "spiff")],
    "plans_spiffearning.spiff_paid_one_way": [CORRECTED % ("paid_on = earned_on", "claimed_spiff")],
    "plans_spiffearning.spiff_paid_after_it_was_earned": [CORRECTED % ("paid_on = earned_on - 1", "spiff")],
    "plans_spiffearning.plans_spiffearning_version_check": [
        SPIFF % ("sal", "spiff_program", "'new'", 1, "currency", "NULL", -1)
    ],
    "plans_spiffearning.of_its_program": [
        # a program that is not out, one in another partner's books, and money that is not the program's
        SPIFF % ("sal", "draft_program", "'new'", 1, "currency", "NULL", 1),
        SPIFF % ("other_seller", "kept_spiff_program", "'new'", 1, "currency", "NULL", 1),
        SPIFF % ("sal", "spiff_program", "'new'", 1, "'EUR'", "NULL", 1),
    ],
    "plans_spiffearning.on_its_claim": [
        # more than it asks for, a draft, a claim on another program, one of another partner
        SPIFF % ("sal", "spiff_program", "'new'", 400_01, "currency", "{spiff_claim}", 1),
        CORRECTED % ("amount = 500 * 100 + 1", "claimed_spiff"),
        CORRECTED % ("claim_id = {spiff_draft}", "spiff"),
        CORRECTED % ("claim_id = {submitted}", "spiff"),
        SPIFF % ("other_seller", "spiff_program", "'new'", 1, "currency", "{spiff_claim}", 1),
    ],
    "plans_spiffearning.changes_once_a_version": ["UPDATE plans_spiffearning SET amount = 1 WHERE id = {spiff}"],
    "plans_spiffearning.claimed_or_paid_stays": [
        "DELETE FROM plans_spiffearning WHERE id = {claimed_spiff}",
        "DELETE FROM plans_spiffearning WHERE id = {paid_spiff}",
    ],
}


def targets_made(w: World) -> dict[str, int]:
    """A claim of 500.00 asks for a SPIFF of 100.00."""
    sal, idle = (seller(w.brightpath, w.owner, name) for name in ("Sal", "Idle"))
    seller(w.brightpath, w.owner, "Max", user=w.member)
    fund = w.fund()
    claim = w.submitted(fund)
    claimed = spiff(sal, fund.program, w.owner, 100_00)
    spiffs.change(
        spiff=claimed,
        version=1,
        earned_on=claimed.earned_on,
        amount=claimed.amount,
        claim=claim,
        paid_on=None,
        by=w.owner,
        now=NOW,
    )
    earned = spiff(sal, fund.program, w.owner, reference="Po-Mixed")
    return {
        "sal": sal.pk,
        "idle_seller": idle.pk,
        "other_seller": seller(w.othertech, w.stranger).pk,
        "sales_target": target(sal, w.owner, leads=20).pk,
        "spiff": earned.pk,
        "claimed_spiff": claimed.pk,
        "paid_spiff": spiff(sal, fund.program, w.owner, paid_on=NOW.date()).pk,
        "spiff_program": fund.program.pk,
        "kept_spiff_program": w.kept_program(name="SPIFF books").pk,
        "spiff_claim": claim.pk,
        "spiff_draft": w.draft(fund).pk,
    }
