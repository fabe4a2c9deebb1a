"""Approve many clean claims at once: choose, look at what will happen, do it, and see what became of each."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from claims import actions
from claims.actions.approving import NOT_YOURS
from claims.models import Claim, Proof
from claims.queue_filters import QueueFilter, ordered, with_promise
from claims.signs import Sign, signs_of
from claims.states import ClaimStatus, ProofStatus
from claims.views.queue import check_may_see
from partners.models import User
from programs.money import show

MOST = 1000
STANDS = {
    ClaimStatus.INFO_REQUESTED: "A question is open",
    ClaimStatus.SECOND_APPROVAL: "It waits for a second approval",
    ClaimStatus.DISPUTED: "Its decision is disputed",
}
CLEAN = (ClaimStatus.SUBMITTED, ClaimStatus.IN_REVIEW)


def numbers(values: Sequence[str]) -> list[int]:
    return [int(value) for value in values if value.isdecimal() and len(value) < 18]


def chosen(request: HttpRequest, now: datetime) -> list[Claim]:
    """The claims that were ticked, or with `all` every one that the queue's filters leave. At most `MOST`."""
    claims = with_promise(Claim.objects.visible_to(request.user).awaiting_decision(), now)
    if request.GET.get("all"):
        claims = QueueFilter(request.GET, queryset=claims, user=request.user).qs
    else:
        claims = claims.filter(pk__in=numbers(request.GET.getlist("claim"))[:MOST])
    return list(ordered(claims.with_fund().select_related("request"), "")[:MOST])


def obstacles(claims: Sequence[Claim], user: User) -> dict[int, str]:
    """Why a claim is not approved together with others, by its id; none for a clean one. Constant queries."""
    signs = signs_of(claims, seen_by=user)
    declined = set(
        Proof.objects.filter(claim__in=claims, status=ProofStatus.DECLINED).values_list("claim_id", flat=True)
    )
    with user.roles_at_hand():
        found = {claim.pk: obstacle(claim, user, signs[claim.pk], claim.pk in declined) for claim in claims}
    return {pk: words for pk, words in found.items() if words}


def obstacle(claim: Claim, user: User, signs: Sequence[Sign], has_declined: bool) -> str:
    most = claim.allocation.terms.second_approval_over
    if not user.has_perm("claims.review", claim):
        return NOT_YOURS
    if claim.status not in CLEAN:
        status = ClaimStatus(claim.status)
        return (
            f"{STANDS[status]}: decide on it by itself." if status in STANDS else f"It is {status.label.lower()} now."
        )
    if claim.disputed_at:
        return "It was disputed: decide on it by itself."
    if claim.reviewer_id not in (None, user.pk):
        return f"{claim.reviewer} has it."
    if claim.allocation.budget.closed_at:
        return "The period of its budget is closed."
    if most is not None and claim.asked > most:
        return f"Over {show(most, claim.currency)} two people approve."
    if claim.noted:
        return "It was filed with a warning: read it first."
    if has_declined:
        return "One of its files was declined."
    if signs:
        more = f", and {len(signs) - 1} more" if len(signs) > 1 else ""
        return f"{signs[0].words}{more}."
    return ""


def sums(claims: Sequence[Claim], amount: str) -> list[str]:
    """What they come to, a currency each."""
    found: dict[str, int] = {}
    for claim in claims:
        found[claim.currency] = found.get(claim.currency, 0) + getattr(claim, amount)
    return [show(total, currency) for currency, total in sorted(found.items())]


@require_safe
def preview(request: HttpRequest) -> HttpResponse:
    """What will be approved and what will not, and why."""
    check_may_see(request)
    claims = chosen(request, timezone.now())
    if not claims:
        messages.error(request, "Choose the claims that you want to approve together.")
        return redirect("claims:queue")
    left = obstacles(claims, request.user)
    clean = [claim for claim in claims if claim.pk not in left]
    context = {
        "clean": clean,
        "left": [(claim, left[claim.pk]) for claim in claims if claim.pk in left],
        "sums": sums(clean, "asked"),
        "seen": " ".join(f"{claim.pk}:{claim.version}" for claim in clean),
        "most": MOST if len(claims) == MOST else 0,
    }
    return render(request, "claims/review/bulk.html", context)


@require_POST
def approve(request: HttpRequest) -> HttpResponse:
    """Approve what the preview showed, each as it was seen there; what changed since is left out, with why."""
    check_may_see(request)
    seen = dict(pair for word in request.POST.get("seen", "").split()[:MOST] if (pair := read(word)))
    claims = list(
        Claim.objects.visible_to(request.user).filter(pk__in=seen).with_fund().select_related("request").order_by("pk")
    )
    if not claims:
        messages.error(request, "Choose the claims that you want to approve together.")
        return redirect("claims:queue")
    left = obstacles(claims, request.user)
    wanted = [actions.Approval(claim, seen[claim.pk]) for claim in claims if claim.pk not in left]
    outcomes = actions.approve_many(approvals=wanted, by=request.user, now=timezone.now())
    done = [outcome.claim for outcome in outcomes if not outcome.refusal]
    refused = [(outcome.claim, outcome.words) for outcome in outcomes if outcome.refusal]
    refused += [(claim, left[claim.pk]) for claim in claims if claim.pk in left]
    context = {"done": done, "refused": refused, "sums": sums(done, "approved")}
    return render(request, "claims/review/bulk_done.html", context)


def read(word: str) -> tuple[int, int] | None:
    pk, _, version = word.partition(":")
    good = pk.isdecimal() and len(pk) < 18 and version.isdecimal() and len(version) < 10
    return (int(pk), int(version)) if good else None
