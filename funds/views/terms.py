"""Funds under older terms: the manager brings them to the version in force, the partner's owner accepts it or keeps the own."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.defaultfilters import pluralize
from django.utils import timezone
from django.views.decorators.http import require_POST

from funds import actions
from funds.actions.terms import under_older_terms
from funds.views.allocations import visible_fund
from programs.changes import is_no_worse
from programs.models import Program, Terms


def renew_terms(request: HttpRequest, pk: int) -> HttpResponse:
    """GET says for each older version what differs and how many funds it means; POST moves or offers."""
    programs = Program.objects.visible_to(request.user).select_related("vendor", "terms")
    program = get_object_or_404(programs, pk=pk)
    if not request.user.has_perm("programs.change", program):
        raise PermissionDenied
    if request.method == "POST":
        try:
            done = actions.renew_terms(program=program, by=request.user, now=timezone.now())
        except actions.FundsRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, said(done))
        return redirect("programs:detail", pk)
    counts = under_older_terms(program).order_by().values("terms").annotate(funds=Count("pk"))
    numbers = {row["terms"]: row["funds"] for row in counts}
    older = []
    for terms in Terms.objects.filter(pk__in=numbers).prefetch_related("activities").order_by("number"):
        found = program.current_terms.changes_from(terms)
        older.append({"terms": terms, "funds": numbers[terms.pk], "changes": found, "moves": is_no_worse(found)})
    if not older:
        messages.info(request, "No fund with unclaimed money stands under older terms.")
        return redirect("programs:detail", pk)
    return render(request, "funds/renew_terms.html", {"program": program, "older": older})


def said(done: actions.Renewed) -> str:
    words = []
    if done.moved:
        words.append(f"{done.moved} fund{pluralize(done.moved)} moved to the terms in force.")
    if done.offered:
        words.append(f"Offered for {done.offered} fund{pluralize(done.offered)}: the owners there decide.")
    return " ".join(words) or "Nothing was left to do: every fund has these terms, or they are offered for it."


@require_POST
def answer_terms(request: HttpRequest, pk: int) -> HttpResponse:
    """`terms` is the offer that the page showed, `answer` accept or keep."""
    fund = visible_fund(request, pk)
    if not request.user.has_perm("funds.answer_terms", fund):
        raise PermissionDenied
    offered, accepts = fund.offered_terms, request.POST.get("answer") == "accept"
    if offered is None or request.POST.get("terms") != str(offered.pk):
        messages.error(
            request, "Nothing was changed: these terms are not offered any more. Look at what stands here now."
        )
        return redirect("funds:allocation", pk)
    act = actions.accept_terms if accepts else actions.keep_terms
    try:
        act(allocation=fund, terms=offered, by=request.user, now=timezone.now())
    except actions.FundsRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request,
            "Accepted: claims of this fund are judged by the new terms from now on."
            if accepts
            else "Kept: this fund stays under the terms that it was granted under.",
        )
    return redirect("funds:allocation", pk)
