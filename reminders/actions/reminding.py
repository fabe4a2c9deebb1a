"""Making reminders: one INSERT … SELECT from what there is to do, for all companies, rules and people at once.

It may run at any time and any number of times. What was told already stands in the way of being told again: the unique row, and
where a clock went back also a tighter lead than the one that would be due.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from django.db import connection, transaction
from django.db.models import F, Max

from partners.models import Company
from programs.days import Clock, end_of, zone
from programs.models import Program, Terms
from reminders.models import Absence, Reply, SweptZone, Threshold, Timing
from reminders.rules import KEEPERS, ROLE_AUDIENCES, RULES, TOO_LATE, Spec
from reminders.states import Rule

ROLES = ", ".join(f"('{role}', '{audience}', {role in KEEPERS})".lower() for role, audience in ROLE_AUDIENCES)
# Who acts where.
STANDS = f"""
    stands AS NOT MATERIALIZED (
        SELECT m.company_id, r.audience, m.user_id, bool_or(r.keeps) AS keeps
          FROM partners_membership m JOIN partners_user u ON u.id = m.user_id AND u.is_active
          JOIN (VALUES {ROLES}) AS r (role, audience, keeps) ON r.role = m.role
         WHERE m.ended_at IS NULL GROUP BY 1, 2, 3
    )"""
# And who reads it: themselves, or while they are away a colleague who may act too, or where that one is away as well the
# colleague's colleague.
PEOPLE = """,
    person AS (SELECT s.*, s.user_id AS reader_id FROM stands s)"""
PEOPLE_AWAY = """,
    away AS (
        SELECT a.user_id, a.company_id, a.delegate_id FROM reminders_absence a JOIN partners_company c ON c.id = a.company_id
          JOIN unnest(%(homes)s::text[], %(days)s::date[]) AS home (zone, today) ON home.zone = c.time_zone
         WHERE home.today BETWEEN a.from_on AND a.until_on
    ), person AS MATERIALIZED (
        SELECT s.*, coalesce(e.user_id, d.user_id, s.user_id) AS reader_id
          FROM stands s LEFT JOIN away ON away.user_id = s.user_id AND away.company_id = s.company_id
          LEFT JOIN stands d ON d.user_id = away.delegate_id AND d.company_id = s.company_id AND d.audience = s.audience
          LEFT JOIN away too ON too.user_id = d.user_id AND too.company_id = d.company_id
          LEFT JOIN stands e ON e.user_id = too.delegate_id AND e.company_id = s.company_id AND e.audience = s.audience
    )"""
# Who said that they work on it, or was handed it, comes before who stands in its record.
TAKEN = """,
    taken AS MATERIALIZED (
        SELECT w.rule, w.subject_id, w.company_id, w.anchor, w.user_id
          FROM reminders_reply w
          JOIN stands s ON s.user_id = w.user_id AND s.company_id = w.company_id AND s.audience = w.audience
         WHERE w.kind = 'working' AND w.ended_at IS NULL AND (w.ends_at IS NULL OR w.ends_at > %(now)s)
    )"""
TAKEN_BY = """
          LEFT JOIN taken ON taken.rule = m.rule AND taken.subject_id = m.subject_id AND taken.company_id = m.company_id
                         AND taken.anchor = m.anchor"""
# What is due now: {today} and {lead} are told by zone and rule, so that the planner knows how many rows to expect. A join would
# make it guess one, and look at each person for each matter.
DUE = """
    due AS (
        SELECT m.rule, m.subject_id, m.title, m.audience, m.company_id, m.vendor_id, m.partner_id, m.allocation_id,
               {worker} AS worker_id, m.anchor, m.deadline, m.amount, m.currency, m.step, m.step_id, {lead} AS lead,
               m.anchor - {today} AS days_left,
               CASE WHEN m.deadline IS NOT NULL THEN
                   coalesce(({closes})[m.deadline - {first}], (m.deadline + 1)::timestamp AT TIME ZONE {known})
               END AS closes_at
          FROM reminders_matter m
          {timings}
         WHERE ({bounds}) AND m.zone = ANY (%(zones)s) AND (m.deadline IS NULL OR m.deadline >= {today})
    )"""
# A company's own leads take the place of the rule's, the vendor's are added to them.
CHOSEN_LEAD = """
    CASE WHEN own.leads IS NULL AND theirs.leads IS NULL THEN {lead}
    ELSE (SELECT min(lead) FROM unnest(coalesce(own.leads, {usual}) || coalesce(theirs.leads, '{{}}')) AS lead
           WHERE lead >= m.anchor - {today}) END"""
TIMINGS = """
          LEFT JOIN reminders_timing own ON own.company_id = m.company_id AND own.rule = m.rule
          LEFT JOIN reminders_timing theirs ON theirs.company_id = m.vendor_id AND theirs.rule = m.rule"""
# Who works on it, or where nobody does everybody who wants it; when the time gets short also who looks after the company, on
# that day even if it is none of those chosen. An owner whom nobody else reads beside hears of it whatever they chose.
TO_ITS_PEOPLE = """
    SELECT due.*, person.reader_id, coalesce(person.user_id <> worker.user_id, false) AS escalated,
           CASE WHEN person.user_id <> worker.user_id THEN {owner_lead} END AS hears_from
      FROM due
     CROSS JOIN LATERAL (
          SELECT CASE WHEN due.worker_id IS NOT NULL AND (due.company_id, due.audience, due.worker_id) IN
                           (SELECT company_id, audience, user_id FROM stands) THEN due.worker_id END
     ) AS worker (user_id)
      JOIN person ON person.company_id = due.company_id AND person.audience = due.audience
     WHERE due.lead IS NOT NULL
       AND (worker.user_id IS NULL OR person.user_id = worker.user_id
            OR person.keeps AND due.days_left <= {owner_lead})"""
# Much money: to the managers of its vendor, who can give it more time. Their link is the fund.
TO_ITS_VENDOR = """
    UNION ALL
    SELECT due.rule, due.subject_id, due.title, 'vendor', due.vendor_id, due.vendor_id, due.partner_id, due.allocation_id,
           NULL, due.anchor, due.deadline, due.amount, due.currency, 'funds:allocation', due.allocation_id, due.lead,
           due.days_left, due.closes_at, person.reader_id, true, {vendor_lead}
      FROM due
      JOIN reminders_threshold t ON t.vendor_id = due.vendor_id AND t.currency = due.currency AND due.amount >= t.amount
      JOIN person ON person.company_id = due.vendor_id AND person.audience = 'vendor'
     WHERE due.days_left <= {vendor_lead} AND due.allocation_id IS NOT NULL AND due.company_id <> due.vendor_id"""
NOT_AFTER_A_TIGHTER = """
           NOT EXISTS (
           SELECT FROM reminders_reminder r
            WHERE r.subject_id = told.subject_id AND r.recipient_id = told.reader_id AND r.rule = told.rule
              AND r.anchor = told.anchor AND r.company_id = told.company_id AND r.lead < least(told.lead, told.hears_from))"""
NOT_PUT_OFF = """
           NOT EXISTS (
           SELECT FROM reminders_reply s
            WHERE s.subject_id = told.subject_id AND s.user_id = told.reader_id AND s.rule = told.rule
              AND s.company_id = told.company_id AND s.anchor = told.anchor
              AND s.kind = 'later' AND s.ended_at IS NULL AND s.ends_at > %(now)s)"""
REMIND = """
    WITH {people}, {due}
    INSERT INTO reminders_reminder (rule, lead, subject_id, title, audience, company_id, vendor_id, partner_id, allocation_id,
                                    recipient_id, is_escalated, anchor, deadline, due_on, closes_at, amount, currency, step,
                                    step_id, created_at)
    SELECT rule, least(lead, hears_from), subject_id, left(title, 300), audience, company_id, vendor_id, partner_id,
           allocation_id, reader_id, escalated, anchor, deadline, anchor - least(lead, hears_from), closes_at, amount,
           CASE WHEN amount IS NULL THEN '' ELSE currency END, step, step_id, %(now)s
      FROM ({told}) AS told {unless}
    ON CONFLICT DO NOTHING
"""
# What the matters of a day and their people are sorted in, and triggers look through: else it goes through files.
ROOM = "SET LOCAL work_mem = '64MB'"
# How far the day by which an index finds a matter may lie from its anchor: that of the last safe start is the fund's last day.
FAR = F("activity_days") + 2 * F("lead_days") + 3


def zones_of_matters() -> list[str]:
    """Each time zone in which something may be due: those of programs, and of companies for what is not a program's."""
    companies = Company.objects.on_windfall().order_by().values_list("time_zone", flat=True).distinct()
    return sorted({*Program.objects.time_zones(), *companies})


def remind(zones: Sequence[str], clock: Clock) -> int:
    """Tell of all that is due in these time zones. Returns how many reminders were made."""
    if not zones:
        return 0
    days = {name: clock.day_in(name) for name in zones}
    chosen = widest_leads()
    reach = {rule: reach_of(spec, chosen.get(rule, ())) for rule, spec in RULES.items()}
    went_back = SweptZone.objects.filter(time_zone__in=zones, furthest_on__gt=min(days.values())).exists()
    homes = list(Company.objects.order_by().values_list("time_zone", flat=True).distinct())
    days_at_home = [clock.day_in(name) for name in homes]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ROOM)
        cursor.execute(
            statement(
                days,
                reach,
                bool(chosen),
                to_vendors=Threshold.objects.exists(),
                went_back=went_back,
                answered=Reply.objects.standing(clock.now).exists(),
                anybody_away=Absence.objects.filter(until_on__gte=min(days_at_home)).exists(),
            ),
            {
                "zones": list(zones),
                "homes": homes,
                "days": days_at_home,
                "now": clock.now,
            },
        )
        return int(cursor.rowcount)


# From so many days ahead down to so many: after a deadline negative.
Reach = tuple[int, int]


def statement(
    days: dict[str, date],
    reach: dict[Rule, Reach],
    is_chosen: bool,
    *,
    to_vendors: bool,
    went_back: bool,
    answered: bool,
    anybody_away: bool,
) -> str:
    """The INSERT. What is put into its text is our own: dates, rules, and names of zones that were looked up."""
    today = case("m.zone", {name: f"'{day}'::date" for name, day in days.items()})
    lead = case("m.rule", {rule: lead_of(spec, f"(m.anchor - {today})") for rule, spec in RULES.items()})
    if is_chosen:
        usual = case(
            "m.rule", {rule: f"'{{{{{','.join(map(str, spec.leads))}}}}}'::int[]" for rule, spec in RULES.items()}
        )
        lead = CHOSEN_LEAD.format(lead=lead, usual=usual, today=today).replace("{{", "{").replace("}}", "}")
    due = DUE.format(
        lead=lead,
        today=today,
        closes=case("m.zone", closings(days, max(farthest for farthest, _ in reach.values()))),
        first=f"'{min(days.values()) - timedelta(days=1)}'::date",
        known=case("m.zone", {name: f"'{zone(name)}'" for name in days}),
        worker="coalesce(taken.user_id, m.worker_id)" if answered else "m.worker_id",
        timings=(TIMINGS if is_chosen else "") + (TAKEN_BY if answered else ""),
        bounds=" OR ".join(bounds(rule, reach[rule], days) for rule in RULES),
    )
    told = TO_ITS_PEOPLE.format(owner_lead=by_rule("owner_lead"))
    if to_vendors:
        told += TO_ITS_VENDOR.format(vendor_lead=by_rule("vendor_lead"))
    unless = [NOT_AFTER_A_TIGHTER] * went_back + [NOT_PUT_OFF] * answered
    people = STANDS + (PEOPLE_AWAY if anybody_away else PEOPLE) + (TAKEN if answered else "")
    return REMIND.format(people=people, due=due, told=told, unless="WHERE" + " AND".join(unless) if unless else "")


def case(of: str, values: Mapping[str, str]) -> str:
    """SQL: the value of the one of these that it is. What every one of them shares is said once."""
    groups: dict[str, list[str]] = {}
    for name, value in values.items():
        groups.setdefault(value, []).append(f"'{quoted(name)}'")
    whens = " ".join(f"WHEN {of} IN ({', '.join(names)}) THEN {value}" for value, names in groups.items())
    return f"CASE {whens} END"


def quoted(name: str) -> str:
    """For a literal in a statement that takes parameters."""
    return name.replace("'", "''").replace("%", "%%")


def by_rule(column: str) -> str:
    return case("due.rule", {rule: str(v) for rule, spec in RULES.items() if (v := getattr(spec, column)) is not None})


def lead_of(spec: Spec, left: str) -> str:
    """SQL: the tightest of the rule's leads that is due already: 5 days left of (7, 1) gives 7.

    NULL when it is too early for any, or so late that nobody wants to begin with it.
    """
    whens = " ".join(f"WHEN {left} <= {lead} THEN {lead}" for lead in sorted(spec.leads))
    late = f"WHEN {left} < {-spec.most_days_late} THEN NULL " if spec.most_days_late is not None else ""
    return f"CASE {late}{whens} END"


def widest_leads() -> dict[Rule, list[int]]:
    """By rule, the leads farthest ahead that some company chose. Empty where every company has the usual ones."""
    chosen: dict[Rule, list[int]] = {}
    for rule, leads in Timing.objects.values_list("rule", "leads").distinct():
        chosen.setdefault(Rule(rule), []).extend(leads)
    return chosen


def reach_of(spec: Spec, chosen: Sequence[int]) -> Reach:
    latest = -spec.most_days_late if spec.most_days_late is not None else min(0, spec.latest - TOO_LATE)
    return max([*spec.leads, *chosen]), 0 if spec.latest == 0 else latest


def bounds(rule: Rule, reach: Reach, days: dict[str, date]) -> str:
    """Which of the rule's matters are looked at: days that an index finds. All of it is our own, so no parameter."""
    first = min(days.values()) + timedelta(days=reach[1])
    last = max(days.values()) + timedelta(days=reach[0])
    if rule == Rule.SAFE_START:
        last += timedelta(days=Terms.objects.aggregate(far=Max(FAR))["far"] or 0)
    return f"m.rule = '{rule}' AND m.edge BETWEEN '{first}' AND '{last}'"


def closings(days: dict[str, date], ahead: int) -> dict[str, str]:
    """SQL by zone: an array of when each of the next days ends there, where the clocks change too.

    All begin with the same day, so that the day counted from that one is its place; no join has to guess how many rows it meets.
    What lies farther ahead the database reckons.
    """
    first = min(days.values())
    coming = [first + timedelta(days=n) for n in range(ahead + 2)]
    return {name: f"'{{{','.join(end_of(day, name).isoformat() for day in coming)}}}'::timestamptz[]" for name in days}
