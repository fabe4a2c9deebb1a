"""Addresses that mail does not reach: who has them, why, and how they are mended."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partners.models import Company
from partners.permissions import is_admin
from partners.states import KEEPER, Kind
from reminders.actions import mending
from reminders.actions.mending import MendingRefused
from reminders.delivery import links
from reminders.models import Suppression

PAGE = 25


@require_safe
def addresses(request):
    """Those of one's colleagues; of everybody, for an admin."""
    found = Suppression.objects.open().visible_to(request.user).select_related("user", "event")
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    may = liftable(request, [suppression.user_id for suppression in page])
    for suppression in page:
        suppression.may_lift = suppression.user_id in may
    return render(request, "reminders/addresses.html", {"page_obj": page})


def liftable(request, people: list[int]) -> set[int]:
    """Whose addresses the user may mail again, as `reminders.lift` says of one: all in one query."""
    if is_admin(request.user):
        return set(people)
    kept = [m.company_id for m in request.memberships if m.role == KEEPER[Kind(m.company.kind)]]
    held = Company.objects.filter(pk__in=kept, memberships__user__in=people, memberships__ended_at=None)
    return set(held.values_list("memberships__user", flat=True)) if kept else set()


@require_http_methods(["GET", "HEAD", "POST"])
def lift(request, pk: int):
    suppression = get_object_or_404(Suppression.objects.visible_to(request.user).select_related("user"), pk=pk)
    if not request.user.has_perm("reminders.lift", suppression):
        raise PermissionDenied
    if request.method != "POST":
        return render(request, "reminders/lift.html", {"suppression": suppression})
    try:
        mending.lift(suppression=suppression, by=request.user, now=timezone.now())
    except MendingRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"Reminders go to {suppression.address} again.")
    return redirect("reminders:addresses")


@require_POST
def ask(request):
    """Mail a link to one's own address, which mends it."""
    suppression = Suppression.objects.open().filter(user=request.user).first()
    if suppression is None:
        messages.info(request, "Mail reaches your address: there is nothing to confirm.")
        return redirect("reminders:preferences")
    try:
        mailed = mending.ask(suppression=suppression, by=request.user, now=timezone.now())
    except MendingRefused as refusal:
        messages.error(request, str(refusal))
    else:
        if mailed:
            messages.success(request, f"We mailed a link to {suppression.address}. Open it within two days.")
        else:
            messages.error(request, "The mail could not be sent just now. Try again in an hour.")
    return redirect("reminders:preferences")


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request, token: str):
    """The link in that mail. Looking changes nothing: mail programs look at links by themselves."""
    suppression = links.to_confirm(token)
    if request.method == "POST":
        try:
            suppression = mending.confirm(suppression=suppression, now=timezone.now())
        except MendingRefused:
            raise Http404 from None
    return render(request, "reminders/confirm.html", {"suppression": suppression})
