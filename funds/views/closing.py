"""Books of a vendor that joined Windfall, beside what it grants there; what is left in them is taken out, and counts once."""

from collections import Counter
from collections.abc import Iterable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from funds import actions
from funds.actions import FundsRefused
from funds.models import Allocation
from funds.views.keeping import kept_vendor
from programs.models import KeptVendor, Link


def close_books(request: HttpRequest, pk: int) -> HttpResponse:
    """GET shows both sums and asks; POST takes what is to claim out of the books."""
    found = kept_vendor(request, pk)
    if request.method == "POST":
        try:
            closed = actions.close_books(
                vendor=found, as_seen=request.POST.get("seen", ""), by=request.user, now=timezone.now()
            )
        except FundsRefused as refusal:
            messages.error(request, str(refusal))
            return redirect("funds:close_books" if found.has_joined else "funds:vendor", pk)
        funds = "1 fund is" if len(closed) == 1 else f"{len(closed)} funds are"
        messages.success(request, f"{funds} closed. What was paid or is on its way stays in your books.")
        return redirect("funds:vendor", pk)
    kept = actions.still_kept(found)
    if not found.has_joined or not kept:
        messages.info(request, "There is nothing to close: nothing of these books counts twice.")
        return redirect("funds:vendor", pk)
    context = {"vendor": found, "funds": kept, "sums": both_sums(found, kept), "seen": actions.closing.token(kept)}
    return render(request, "funds/kept/close.html", context)


def both_sums(vendor: KeptVendor, kept: Iterable[Allocation]) -> list[tuple[str, int, int]]:
    """For each currency what is to claim in these books, and what the linked vendor granted on Windfall that is; minor units."""
    joined = Link.objects.filter(kept=vendor).accepted().values("vendor")
    granted = Allocation.objects.filter(partner=vendor.kept_by_id, budget__program__vendor__in=joined).unclaimed()
    books, windfall = (Counter(), Counter())
    for sums, funds in ((books, kept), (windfall, granted.with_terms())):
        for fund in funds:
            sums[fund.currency] += fund.unclaimed
    return [(currency, books[currency], windfall[currency]) for currency in sorted({*books, *windfall})]
