"""What does not fit to a partner's other claims: split just under a limit, or unusually large."""

from collections.abc import Iterator
from datetime import timedelta
from statistics import fmean, stdev
from typing import NamedTuple

from django.db.models import F, Sum

from claims.models import Claim, Line
from claims.signs.cases import MOST, Case, Cases, Sign, grouped
from programs.money import show

SPLIT_DAYS = timedelta(days=14)
# Between so much of a limit and the limit itself is "just under" it.
JUST_UNDER = 0.8
EARLIER = 5
DEVIATIONS = 3


class Past(NamedTuple):
    claim: Claim
    terms: int
    currency: str


def history(cases: Cases) -> dict[int, list[Past]]:
    """The latest filed claims of each partner that the reader may see."""
    found = (
        cases.others.filter(partner__in=cases.partners)
        .annotate(terms=F("allocation__terms_id"), money=F("allocation__budget__program__currency"))
        .order_by("-filed_at", "-id")
        .select_related("partner")[:MOST]
    )
    return grouped((claim.partner_id, Past(claim, claim.terms, claim.money)) for claim in found)


def patterns(cases: Cases) -> Iterator[tuple[Case, Sign]]:
    past = history(cases)
    for case in cases:
        others = [entry for entry in past.get(case.claim.partner_id, ()) if entry.claim.pk != case.claim.pk]
        yield from ((case, sign) for sign in split(case.claim, others))
        yield from ((case, sign) for sign in unusual(case.claim, others))
    yield from split_by_cap(cases)


def split(claim: Claim, others: list[Past]) -> Iterator[Sign]:
    """Several claims in two weeks, each just under what one person may approve and together over it."""
    limit = claim.allocation.terms.second_approval_over
    if limit is None or not is_just_under(claim.asked, limit):
        return
    beside = [
        entry.claim
        for entry in others
        if entry.terms == claim.allocation.terms_id
        and is_close(entry.claim, claim)
        and is_just_under(entry.claim.asked, limit)
    ]
    if beside:
        words = (
            f"{len(beside) + 1} claims within {SPLIT_DAYS.days} days, each just under {show(limit, claim.currency)}, "
            "from which on two people approve"
        )
        yield from (Sign("split", words, other) for other in beside[:3])


def is_just_under(amount: int, limit: int | None) -> bool:
    return limit is not None and JUST_UNDER * limit <= amount <= limit


def was_before(one: Claim, other: Claim) -> bool:
    return one.filed_at is not None and other.filed_at is not None and one.filed_at < other.filed_at


def is_close(one: Claim, other: Claim) -> bool:
    if one.filed_at is None or other.filed_at is None:
        return False
    return abs(one.filed_at - other.filed_at) <= SPLIT_DAYS


def split_by_cap(cases: Cases) -> Iterator[tuple[Case, Sign]]:
    """Several claims in two weeks, each just under what its activity pays a claim."""
    capped = {line.activity_id for case in cases for line in case.lines if line.activity_id}
    if not capped:
        return
    rows = (
        Line.objects.filter(activity__in=capped, activity__claim_cap__isnull=False, claim__partner__in=cases.partners)
        .filter(claim__in=cases.others)
        .order_by()
        .values(
            "claim_id", "claim__partner_id", "claim__filed_at", "activity_id", "activity__name", "activity__claim_cap"
        )
        .annotate(asked=Sum("asked"))[:MOST]
    )
    under = [row for row in rows if is_just_under(row["asked"], row["activity__claim_cap"])]
    claims = Claim.objects.in_bulk({row["claim_id"] for row in under})
    by_kind = grouped(((row["claim__partner_id"], row["activity_id"]), row) for row in under)
    for rows_of_kind in by_kind.values():
        for row in rows_of_kind:
            case = cases.by_id.get(row["claim_id"])
            beside = [
                r for r in rows_of_kind if r is not row and is_close(claims[r["claim_id"]], claims[row["claim_id"]])
            ]
            if case and beside:
                limit = show(row["activity__claim_cap"], case.claim.currency)
                words = (
                    f"{len(beside) + 1} claims for {row['activity__name']} within {SPLIT_DAYS.days} days, each just under the "
                    f"{limit} that a claim gets"
                )
                for other in beside[:3]:
                    yield case, Sign("split", words, claims[other["claim_id"]])


def unusual(claim: Claim, others: list[Past]) -> Iterator[Sign]:
    """Far more than this partner asked for before, in this currency."""
    before = [
        entry.claim.asked for entry in others if entry.currency == claim.currency and was_before(entry.claim, claim)
    ]
    if len(before) >= EARLIER and claim.asked > fmean(before) + DEVIATIONS * stdev(before):
        usual = show(round(fmean(before)), claim.currency)
        yield Sign("unusual", f"Far more than usual: the {len(before)} claims before it ask {usual} on average")
