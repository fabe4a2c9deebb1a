"""A vendor that partners record themselves has joined: an admin proposes the link, the partner's owner answers."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from partners.exports import table_response
from partners.lists import chosen_sort, in_order, page_of, wanted_file
from partners.models import Company
from programs.actions import ProgramRefused, linking
from programs.models import Link, Vendor
from programs.states import LinkStatus

SORTS = {"name": ("name",), "partner": ("kept_by__name", "name"), "state": ("state", "name")}


def link_vendor(request: HttpRequest, pk: int) -> HttpResponse:
    """Vendors in partners' books that are named like this one: their names and their partners', and nothing more."""
    visible = Company.objects.on_windfall().visible_to(request.user)
    vendor = get_object_or_404(Vendor.objects.filter(pk__in=visible), pk=pk)
    if not request.user.has_perm("programs.propose_link"):
        raise PermissionDenied
    found = linking.like(vendor)
    if request.method == "POST":
        return propose(request, vendor, found)
    sort = chosen_sort(request, SORTS, "name")
    chosen = in_order(found, sort, SORTS)
    if kind := wanted_file(request):
        return exported(chosen, kind)
    page = page_of(request, chosen)
    context = {
        "vendor": vendor,
        "page_obj": page,
        "rows": [(kept, said(kept.state)) for kept in page],
        "ordering": sort,
    }
    return render(request, "programs/link_vendor.html", context)


def said(state: str | None) -> str:
    return LinkStatus(state).label if state else ""


def exported(found: QuerySet, kind: str) -> HttpResponse:
    rows = ([kept.name, kept.kept_by.name, said(kept.state)] for kept in found)
    return table_response(
        name="vendors in partners' books", columns=["Vendor", "Partner", "State"], rows=rows, kind=kind
    )


def propose(request: HttpRequest, vendor: Vendor, found: QuerySet) -> HttpResponse:
    wanted = request.POST.get("kept", "")
    kept = found.filter(pk=int(wanted) if wanted.isdecimal() and len(wanted) < 18 else 0).first()
    if kept is None:
        messages.error(request, "Nothing was done: no partner records it under a name like this any more.")
        return redirect("programs:link_vendor", vendor.pk)
    try:
        linking.propose_link(kept=kept, vendor=vendor, by=request.user, now=timezone.now())
    except ProgramRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"The owner of {kept.kept_by.name} is asked. Nothing changes before they agree.")
    return redirect("programs:link_vendor", vendor.pk)


@require_POST
def answer_link(request: HttpRequest, pk: int) -> HttpResponse:
    links = Link.objects.visible_to(request.user).select_related("kept", "vendor")
    link = get_object_or_404(links, pk=pk)
    accept = request.POST.get("answer") == "same"
    try:
        linking.answer_link(link=link, accept=accept, by=request.user, now=timezone.now())
    except ProgramRefused as refusal:
        messages.error(request, str(refusal))
    else:
        name = link.vendor.name
        messages.success(
            request,
            f"Linked. Your books of {name} stay yours, with their history; what {name} grants you on Windfall comes beside them."
            if accept
            else "Noted: it is another vendor. Nothing was changed.",
        )
    return redirect(reverse("funds:vendor", args=[link.kept_id]))
