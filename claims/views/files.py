"""Proofs: taken in with what is wrong said in words, and served only to who may see their claim.

The file is a download; its pages are pictures made by us.
"""

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from claims import actions, previews
from claims.forms.filing import FilesField
from claims.models import Claim, Proof
from claims.tasks import hint_preview, hint_reading
from programs.bounds import Broke
from programs.uploads import FileRefused, accept
from programs.views.files import download, sealed

MOST_AT_ONCE = 15


def take_files(request: HttpRequest, claim: Claim) -> tuple[int, list[str]]:
    """Attach the files that were sent. How many were, and the words of those that were refused."""
    attached, refused = 0, []
    uploads = FilesField(required=False, allow_empty_file=True).clean(request.FILES.getlist("files"))
    if len(uploads) > MOST_AT_ONCE:
        refused.append(f"Only the first {MOST_AT_ONCE} files were looked at. Send the others after them.")
    for upload in uploads[:MOST_AT_ONCE]:
        try:
            proof = actions.attach(claim=claim, accepted=accept(upload), by=request.user, now=timezone.now())
            attached += 1
            hint_preview(proof.pk)
            hint_reading(proof.pk)
        except (FileRefused, actions.ClaimRefused) as refusal:
            refused.append(str(refusal))
    return attached, refused


def visible_proof(request: HttpRequest, pk: int) -> Proof:
    claims = Claim.objects.visible_to(request.user)
    return get_object_or_404(Proof.objects.filter(claim__in=claims), pk=pk)


@require_safe
def proof(request: HttpRequest, pk: int) -> FileResponse:
    found = visible_proof(request, pk)
    return download(found.file, name=found.name, kind=found.kind)


@require_safe
def preview(request: HttpRequest, pk: int, page: int) -> FileResponse:
    found = visible_proof(request, pk)
    if not 1 <= page <= previews.page_count(found):
        raise Http404("There is no such page.")
    name = previews.name(found, page)
    try:
        if not default_storage.exists(name):
            # The task that should have made it was lost or is late.
            previews.render(found)
        picture = default_storage.open(name)
    except (OSError, Broke):
        raise Http404("This page cannot be shown. Download the file.") from None
    return sealed(FileResponse(picture, content_type="image/png"))
