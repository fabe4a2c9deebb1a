"""What a vendor's manager does with the money of one fund: a page that asks, and does it."""

from collections.abc import Callable
from typing import NamedTuple

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from funds import actions
from funds.forms import MoneyForm
from funds.models import Allocation
from funds.posting import posted
from funds.states import ALLOCATION_BUCKETS, Bucket
from funds.views.allocations import visible_fund
from programs.forms import data_of
from programs.money import show


class Move(NamedTuple):
    """What a manager does to a fund's money, as its page says it. `{partner}` and `{most}` are filled in."""

    name: str
    act: Callable[..., bool]
    source: Bucket
    label: str
    title: str
    words: str
    done: str
    danger: bool = False

    def says(self, words: str, fund: Allocation, amount: int) -> str:
        return words.format(partner=fund.partner.name, amount=show(amount, fund.currency))


MOVES = {
    move.name: move
    for move in (
        Move(
            "withdraw",
            actions.withdraw,
            Bucket.AVAILABLE,
            "Withdraw",
            "Withdraw money from {partner}",
            "It goes back into the budget, and {partner} can't claim it any more. Up to {amount} is available; what is "
            "pre-approved or claimed stays.",
            "You withdrew {amount} from {partner}. It is back in the budget.",
            danger=True,
        ),
        Move(
            "reserve",
            actions.reserve,
            Bucket.AVAILABLE,
            "Pre-approve",
            "Pre-approve an activity of {partner}",
            "It sets money aside for one activity: you promise to pay it back when the proof is right, and {partner}'s next "
            "claim uses it first. Up to {amount} is available.",
            "You pre-approved {amount} for {partner}.",
        ),
        Move(
            "release",
            actions.release,
            Bucket.RESERVED,
            "Release",
            "Release a pre-approval of {partner}",
            "The money is available to {partner} again, for any activity. {amount} is pre-approved now.",
            "You released {amount}: it is available to {partner} again.",
        ),
        Move(
            "reoffer",
            actions.reoffer,
            Bucket.LAPSED,
            "Take back",
            "Take lapsed money back from {partner}",
            "It goes back into the budget, and you can grant it to others. {amount} has lapsed here. To give it to {partner} "
            "once more, extend the fund instead.",
            "{amount} is back in the budget: you can grant it again.",
        ),
    )
}


def move(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """GET shows the form, POST moves the money; a repeated click moves it once."""
    fund, step = visible_fund(request, pk), MOVES[name]
    if not request.user.has_perm("funds.manage_allocation", fund):
        raise PermissionDenied
    form = MoneyForm(data_of(request), currency=fund.currency, reason_for=fund.partner.name)
    if request.method == "POST" and form.is_valid():
        amount = form.cleaned_data["amount"]

        def act() -> bool:
            return step.act(
                allocation=fund,
                amount=amount,
                key=str(form.cleaned_data["key"]),
                by=request.user,
                reason=form.cleaned_data["reason"],
            )

        def left() -> str:
            fund.refresh_from_db(fields=[bucket.value for bucket in ALLOCATION_BUCKETS])
            held = getattr(fund, step.source.value)
            return f"{fund.partner.name} has {show(held, fund.currency)} {step.source.label.lower()} in this fund."

        if posted(request, form, act, left=left, done=step.says(step.done, fund, amount)):
            return redirect("funds:allocation", pk)
    most = getattr(fund, step.source.value)
    context = {
        "form": form,
        "fund": fund,
        "move": step,
        "most": most,
        "title": step.says(step.title, fund, most),
        "words": step.says(step.words, fund, most),
    }
    return render(request, "funds/move.html", context)
