"""Attacks by SQL on results, and on what must stay on record, for `tests/test_database_rules.py`."""

from datetime import timedelta

from claims.actions import outcomes
from claims.actions.outcomes import Told
from claims.models import Outcome
from tests.cast import NOW, World

REPORT = (
    "INSERT INTO claims_outcomereport (outcome_id, number, words, reported_by_id, reported_at) "
    "VALUES ({outcome}, %s, '', {%s}, now())"
)
RESULT = (
    "INSERT INTO claims_result (report_id, kind, basis, amount, source) SELECT id, %s, %s, %s, %s "
    "FROM claims_outcomereport WHERE outcome_id = {outcome}"
)
FILE = (
    "INSERT INTO claims_resultfile (report_id, file, name, kind, size, sha256, pages) SELECT id, 'x', 'x', %s, 1, %s, 1 "
    "FROM claims_outcomereport WHERE outcome_id = {outcome}"
)
OUTCOME = "UPDATE claims_outcome SET %s WHERE id = {outcome}"
NEW = (
    "INSERT INTO claims_outcome (claim_id, request_id, allocation_id, partner_id, ended_on, number, created_at) "
    "SELECT %s, c.allocation_id, %s, '2026-11-01', 0, now() FROM claims_claim c WHERE c.id = {judged}"
)
OF_REQUEST = (
    "INSERT INTO claims_outcome (claim_id, request_id, allocation_id, partner_id, ended_on, number, created_at) "
    "SELECT NULL, r.id, r.allocation_id, r.partner_id, '2026-11-01', 0, now() FROM claims_fundrequest r "
    "WHERE r.id = {fund_request}"
)
PACKET = (
    "INSERT INTO claims_packet (claim_id, asked_by_id, asked_at, status, version, file, size, pages, left_out, sha256) "
    "VALUES ({told}, {owner}, now(), '%s', 1, '', 0, 0, 0, '')"
)

CHANGED = ("UPDATE claims_rowchange SET actor_id = 1", "DELETE FROM claims_rowchange")
CHANGE = (
    'INSERT INTO claims_rowchange (at, transaction, database_user, "table", row_id, act) '
    "VALUES (now(), 1, 'x', 'x', 1, '%s')"
)

RECORD_ATTACKS = {
    # what was filed is never deleted, not even with all that hangs on it
    "claims_claim.filed_is_kept": ["SET CONSTRAINTS ALL DEFERRED; DELETE FROM claims_claim WHERE id = {judged}"],
    "claims_fundrequest.filed_is_kept": [
        "SET CONSTRAINTS ALL DEFERRED; DELETE FROM claims_fundrequest WHERE id = {fund_request}"
    ],
    **{
        f"claims_{table}.never_emptied": [f"TRUNCATE claims_{table}"]
        for table in ("line", "proof", "requestline", "requestfile")
    },
    "claims_rowchange.change_act": [CHANGE % "wish"],
    "claims_rowchange.append_only": [CHANGE % "insert" + f"; {act}" for act in CHANGED],
    "claims_rowchange.no_truncate": ["TRUNCATE claims_rowchange"],
    "claims_outcome.outcome_of_one_thing": [
        "SET LOCAL session_replication_role = replica; " + NEW % ("NULL, NULL", "c.partner_id"),
        "SET LOCAL session_replication_role = replica; " + NEW % ("c.id, {fund_request}", "c.partner_id"),
    ],
    "claims_outcome.outcome_of_its_fund": [NEW % ("c.id, NULL", "{other_partner}")],
    "claims_outcome.outcome_is_fixed": [OUTCOME % "partner_id = {other_partner}"],
    "claims_outcome.reports_count_up": [
        OUTCOME % "number = number + 2",
        OUTCOME % "number = number - 1, reported_at = NULL",
    ],
    "claims_outcome.reported_is_kept": [
        "SET CONSTRAINTS ALL DEFERRED; DELETE FROM claims_outcome WHERE id = {outcome}; "
        "SET LOCAL session_replication_role = replica; "
        "DELETE FROM claims_outcomereport WHERE outcome_id = {outcome}"
    ],
    "claims_outcome.outcome_reported_at": [OUTCOME % "reported_at = NULL"],
    "claims_outcome.outcome_due_after_end": [OUTCOME % "due_on = ended_on - 1"],
    "claims_outcome.claims_outcome_claim_id_key": [NEW.replace("{judged}", "{told}") % ("c.id, NULL", "c.partner_id")],
    "claims_outcome.claims_outcome_request_id_key": [f"{OF_REQUEST}; {OF_REQUEST}"],
    "claims_outcomereport.one_report_of_a_number": [REPORT % ("1", "owner")],
    "claims_outcomereport.next_report": [REPORT % ("2", "owner"), REPORT % ("7", "manager")],
    "claims_outcomereport.append_only": [
        "UPDATE claims_outcomereport SET words = 'Better.' WHERE outcome_id = {outcome}"
    ],
    "claims_result.one_result_of_a_kind": [RESULT % ("'revenue'", "'claimed'", "1", "''")],
    "claims_result.result_kind": [RESULT % ("'applause'", "'claimed'", "1", "''")],
    "claims_result.result_range": [RESULT % ("'leads'", "'claimed'", "-1", "''")],
    "claims_result.measured_somewhere": [
        RESULT % ("'leads'", "'measured'", "1", "''"),
        RESULT % ("'leads'", "'guessed'", "1", "'x'"),
    ],
    "claims_result.append_only": ["UPDATE claims_result SET amount = amount + 1", "DELETE FROM claims_result"],
    "claims_result.no_truncate": ["TRUNCATE claims_result"],
    "claims_resultfile.one_result_file_of_a_content": [
        FILE % ("'application/pdf'", "'a'") + "; " + FILE % ("'image/png'", "'a'")
    ],
    "claims_resultfile.result_file_kind": [FILE % ("'text/html'", "'b'")],
    "claims_resultfile.claims_resultfile_size_check": [FILE.replace(", 1, %s", ", -1, %s") % ("'image/png'", "'e'")],
    "claims_resultfile.claims_resultfile_pages_check": [
        FILE.replace("%s, 1 FROM", "%s, -1 FROM") % ("'image/png'", "'f'"),
    ],
    "claims_resultfile.append_only": [
        FILE % ("'application/pdf'", "'c'") + "; UPDATE claims_resultfile SET sha256 = 'd'",
    ],
    "claims_packet.one_packet_of_a_person": [PACKET % "waiting" + "; " + PACKET % "waiting"],
    "claims_packet.packet_ready_with_file": [PACKET % "ready", PACKET % "lost"],
    "claims_resultfile.no_truncate": ["TRUNCATE claims_resultfile"],
}


def record_made(w: World) -> dict[str, int]:
    """A claim whose results were reported."""
    told = w.approved()
    results = [Told("revenue", "claimed", 5_000_00)]
    outcomes.report(about=told, number=0, results=results, by=w.owner, now=NOW + timedelta(days=1))
    return {"told": told.pk, "outcome": Outcome.objects.get(claim=told).pk}
