"""What people are reminded of, how long before, how often they are nudged, and the life of a digest. A leaf: imports no model."""

from datetime import timedelta

from django.db.models import TextChoices


class Rule(TextChoices):
    """Why somebody is reminded. `rules.RULES` says of each but the nudge when, and whose it is to do."""

    SAFE_START = "safe_start", "Last safe start"
    EXPIRES_ON = "expires_on", "Last day to run an activity"
    CLAIM_BY = "claim_by", "Last day to file a claim"
    REQUEST_CLAIM_BY = "request_claim_by", "Last day to claim on an approval"
    REQUEST_RUN = "request_run", "An approved activity begins"
    REQUEST_OVER = "request_over", "An activity ended without a claim"
    DRAFT_CLAIM = "draft_claim", "A claim is not finished"
    DRAFT_REQUEST = "draft_request", "A request is not finished"
    CLAIM_QUESTION = "claim_question", "A question on a claim"
    REQUEST_QUESTION = "request_question", "A question on a request"
    OUTCOME = "outcome", "Results are due"
    CERTIFICATION = "certification", "A certification runs out"
    RESOURCE_HELD = "resource_held", "A resource that you use runs out"
    HOLD = "hold", "A payment is on hold"
    SHORT_PAY = "short_pay", "Less arrived than was sent"
    PROGRAM_FITS = "program_fits", "A new program that fits"
    GRANTED = "granted", "Money was granted"
    TIME_ANSWERED = "time_answered", "An answer: more time"
    PLAN_ANSWERED = "plan_answered", "An answer: a plan"
    JOIN_ANSWERED = "join_answered", "An answer: joining a program"
    STEP = "step", "A step agreed with a vendor"
    REVERSAL = "reversal", "A payment was taken back"
    REQUEST_DECISION = "request_decision", "A request waits for a decision"
    TIME_ASKED = "time_asked", "A partner asks for more time"
    PLAN_ASKED = "plan_asked", "A partner has a plan ready"
    JOIN_ASKED = "join_asked", "A partner asks to join"
    RESOURCE = "resource", "A resource runs out"
    CLAIM_DECISION = "claim_decision", "A claim waits for a decision"
    PAYMENT_DUE = "payment_due", "A payment is overdue"
    SHORT_REST = "short_rest", "The rest of a short payment is open"
    NO_MAIL = "no_mail", "Mail to a colleague does not arrive"
    NUDGE = "nudge", "The vendor's own words"


TODO = {Rule.NUDGE: "Claim it"}
DRAFTS = (Rule.DRAFT_CLAIM, Rule.DRAFT_REQUEST)

# Days before a fund's deadlines on which people are told, once each.
LEADS = (60, 30, 14, 7, 1)

# A vendor nudges for one fund once in so many days; the database counts them too.
NUDGE_DAYS = 7
MOST_WORDS = 500  # characters
MOST_WORDING = 200


class DigestStatus(TextChoices):
    PENDING = "pending", "To be sent"
    SENT = "sent", "Sent"
    DEAD = "dead", "Given up"


D = DigestStatus
DIGEST_TRANSITIONS: dict[tuple[DigestStatus, DigestStatus], str] = {
    (D.PENDING, D.SENT): "windfall",
    (D.PENDING, D.DEAD): "windfall",
    (D.DEAD, D.PENDING): "admin",
}

# Mail leaves from this hour on, where the person works.
MORNING = 7
# Longer than a task may run: a live worker never loses its lease.
LEASE = timedelta(minutes=15)
MOST_ATTEMPTS = 5


def pause(attempts: int) -> timedelta:
    """How long to wait after so many failed attempts: 2, 8, 32, 128 minutes."""
    return timedelta(minutes=2 * 4 ** (attempts - 1))
