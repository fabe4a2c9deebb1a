"""A fund that a partner records itself: what the vendor's statement says of it, at first and later."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from funds import actions
from funds.actions import Difference, FundsRefused
from funds.ledger import LedgerError
from funds.models import Allocation
from funds.statement_forms import StatementForm
from funds.views.allocations import visible_fund
from funds.views.keeping import kept_program
from funds.views.readings import FACTS
from programs.actions import ProgramRefused
from programs.actions.keeping import check_open
from programs.forms import data_of
from programs.models import KeptVendor, Program


def record(request: HttpRequest, form: StatementForm, program: Program, as_seen: str | None) -> bool:
    """True once it stands recorded. Otherwise the form has the reason."""
    try:
        actions.record_statement(
            program=program,
            funds=[form.stated()],
            on=form.cleaned_data["stated_on"],
            by=request.user,
            now=timezone.now(),
            as_seen=as_seen,
        )
    except (FundsRefused, ProgramRefused, LedgerError) as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def record_fund(request: HttpRequest, pk: int) -> HttpResponse:
    """A new fund of a program in the partner's own books."""
    program = kept_program(request, pk)
    vendor = KeptVendor.objects.get(pk=program.vendor_id)
    try:
        check_open(vendor)
    except ProgramRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("funds:vendor", vendor.pk)
    form = StatementForm(data_of(request), program=program, today=program.today(timezone.now()))
    if request.method == "POST" and form.is_valid():
        nothing_stood = actions.seen([Difference(form.stated(), None)])
        if record(request, form, program, nothing_stood):
            made = Allocation.objects.get(budget__program=program, reference=form.stated().reference)
            messages.success(request, f"{made.name} is in your books, as the statement says.")
            return redirect("funds:allocation", made.pk)
    return render(request, "funds/kept/record_fund.html", {"form": form, "program": program, "vendor": vendor})


def statement(request: HttpRequest, pk: int) -> HttpResponse:
    """POST shows what a later statement changes; a second POST, of what was shown, records it."""
    fund = visible_fund(request, pk)
    if not request.user.has_perm("funds.record_statement", fund):
        raise PermissionDenied
    program = fund.program
    today = program.today(timezone.now())
    form = StatementForm(data_of(request), program=program, today=today, fund=fund)
    context = {"form": form, "fund": fund, "program": program}
    if request.method == "POST" and form.is_valid():
        if request.POST.get("do") == "record" and record(request, form, program, form.cleaned_data["seen"]):
            messages.success(request, "It stands as the statement says.")
            return redirect("funds:allocation", pk)
        (shown,) = actions.compare(program=program, funds=[form.stated()])
        form.show_again(actions.seen([shown]))
        context |= {
            "change": shown,
            "facts": [(FACTS[name], *sides) for name, sides in shown.facts.items()],
            "is_late": shown.stated.claim_by < today and shown.stated.available + shown.stated.reserved > 0,
        }
    return render(request, "funds/kept/statement.html", context)
