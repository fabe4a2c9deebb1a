"""Attacks by SQL on the rules of a partner's plan, for `tests/test_database_rules.py`."""

from plans import actions as plans
from programs.money import LARGEST
from tests.cast import NOW, World
from tests.plans.planning import funding_of, planned

PAST_TRIGGERS = "SET LOCAL session_replication_role = replica; "
PLAN = "UPDATE plans_plannedactivity SET %s WHERE id = {activity}"
FUNDING = "UPDATE plans_plannedfunding SET %s WHERE id = {%s}"
NEW_PLAN = (
    "INSERT INTO plans_plannedactivity (company_id, status, kind, title, cost, currency, year, quarter, person_id, place, "
    "audience, notes, version, created_by_id, created_at, changed_at) VALUES ({partner}, 'planned', 'other', 'x', 1, 'USD', "
    "2027, 1, %s, '', '', '', 1, {owner}, now(), now())"
)
NEW_FUNDING = (
    "INSERT INTO plans_plannedfunding (activity_id, allocation_id, amount, part, request_id, asked_on, answer, said, created_at) "
    "VALUES ({activity}, {%s}, %s, %s, %s, %s, '', '', now())"
)
UNSAVED = (
    "INSERT INTO plans_unsaved (writer_id, partner_id, activity_id, fields, version, at) "
    "VALUES (%s, %s, %s, '{{}}', %s, now())"
)
ANSWERED = "asked_on = '2026-11-01', answered_on = '2026-11-02', "

PLAN_ATTACKS = {
    "plans_unsaved.one_unsaved_of_each": [
        UNSAVED % ("{owner}", "{partner}", activity, 1) + "; " + UNSAVED % ("{owner}", "{partner}", activity, 1)
        for activity in ("NULL", "{activity}")
    ],
    "plans_unsaved.unsaved_version": [UNSAVED % ("{owner}", "{partner}", "NULL", -1)],
    "plans_unsaved.of_who_typed": [
        # somebody else's plan, an activity of another's, a company that is no partner, and what became another's
        UNSAVED % ("{manager}", "{partner}", "NULL", 1),
        UNSAVED % ("{stranger}", "{other_partner}", "{activity}", 1),
        UNSAVED % ("{manager}", "{vendor}", "NULL", 1),
        UNSAVED % ("{owner}", "{partner}", "NULL", 1) + "; UPDATE plans_unsaved SET writer_id = {member}",
        UNSAVED % ("{owner}", "{partner}", "NULL", 1) + "; UPDATE plans_unsaved SET activity_id = {activity}",
    ],
    "plans_plannedactivity.plan_status": [PAST_TRIGGERS + PLAN % "status = 'lost'"],
    "plans_plannedactivity.plan_kind": [PLAN % "kind = 'party'"],
    "plans_plannedactivity.plan_cost_range": [PLAN % f"cost = {LARGEST + 1}", PAST_TRIGGERS + PLAN % "cost = -1"],
    "plans_plannedactivity.plan_year_range": [PLAN % "year = 1999", PLAN % "year = 2101"],
    "plans_plannedactivity.plan_quarter_range": [PLAN % "quarter = 0", PLAN % "quarter = 5"],
    "plans_plannedactivity.plan_starts_in_its_quarter": [
        PLAN % "starts_on = '2026-12-31'",
        PLAN % "starts_on = '2027-04-01'",
    ],
    "plans_plannedactivity.plan_ends_after_start": [
        PLAN % "ends_on = '2027-01-02'",
        PLAN % "starts_on = '2027-01-02', ends_on = '2027-01-01'",
    ],
    "plans_plannedactivity.plan_people_range": [PLAN % "people = 0"],
    "plans_plannedactivity.plan_leads_range": [PLAN % "leads = -1"],
    "plans_plannedactivity.plan_meetings_range": [PLAN % "meetings = -1"],
    "plans_plannedactivity.plan_pipeline_range": [PLAN % f"pipeline = {LARGEST + 1}"],
    "plans_plannedactivity.plan_closed_range": [PLAN % "closed = -1"],
    "plans_plannedactivity.version_goes_up": [PLAN % "status = 'idea'"],
    "plans_plannedactivity.company_is_fixed": [PLAN % "company_id = {other_partner}"],
    "plans_plannedactivity.costs_what_is_funded": [PLAN % "cost = 1"],
    "plans_plannedactivity.currency_stays": [PLAN % "currency = 'EUR'"],
    "plans_plannedactivity.of_its_people": [PLAN % "person_id = {stranger}", NEW_PLAN % "{stranger}"],
    "plans_plannedfunding.one_funding_of_a_fund": [NEW_FUNDING % ("paying_fund", 1, 1, "NULL", "NULL")],
    "plans_plannedfunding.plans_plannedfunding_request_id_key": [
        FUNDING % ("request_id = {plan_request}", "same_fund_as_request")
    ],
    "plans_plannedfunding.plans_plannedfunding_claim_id_key": [
        FUNDING % ("claim_id = {plan_claim}", "same_fund_as_claim")
    ],
    "plans_plannedfunding.funding_amount_range": [
        FUNDING % ("amount = 0", "funding"),
        PAST_TRIGGERS + FUNDING % (f"amount = {LARGEST + 1}", "funding"),
    ],
    "plans_plannedfunding.funding_part_range": [
        PAST_TRIGGERS + FUNDING % ("part = 0", "funding"),
        PAST_TRIGGERS + FUNDING % (f"part = {LARGEST + 1}", "funding"),
    ],
    "plans_plannedfunding.funding_answer": [
        FUNDING % (ANSWERED + "answer = 'approved'", "kept_funding"),
        FUNDING % (ANSWERED + "answer = 'approved', approved = amount - 1", "kept_funding"),
        FUNDING % (ANSWERED + "answer = 'reduced'", "kept_funding"),
        FUNDING % (ANSWERED + "answer = 'reduced', approved = amount", "kept_funding"),
        FUNDING % (ANSWERED + "answer = 'reduced', approved = 0", "kept_funding"),
        FUNDING % (ANSWERED + "answer = 'declined', approved = 1", "kept_funding"),
        FUNDING % (ANSWERED + "answer = 'perhaps'", "kept_funding"),
        FUNDING % ("answer = 'declined'", "kept_funding"),
    ],
    "plans_plannedfunding.funding_answered_after_asked": [
        FUNDING % ("answer = 'declined', answered_on = '2026-11-02'", "kept_funding"),
        FUNDING % ("answer = 'declined', asked_on = '2026-11-03', answered_on = '2026-11-02'", "kept_funding"),
    ],
    "plans_plannedfunding.activity_and_fund_are_fixed": [
        FUNDING % ("allocation_id = {other_paying_fund}", "funding"),
        FUNDING % ("activity_id = {other_activity}", "funding"),
    ],
    "plans_plannedfunding.of_its_partner": [NEW_FUNDING % ("foreign_fund", 1, 1, "NULL", "NULL")],
    "plans_plannedfunding.within_the_cost": [
        FUNDING % ("part = 100001", "funding"),
        NEW_FUNDING % ("other_paying_fund", 1, 100_001, "NULL", "NULL"),
    ],
    "plans_plannedfunding.within_its_part": [
        FUNDING % ("amount = part + 1", "funding"),
        NEW_FUNDING % ("other_paying_fund", 2, 1, "NULL", "NULL"),
    ],
    "plans_plannedfunding.asks_its_own_fund": [
        FUNDING % ("request_id = {fund_request}", "funding"),
        FUNDING % ("claim_id = {draft}", "funding"),
        NEW_FUNDING % ("other_paying_fund", 1, 1, "{fund_request}", "NULL"),
    ],
    "plans_plannedfunding.asked_elsewhere": [
        FUNDING % ("asked_on = now()", "funding"),
        NEW_FUNDING % ("other_paying_fund", 1, 1, "NULL", "now()"),
    ],
    "plans_plannedfunding.asked_stays": [
        FUNDING % ("amount = amount - 1", "asked_funding"),
        FUNDING % ("part = part - 1", "asked_funding"),
        FUNDING % ("amount = amount - 1", "claimed_funding"),
        f"{FUNDING % ('asked_on = now()', 'kept_funding')}; {FUNDING % ('amount = amount - 1', 'kept_funding')}",
    ],
}


def plans_made(w: World) -> dict[str, int]:
    """A plan that a fund pays half of, one with a request and a claim, and one that a fund of the partner's own books pays."""
    fund, other = w.fund(), w.fund()
    activity = planned(w, (fund, 250_00), cost=1_000_00)
    both = planned(w, (fund, 100_00), (other, 100_00), title="Both")
    asked, claimed = funding_of(both), funding_of(both, 1)
    request = plans.ask(funding=asked, by=w.owner, now=NOW)
    claim = plans.claim(funding=claimed, by=w.owner, now=NOW)
    twice = planned(w, (fund, 100_00), (other, 100_00), title="Twice")
    kept = planned(w, (w.kept_fund(w.kept_program(name="Printers of the plan")), 500_00), title="Kept")
    return {
        "activity": activity.pk,
        "other_activity": kept.pk,
        "funding": funding_of(activity).pk,
        "asked_funding": asked.pk,
        "claimed_funding": claimed.pk,
        "same_fund_as_request": funding_of(twice).pk,
        "same_fund_as_claim": funding_of(twice, 1).pk,
        "kept_funding": funding_of(kept).pk,
        "paying_fund": fund.pk,
        "other_paying_fund": other.pk,
        "foreign_fund": w.fund(partner=w.othertech).pk,
        "plan_request": request.pk,
        "plan_claim": claim.pk,
        "stranger": w.stranger.pk,
    }
