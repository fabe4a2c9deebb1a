"""How mail goes, for admins, and the mails that were given up."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Case, When
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from programs.days import Clock
from reminders import actions
from reminders.delivery.progress import progress
from reminders.models import Digest
from reminders.states import DigestStatus

PAGE = 25
# Given up first: these wait for a person.
ORDER = (Case(When(status=DigestStatus.DEAD, then=0), default=1), "-day", "-id")


@require_safe
def post(request):
    if not request.user.has_perm("reminders.see_mail"):
        raise PermissionDenied
    clock = Clock(timezone.now())
    troubled = Digest.objects.exclude(status=DigestStatus.SENT).exclude(trouble="", status=DigestStatus.PENDING)
    found = progress(clock)
    context = {
        "page_obj": Paginator(troubled.select_related("recipient").order_by(*ORDER), PAGE).get_page(
            request.GET.get("page")
        ),
        "progress": found,
        "is_stuck": found.is_stuck(clock.now),
        "now": clock.now,
    }
    return render(request, "reminders/post.html", context)


@require_POST
def again(request, pk: int):
    """Try a mail again that was given up."""
    if not request.user.has_perm("reminders.see_mail"):
        raise Http404
    digest = get_object_or_404(Digest, pk=pk)
    try:
        actions.try_again(digest=digest, by=request.user, now=timezone.now())
    except actions.MailRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"The mail to {digest.recipient} is tried again within the minute.")
    return redirect("reminders:post")
