"""Attacks by SQL on the rules of a claim's decision and dispute, for `tests/test_database_rules.py`."""

from claims import actions
from claims.actions.verdicts import Verdict
from claims.models import Claim
from programs.activities import ActivityKind
from programs.models import Activity
from tests.cast import NOW, World

PAST_TRIGGERS = "SET LOCAL session_replication_role = replica; "
CLAIM = PAST_TRIGGERS + "UPDATE claims_claim SET %s WHERE id = {%s}"
# As if so much of each line had been accepted.
BY_ITS_LINES = (
    PAST_TRIGGERS
    + "UPDATE claims_line SET accepted = %s WHERE claim_id = {%s}; SET LOCAL session_replication_role = origin; "
)
DISPUTED = "disputed_at = now(), disputed_by_id = {owner}"

CLAIM_ATTACKS = {
    "claims_claim.claim_paid_range": [CLAIM % ("paid = approved + 1", "judged"), CLAIM % ("paid = -1", "judged")],
    "claims_claim.four_eyes_second_approval": [
        CLAIM % ("second_by_id = decided_by_id", "judged"),
        CLAIM % ("second_by_id = filed_by_id", "judged"),
    ],
    "claims_claim.four_eyes_second_paid": [
        CLAIM % ("second_by_id = {finance}, paid_by_id = {finance}", "judged"),
    ],
    "claims_claim.disputed_by_somebody": [
        CLAIM % ("disputed_at = now(), decided_by_id = NULL, status = 'in_review'", "judged"),
    ],
    "claims_claim.dispute_decided_by_another": [
        CLAIM % ("first_decided_by_id = decided_by_id, disputed_at = now(), disputed_by_id = {owner}", "judged"),
    ],
    "claims_claim.dispute_decided_by_neither": [
        CLAIM % (f"first_second_by_id = {{manager}}, first_decided_by_id = {{finance}}, {again}, {DISPUTED}", "judged")
        for again in ("decided_by_id = {manager}", "second_by_id = {finance}")
    ],
    "claims_claim.within_its_period": [
        "UPDATE claims_claim SET status = 'disputed', version = 99 WHERE id = {over_period}"
    ],
    "claims_claim.what_was_filed_stays": [
        f"UPDATE claims_claim SET {change} WHERE id = {{submitted}}"
        for change in ("asked = asked + 1", "filed_by_id = {member}")
    ],
    "claims_claim.decision_stays": [
        BY_ITS_LINES % ("asked", "over_period") + "UPDATE claims_claim SET approved = asked WHERE id = {over_period}",
        "UPDATE claims_claim SET decided_by_id = {manager} WHERE id = {judged}",
        "UPDATE claims_claim SET second_by_id = {manager} WHERE id = {judged}",
    ],
    "claims_claim.paid_as_its_payments_say": [
        "UPDATE claims_claim SET paid = approved WHERE id = {judged}",
        BY_ITS_LINES % ("1", "judged") + "UPDATE claims_claim SET approved = 1 WHERE id = {judged}",
    ],
    "claims_claim.disputed_once": [
        CLAIM
        % ("first_decided_by_id = {manager}, disputed_at = now(), disputed_by_id = {owner}", "judged")
        + "; SET LOCAL session_replication_role = origin; "
        "UPDATE claims_claim SET disputed_at = now() + interval '1 day' WHERE id = {judged}"
    ],
    "claims_claim.second_approval_over_the_terms": [
        "UPDATE claims_claim SET status = 'in_review', version = version + 1 WHERE id = {large}; "
        "UPDATE claims_line SET accepted = asked WHERE claim_id = {large}; "
        "UPDATE claims_claim SET status = 'approved', version = version + 1, approved = asked, decided_by_id = {finance} "
        "WHERE id = {large}"
    ],
    "claims_claim.request_of_its_fund": ["UPDATE claims_claim SET request_id = {fund_request} WHERE id = {draft}"],
    "claims_claim.version_goes_up": ["UPDATE claims_claim SET status = 'in_review' WHERE id = {large}"],
}


def claims_made(w: World) -> dict[str, int]:
    """A claim that is approved, and one that is filed for more than one person may approve."""
    large = w.submitted(w.fund(budget=w.budget(w.program(second_approval_over=100_00))))
    return {"judged": w.approved().pk, "large": large.pk, "over_period": over_period(w).pk}


def over_period(w: World) -> Claim:
    """Approved in part, and another claim took the rest of what its period pays."""
    day = Activity(kind=ActivityKind.OTHER, name="Customer day", period_cap=500_00)
    fund = w.fund(budget=w.budget(w.program(activities=[day])))
    claim = w.submitted(fund)
    verdicts = {claim.lines.get().pk: Verdict(100_00, "other", "The rest is food.")}
    done = actions.approve(claim=claim, version=claim.version, verdicts=verdicts, by=w.admin, now=NOW)
    w.submitted(fund, costs=(800_00,))
    return done
