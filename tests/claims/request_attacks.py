"""Attacks by SQL on the rules of fund requests, for `tests/test_database_rules.py`."""

from datetime import timedelta

from claims.models import FundRequest, RequestFile, RequestLine
from funds import actions as funds
from partners.models import Membership
from partners.states import Role
from programs.activities import ActivityKind
from programs.models import Activity
from programs.money import LARGEST
from tests.cast import NOW, TODAY, World, person

PAST_TRIGGERS = "SET LOCAL session_replication_role = replica; "
REQUEST = PAST_TRIGGERS + "UPDATE claims_fundrequest SET %s WHERE id = {%s}"
MOVE = "UPDATE claims_fundrequest SET status = '%s', version = version + 1%s WHERE id = {%s}"
LATER = "SET CONSTRAINTS ALL DEFERRED; "
DECIDED = ", decided_by_id = {manager}, decided_at = now(), approved = 100, claim_by = now()"
LINE = "INSERT INTO claims_requestline (request_id, position, what, amount) VALUES ({%s}, %s, 'x', %s)"
FILE = (
    "INSERT INTO claims_requestfile (request_id, file, name, kind, size, sha256, pages, uploaded_by_id, uploaded_at) "
    "SELECT request_id, file, name, %s, %s, %s, %s, uploaded_by_id, now() FROM claims_requestfile WHERE id = {request_file}"
)
NEW = (
    "INSERT INTO claims_fundrequest (allocation_id, partner_id, title, plan, place, audience, status, version, cost, asked, "
    "reserved, typed, created_by_id, filed_by_id, created_at, changed_at, filed_at, starts_on) VALUES ({%s}, {partner}, 'x', "
    "'', '', '', '%s', 1, 5, 5, 0, '{{}}', {owner}, {owner}, now(), now(), now(), now())"
)

MOVEMENT = (
    "INSERT INTO funds_movement (budget_id, allocation_id, act, source, target, amount, reason, posted_at, key) "
    "SELECT budget_id, id, '%s', '%s', '%s', 1, '', now(), 'attack' FROM funds_allocation WHERE id = {holding_fund}"
)

REQUEST_ATTACKS = {
    "claims_fundrequest.request_status": [REQUEST % ("status = 'lost'", "fund_request")],
    "claims_fundrequest.claims_fundrequest_version_check": [REQUEST % ("version = -1", "fund_request")],
    "claims_fundrequest.claims_fundrequest_leads_check": [REQUEST % ("leads = -1", "fund_request")],
    "claims_fundrequest.claims_fundrequest_people_check": [REQUEST % ("people = -1", "fund_request")],
    "claims_fundrequest.within_its_people": [
        MOVE % ("submitted", f", filed_by_id = {{owner}}, filed_at = now(), {people}", "crowd_request")
        for people in ("people = NULL", "people = 1", "people = 9")
    ],
    "claims_fundrequest.request_ends_after_start": [REQUEST % ("ends_on = starts_on - 1", "fund_request")],
    "claims_fundrequest.request_asked_range": [
        REQUEST % ("asked = cost + 1", "fund_request"),
        REQUEST % (f"cost = {LARGEST + 1}", "fund_request"),
    ],
    "claims_fundrequest.request_pipeline_range": [REQUEST % (f"pipeline = {LARGEST + 1}", "fund_request")],
    "claims_fundrequest.request_approved_range": [
        REQUEST % ("approved = asked + 1", "fund_request"),
        REQUEST % ("approved = 0", "fund_request"),
    ],
    "claims_fundrequest.request_reserved_range": [
        REQUEST % ("reserved = 1", "fund_request"),
        REQUEST % ("reserved = approved + 1", "in_force_request"),
        REQUEST % ("reserved = -1", "in_force_request"),
    ],
    "claims_fundrequest.request_filed_decided": [REQUEST % ("decided_by_id = filed_by_id", "fund_request")],
    "claims_fundrequest.request_second_is_another": [
        REQUEST % ("second_by_id = {finance}", "fund_request"),
        REQUEST % ("second_by_id = decided_by_id", "in_force_request"),
        REQUEST % ("second_by_id = filed_by_id", "in_force_request"),
    ],
    "claims_fundrequest.request_filed_by_somebody": [
        REQUEST % ("filed_by_id = NULL", "fund_request"),
        REQUEST % ("asked = 0", "fund_request"),
    ],
    "claims_fundrequest.request_decided_by_somebody": [REQUEST % ("decided_by_id = NULL", "in_force_request")],
    "claims_fundrequest.request_amendment_while_amended": [
        REQUEST % ("status = 'amended'", "in_force_request"),
        REQUEST % ("amendment = '{{}}'", "in_force_request"),
    ],
    "claims_fundrequest.request_question_due_while_asked": [REQUEST % ("question_due = now()", "fund_request")],
    "claims_fundrequest.starts_as": [NEW % ("fund", "submitted")],
    "claims_fundrequest.asked_on_windfall": [NEW % ("kept_fund", "draft")],
    "claims_fundrequest.status_follows_the_table": [
        LATER + MOVE % ("approved", DECIDED, "fund_request"),
        LATER + MOVE % ("draft", ", reserved = 0", "in_force_request"),
    ],
    "claims_fundrequest.decided_by_outsiders": [
        "UPDATE claims_fundrequest SET decided_by_id = {both_sides} WHERE id = {fund_request}",
        # Of Windfall, of another vendor, and an admin while another manager could be the second.
        "UPDATE claims_fundrequest SET decided_by_id = {finance} WHERE id = {fund_request}",
        "UPDATE claims_fundrequest SET decided_by_id = {manager}, second_by_id = {other_manager} WHERE id = {fund_request}",
        "UPDATE claims_fundrequest SET decided_by_id = {manager}, second_by_id = {request_admin} WHERE id = {fund_request}",
    ],
    "claims_fundrequest.second_approval_over_the_terms": [
        LATER + MOVE % ("in_review", "", "large_request") + "; " + MOVE % ("approved", DECIDED, "large_request"),
    ],
    "claims_fundrequest.within_what_its_fund_reserved": [
        MOVE % ("amended", ", amendment = '{{}}'", "in_force_request")
        + "; "
        + MOVE
        % (
            "approved_reduced",
            ", amendment = NULL, approved = approved + 1, reserved = reserved + 1",
            "in_force_request",
        ),
    ],
    "funds_allocation.keeps_what_requests_hold": [
        # As the money of an approval is released, claimed or lapsed behind its back.
        MOVEMENT % ("release", "reserved", "available"),
        MOVEMENT % ("claim", "reserved", "claimed"),
        MOVEMENT % ("expire", "reserved", "lapsed"),
    ],
    "claims_fundrequest.decision_stays": [
        f"{LATER}UPDATE claims_fundrequest SET {change} WHERE id = {{in_force_request}}"
        for change in ("approved = approved + 1", "decided_by_id = {second}", "second_by_id = {second}")
    ],
    "claims_fundrequest.version_goes_up": [
        "UPDATE claims_fundrequest SET status = 'in_review' WHERE id = {fund_request}"
    ],
    "claims_fundrequest.fund_is_fixed": [
        "UPDATE claims_fundrequest SET allocation_id = {fund} WHERE id = {fund_request}",
        "UPDATE claims_fundrequest SET partner_id = {other_partner} WHERE id = {fund_request}",
    ],
    "claims_requestline.one_request_line_at_a_position": [LINE % ("draft_request", 1, 1)],
    "claims_requestline.claims_requestline_position_check": [LINE % ("draft_request", -1, 1)],
    "claims_requestline.request_line_amount_range": [
        LINE % ("draft_request", 2, 0),
        LINE % ("draft_request", 2, LARGEST + 1),
    ],
    "claims_requestline.lines_of_a_draft": [
        LINE % ("fund_request", 9, 1),
        "UPDATE claims_requestline SET amount = amount + 1 WHERE request_id = {fund_request}",
        "DELETE FROM claims_requestline WHERE request_id = {fund_request}",
    ],
    "claims_requestfile.one_request_file_of_a_content": [FILE % ("kind", 1, "sha256", 1)],
    "claims_requestfile.request_file_kind": [FILE % ("'text/html'", 1, "'x'", 1)],
    "claims_requestfile.claims_requestfile_size_check": [FILE % ("kind", -1, "'x'", 1)],
    "claims_requestfile.claims_requestfile_pages_check": [FILE % ("kind", 1, "'x'", -1)],
    "claims_requestfile.files_of_an_open_request": [
        "DELETE FROM claims_requestfile WHERE id = {request_file}",
        "UPDATE claims_requestfile SET sha256 = 'x' WHERE id = {request_file}",
    ],
}


def drafted(w: World, fund) -> FundRequest:
    made = FundRequest.objects.create(
        allocation=fund,
        partner_id=fund.partner_id,
        title="Webinar",
        starts_on=TODAY + timedelta(days=20),
        ends_on=TODAY + timedelta(days=20),
        cost=1_000_00,
        asked=500_00,
        created_by=w.owner,
    )
    RequestLine.objects.create(request=made, position=1, what="Room", amount=1_000_00)
    RequestFile.objects.create(
        request=made, file="x", name="x", kind="application/pdf", size=1, sha256="a", uploaded_by=w.owner
    )
    return made


def moved(request: FundRequest, *states: str, **fields) -> FundRequest:
    for status in states:
        request.status = status
        request.version += 1
        for name, value in fields.items():
            setattr(request, name, value)
        request.save()
    return request


def requests_made(w: World) -> dict[str, int]:
    """A draft, a request that waits, one in force, and one for more than a single person may approve.

    `second` manages the same vendor; `both_sides` too, and works for the partner besides.
    """
    fund = w.fund()
    waiting = moved(drafted(w, fund), "submitted", filed_by=w.owner, filed_at=NOW)
    large = moved(
        drafted(w, w.fund(budget=w.budget(w.program(second_approval_over=50)))),
        "submitted",
        filed_by=w.owner,
        filed_at=NOW,
    )
    approval = {"decided_by": w.manager, "decided_at": NOW, "approved": 300_00, "claim_by": TODAY}
    in_force = moved(drafted(w, fund), "submitted", "in_review", filed_by=w.owner, filed_at=NOW)
    funds.reserve(allocation=fund, amount=300_00, key="in force", by=w.manager, reason="x", at=NOW)
    in_force = moved(in_force, "approved_reduced", **approval, reserved=300_00)
    holding = w.fund()
    held = moved(drafted(w, holding), "submitted", "in_review", filed_by=w.owner, filed_at=NOW)
    funds.reserve(allocation=holding, amount=300_00, key="held", by=w.manager, reason="x", at=NOW)
    moved(held, "approved_reduced", **approval, reserved=300_00)
    dinner = Activity(kind=ActivityKind.OTHER, name="Dinner", person_cap=400_00, most_people=5)
    crowd = drafted(w, w.fund(budget=w.budget(w.program(activities=(dinner,)))))
    FundRequest.objects.filter(pk=crowd.pk).update(activity=crowd.allocation.terms.activities.get())
    second, both = (person(name, w.northgate, Role.MANAGER) for name in ("second", "both"))
    Membership.objects.create(user=both, company=w.brightpath, role=Role.MEMBER)
    return {
        "second": second.pk,
        "request_admin": w.admin.pk,
        "both_sides": both.pk,
        "holding_fund": holding.pk,
        "draft_request": drafted(w, fund).pk,
        "crowd_request": crowd.pk,
        "fund_request": waiting.pk,
        "request_file": waiting.files.get().pk,
        "in_force_request": in_force.pk,
        "large_request": large.pk,
    }
