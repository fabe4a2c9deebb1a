"""The partner files: starts a draft, types, attaches proof, and hands it in."""

from pathlib import PurePath

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from claims import actions, readings
from claims.actions.filing import elsewhere
from claims.forms.filing import StartForm
from claims.models import Claim, FundRequest
from claims.reading.invoice import Found
from claims.states import ClaimStatus
from claims.tasks import hint_preview
from claims.views.draft import Draft
from claims.views.files import take_files
from claims.views.mine import my_claim
from funds.models import Allocation
from programs.money import show
from programs.states import FileKind
from programs.uploads import FileRefused, accept

CHANGED = (
    "Somebody else changed this claim meanwhile, so yours was not saved. It stands below. "
    "Save again to put it in place of theirs, or open the page anew to see theirs."
)
CHANGED_SINCE = "Not saved: somebody else changed this draft meanwhile. «Save the draft» lets you choose."
FILES_AGAIN = "The files that you chose were not attached: choose them again."


def start(request: HttpRequest, pk: int) -> HttpResponse:
    """GET asks what it was for; POST makes the draft and opens it."""
    fund = get_object_or_404(Allocation.objects.visible_to(request.user).with_terms(), pk=pk)
    if not request.user.has_perm("claims.start", fund):
        raise PermissionDenied
    if fund.is_kept:
        messages.error(request, elsewhere(fund))
        return redirect("funds:allocation", fund.pk)
    now = timezone.now()
    upload = request.FILES.get("files")
    form = StartForm(request.POST if request.method == "POST" else None, has_file=upload is not None)
    if request.method == "POST" and form.is_valid():
        try:
            claim = begin(request, fund, form.cleaned_data["title"], upload)
        except FileRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("claims:edit", claim.pk)
    today = fund.today(now)
    drafts = Claim.objects.visible_to(request.user).drafts().filter(allocation=fund)
    context = {
        "fund": fund,
        "form": form,
        "today": today,
        "closed": today > fund.claim_by,
        "drafts": drafts,
        "approvals": FundRequest.objects.visible_to(request.user).in_force().filter(allocation=fund).with_fund(),
    }
    return render(request, "claims/start.html", context, status=400 if form.errors else 200)


def begin(request: HttpRequest, fund: Allocation, title: str, upload: UploadedFile | None) -> Claim:
    """The draft, with the invoice attached if there is one, which may give it its title. FileRefused before anything is made."""
    now = timezone.now()
    if upload is None:
        return actions.start(allocation=fund, title=title, by=request.user, now=now)
    accepted = accept(upload)
    is_pdf = accepted.kind == FileKind.PDF
    found, marks = readings.found_in(accepted.content, fund.partner) if is_pdf else (Found(), [])
    # A second click finds the draft that the first one made.
    twins = Claim.objects.drafts().filter(allocation=fund, created_by=request.user, lines=None)
    if twin := twins.filter(proofs__sha256=accepted.sha256).first():
        return twin
    said = " ".join(words for words in (found.supplier, found.number) if words) or PurePath(accepted.name).stem
    claim = actions.start(allocation=fund, title=title or said[:120], by=request.user, now=now)
    proof = actions.attach(claim=claim, accepted=accepted, by=request.user, now=now)
    readings.keep(proof, found, marks)
    hint_preview(proof.pk)
    return claim


def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The draft's page. Its one form saves, adds or removes a line, takes files, and files the claim."""
    claim = my_claim(request, pk)
    if claim.status != ClaimStatus.DRAFT:
        if request.method == "POST":
            messages.error(request, "This claim is filed already, so nothing of it was changed.")
        return redirect("claims:detail", claim.pk)
    draft = Draft(request, claim)
    if request.method != "POST":
        return render(request, "claims/edit.html", draft.context())
    try:
        return sent(request, draft)
    except actions.ClaimChanged:
        # What was typed stays on the page; the fresh version lets the next save take it.
        draft.claim = my_claim(request, pk)
        return again(request, draft, [CHANGED] + ([FILES_AGAIN] if request.FILES else []))
    except actions.ClaimRefused as refusal:
        draft.claim = my_claim(request, pk)
        if draft.claim.status != ClaimStatus.DRAFT:  # a second click, or a colleague who was faster
            messages.error(request, str(refusal))
            return redirect("claims:detail", pk)
        return again(request, draft, [str(refusal)])


def sent(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Save what was typed, then do what the pressed button says."""
    wish, _, number = request.POST.get("do", "save").partition("-")
    place = int(number) if number.isdecimal() and len(number) < 18 else None
    if wish == "remove":
        draft.reshape(without=place)
    if wish == "use" and (proof := draft.claim.proofs.filter(pk=place).first()):
        draft.use(proof)
    draft.save()
    pk, saved = draft.claim.pk, draft.claim.version
    attached, refused = take_files(request, draft.claim)
    if wish == "detach" and (proof := draft.claim.proofs.filter(pk=place).first()):
        actions.detach(proof=proof, by=request.user, now=draft.now)
    draft.claim = my_claim(request, pk)
    if wish == "submit" and not refused and not draft.wanting():
        # What is filed is what this page showed: a change by a colleague since the save above refuses it.
        claim = actions.submit(claim=draft.claim, by=request.user, now=draft.now, version=saved + attached)
        messages.success(request, f"Filed. {show(claim.asked, claim.currency)} is with the reviewers now.")
        return redirect("claims:detail", pk)
    if refused or wish == "submit":
        return again(request, draft, refused)
    if wish == "save":
        messages.success(request, "Saved as a draft.")
    return redirect("claims:edit", pk)


def again(request: HttpRequest, draft: Draft, refused: list[str]) -> HttpResponse:
    """The page with all that was typed, and what is wrong."""
    draft.reshape()
    context = draft.context() | {"refused": refused, "was_submitted": request.POST.get("do") == "submit"}
    return render(request, "claims/edit.html", context, status=400)


@require_POST
def autosave(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep what is typed. Answers with the parts of the page that follow from it, or in plain words why it was not kept."""
    claim = my_claim(request, pk)
    if claim.status != ClaimStatus.DRAFT:
        return HttpResponse("This claim is filed already.", status=409, content_type="text/plain")
    draft = Draft(request, claim)
    try:
        draft.save()
    except actions.ClaimChanged:
        return HttpResponse(CHANGED_SINCE, status=409, content_type="text/plain; charset=utf-8")
    except actions.ClaimRefused as refusal:
        return HttpResponse(str(refusal), status=409, content_type="text/plain; charset=utf-8")
    draft.claim = my_claim(request, pk)
    return render(request, "claims/autosaved.html", draft.context())
