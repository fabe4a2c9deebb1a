"""Attacks by SQL on the rules of reviewing, for `tests/test_database_rules.py`."""

from claims import actions
from claims.models import Proof
from tests.cast import NOW, World, accepted_file

PAST_TRIGGERS = "SET LOCAL session_replication_role = replica; "
CLAIM = PAST_TRIGGERS + "UPDATE claims_claim SET %s WHERE id = {%s}"
PROOF = "UPDATE claims_proof SET %s WHERE id = {%s}"
SAID = "reason_code = 'other', reason = 'No.'"
NEW_PROOF = (
    "INSERT INTO claims_proof (claim_id, file, name, kind, shows, size, sha256, pages, uploaded_by_id, uploaded_at, status, "
    "reason_code, reason, replaces_id) SELECT claim_id, file, name, kind, shows, size, '%s', pages, uploaded_by_id, now(), "
    "'%s', '', '', %s FROM claims_proof WHERE id = {declined}"
)

REVIEW_ATTACKS = {
    "claims_claim.second_approval_has_a_first": [
        "UPDATE claims_claim SET status = 'in_review', version = version + 1 WHERE id = {large}; "
        "UPDATE claims_claim SET status = 'second_approval', version = version + 1 WHERE id = {large}",
        CLAIM % ("status = 'second_approval', decided_by_id = {manager}, approved = 0", "large"),
    ],
    "claims_claim.question_due_while_asked": [CLAIM % ("question_due = '2026-12-01'", "large")],
    "claims_proof.proof_status": [PAST_TRIGGERS + PROOF % ("status = 'lost'", "declined")],
    "claims_proof.proof_reason_given": [
        PROOF % ("status = 'declined'", "looked_at"),
        PROOF % ("status = 'declined', reason_code = 'other'", "looked_at"),
        PROOF % ("status = 'declined', reason = 'No.'", "looked_at"),
    ],
    "claims_proof.starts_as": [NEW_PROOF % ("a", "accepted", "NULL")],
    "claims_proof.proof_follows_the_table": [
        PROOF % ("status = 'replaced', " + SAID, "looked_at"),
        PROOF % ("status = 'pending'", "declined"),
    ],
    "claims_proof.replaces_a_declined_one": [
        NEW_PROOF % ("b", "pending", "{looked_at}"),
        NEW_PROOF % ("b", "pending", "{other_declined}"),
    ],
    "claims_proof.filed_proof_is_kept": [
        "DELETE FROM claims_proof WHERE id = {filed_proof}",
        *(
            PROOF % (change, "filed_proof")
            for change in ("sha256 = 'x'", "file = 'x'", "filed_at = NULL", "claim_id = {empty}", "uploaded_at = now()")
        ),
        PROOF % ("status = 'removed'", "looked_at"),
    ],
    "claims_proof.claims_proof_replaces_id_key": [
        NEW_PROOF % ("c", "pending", "{declined}") + "; " + NEW_PROOF % ("d", "pending", "{declined}")
    ],
}


def reviews_made(w: World) -> dict[str, int]:
    """A file that was declined and one that waits, of a claim with an open question; and a declined one of another claim."""
    declined, waiting = asked(w)
    back = w.submitted()
    actions.withdraw(claim=back, by=w.owner, now=NOW)
    actions.reopen(claim=w.again(back), by=w.owner, now=NOW)
    return {
        "declined": declined.pk,
        "looked_at": waiting.pk,
        "other_declined": asked(w)[0].pk,
        "filed_proof": back.proofs.get().pk,
    }


def asked(w: World) -> list[Proof]:
    draft = w.draft()
    actions.attach(claim=draft, accepted=accepted_file(), by=w.owner, now=NOW)
    claim = actions.submit(claim=w.again(draft), by=w.owner, now=NOW)
    claim = actions.take(claim=claim, by=w.admin, now=NOW)
    proofs = list(claim.proofs.all())
    said = {"code": "wrong_document", "reason": "Another one."}
    actions.decline_proof(proof=proofs[0], version=claim.version, by=w.admin, now=NOW, **said)
    actions.ask(claim=claim, version=claim.version, question="Which?", by=w.admin, now=NOW)
    return proofs
