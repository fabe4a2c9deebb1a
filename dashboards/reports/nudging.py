"""What a manager sees before a nudge is sent, so that nothing else is sent: each fund with what is unclaimed in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from funds.models import Allocation
from partners.models import Company, User
from reminders.nudges import may_be_nudged

BIGGEST = 2**63 - 1
NAMED = 5  # funds that are named for each kind of change


@dataclass(frozen=True, slots=True)
class Preview:
    """Whom a nudge would reach: by fund what is unclaimed in it, how many partners, sums per currency; and how many not."""

    funds: dict[int, int]
    partners: int
    amounts: list[tuple[str, int]]
    resting: int
    unread: int

    @property
    def seen(self) -> str:
        return written(self.funds)


def preview(funds: QuerySet[Allocation]) -> Preview:
    rows = list(
        funds.filter(may_be_nudged())
        .order_by("pk")
        .values_list("pk", "partner", "budget__program__currency", F("available") + F("reserved"))
    )
    sums: dict[str, int] = {}
    for _, _, currency, amount in rows:
        sums[currency] = sums.get(currency, 0) + amount
    others = funds.order_by().aggregate(
        resting=Count("pk", filter=Q(is_resting=True)),
        unread=Count("pk", filter=Q(is_resting=False, is_reached=False)),
    )
    return Preview(
        funds={pk: amount for pk, _, _, amount in rows},
        partners=len({partner for _, partner, _, _ in rows}),
        amounts=sorted(sums.items(), key=lambda entry: -entry[1]),
        **others,
    )


def written(funds: Mapping[int, int]) -> str:
    """For a form's hidden field: a fund takes a dozen characters, so that those of 100,000 partners fit in what is taken."""
    return "-".join(f"{pk:x}.{amount:x}" for pk, amount in funds.items())


def read(text: str) -> dict[int, int]:
    """What `written` made; nothing where it is something else."""
    try:
        pairs = [[int(number, 16) for number in pair.split(".")] for pair in text.split("-") if pair]
        found = dict(pairs)  # type: ignore[arg-type]
    except ValueError:
        return {}
    return found if all(0 < pk <= BIGGEST for pk in found) else {}


def changes(seen: Mapping[int, int], found: Mapping[int, int], *, user: User, company: Company) -> list[dict[str, Any]]:
    """What became different between two previews: for each kind how many funds, and the first of them by name."""
    kinds = {
        "new": [pk for pk in found if pk not in seen],
        "gone": [pk for pk in seen if pk not in found],
        "other": [pk for pk, amount in found.items() if seen.get(pk, amount) != amount],
    }
    wanted = [pk for pks in kinds.values() for pk in pks[:NAMED]]
    funds = Allocation.objects.visible_to(user).of_vendor(company).with_terms().in_bulk(wanted)
    return [
        {
            "kind": kind,
            "count": len(pks),
            "named": [{"fund": funds[pk], "seen": seen.get(pk)} for pk in pks[:NAMED] if pk in funds],
            "more": max(0, len(pks) - NAMED),
        }
        for kind, pks in kinds.items()
        if pks
    ]
