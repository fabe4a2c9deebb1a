"""Attacks by SQL on the rules of uploaded statements, for `tests/test_database_rules.py`."""

from funds.actions import uploading
from funds.actions.showing import show
from funds.models import StatementLayout
from tests.cast import NOW, World
from tests.funds.uploads import SIMPLE, received

STATEMENT = "UPDATE funds_statementupload SET %s WHERE id = {%s}"
NEW_STATEMENT = (
    "INSERT INTO funds_statementupload (kept_by_id, vendor_id, vendor_name, file, name, size, sha256, said, by_id, created_at, "
    "changes) SELECT %s, %s, %s, file, name, %s, sha256, said, by_id, created_at, '[]' FROM funds_statementupload "
    "WHERE id = {statement}"
)
NEW_LAYOUT = (
    "INSERT INTO funds_statementlayout (vendor_id, fingerprint, said, columns, saved_at) "
    "SELECT %s, %s, said, %s, saved_at FROM funds_statementlayout WHERE id = {layout}"
)
WHOLE = "recorded_at = now(), recorded_by_id = by_id, stated_on = now()"

STATEMENT_ATTACKS = {
    "funds_statementupload.statement_has_vendor": [NEW_STATEMENT % ("kept_by_id", "NULL", "''", "size")],
    "funds_statementupload.funds_statementupload_size_check": [
        NEW_STATEMENT % ("kept_by_id", "NULL", "vendor_name", "-1")
    ],
    "funds_statementupload.statement_recorded_whole": [
        STATEMENT % ("recorded_at = now()", "statement"),
        STATEMENT % ("recorded_by_id = by_id", "statement"),
        STATEMENT % ("changes = '[1]'", "statement"),
        STATEMENT % (WHOLE, "statement_of_new"),
    ],
    "funds_statementupload.statement_of_its_keeper": [
        NEW_STATEMENT % ("{other_partner}", "vendor_id", "vendor_name", "size"),
        NEW_STATEMENT % ("kept_by_id", "{vendor}", "vendor_name", "size"),
        STATEMENT % ("vendor_id = {vendor}", "statement_of_new"),
    ],
    "funds_statementupload.what_was_sent_stays": [
        STATEMENT % (change, "statement")
        for change in ("sha256 = 'x'", "file = 'x'", "by_id = {member}", "vendor_id = {other_kept}", "vendor_id = NULL")
    ],
    "funds_statementupload.recorded_statement_stays": [
        STATEMENT % ("said = '{{}}', changes = '[1]'", "recorded_statement"),
        STATEMENT
        % ("recorded_at = NULL, recorded_by_id = NULL, stated_on = NULL, changes = '[]'", "recorded_statement"),
        "DELETE FROM funds_statementupload WHERE id = {recorded_statement}",
    ],
    "funds_statementlayout.one_layout_of_a_shape": [NEW_LAYOUT % ("vendor_id", "fingerprint", "1")],
    "funds_statementlayout.layout_has_fingerprint": [NEW_LAYOUT % ("vendor_id", "''", "1")],
    "funds_statementlayout.funds_statementlayout_columns_check": [NEW_LAYOUT % ("vendor_id", "'x'", "-1")],
    "funds_statementlayout.layout_of_books": [
        NEW_LAYOUT % ("{vendor}", "'x'", "1"),
        "UPDATE funds_statementlayout SET vendor_id = {vendor} WHERE id = {layout}",
    ],
}


def statements_made(w: World) -> dict[str, int]:
    """What these attacks need, by the name that they have for its id."""
    recorded = received(w, vendor="Quill")
    uploading.record_upload(upload=recorded, as_seen=show(recorded, NOW).token, by=w.owner, now=NOW)
    recorded.refresh_from_db()
    return {
        "recorded_statement": recorded.pk,
        "statement": received(w, SIMPLE + b"\n", "Quill").pk,
        "statement_of_new": received(w, SIMPLE, "Nobody yet").pk,
        "layout": StatementLayout.objects.of_vendor(recorded.vendor).get().pk,
    }
