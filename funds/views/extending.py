"""The page on which a manager extends a fund."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format

from funds import actions
from funds.forms import ExtendForm
from funds.views.allocations import visible_fund
from programs.forms import data_of
from programs.money import show


def extend(request: HttpRequest, pk: int) -> HttpResponse:
    fund = visible_fund(request, pk)
    if not request.user.has_perm("funds.manage_allocation", fund):
        raise PermissionDenied
    form = ExtendForm(data_of(request), fund=fund)
    if request.method == "POST" and form.is_valid():
        until, lapsed = form.cleaned_data["until"], fund.lapsed
        try:
            fund = actions.extend(
                allocation=fund, until=until, reason=form.cleaned_data["reason"], by=request.user, now=timezone.now()
            )
        except actions.FundsRefused as refusal:
            form.add_error("until", str(refusal))
        else:
            back = f" {show(lapsed, fund.currency)} that had lapsed is available again." if lapsed else ""
            messages.success(
                request,
                f"Extended: activities may run until {date_format(until)}, claims be filed until "
                f"{date_format(fund.claim_by)}.{back}",
            )
            return redirect("funds:allocation", pk)
    return render(request, "funds/extend.html", {"form": form, "fund": fund})
