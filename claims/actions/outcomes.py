"""The partner tells what came of an activity; which results are still to be told."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.utils.formats import date_format

from claims.actions.steps import ClaimRefused
from claims.models import Claim, FundRequest, Outcome, OutcomeReport, Result, ResultFile
from claims.states.outcomes import ALWAYS, CLAIM_REPORTS, DUE_DAYS, REQUEST_REPORTS, RESULTS
from partners.events import event, record
from partners.models import User
from programs.models import Activity, Terms
from programs.states import WindowFrom
from programs.uploads import Accepted

MOST_FILES = 5


@dataclass(frozen=True, slots=True)
class Told:
    """One figure as the partner tells it: `amount` is a count, or minor units for what is money."""

    kind: str
    basis: str
    amount: int
    source: str = ""


def due_days(terms: Terms) -> int:
    """How many days after its end the results of an activity are due."""
    if terms.claim_window_from == WindowFrom.ACTIVITY:
        return max(1, min(DUE_DAYS, terms.claim_window_days))
    return DUE_DAYS


def ended_on(about: Claim | FundRequest) -> date:
    """The activity's last day; where a claim names none, the day on which it was filed."""
    if isinstance(about, FundRequest):
        assert about.ends_on is not None or about.starts_on is not None
        return about.ends_on or about.starts_on  # type: ignore[return-value]
    assert about.filed_at is not None
    return about.ran_until or about.program.today(about.filed_at)


def activities_of(about: Claim | FundRequest) -> list[Activity]:
    if isinstance(about, FundRequest):
        return [about.activity] if about.activity else []
    return [line.activity for line in about.lines.select_related("activity") if line.activity]


def figures_asked(about: Claim | FundRequest) -> list[str]:
    """The kinds of results that its activities name, in the order of the library, and those that are always asked for."""
    named = {figure for activity in activities_of(about) for figure in activity.figures}
    return [kind for kind in RESULTS if kind in named and kind not in ALWAYS] + list(ALWAYS)


def may_be_told(about: Claim | FundRequest, now: datetime) -> str:
    """Why there is nothing to report yet, in words; empty when there is."""
    took_place = REQUEST_REPORTS if isinstance(about, FundRequest) else CLAIM_REPORTS
    if about.status not in took_place:
        return "Results are reported of what was filed or approved, and this is not."
    last = ended_on(about)
    if about.program.today(now) < last:
        return f"The activity runs until {date_format(last)}: report what came of it after that."
    return ""


def head(about: Claim | FundRequest, now: datetime) -> Outcome:
    """The outcome of this activity, locked; made at the first report where none was expected."""
    key = {"request" if isinstance(about, FundRequest) else "claim": about}
    asks = any(activity.figures for activity in activities_of(about))
    last = ended_on(about)
    Outcome.objects.get_or_create(
        **key,
        defaults={
            "allocation": about.allocation,
            "partner_id": about.partner_id,
            "ended_on": last,
            "due_on": last + timedelta(days=due_days(about.allocation.terms)) if asks else None,
            "created_at": now,
        },
    )
    found: Outcome = Outcome.objects.select_for_update(of=("self",), no_key=True).get(**key)
    return found


def report(
    *,
    about: Claim | FundRequest,
    number: int,
    results: Sequence[Told],
    by: User,
    now: datetime,
    words: str = "",
    files: Iterable[Accepted] = (),
) -> OutcomeReport:
    """Tell what came of it; the report before this one stays and no longer counts.

    `number` is that of the report which the writer saw (0: none), so that a second click reports nothing twice. ClaimRefused
    where it does not fit any more, before the activity has ended, and without a single figure.
    """
    if not by.has_perm("claims.report", about):
        raise PermissionDenied
    if reason := may_be_told(about, now):
        raise ClaimRefused(reason)
    if not results:
        raise ClaimRefused("Enter at least one figure; 0 is one too.")
    with transaction.atomic():
        outcome = head(about, now)
        if outcome.number != number:
            raise ClaimRefused("Results were reported after you opened this page. Look at them, then report again.")
        outcome.number += 1
        outcome.reported_at = now
        outcome.save(update_fields=["number", "reported_at"])
        made = OutcomeReport.objects.create(
            outcome=outcome, number=outcome.number, words=words.strip(), reported_by=by, reported_at=now
        )
        Result.objects.bulk_create(
            Result(report=made, kind=t.kind, basis=t.basis, amount=t.amount, source=t.source.strip()) for t in results
        )
        keep(made, list(files)[:MOST_FILES])
        told = [{"kind": t.kind, "basis": t.basis, "amount": t.amount, "source": t.source.strip()} for t in results]
        data = {"results": told, "report": made.number}
        record(
            [
                event(
                    verb="reported",
                    about=about,
                    by=by,
                    company_id=about.partner_id,
                    reason=made.words,
                    data=data,
                    at=now,
                )
            ]
        )
    return made


def keep(made: OutcomeReport, files: Sequence[Accepted]) -> None:
    """Each content once. What was stored goes again if its row cannot be written."""
    kept: list[ResultFile] = []
    try:
        for accepted in {accepted.sha256: accepted for accepted in files}.values():
            row = ResultFile(
                report=made,
                name=accepted.name,
                kind=accepted.kind,
                size=len(accepted.content),
                sha256=accepted.sha256,
                pages=accepted.pages,
            )
            row.file.save(accepted.stored_name, ContentFile(accepted.content), save=False)
            kept.append(row)
        ResultFile.objects.bulk_create(kept)
    except Exception:
        for row in kept:
            row.file.delete(save=False)
        raise


STATUSES = {
    "claims": ", ".join(f"'{status.value}'" for status in CLAIM_REPORTS),
    "requests": ", ".join(f"'{status.value}'" for status in REQUEST_REPORTS),
}
DAYS = (
    f"CASE WHEN t.claim_window_from = '{WindowFrom.ACTIVITY}' THEN greatest(1, least({DUE_DAYS}, t.claim_window_days)) "
    f"ELSE {DUE_DAYS} END"
)
# Every activity that is over and whose terms ask for results, in one statement each for claims and for requests. What was
# filed anew with other days gets another due date, unless it was reported meanwhile.
EXPECT = tuple(
    f"""
    INSERT INTO claims_outcome (claim_id, request_id, allocation_id, partner_id, ended_on, due_on, number, created_at)
    SELECT {of} FROM (
        SELECT x.id, x.allocation_id, x.partner_id, {ended} AS ended, {DAYS} AS days
          FROM {table} x JOIN funds_allocation f ON f.id = x.allocation_id JOIN programs_terms t ON t.id = f.terms_id
          JOIN funds_budget b ON b.id = f.budget_id JOIN programs_program p ON p.id = b.program_id
         WHERE x.status IN ({STATUSES[name]}) AND {asked} AND {ended} <= (%(now)s AT TIME ZONE p.time_zone)::date
    ) over
    ON CONFLICT ({key}) DO UPDATE SET ended_on = excluded.ended_on, due_on = excluded.due_on
          WHERE claims_outcome.number = 0 AND claims_outcome.ended_on <> excluded.ended_on
    """
    for name, table, key, ended, asked, of in (
        (
            "claims",
            "claims_claim",
            "claim_id",
            "coalesce(x.ran_until, (x.filed_at AT TIME ZONE p.time_zone)::date)",
            "x.request_id IS NULL AND EXISTS (SELECT FROM claims_line l JOIN programs_activity a ON a.id = l.activity_id "
            "WHERE l.claim_id = x.id AND cardinality(a.figures) > 0)",
            "id, NULL, allocation_id, partner_id, ended, ended + days, 0, %(now)s",
        ),
        (
            "requests",
            "claims_fundrequest",
            "request_id",
            "coalesce(x.ends_on, x.starts_on)",
            "EXISTS (SELECT FROM programs_activity a WHERE a.id = x.activity_id AND cardinality(a.figures) > 0)",
            "NULL, id, allocation_id, partner_id, ended, ended + days, 0, %(now)s",
        ),
    )
)


def expect(now: datetime) -> int:
    """Note which activities are over, so that their results are due. How many rows were made or changed."""
    with transaction.atomic(), connection.cursor() as cursor:
        count = 0
        for statement in EXPECT:
            cursor.execute(statement, {"now": now})
            count += cursor.rowcount
    return count
