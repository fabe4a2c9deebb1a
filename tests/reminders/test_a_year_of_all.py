"""Over a year in three time zones, with a leap day and both changes of the clocks, for all rules with dates: every due reminder
exactly once, none missing. The reckoning knows nothing of the sweep's SQL: it goes through days, matters and people one by one.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from claims import actions as claims
from claims.actions import requests
from funds import actions as funds
from funds.models import Allocation
from partners.models import User
from programs import standing
from programs.days import Clock
from programs.models import Certification
from reminders.actions.reminding import remind, zones_of_matters
from reminders.models import Matter, Reminder
from tests.cast import NOW, TODAY, World
from tests.claims import asking, paying

ZONES = ("Pacific/Auckland", "America/Los_Angeles", "Europe/Berlin")
# As docs/reminders.md tells them: days before, or after with a minus.
LEADS = {
    "safe_start": [30, 14, 7],
    "expires_on": [60, 30, 14, 7, 1],
    "claim_by": [60, 30, 14, 7, 1],
    "request_claim_by": [30, 14, 7, 1],
    "request_run": [7, 0],
    "request_over": [-1, -7, -14],
    "draft_claim": [-7, -21],
    "draft_request": [-7, -21],
    "claim_question": [7, 3, 1],
    "request_question": [7, 3, 1],
    "certification": [60, 30, 7],
    "resource": [30, 7],
    "hold": [0, -7, -21],
    "time_asked": [-2, -9],
    "request_decision": [3, -1, -7],
    "claim_decision": [2, -1, -7],
    "payment_due": [-1, -7, -14],
}
NEWS = {"granted", "program_fits"}
OWNER_FROM = {
    **dict.fromkeys(("safe_start", "expires_on", "claim_by", "request_claim_by"), 7),
    "request_over": -7,
    "draft_claim": -21,
    "draft_request": -21,
    "claim_question": 3,
    "request_question": 3,
}


@dataclass(frozen=True)
class Fact:
    """One matter, as the test knows it."""

    rule: str
    subject: int
    zone: str
    anchor: date
    deadline: date | None
    audience: str
    worker: str


def facts() -> list[Fact]:
    rows = Matter.objects.select_related("worker")
    return [
        Fact(m.rule, m.subject_id, m.zone, m.anchor, m.deadline, m.audience, m.worker.name if m.worker else "")
        for m in rows
    ]


def readers(w: World, fact: Fact, lead: int) -> list[str]:
    """Who hears of it: the worker if they are of those who act, else all of them; the keepers too when time is short."""
    people: dict[str, list[User]] = {
        "partner": [w.owner, w.member],
        "owner": [w.owner],
        "vendor": [w.manager],
        "admin": [w.admin, w.second_admin],
        "finance": [w.finance],
    }
    all_of_them = [user.name for user in people[fact.audience]]
    if fact.worker not in all_of_them:
        return all_of_them
    short = fact.rule in OWNER_FROM and lead <= OWNER_FROM[fact.rule]
    keepers = [w.owner.name] if fact.audience == "partner" and short else []
    return sorted({fact.worker, *keepers})


def reckoned(w: World, known: list[Fact], moments: list[datetime]) -> set[tuple[str, int, int, str]]:
    """(rule, subject, lead, reader) that somebody has to have heard of after these rounds."""
    heard = set()
    for fact in known:
        for moment in moments:
            today = moment.astimezone(ZoneInfo(fact.zone)).date()
            left = (fact.anchor - today).days
            if fact.deadline is not None and today > fact.deadline:
                continue
            if fact.rule in NEWS:
                due = [0] if -14 <= left <= 0 else []
            else:
                due = [lead for lead in LEADS[fact.rule] if left <= lead]
                if left < -90 and min(LEADS[fact.rule]) < 0:
                    due = []
            if due:
                lead = min(due)
                heard |= {(fact.rule, fact.subject, lead, name) for name in readers(w, fact, lead)}
    return heard


def one_of_each(w: World, zone: str, shift: int) -> None:
    """A matter of nearly each rule, in this time zone; `shift` days later than in the others."""
    days = timedelta(days=shift)
    last = date(2027, 12, 31)
    terms = {"review_days": 20 + shift, "pay_days": 40 + shift, "activity_days": 9, "lead_days": 6}
    program = w.program(time_zone=zone, starts_on=TODAY, ends_on=last, **terms)
    of_activity = w.program(time_zone=zone, starts_on=TODAY, ends_on=last, claim_window_from="activity", **terms)

    def fund(expires: date, of=program) -> Allocation:
        return w.fund(budget=w.budget(of), expires_on=expires, claim_by=expires + timedelta(days=40))

    fund(date(2027, 3, 28) + days)  # clocks change in Berlin; on other days elsewhere
    fund(date(2027, 11, 7) + days)
    fund(date(2027, 6, 30) + days)
    w.draft(fund(date(2027, 10, 31)), by=w.member)
    asking.draft(w, fund(date(2027, 9, 30)), by=w.member)
    asking.approved(
        w,
        fund(date(2027, 8, 31), of_activity),
        1_000_00,
        starts_on=date(2027, 5, 1) + days,
        ends_on=date(2027, 5, 2) + days,
    )
    asking.filed(w, fund(date(2027, 8, 31)), 1_000_00, starts_on=date(2027, 5, 1), ends_on=date(2027, 5, 2))
    request = asking.filed(w, fund(date(2027, 8, 31)), 1_000_00)
    ask = {"question": "Which hotel?", "by": w.manager, "now": NOW}
    requests.ask(request=request, version=request.version, due=TODAY + timedelta(days=12 + shift), **ask)
    claim = w.submitted(fund(date(2027, 8, 31)), by=w.member)
    claims.ask(claim=claim, version=claim.version, question="Who came?", by=w.admin, now=NOW, due=TODAY + 2 * days)
    w.submitted(fund(date(2027, 8, 31)))
    claims.take(claim=w.submitted(fund(date(2027, 8, 31))), by=w.second_admin, now=NOW)
    late = fund(date(2027, 8, 31))
    funds.ask_for_time(allocation=late, until=late.longest, why="It moved.", by=w.owner, now=NOW)
    paying.due(w, fund(date(2027, 8, 31)))
    paying.held(w, paying.due(w, fund(date(2027, 8, 31))), w.member)
    w.resource(valid_until=date(2027, 2, 28) + days)


@pytest.mark.django_db
def test_a_year_of_all_rules(w):
    """Each day, at six or at eighteen UTC; four days and three weeks were missed. Nothing is done meanwhile."""
    for n, zone in enumerate(ZONES):
        one_of_each(w, zone, 5 + 3 * n)
    exam = Certification(vendor=w.northgate, name="Cloud architect", how="Pass the exam.")
    exam = standing.save_certification(certification=exam, by=w.manager, now=NOW)
    change = standing.Change(w.brightpath, certified={exam.pk: date(2027, 5, 31)})
    standing.set_standings(vendor=w.northgate, changes=[change], by=w.manager, now=NOW)
    known = facts()
    assert {fact.rule for fact in known} >= {*LEADS, *NEWS} - {"program_fits"}
    missed = {*range(30, 34), *range(120, 141)}
    moments = [
        datetime.combine(TODAY + timedelta(days=day), time(6 if day % 2 else 18), tzinfo=UTC)
        for day in range(1, 400)
        if day not in missed
    ]
    for moment in moments:
        remind(zones_of_matters(), Clock(moment))
    rows = Reminder.objects.values_list("rule", "subject_id", "lead", "recipient__name")
    assert len(rows) == len(set(rows))
    assert set(rows) == reckoned(w, known, moments)
    assert facts() == known  # nothing ended meanwhile: the reckoning is of the same matters


@pytest.mark.django_db
def test_the_leap_day_and_the_days_around_it(w):
    """Anchors on 28 and 29 February and 1 March 2028: days are counted, whatever the month's length."""
    program = w.program(starts_on=TODAY, ends_on=date(2028, 12, 31), activity_days=0)
    anchors = [date(2028, 2, 28), date(2028, 2, 29), date(2028, 3, 1), date(2028, 3, 31)]
    made = {w.fund(budget=w.budget(program), expires_on=day, claim_by=date(2028, 12, 31)).pk: day for day in anchors}
    for n in range(110):
        remind(["UTC"], Clock(datetime(2027, 12, 20, 12, tzinfo=UTC) + timedelta(days=n)))
    rows = Reminder.objects.filter(rule="expires_on", recipient=w.owner)
    told = {(row.allocation_id, row.lead): row.due_on for row in rows}
    assert told == {(pk, lead): day - timedelta(days=lead) for pk, day in made.items() for lead in LEADS["expires_on"]}
    assert all(row.due_on == row.created_at.date() or row.lead == 60 for row in rows.order_by("id"))
