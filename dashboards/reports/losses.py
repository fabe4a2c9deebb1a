"""What lapsed, and why: each cent of it has one cause, so the causes add up to what lapsed.

A fund's causes are read from what was asked on it, in the order of `Cause`: each takes what it explains of what is still left, as
far as that goes. Nobody knows what somebody would have done with the money; it says what stood in the way when it lapsed.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum

from django.db.models import Case, F, Q, Sum, When

from claims.models import Claim, FundRequest
from claims.states import ClaimStatus, Reason
from claims.states.requests import RequestStatus
from funds.models import Allocation, Movement
from funds.states import Act, Bucket
from partners.models import Company, Event, User


class Cause(Enum):
    """Why money lapsed, and the rule by which that is known."""

    STATED = "The vendor’s statement says so", "Of a vendor that you record yourself only its statements tell."
    REJECTED = "A claim was rejected", "What rejected claims asked for that were not filed again and accepted."
    UNANSWERED = (
        "A question was not answered in time",
        "What claims and requests asked for that went back because nobody answered, and were not filed again.",
    )
    SENT_BACK = "Sent back, and not filed again", "What such claims and requests asked for."
    DECLINED = "A request was declined", "What declined requests asked for that were not filed again."
    TOO_LATE = "Begun too late", "Drafts that were begun after the fund’s last safe start and never filed."
    UNFINISHED = "Begun, and never filed", "Drafts that were never filed, and what you took back."
    NOT_CLAIMED = "Approved in advance, and not claimed", "What was still set aside on the last day to claim."
    REDUCED = "Approved for less than was asked", "What claims asked for beyond what was approved of them."
    REST = "The rest of a fund in use", "What was left of a fund of which some was claimed, and nobody asked for."
    NEVER = "Never started", "Funds on which nothing was ever begun."

    def __init__(self, label: str, rule: str) -> None:
        self.label, self.rule = label, rule


@dataclass(frozen=True, slots=True)
class Asked:
    """A claim or a request on the fund; amounts in minor units. `ended` names what came of it last, where that is known."""

    status: str
    amount: int
    approved: int | None
    began: date
    was_filed: bool
    is_claim: bool
    ended: str = ""
    is_unanswered: bool = False
    freed: int = 0


@dataclass(slots=True)
class Lost:
    """What of one fund lapsed, less what came back: below 0 where more came back. `reserved` is what of it was set aside."""

    fund: Allocation
    amount: int
    reserved: int
    asked: list[Asked] = field(default_factory=list)

    @property
    def causes(self) -> dict[Cause, int]:
        """What each cause explains; together all that lapsed. Nothing where more came back than lapsed."""
        return shares(self)


def shares(lost: Lost) -> dict[Cause, int]:
    left, found = max(0, lost.amount), {}
    for cause, amount in explained(lost).items():
        part = min(left, amount)
        if part > 0:
            found[cause] = part
            left -= part
    if left:
        found[rest_of(lost)] = left
    return found


def rest_of(lost: Lost) -> Cause:
    """Why the part lapsed that nobody ever asked for."""
    if lost.fund.is_kept:
        return Cause.STATED
    in_use = lost.fund.claimed + lost.fund.approved + lost.fund.paid > 0 or any(a.was_filed for a in lost.asked)
    return Cause.REST if in_use else Cause.NEVER


def explained(lost: Lost) -> dict[Cause, int]:
    """How much each cause could explain, in the order of the causes."""
    could: dict[Cause, int] = defaultdict(int)
    for asked in lost.asked:
        if (cause := stopped_by(asked, lost.fund)) is not None:
            could[cause] += asked.amount
        elif asked.is_claim and asked.approved is not None:
            could[Cause.REDUCED] += asked.amount - asked.approved
        could[Cause.NOT_CLAIMED] += asked.freed
    could[Cause.NOT_CLAIMED] += lost.reserved
    return {cause: could[cause] for cause in Cause if could[cause]}


CAME_BACK = (
    ClaimStatus.DRAFT,
    ClaimStatus.REJECTED,
    ClaimStatus.RETURNED,
    ClaimStatus.WITHDRAWN,
    RequestStatus.DECLINED,
)


def stopped_by(asked: Asked, fund: Allocation) -> Cause | None:
    """Why what was asked was not to be had; None where it stands, or was decided."""
    if asked.status not in CAME_BACK:
        return None
    if asked.ended == ClaimStatus.REJECTED:
        return Cause.REJECTED
    if asked.ended == RequestStatus.DECLINED:
        return Cause.DECLINED
    if asked.ended == ClaimStatus.RETURNED:
        return Cause.UNANSWERED if asked.is_unanswered else Cause.SENT_BACK
    is_late = not asked.was_filed and asked.began > fund.last_safe_start
    return Cause.TOO_LATE if is_late else Cause.UNFINISHED


def losses(*, user: User, company: Company, since: datetime, until: datetime) -> list[Lost]:
    """Each fund of which something lapsed or came back in that time, in five queries whatever there is; the most first."""
    funds = Allocation.objects.visible_to(user).of_partner(company)
    signed = Case(When(act=Act.EXPIRE, then=F("amount")), default=-F("amount"))
    net = Movement.objects.filter(
        allocation__in=funds, act__in=[Act.EXPIRE, Act.EXTEND], posted_at__gte=since, posted_at__lte=until
    )
    rows = (
        net.order_by()
        .values("allocation")
        .annotate(net=Sum(signed), reserved=Sum("amount", filter=Q(source=Bucket.RESERVED), default=0))
    )
    found = {row["allocation"]: row for row in rows if row["net"]}
    known = funds.with_terms().in_bulk(found)
    lost = {pk: Lost(known[pk], int(row["net"]), int(row["reserved"])) for pk, row in found.items()}
    put_asked(lost)
    return sorted(lost.values(), key=lambda one: (one.fund.currency, -one.amount, one.fund.pk))


FACTS = ("pk", "allocation_id", "status", "asked", "approved", "created_at", "filed_at")


def put_asked(lost: dict[int, Lost]) -> None:
    """Give each fund what was asked on it."""
    claims = list(Claim.objects.filter(allocation__in=lost).order_by("pk").values_list(*FACTS))
    requests = list(FundRequest.objects.filter(allocation__in=lost).order_by("pk").values_list(*FACTS))
    ends = ends_of([row[0] for row in claims], [row[0] for row in requests])
    for rows, subject in ((claims, "claims.claim"), (requests, "claims.fundrequest")):
        for pk, fund, status, amount, approved, created_at, filed_at in rows:
            ended = ends.get((subject, pk))
            is_expired = ended is not None and ended.to_state == RequestStatus.EXPIRED
            lost[fund].asked.append(
                Asked(
                    status=status,
                    amount=amount,
                    approved=approved,
                    began=lost[fund].fund.today(created_at),
                    was_filed=filed_at is not None,
                    is_claim=subject == "claims.claim",
                    ended=ended.to_state if ended else "",
                    is_unanswered=ended is not None and is_silence(ended),
                    freed=ended.data.get("amount", 0) if ended is not None and is_expired else 0,
                )
            )


ENDS = (*CAME_BACK[1:], RequestStatus.EXPIRED)


def ends_of(claims: Sequence[int], requests: Sequence[int]) -> dict[tuple[str, int], Event]:
    """The last event of each by which it was given back or ended."""
    about = Q(subject="claims.claim", subject_id__in=claims) | Q(subject="claims.fundrequest", subject_id__in=requests)
    events = Event.objects.filter(about, to_state__in=ENDS).order_by("at", "id")
    return {(event.subject, event.subject_id): event for event in events}


def is_silence(event: Event) -> bool:
    """Windfall gave it back by itself: nobody had answered."""
    return event.to_state == ClaimStatus.RETURNED and (event.reason_code == Reason.UNANSWERED or event.actor_id is None)


@dataclass(frozen=True, slots=True)
class Why:
    """What one cause explains in one currency, over how many funds."""

    cause: Cause
    currency: str
    amount: int
    funds: int


def by_cause(lost: Iterable[Lost]) -> list[Why]:
    """The most first within a currency."""
    sums: dict[tuple[str, Cause], list[int]] = defaultdict(list)
    for one in lost:
        for cause, amount in one.causes.items():
            sums[one.fund.currency, cause].append(amount)
    whys = [Why(cause, currency, sum(amounts), len(amounts)) for (currency, cause), amounts in sums.items()]
    return sorted(whys, key=lambda why: (why.currency, -why.amount, why.cause.name))


def came_back(lost: Iterable[Lost]) -> dict[str, int]:
    """By currency: what of earlier lapses came back in that time, beyond what lapsed of the same fund."""
    sums: dict[str, int] = defaultdict(int)
    for one in lost:
        if one.amount < 0:
            sums[one.fund.currency] -= one.amount
    return dict(sums)
