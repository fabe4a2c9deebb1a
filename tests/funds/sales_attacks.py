"""Attacks by SQL on the rules of sales and of what they earn, for `tests/test_database_rules.py`."""

from funds import actions as funds
from programs.money import LARGEST
from tests.cast import NOW, World
from tests.funds.sales import coop, sold, uploaded

PAST_TRIGGERS = "SET LOCAL session_replication_role = replica; "
UPLOAD = PAST_TRIGGERS + "UPDATE funds_salesupload SET %s WHERE id = {upload}"
SALE = (
    "INSERT INTO funds_sale (program_id, reference, upload_id, partner_id, sold_on, amount) "
    "VALUES ({earning_program}, %s, {posting_upload}, %s, now(), %s)"
)
ACCRUAL = PAST_TRIGGERS + "UPDATE funds_accrual SET %s WHERE id = {accrual}"
NEW_ACCRUAL = (
    "INSERT INTO funds_accrual (program_id, partner_id, terms_id, starts_on, ends_on, lines, sold, earned, posted, late, "
    "allocation_id) SELECT program_id, %s, %s, %s, ends_on, 0, 0, 0, 0, 0, %s FROM funds_accrual WHERE id = {accrual}"
)

SALES_ATTACKS = {
    "funds_salesupload.upload_status": [UPLOAD % "status = 'lost'"],
    "funds_salesupload.posted_without_faults": [
        UPLOAD % "status = 'posting', wrong = 1, posted_by_id = by_id",
        UPLOAD % "status = 'posting'",
    ],
    "funds_salesupload.posted_at_a_moment": [
        UPLOAD % "status = 'posted', posted_by_id = by_id",
        UPLOAD % "posted_at = now()",
    ],
    **{
        f"funds_salesupload.funds_salesupload_{name}_check": [UPLOAD % f"{name} = -1"]
        for name in ("size", "attempts", "lines", "wrong", "standing")
    },
    "funds_salesupload.starts_as": [
        "INSERT INTO funds_salesupload (budget_id, file, name, size, sha256, status, attempts, lines, wrong, standing, unknown, "
        "sold, owed, message, by_id, created_at) SELECT budget_id, file, name, size, sha256, 'checked', 0, lines, 0, 0, "
        "unknown, 0, 0, '', by_id, created_at FROM funds_salesupload WHERE id = {upload}"
    ],
    "funds_salesupload.status_follows_the_table": [
        "UPDATE funds_salesupload SET status = 'posted', posted_at = now(), posted_by_id = by_id WHERE id = {upload}",
    ],
    "funds_salesupload.what_was_sent_stays": [
        f"UPDATE funds_salesupload SET {change} WHERE id = {{upload}}"
        for change in ("sha256 = 'x'", "budget_id = {budget}", "name = 'x'", "by_id = {finance}")
    ],
    "funds_salesupload.is_never_deleted": [
        "DELETE FROM funds_saleseffect WHERE upload_id = {upload}; DELETE FROM funds_salesupload WHERE id = {upload}"
    ],
    "funds_salesfault.funds_salesfault_line_check": [
        "INSERT INTO funds_salesfault (upload_id, line, \"column\", text, words) VALUES ({upload}, -1, '', '', '')"
    ],
    "funds_sale.sale_amount_range": [
        SALE % ("'a'", "{partner}", LARGEST + 1),
        SALE % ("'a'", "{partner}", -LARGEST - 1),
    ],
    "funds_sale.sale_has_reference": [SALE % ("''", "{partner}", 1)],
    "funds_sale.sold_by_upload": [
        SALE % ("'a'", "{finance_company}", 1),
        SALE % ("'a'", "0", 1),
        (SALE % ("'a'", "{partner}", 1)).replace("{posting_upload}", "{upload}"),
        (SALE % ("'a'", "{partner}", 1)).replace("{posting_upload}", "0"),
        (SALE % ("'a'", "{partner}", 1)).replace("{earning_program}", "{program}"),
    ],
    "funds_sale.append_only": [
        "UPDATE funds_sale SET amount = 1 WHERE reference = 'S-1'",
        "DELETE FROM funds_sale WHERE reference = 'S-1'",
    ],
    "funds_sale.no_truncate": ["TRUNCATE funds_sale"],
    "funds_accrual.one_accrual_a_period": [NEW_ACCRUAL % ("partner_id", "terms_id", "starts_on", "NULL")],
    "funds_accrual.accrual_ends_after_start": [ACCRUAL % "ends_on = starts_on"],
    "funds_accrual.accrual_posted_not_negative": [ACCRUAL % "posted = -1"],
    "funds_accrual.accrual_posted_to_a_fund": [ACCRUAL % "allocation_id = NULL"],
    "funds_accrual.accrual_late_not_negative": [ACCRUAL % "late = -1"],
    "funds_accrual.funds_accrual_lines_check": [ACCRUAL % "lines = -1"],
    "funds_accrual.funds_accrual_allocation_id_key": [
        PAST_TRIGGERS + NEW_ACCRUAL % ("partner_id", "terms_id", "starts_on - 1", "allocation_id")
    ],
    "funds_accrual.earned_by_its_partner": [
        NEW_ACCRUAL % ("partner_id", "{terms}", "starts_on - 1", "NULL"),
        NEW_ACCRUAL % ("partner_id", "terms_id", "starts_on - 1", "{fund}"),
        NEW_ACCRUAL % ("{other_partner}", "terms_id", "starts_on - 1", "{spare_fund}"),
        "UPDATE funds_accrual SET allocation_id = {fund} WHERE id = {accrual}",
    ],
    "funds_accrual.period_is_fixed": [
        f"UPDATE funds_accrual SET {change} WHERE id = {{accrual}}"
        for change in ("starts_on = starts_on + 1", "partner_id = {other_partner}", "ends_on = ends_on + 1")
    ],
    "funds_saleseffect.one_effect_a_period": [
        "INSERT INTO funds_saleseffect (upload_id, partner_id, terms_id, starts_on, ends_on, lines, added, sold, earned, moved, "
        "late, owed) SELECT upload_id, partner_id, terms_id, starts_on, ends_on, 0, 0, 0, 0, 0, 0, 0 FROM funds_saleseffect "
        "WHERE upload_id = {upload}"
    ],
    "funds_saleseffect.funds_saleseffect_lines_check": [
        "UPDATE funds_saleseffect SET lines = -1 WHERE upload_id = {upload}"
    ],
}


def sales_made(w: World) -> dict[str, int]:
    """What these attacks need, by the name that they have for its id."""
    earning = coop(w, aging_months=6)
    sold(w, earning, f"{w.brightpath.slug},S-1,2026-02-03,100")
    posting = uploaded(w, earning, [f"{w.brightpath.slug},S-2,2026-02-03,100"])
    funds.confirm(upload=posting, by=w.manager, now=NOW)
    return {
        "earning_program": earning.program.pk,
        "upload": uploaded(w, earning, [f"{w.brightpath.slug},S-3,2026-02-03,100"]).pk,
        "posting_upload": posting.pk,
        "earned_fund": earning.allocations.get().pk,
        "accrual": earning.program.accruals.get().pk,
        "spare_fund": w.fund(100, budget=earning).pk,
        "finance_company": w.finance.memberships.get().company_id,
    }
