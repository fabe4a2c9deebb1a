"""A reviewer accepts or declines each file; a partner puts another file in the place of a declined one."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from claims import actions
from claims.forms.filing import OneFileForm
from claims.forms.review import DeclineForm, SeenForm
from claims.models import Proof
from claims.states import TAKES_PROOF, ClaimStatus, ProofStatus
from claims.tasks import hint_preview
from claims.views.files import visible_proof
from claims.views.mine import my_claim
from claims.views.review import page, prepare, reviewable
from programs.uploads import FileRefused, accept


@require_POST
def accept_file(request: HttpRequest, pk: int) -> HttpResponse:
    proof = visible_proof(request, pk)
    claim = reviewable(request, proof.claim_id)
    form = SeenForm(request.POST)
    if not form.is_valid():
        return page(request, claim, status=400, refused=" ".join(form.non_field_errors()))
    try:
        done = actions.accept_proof(
            proof=proof, version=form.cleaned_data["version"], by=request.user, now=timezone.now()
        )
    except actions.ClaimRefused as refusal:
        return not_looked_at(request, proof, str(refusal))
    return looked_at(request, done, f"Accepted {done.name}.")


@require_POST
def decline_file(request: HttpRequest, pk: int) -> HttpResponse:
    proof = visible_proof(request, pk)
    claim = reviewable(request, proof.claim_id)
    form = DeclineForm(request.POST, prefix=f"decline-{proof.pk}")
    if not form.is_valid():
        if request.htmx:
            return figure(request, proof, decline=form)
        return page(request, claim, status=400, bad_proof=proof.pk, decline=form)
    try:
        done = actions.decline_proof(proof=proof, by=request.user, now=timezone.now(), **form.cleaned_data)
    except actions.ClaimRefused as refusal:
        return not_looked_at(request, proof, str(refusal))
    return looked_at(request, done, f"Declined {done.name}. The partner reads why beside it.")


def looked_at(request: HttpRequest, proof: Proof, said: str) -> HttpResponse:
    if request.htmx:
        return figure(request, proof)
    messages.success(request, said)
    return redirect("claims:detail", proof.claim_id)


def not_looked_at(request: HttpRequest, proof: Proof, words: str) -> HttpResponse:
    if request.htmx:
        return figure(request, proof, refused=words)
    return page(request, reviewable(request, proof.claim_id), status=409, refused=words)


def figure(request: HttpRequest, proof: Proof, **more) -> HttpResponse:
    """The one file, in its place on the page: what was typed elsewhere on it stays."""
    claim = reviewable(request, proof.claim_id)
    found = claim.proofs.select_related("uploaded_by", "replaces").get(pk=proof.pk)
    prepare(found, claim)
    found.decline = more.pop("decline", found.decline)
    context = {
        "proof": found,
        "claim": claim,
        "may_judge_files": claim.status == ClaimStatus.IN_REVIEW,
        "swapped": True,
    }
    return render(request, "claims/review/proof.html", context | more)


def replace(request: HttpRequest, pk: int) -> HttpResponse:
    """Another file in the place of one that the reviewer declined, with why it was."""
    proof = visible_proof(request, pk)
    claim = my_claim(request, proof.claim_id)
    back = "claims:edit" if claim.status == ClaimStatus.DRAFT else "claims:detail"
    if proof.status != ProofStatus.DECLINED or claim.status not in TAKES_PROOF:
        messages.error(request, "This file cannot be replaced now.")
        return redirect(back, claim.pk)
    sent = request.method == "POST"
    form = OneFileForm(request.POST, request.FILES) if sent else OneFileForm()
    if sent and form.is_valid():
        try:
            accepted = accept(form.cleaned_data["file"])
            new = actions.attach(claim=claim, accepted=accepted, by=request.user, now=timezone.now(), replaces=proof)
        except (FileRefused, actions.ClaimRefused) as refusal:
            form.add_error("file", str(refusal))
        else:
            hint_preview(new.pk)
            messages.success(request, f"{new.name} is in the place of {proof.name}.")
            return redirect(back, claim.pk)
    context = {"proof": proof, "claim": claim, "form": form, "back": back}
    return render(request, "claims/replace.html", context, status=400 if form.errors else 200)
