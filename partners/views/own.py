"""What one person does for oneself: accept an invitation, change to another company, change one's name."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from partners import actions
from partners.actions import PeopleRefused
from partners.forms import ProfileForm
from partners.middleware import SESSION_KEY
from partners.sign_in import has_account, stash


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """GET says what one is invited to and changes nothing. POST joins, or leads a newcomer to sign-up or sign-in."""
    now = timezone.now()
    invitation = actions.find(token=token, now=now)
    if invitation is None:
        # The same page whether it was used, withdrawn, replaced, has expired or never was.
        return render(request, "partners/invitation_closed.html", status=404)
    user = request.user
    is_for_me = user.is_authenticated and actions.has_address(user, invitation.email)
    if request.method == "POST":
        if not user.is_authenticated:
            return come_in(request, invitation)
        if is_for_me:
            return join(request, invitation, now)
    context = {
        "invitation": invitation,
        "is_for_me": is_for_me,
        "has_account": has_account(invitation.email),
        "sign_in": sign_in_and_come_back(request),
    }
    return render(request, "partners/invitation.html", context, status=403 if request.method == "POST" else 200)


def sign_in_and_come_back(request: HttpRequest) -> str:
    return f"{reverse('account_login')}?{urlencode({'next': request.path})}"


def come_in(request: HttpRequest, invitation) -> HttpResponse:
    if has_account(invitation.email):
        return redirect(sign_in_and_come_back(request))
    stash(request, invitation)
    return redirect("account_signup")


def join(request: HttpRequest, invitation, now) -> HttpResponse:
    try:
        membership = actions.accept(invitation=invitation, by=request.user, now=now)
    except PeopleRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("dashboards:home")
    request.session[SESSION_KEY] = membership.pk
    messages.success(request, f"Welcome. You are in {membership.company} now.")
    return redirect("dashboards:home")


@require_http_methods(["GET", "HEAD", "POST"])
def switch(request: HttpRequest) -> HttpResponse:
    """Work for another of one's companies."""
    if request.method != "POST":
        return render(request, "partners/switch.html")
    wanted = request.POST.get("membership", "")
    chosen = next((m for m in request.memberships if str(m.pk) == wanted), None)
    if chosen is None:
        raise Http404
    request.session[SESSION_KEY] = chosen.pk
    return redirect("dashboards:home")


@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    form = ProfileForm(request.POST if request.method == "POST" else None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "Your name is changed.")
        return redirect("partners:profile")
    if form.errors:
        request.user.refresh_from_db(fields=["name"])  # the page's frame shows the name that stands
    return render(request, "partners/profile.html", {"form": form}, status=400 if form.errors else 200)
