"""The partner asks: starts a draft, types, attaches, and hands it in."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from claims.actions import requests
from claims.forms.requests import StartForm
from claims.models import FundRequest
from claims.states.requests import RequestStatus
from claims.views.requests.draft import Draft
from claims.views.requests.mine import my_request, take_files
from funds.models import Allocation
from programs.forms import data_of
from programs.money import show

CHANGED = (
    "Somebody else changed this request meanwhile, so yours was not saved. It stands below. "
    "Save again to put it in place of theirs, or open the page anew to see theirs."
)
CHANGED_SINCE = "Not saved: somebody else changed this draft meanwhile. «Save the draft» lets you choose."
FILES_AGAIN = "The files that you chose were not attached: choose them again."


def start(request: HttpRequest, pk: int) -> HttpResponse:
    """GET asks what is planned; POST makes the draft and opens it."""
    fund = get_object_or_404(Allocation.objects.visible_to(request.user).with_terms(), pk=pk)
    if not request.user.has_perm("claims.start_request", fund):
        raise PermissionDenied
    now = timezone.now()
    today = fund.today(now)
    form = StartForm(data_of(request))
    if request.method == "POST" and form.is_valid():
        made = requests.start(allocation=fund, title=form.cleaned_data["title"], by=request.user, now=now)
        return redirect("claims:request_edit", made.pk)
    mine = FundRequest.objects.visible_to(request.user).filter(allocation=fund)
    context = {
        "fund": fund,
        "form": form,
        "today": today,
        "over": today > fund.expires_on,
        "drafts": mine.filter(status=RequestStatus.DRAFT),
        "standing": mine.open().exclude(status=RequestStatus.DRAFT),
    }
    return render(request, "claims/requests/start.html", context, status=400 if form.errors else 200)


def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The draft's page. Its one form saves, adds or removes a line, takes files, and asks the vendor."""
    asked = my_request(request, pk)
    if asked.status != RequestStatus.DRAFT:
        if request.method == "POST":
            messages.error(request, "This request is filed already, so nothing of it was changed.")
        return redirect("claims:request", asked.pk)
    draft = Draft(request, asked)
    if request.method != "POST":
        return render(request, "claims/requests/edit.html", draft.context())
    try:
        return sent(request, draft)
    except requests.RequestChanged:
        # What was typed stays on the page; the fresh version lets the next save take it.
        draft.asked = my_request(request, pk)
        return again(request, draft, [CHANGED] + ([FILES_AGAIN] if request.FILES else []))
    except requests.RequestRefused as refusal:
        draft.asked = my_request(request, pk)
        if draft.asked.status != RequestStatus.DRAFT:  # a second click, or a colleague who was faster
            messages.error(request, str(refusal))
            return redirect("claims:request", pk)
        return again(request, draft, [str(refusal)])


def sent(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Save what was typed, then do what the pressed button says."""
    wish, _, number = request.POST.get("do", "save").partition("-")
    place = int(number) if number.isdecimal() and len(number) < 18 else None
    if wish == "remove":
        draft.reshape(without=place)
    draft.save()
    pk, saved = draft.asked.pk, draft.asked.version
    attached, refused = take_files(request, draft.asked)
    if wish == "detach" and (file := draft.asked.files.filter(pk=place).first()):
        requests.detach(file=file, by=request.user, now=draft.now)
    draft.asked = my_request(request, pk)
    if wish == "submit" and not refused and not draft.wanting() and not draft.unseen():
        # What is filed is what this page showed: a change by a colleague since the save above refuses it.
        done = requests.submit(request=draft.asked, by=request.user, now=draft.now, version=saved + attached)
        vendor = draft.asked.program.vendor.name
        messages.success(request, f"Asked. {vendor} decides on {show(done.asked, done.currency)} now.")
        return redirect("claims:request", pk)
    if refused or wish == "submit":
        return again(request, draft, refused)
    if wish == "save":
        messages.success(request, "Saved as a draft.")
    return redirect("claims:request_edit", pk)


def again(request: HttpRequest, draft: Draft, refused: list[str]) -> HttpResponse:
    """The page with all that was typed, and what is wrong."""
    draft.reshape()
    context = draft.context() | {
        "refused": refused,
        "was_submitted": request.POST.get("do") == "submit",
        "unseen": draft.unseen(),
    }
    return render(request, "claims/requests/edit.html", context, status=400)


@require_POST
def autosave(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep what is typed. Answers with the parts of the page that follow from it, or in plain words why it was not kept."""
    asked = my_request(request, pk)
    if asked.status != RequestStatus.DRAFT:
        return HttpResponse("This request is filed already.", status=409, content_type="text/plain")
    draft = Draft(request, asked)
    try:
        draft.save()
    except requests.RequestChanged:
        return HttpResponse(CHANGED_SINCE, status=409, content_type="text/plain; charset=utf-8")
    except requests.RequestRefused as refusal:
        return HttpResponse(str(refusal), status=409, content_type="text/plain; charset=utf-8")
    draft.asked = my_request(request, pk)
    return render(request, "claims/requests/autosaved.html", draft.context())


@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    asked = my_request(request, pk)
    try:
        requests.discard(request=asked, by=request.user)
    except requests.RequestRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("claims:request", pk)
    messages.success(request, f"The draft «{asked.title}» is gone. No money had moved.")
    return redirect("claims:requests")
