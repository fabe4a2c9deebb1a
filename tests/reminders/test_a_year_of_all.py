"""Over a year in three time zones, with a leap day and both changes of the clocks, for all rules: every due reminder exactly
once, at the first round at which it was due, none missing. The reckoning knows nothing of the sweep's SQL: it goes through days,
matters and people one by one.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from claims.actions import outcomes
from partners.models import Company
from partners.states import Role
from programs.days import Clock
from reminders.actions.reminding import remind, zones_of_matters
from reminders.models import Matter, Reminder, Threshold, Timing
from reminders.states import Rule
from tests.cast import TODAY, World, person
from tests.reminders.year_world import Zone, of_partners, of_vendors

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
    "outcome": [14, 3, -3, -14],
    "certification": [60, 30, 7],
    "resource_held": [21],
    "step": [7, 1, 0, -7],
    "hold": [0, -7, -21],
    "short_pay": [0, -7, -21],
    "request_decision": [3, -1, -7],
    "time_asked": [-2, -9],
    "plan_asked": [-2, -9],
    "join_asked": [-2, -9],
    "resource": [30, 7],
    "claim_decision": [2, -1, -7],
    "payment_due": [-1, -7, -14],
    "short_rest": [-7, -21],
}
NEWS = {"granted", "program_fits", "time_answered", "plan_answered", "join_answered", "reversal", "no_mail"}
OWNER_FROM = {
    **dict.fromkeys(("safe_start", "expires_on", "claim_by", "request_claim_by"), 7),
    "request_over": -7,
    "draft_claim": -21,
    "draft_request": -21,
    "claim_question": 3,
    "request_question": 3,
    "step": -7,
    "outcome": -14,
    "request_decision": -7,
    "claim_decision": -7,
    "payment_due": -14,
    "short_rest": -21,
}
VENDOR_FROM = {**dict.fromkeys(("safe_start", "expires_on", "claim_by", "request_claim_by"), 14), "request_over": -14}
# What companies chose: a partner's and Windfall's own days take the place of the usual ones, a vendor's for its partners are
# added.
CHOSEN = {
    ("Brightpath", "expires_on"): [90, 10],
    ("Brightpath", "draft_claim"): [-3, -30],
    ("Brightpath", "outcome"): [30, -20],
    ("Brightpath", "hold"): [-1, -30],
    ("Northgate Cloud", "expires_on"): [120, 10],
    ("Northgate Cloud", "claim_by"): [21],
    ("Northgate Cloud", "request_over"): [-3, -30],
    ("Northgate Cloud", "resource_held"): [90, 5],
    ("Northgate Cloud", "request_decision"): [10, -2],
    ("Northgate Cloud", "resource"): [100, 1],
    ("Windfall", "claim_decision"): [5, -10],
    ("Windfall", "payment_due"): [10, -5],
}
MUCH = 4_000_00  # of US dollars, to Northgate

# What somebody was told: rule, id of what it is about, where, which lead, who.
Told = tuple[str, int, str, int, str]


@dataclass(frozen=True)
class Fact:
    """One matter, as the test knows it."""

    rule: str
    subject: int
    company: str
    vendor: str
    zone: str
    anchor: date
    deadline: date | None
    audience: str
    worker: str
    amount: int
    is_of_a_fund: bool

    @property
    def leads(self) -> list[int]:
        usual = CHOSEN.get((self.company, self.rule), LEADS[self.rule])
        return usual + CHOSEN.get((self.vendor, self.rule), [])

    def lead_on(self, today: date) -> int | None:
        """The tightest that is due."""
        left = (self.anchor - today).days
        if self.deadline is not None and today > self.deadline:
            return None
        if self.rule in NEWS:
            return 0 if -14 <= left <= 0 else None
        return min((lead for lead in self.leads if left <= lead), default=None)


def facts() -> set[Fact]:
    return {
        Fact(
            m.rule,
            m.subject_id,
            m.company.name,
            m.vendor.name if m.vendor else "",
            m.zone,
            m.anchor,
            m.deadline,
            m.audience,
            m.worker.name if m.worker else "",
            m.amount or 0,
            m.allocation_id is not None,
        )
        for m in Matter.objects.select_related("worker", "company", "vendor")
    }


PEOPLE = {
    ("Brightpath", "partner"): ["Owner", "Member"],
    ("Brightpath", "owner"): ["Owner"],
    ("Brightpath", "people"): ["Owner"],
    ("Othertech", "partner"): ["Stranger"],
    ("Othertech", "owner"): ["Stranger"],
    ("Northgate Cloud", "vendor"): ["Manager", "Maggie"],
    ("Skylark Compute", "vendor"): ["Skylarker"],
    ("Windfall", "admin"): ["Admin", "Adminette"],
    ("Windfall", "finance"): ["Finance", "Fiona"],
}


def hear_of(fact: Fact, today: date) -> list[tuple[str, str, int]]:
    """(company, who, lead) on that day: the worker if they are of those who act, else all of them; when time is short the owner
    too, and at Northgate and Windfall all who act, on that day even if it is none of the leads.

    Of much money the vendor's managers hear as well, whatever its partner chose.
    """
    left, lead = (fact.anchor - today).days, fact.lead_on(today)
    found = []
    if lead is not None:
        all_of_them = PEOPLE[fact.company, fact.audience]
        told = [fact.worker] if fact.worker in all_of_them else all_of_them
        found = [(fact.company, name, lead) for name in told]
        if fact.rule in OWNER_FROM and left <= OWNER_FROM[fact.rule]:
            keepers = PEOPLE.get((fact.company, "owner"), all_of_them)
            found += [(fact.company, name, min(lead, OWNER_FROM[fact.rule])) for name in keepers if name not in told]
    is_over = fact.deadline is not None and today > fact.deadline
    is_much = fact.vendor == "Northgate Cloud" and fact.is_of_a_fund and fact.amount >= MUCH
    if is_much and not is_over and fact.rule in VENDOR_FROM and left <= VENDOR_FROM[fact.rule]:
        its = VENDOR_FROM[fact.rule] if lead is None else min(lead, VENDOR_FROM[fact.rule])
        found += [(fact.vendor, name, its) for name in PEOPLE[fact.vendor, "vendor"]]
    return found


def reckoned(known: set[Fact], moments: list[datetime]) -> dict[Told, datetime]:
    """What somebody has to have heard of after these rounds, each with the first at which it was due."""
    heard: dict[Told, datetime] = {}
    for fact in known:
        for moment in moments:
            for company, name, lead in hear_of(fact, moment.astimezone(ZoneInfo(fact.zone)).date()):
                heard.setdefault((fact.rule, fact.subject, company, lead, name), moment)
    return heard


def chosen(w: World) -> None:
    ids = dict(Company.objects.values_list("name", "pk"))
    Timing.objects.bulk_create(
        Timing(company_id=ids[name], rule=rule, leads=leads, changed_by=w.owner)
        for (name, rule), leads in CHOSEN.items()
    )
    Threshold.objects.create(vendor=w.northgate, currency="USD", amount=MUCH)


@pytest.mark.django_db
def test_a_year_of_all_rules(w):
    """Each day, at six or at eighteen UTC; four days and three weeks were missed. Nothing is done meanwhile."""
    for n, zone in enumerate(ZONES):
        Zone(w, zone, 5 + 3 * n).fill()
    of_vendors(w)
    of_partners(w)
    chosen(w)
    person("maggie", w.northgate, Role.MANAGER)
    outcomes.expect(datetime(2027, 6, 1, tzinfo=UTC))
    known = facts()
    assert {fact.rule for fact in known} == {*LEADS, *NEWS} == {*Rule} - {Rule.NUDGE}
    missed = {*range(30, 34), *range(120, 141)}
    moments = [
        datetime.combine(TODAY + timedelta(days=day), time(6 if day % 2 else 18), tzinfo=UTC)
        for day in range(1, 400)
        if day not in missed
    ]
    for moment in moments:
        remind(zones_of_matters(), Clock(moment))
    rows = Reminder.objects.values_list("rule", "subject_id", "company__name", "lead", "recipient__name", "created_at")
    times = Counter(row[:5] for row in rows)
    assert {told for told, n in times.items() if n > 1} == set()
    assert {row[:5]: row[5] for row in rows} == reckoned(known, moments)
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
