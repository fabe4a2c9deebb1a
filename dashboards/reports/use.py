"""How much of what was granted is used: by program, and by partner. From the kept balances, never from the ledger."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import (
    BooleanField,
    Case,
    Count,
    ExpressionWrapper,
    F,
    FilteredRelation,
    FloatField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Cast

from claims.models import Claim
from funds.models import Allocation, Budget
from funds.states import ALLOCATION_BUCKETS, Bucket
from partners.models import Company, User
from programs.models import Program

USED = (Bucket.CLAIMED, Bucket.APPROVED, Bucket.PAID)
UNUSED = (Bucket.AVAILABLE, Bucket.RESERVED)
AMOUNTS = ("granted", "used", "unused", "gone")


def of_buckets(buckets) -> Sum:
    first, *others = buckets
    return Sum(sum((F(b.value) for b in others), start=F(first.value)), default=0)


def by_program(*, programs: Iterable[Program], user: User, company: Company) -> list[dict[str, Any]]:
    """Each of these programs with its budgets' money, its funds' money, and when a claim last came, in three queries."""
    budgets = Budget.objects.visible_to(user).filter(program__vendor_id=company.pk).order_by().values("program")
    money = {row["program"]: row for row in budgets.annotate(f=Sum("funded"), u=Sum("unallocated"))}
    funds = Allocation.objects.visible_to(user).of_vendor(company).order_by().values(program=F("budget__program"))
    sums = {b.value: of_buckets([b]) for b in ALLOCATION_BUCKETS}
    shares = {
        row["program"]: row
        for row in funds.annotate(
            partners=Count("partner", distinct=True), **{f"all_{name}": s for name, s in sums.items()}
        )
    }
    claims = Claim.objects.visible_to(user).of_vendor(company).order_by()
    last = dict(claims.values_list("allocation__budget__program").annotate(Max("filed_at")))
    return [
        program_row(program, money.get(program.pk, {}), shares.get(program.pk, {}), last.get(program.pk))
        for program in programs
    ]


def program_row(program: Program, money: dict, share: dict, last_claim: datetime | None) -> dict[str, Any]:
    amounts = {b.value: int(share.get(f"all_{b.value}") or 0) for b in ALLOCATION_BUCKETS}
    funded = int(money.get("f") or 0)
    used, granted = sum(amounts[b.value] for b in USED), sum(amounts.values())
    return {
        "program": program,
        "currency": program.currency,
        "name": program.name,
        "partners": share.get("partners", 0),
        "funded": funded,
        "unallocated": int(money.get("u") or 0),
        "granted": granted,
        "used": used,
        "unused": sum(amounts[b.value] for b in UNUSED),
        "gone": amounts[Bucket.LAPSED.value],
        "share": used * 100 / granted if granted else 0,
        "at_work": round(used * 100 / funded) if funded else 0,
        "last_claim": last_claim,
        **amounts,
    }


def by_partner(*, user: User, company: Company) -> QuerySet[Allocation, dict[str, Any]]:
    """A row for each partner and currency: amounts, `gone` of them lapsed, and the `share` that is used, in percent."""
    funds = Allocation.objects.visible_to(user).of_vendor(company).order_by()
    rows = funds.values("partner", "partner__name", currency=F("budget__program__currency"))
    used, granted = of_buckets(USED), of_buckets(ALLOCATION_BUCKETS)
    return rows.annotate(
        funds=Count("pk"),
        granted=granted,
        used=used,
        unused=of_buckets(UNUSED),
        gone=of_buckets([Bucket.LAPSED]),
        share=Case(
            When(Q(granted=0), then=Value(0.0)),
            default=Cast(F("used"), FloatField()) * 100.0 / Cast(F("granted"), FloatField()),
        ),
    ).filter(granted__gt=0)


def filed(company: Company) -> QuerySet[Claim]:
    return Claim.objects.of_vendor(company).filter(filed_at__isnull=False).order_by()


def with_last_claim(rows: QuerySet, company: Company) -> QuerySet:
    """Rows of `by_partner` that can be sorted by their `last_claim`. For a page, `tell_last_claim` is quicker."""
    theirs = filed(company).filter(
        partner=OuterRef("partner"), allocation__budget__program__currency=OuterRef("currency")
    )
    last = theirs.values("partner").annotate(last=Max("filed_at")).values("last")
    return rows.annotate(
        last_claim=Subquery(last), ever_claimed=ExpressionWrapper(Q(last_claim__isnull=False), BooleanField())
    )


def tell_last_claim(rows: list[dict[str, Any]], company: Company) -> list[dict[str, Any]]:
    claims = filed(company).filter(partner__in={row["partner"] for row in rows})
    last = claims.values_list("partner", "allocation__budget__program__currency").annotate(Max("filed_at"))
    known = {(partner, currency): at for partner, currency, at in last}
    return [row | {"last_claim": known.get((row["partner"], row["currency"]))} for row in rows]


def by_tier(*, user: User, company: Company, program: Program | None = None) -> list[dict[str, Any]]:
    """A row for each tier and currency, the highest tier first; partners without one last, in a row with the tier None."""
    funds = Allocation.objects.visible_to(user).of_vendor(company).order_by()
    if program:
        funds = funds.filter(budget__program=program)
    # A partner holds one tier of a vendor at most, so that no amount counts twice.
    held = FilteredRelation("partner__tiers_held", condition=Q(partner__tiers_held__vendor=company.pk))
    rows = funds.annotate(held=held).values(
        tier=F("held__tier"),
        tier_name=F("held__tier__name"),
        tier_rank=F("held__tier__rank"),
        currency=F("budget__program__currency"),
    )
    found = rows.annotate(
        partners=Count("partner", distinct=True),
        funds=Count("pk"),
        granted=of_buckets(ALLOCATION_BUCKETS),
        used=of_buckets(USED),
        unused=of_buckets(UNUSED),
        gone=of_buckets([Bucket.LAPSED]),
    ).filter(granted__gt=0)
    return [
        row | {name: int(row[name]) for name in AMOUNTS} | {"share": float(row["used"] * 100 / row["granted"])}
        for row in found.order_by(F("tier_rank").desc(nulls_last=True), "currency")
    ]


TOTALS = f"""
    SELECT currency, {", ".join(f"sum({name})::bigint" for name in AMOUNTS)}
      FROM ({{rows}}) AS of_partners GROUP BY currency
"""


def totals(rows: QuerySet) -> list[dict[str, Any]]:
    """Of rows of `by_partner`, per currency, the largest first; amounts of different currencies are never added."""
    sql, facts = rows.order_by().values("currency", *AMOUNTS).query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(TOTALS.format(rows=sql), facts)
        sums = [{"currency": currency} | dict(zip(AMOUNTS, amounts, strict=True)) for currency, *amounts in cursor]
    return sorted(sums, key=lambda of_currency: -of_currency["granted"])
