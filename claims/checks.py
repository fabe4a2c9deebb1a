"""What the terms of a claim's fund ask of it, read from the terms: windows, caps, minimums, and the proof for each activity.

The database keeps the rules of money among them too (`triggers.WITHIN_TERMS`); here they are said in words, before.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from django.db.models import F, Sum
from django.db.models.functions import Coalesce
from django.utils.formats import date_format

from claims.drawing import reserved_for
from claims.models import Claim, Line, Proof
from claims.states import COUNTED
from funds.models import Allocation
from funds.states import ALLOCATION_BUCKETS
from programs.activities import Shows
from programs.models import Activity
from programs.money import show
from programs.states import CapRule, WindowFrom
from programs.terms import counted


def wanting(claim: Claim, now: datetime) -> list[str]:
    """What still stands between this draft and filing it, in words; empty when it can be filed."""
    lines = list(claim.lines.select_related("activity"))
    proofs = list(claim.proofs.standing())
    activities = list(claim.allocation.terms.activities.all())
    today = claim.allocation.today(now)
    return [
        *of_lines(claim, lines, proofs, today),
        *of_time(claim, today),
        *of_money(claim),
        *of_activities(claim, lines, activities),
        *of_proofs(lines, proofs),
    ]


def of_lines(claim: Claim, lines: Sequence[Line], proofs: Sequence[Proof], today: date) -> Iterator[str]:
    if not lines:
        yield "Add at least one line: what it was, the supplier, the invoice and its amount."
    elif claim.asked == 0:
        yield "The vendor's share of these lines is nothing: check the amounts."
    if not proofs:
        yield "Attach at least one proof: the invoice, and what shows that it happened."
    if any(line.invoice_date > today for line in lines):
        yield "An invoice is dated in the future."


def of_time(claim: Claim, today: date) -> Iterator[str]:
    """The claim window, and that the activity ran while the money could be used."""
    fund, terms, ran_until = claim.allocation, claim.allocation.terms, claim.ran_until
    if today > fund.claim_by:
        yield f"The last day to file was {fund.claim_by:%-d %B %Y}."
    if ran_until and ran_until > today:
        yield "The activity has not ended yet: file when it has."
    if ran_until and ran_until > fund.expires_on:
        yield f"The activity ended after this fund's last day for activities, {date_format(fund.expires_on)}."
    if terms.claim_window_from == WindowFrom.ACTIVITY:
        window = counted(terms.claim_window_days)
        if ran_until is None:
            yield f"Say when the activity ended: a claim is taken for {window} after it."
        elif today > ran_until + timedelta(days=terms.claim_window_days):
            yield f"The activity ended on {date_format(ran_until)}, and a claim is taken for {window} after it."


def of_money(claim: Claim) -> Iterator[str]:
    fund, terms, currency = claim.allocation, claim.allocation.terms, claim.currency
    asked = show(claim.asked, currency)
    approved = reserved_for(claim)
    if terms.preapproval and claim.asked > approved:
        left = show(approved, currency)
        if claim.request:
            yield f"You ask for {asked}, and {left} of {claim.request.number} is left. The vendor has to approve the rest first."
        else:
            yield (
                f"You ask for {asked}, and {left} of this fund is approved in advance. "
                "The vendor has to approve the rest first."
            )
    elif claim.asked > approved + fund.available:
        left = show(approved + fund.available, currency)
        beside = "" if fund.unclaimed == approved + fund.available else " beside what other approvals hold"
        yield f"You ask for {asked}, and this fund has {left} left{beside}. Lower a line or split the claim."
    if terms.least_claim and claim.asked < terms.least_claim:
        yield f"You ask for {asked}, and claims are taken from {show(terms.least_claim, currency)}."


def of_activities(claim: Claim, lines: Sequence[Line], activities: Sequence[Activity]) -> Iterator[str]:
    """Each activity's own rules, on the lines of this claim and on what the partner has claimed for it in the period."""
    by_activity: dict[int, list[Line]] = defaultdict(list)
    known = {activity.pk: activity for activity in activities}
    for line in lines:
        if line.activity_id in known:
            by_activity[line.activity_id].append(line)
        elif activities:
            yield f"Line {line.position}: choose what kind of activity it was."
    capped = [known[pk] for pk in by_activity if (known[pk].period_cap, known[pk].period_cap_percent) != (None, None)]
    before = claimed_before(claim, [activity.name for activity in capped])
    granted = granted_in_period(claim.allocation) if capped else 0
    for pk, own in by_activity.items():
        activity = known[pk]
        yield from of_one(activity, own, claim.currency)
        if activity in capped:
            yield from of_period(activity, own, before.get(activity.name, 0), granted, claim.currency)


def of_one(activity: Activity, lines: Sequence[Line], currency: str) -> Iterator[str]:
    asked = sum(line.asked for line in lines)
    people = sum(line.people or 0 for line in lines)
    said = f"{activity.name}: you ask for {show(asked, currency)}"
    if activity.claim_cap is not None and asked > activity.claim_cap:
        yield f"{said}, and a claim gets {show(activity.claim_cap, currency)} at most."
    if activity.least is not None and asked < activity.least:
        yield f"{said}, and a claim asks for {show(activity.least, currency)} at least."
    if activity.person_cap is not None:
        if any(not line.people for line in lines):
            yield f"{activity.name}: say for how many people it was."
        elif asked > activity.person_cap * people:
            most = show(activity.person_cap * people, currency)
            each = show(activity.person_cap, currency)
            yield f"{said}, and {counted_people(people)} get {most} at most, {each} each."
    if activity.most_people is not None and people > activity.most_people:
        yield f"{activity.name}: it is paid for {counted_people(activity.most_people)} at most, and you name {people}."


def counted_people(number: int) -> str:
    return "1 person" if number == 1 else f"{number:,} people"


def period_cap(activity: Activity, granted: int) -> int | None:
    """The most that is paid for it in a period, in minor units, when that much was granted. A fraction of a cent is not paid."""
    caps = [] if activity.period_cap is None else [activity.period_cap]
    if activity.period_cap_percent is not None:
        caps.append(int(granted * activity.period_cap_percent / 100))
    if not caps:
        return None
    return max(caps) if activity.period_cap_rule == CapRule.GREATER else min(caps)


def of_period(activity: Activity, lines: Sequence[Line], before: int, granted: int, currency: str) -> Iterator[str]:
    cap = period_cap(activity, granted)
    asked = sum(line.asked for line in lines)
    if cap is not None and before + asked > cap:
        used = f", and {show(before, currency)} of it is claimed already" if before else ""
        over = show(before + asked - cap, currency)
        yield f"{activity.name}: a period gets {show(cap, currency)} at most{used}. Lower it by {over}."


def used_by_others(claim: Claim) -> list[str]:
    """Where all that a decided claim asks for, asked for again, is more than a period pays beside what others took since."""
    by_activity: dict[Activity, list[Line]] = defaultdict(list)
    for line in claim.lines.select_related("activity"):
        if line.activity and (line.activity.period_cap, line.activity.period_cap_percent) != (None, None):
            by_activity[line.activity].append(line)
    before = claimed_before(claim, [activity.name for activity in by_activity])
    granted = granted_in_period(claim.allocation) if before else 0
    return [
        words
        for activity, own in by_activity.items()
        if (used := before.get(activity.name, 0))
        for words in of_period(activity, own, used, granted, claim.currency)
    ]


def claimed_before(claim: Claim, names: Sequence[str]) -> dict[str, int]:
    """What the partner's other claims on the same budget ask or got for activities of these names, in minor units."""
    if not names:
        return {}
    others = Line.objects.filter(
        activity__name__in=names,
        claim__partner=claim.partner_id,
        claim__allocation__budget=claim.allocation.budget_id,
        claim__status__in=COUNTED,
    ).exclude(claim=claim)
    sums = others.order_by().values("activity__name").annotate(total=Sum(Coalesce("accepted", "asked")))
    return {row["activity__name"]: int(row["total"]) for row in sums}


def granted_in_period(fund: Allocation) -> int:
    """All that the partner was granted in the period: its funds of the same budget, in minor units."""
    funds = Allocation.objects.filter(partner=fund.partner_id, budget=fund.budget_id)
    all_of_it = sum((F(bucket.value) for bucket in ALLOCATION_BUCKETS[1:]), F(ALLOCATION_BUCKETS[0].value))
    return int(funds.aggregate(total=Sum(all_of_it, default=0))["total"])


def proofs_asked(lines: Sequence[Line]) -> list[Shows]:
    """What the activities of these lines need shown, each once, in the order of the library."""
    asked = {proof for line in lines if line.activity for proof in line.activity.proofs}
    return [shows for shows in Shows if shows in asked]


def of_proofs(lines: Sequence[Line], proofs: Sequence[Proof]) -> Iterator[str]:
    """What each line's activity needs shown and no file of that line, or of all lines, shows. Alike for all lines: said once."""
    if not proofs:
        return
    missing: dict[str, dict[tuple[Shows, ...], list[Line]]] = defaultdict(lambda: defaultdict(list))
    for line in lines:
        if line.activity:
            shown = {what for proof in proofs if proof.belongs_to(line) for what in proof.shows}
            lacking = tuple(Shows(proof) for proof in line.activity.proofs if proof not in shown)
            missing[line.activity.name][lacking].append(line)
    for name, by_lacking in missing.items():
        for lacking, of_them in by_lacking.items():
            if not lacking:
                continue
            numbers = ", ".join(str(line.position) for line in of_them)
            which = "" if len(by_lacking) == 1 else f"Line{'s' if len(of_them) > 1 else ''} {numbers}, "
            what = "; ".join(shows.label for shows in lacking)
            yield f"{which}{name}: attach what is missing, or tick which file shows it: {what}."
