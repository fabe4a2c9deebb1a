"""A partner asks to be let into a program, or leaves it. Joining by itself may bring money: `funds.views.joining`."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from partners.models import Company
from partners.states import Kind
from programs.actions import joining
from programs.actions.joining import JoinRefused
from programs.eligibility import State
from programs.forms import data_of
from programs.joining_forms import AskForm
from programs.models import Enrolment, Program
from programs.outlooks import outlook_of
from programs.states import EnrolmentStatus
from programs.views.people import company_of, visible_program


def joining_partner(request: HttpRequest) -> Company:
    """The partner worked in; 403 for everybody else."""
    company = company_of(request)
    if company is None or company.kind != Kind.PARTNER or not request.user.has_perm("programs.join", company):
        raise PermissionDenied
    return company


def stands(program: Program, company: Company) -> dict:
    """What a partner's page of a program shows of joining it."""
    enrolment = Enrolment.objects.filter(program=program, partner=company.pk).select_related("starting_share").first()
    share = getattr(enrolment, "starting_share", None)
    found = outlook_of(program, company, timezone.now())
    return {
        "enrolment": enrolment,
        "outlook": found,
        # Once for each partner: who joins again starts with nothing.
        "brings": 0 if share else found.brings,
        "owed": share if share and not share.allocation_id and not share.dropped_at else None,
    }


def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """GET asks for a sentence to the vendor; POST sends the request."""
    program = visible_program(request, pk)
    company = joining_partner(request)
    form = AskForm(data_of(request), vendor=program.vendor.name)
    if request.method == "POST" and form.is_valid():
        try:
            enrolment = joining.ask(
                program=program, partner=company, note=form.cleaned_data["note"], by=request.user, now=timezone.now()
            )
        except JoinRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            if enrolment.status == EnrolmentStatus.ASKED:
                messages.success(
                    request, f"{program.vendor.name} has your request. The answer will stand on this page."
                )
            else:
                messages.info(request, "You are in this program already.")
            return redirect("programs:detail", pk)
    elif request.method != "POST" and outlook_of(program, company, timezone.now()).state != State.ASK:
        messages.info(request, "There is nothing to ask here now: this page says how you stand.")
        return redirect("programs:detail", pk)
    return render(request, "programs/ask.html", {"form": form, "program": program})


def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """GET says what leaving means, POST leaves, or takes a request back."""
    program = visible_program(request, pk)
    company = joining_partner(request)
    enrolment = Enrolment.objects.visible_to(request.user).filter(program=program, partner=company.pk).first()
    if enrolment is None or (
        request.method != "POST" and enrolment.status not in (EnrolmentStatus.ASKED, EnrolmentStatus.JOINED)
    ):
        messages.info(request, "You are not in this program.")
        return redirect("programs:detail", pk)
    if request.method == "POST":
        try:
            joining.leave(enrolment=enrolment, by=request.user, now=timezone.now())
        except JoinRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(
                request,
                "Your request is taken back."
                if enrolment.status == EnrolmentStatus.ASKED
                else "You have left this program. What you were granted stays yours until its own deadlines.",
            )
        return redirect("programs:detail", pk)
    return render(request, "programs/leave.html", {"program": program, "enrolment": enrolment})
