"""Attacks by SQL on the sums that lines, claims, requests and reversals carry, for `tests/test_database_rules.py`."""

from tests.cast import World
from tests.claims import asking
from tests.claims.payment_attacks import LATER, NEW_REVERSAL, REVERSAL, SHORT

CLAIM = "UPDATE claims_claim SET %s WHERE id = {%s}"
LINES = "UPDATE claims_line SET %s WHERE claim_id = {%s}"
REQUEST = "UPDATE claims_fundrequest SET %s WHERE id = {%s}"
FILED = "status = 'submitted', version = version + 1, filed_by_id = {owner}, filed_at = now()"
NEXT = "status = '%s', version = version + 1"
AMENDED = REQUEST % (NEXT % "amended" + ", amendment = '{{}}'", "sum_request") + "; "
ACCEPTED = NEXT % "approved" + ", amendment = NULL, asked = asked + 2, approved = asked + 2, cost = cost + %s"
SECOND = "status = 'settled', resolved_by_id = {owner}, resolved_at = now(), reason = 'x'"

SUM_ATTACKS = {
    "claims_line.amount_as_it_counts": [
        LINES % ("amount = amount - 1", "sum_draft"),
        LINES % ("tax = 1, net = total - 1", "sum_draft"),
        LINES % ("part = part - 2, amount = amount - 3", "sum_draft"),
        LINES % ("invoice_currency = 'EUR', rate = 1.1, rate_day = invoice_date", "sum_draft"),
        # A yen has no cents.
        LINES % ("invoice_currency = 'JPY', rate = 1, rate_day = invoice_date", "sum_draft"),
    ],
    "claims_claim.asked_as_its_lines_say": [
        CLAIM % ("asked = asked + 1, " + FILED, "sum_draft"),
        CLAIM % ("asked = asked - 1, " + FILED, "sum_draft"),
        # The sum is right, and none of its lines is the vendor's share.
        LINES % ("asked = asked + 1", "sum_draft") + "; " + CLAIM % ("asked = asked + 1, " + FILED, "sum_draft"),
    ],
    "claims_claim.approved_as_its_lines_say": [
        CLAIM % (NEXT % "in_review", "large")
        + "; "
        + CLAIM % (NEXT % "second_approval" + ", approved = 1, decided_by_id = {finance}", "large"),
        LATER + CLAIM % ("approved = approved - 1", "judged"),
    ],
    "claims_line.verdict_stays": [
        LINES % ("accepted = asked - 1", "judged"),
        LINES % ("accepted = NULL", "judged"),
    ],
    "claims_shortpay.approved_without_it": [SHORT % (SECOND, "pay_short")],
    "claims_claim.its_request_holds_the_rest": [CLAIM % (NEXT % "withdrawn", "sum_drawing")],
    "claims_claim.drawn_stays": [CLAIM % ("from_reserved = 1", "submitted")],
    "claims_fundrequest.holds_what_its_claims_leave": [
        REQUEST % ("reserved = reserved - 1", "sum_request"),
        REQUEST % ("reserved = 0", "sum_request"),
        # It ends, and no movement lets go of what it held.
        REQUEST % (NEXT % "cancelled" + ", reserved = 0", "sum_request"),
        AMENDED
        + REQUEST
        % (
            NEXT % "approved_reduced" + ", amendment = NULL, approved = approved - 5, reserved = reserved - 5",
            "sum_request",
        ),
    ],
    "claims_fundrequest.budget_adds_up": [
        REQUEST % (change + ", " + FILED, "draft_request")
        for change in ("cost = cost + 1", "asked = asked + 1", "asked = asked - 1")
    ],
    "claims_fundrequest.grows_by_a_change": [
        REQUEST % ("asked = asked - 1", "fund_request"),
        REQUEST % ("cost = cost + 1", "fund_request"),
        # The vendor's share grows by more than the cost, under a rate of half.
        LATER + AMENDED + REQUEST % (ACCEPTED % 1, "sum_request"),
    ],
    "claims_reversal.reverses_what_was_paid": [
        NEW_REVERSAL.replace(
            "claim_id, amount, back_to, code, reason, '", f"claim_id, amount {other}, back_to, code, reason, '"
        )
        % ("open", "pay_dropped_reversal")
        for other in ("+ 1", "- 1")
    ]
    + [NEW_REVERSAL.replace("SELECT claim_id", "SELECT {pay_due_claim}") % ("open", "pay_dropped_reversal")],
    "claims_reversal.its_claim_is_reversed": [
        REVERSAL % ("status = 'confirmed', decided_by_id = {pay_stranger}, decided_at = now()", "pay_reversal")
    ],
    "claims_claim.reversed_by_a_reversal": [CLAIM % (NEXT % "reversed", "paid")],
}


def sums_made(w: World) -> dict[str, int]:
    """A complete draft, and a request in force of which a claim has drawn a part."""
    request = asking.approved(w, w.fund(), 1_000_00)
    drawing = asking.claim_on(w, request, 300_00)
    return {"sum_draft": w.draft().pk, "sum_request": request.pk, "sum_drawing": drawing.pk}
