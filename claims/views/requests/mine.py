"""The requests that a page may fetch for who asks, and the files that were sent with one."""

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from claims.actions import requests
from claims.forms.filing import FilesField
from claims.models import FundRequest, RequestFile
from partners.states import Kind
from programs.uploads import FileRefused, accept
from programs.views.files import download

MOST_AT_ONCE = 15


def my_requests(request: HttpRequest) -> QuerySet[FundRequest]:
    """What the person may see, narrowed to the company worked in."""
    found = FundRequest.objects.visible_to(request.user)
    company = request.membership and request.membership.company
    if company is None:
        return found.none()
    if company.kind == Kind.PARTNER:
        return found.of_partner(company)
    return found.of_vendor(company) if company.kind == Kind.VENDOR else found


def visible(request: HttpRequest, pk: int) -> FundRequest:
    return get_object_or_404(FundRequest.objects.visible_to(request.user).with_fund(), pk=pk)


def allowed(request: HttpRequest, pk: int, permission: str) -> FundRequest:
    """404 for what the person may not see, 403 for what is not theirs to do."""
    found = visible(request, pk)
    if not request.user.has_perm(permission, found):
        raise PermissionDenied
    return found


def my_request(request: HttpRequest, pk: int) -> FundRequest:
    return allowed(request, pk, "claims.file_request")


def take_files(request: HttpRequest, asked: FundRequest) -> tuple[int, list[str]]:
    """Attach the files that were sent. How many were, and the words of those that were refused."""
    attached, refused = 0, []
    uploads = FilesField(required=False, allow_empty_file=True).clean(request.FILES.getlist("files"))
    if len(uploads) > MOST_AT_ONCE:
        refused.append(f"Only the first {MOST_AT_ONCE} files were looked at. Send the others after them.")
    for upload in uploads[:MOST_AT_ONCE]:
        try:
            requests.attach(request=asked, accepted=accept(upload), by=request.user, now=timezone.now())
            attached += 1
        except (FileRefused, requests.RequestRefused) as refusal:
            refused.append(str(refusal))
    return attached, refused


@require_safe
def file(request: HttpRequest, pk: int) -> FileResponse:
    found = FundRequest.objects.visible_to(request.user)
    sent = get_object_or_404(RequestFile.objects.filter(request__in=found), pk=pk)
    return download(sent.file, name=sent.name, kind=sent.kind)
