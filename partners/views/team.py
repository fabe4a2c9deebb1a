"""The team page: who is in the company, who is invited, and what is done about it."""

from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partners import actions
from partners.actions import PeopleRefused
from partners.exports import table_response
from partners.filters import TEAM_SORTS, TeamFilter
from partners.forms import CurrencyForm, InvitationForm
from partners.lists import chosen_sort, in_order, page_of, wanted_file
from partners.models import Company, Invitation, Membership
from partners.states import KEEPER, ROLES, Kind, Role


def own_company(request: HttpRequest) -> Company:
    """The one worked in; 404 for somebody who belongs to none."""
    if request.membership is None:
        raise Http404
    return request.membership.company


def visible_company(request: HttpRequest, pk: int) -> Company:
    return get_object_or_404(Company.objects.visible_to(request.user), pk=pk)


def back_to(request: HttpRequest, company: Company) -> HttpResponse:
    """The page of the company's people: the team's own, or an admin's view of it."""
    is_own = request.membership is not None and request.membership.company_id == company.pk
    return redirect("partners:team") if is_own else redirect("partners:company", company.pk)


@require_safe
def team(request: HttpRequest) -> HttpResponse:
    return people(request, own_company(request))


@require_safe
def company(request: HttpRequest, pk: int) -> HttpResponse:
    return people(request, visible_company(request, pk))


def people(
    request: HttpRequest, company: Company, form: InvitationForm | None = None, refused: str = "", status: int = 200
) -> HttpResponse:
    """The company's people, and the form that invites one more: `form` when it was filled in and could not be used."""
    members = company.memberships.active().select_related("user")
    narrowed = TeamFilter(request.GET, queryset=members, company=company)
    sort = chosen_sort(request, TEAM_SORTS, "name")
    found = in_order(narrowed.qs, sort, TEAM_SORTS)
    if kind := wanted_file(request):
        return exported(company, found, kind)
    keeper = KEEPER[Kind(company.kind)]
    page = page_of(request, found)
    for member in page:
        member.other_role = other_role(company, member.role)
    context = {
        "company": company,
        "is_own": request.membership is not None and request.membership.company_id == company.pk,
        "page_obj": page,
        "filter": narrowed,
        "ordering": sort,
        "now": timezone.now(),
        "invitations": company.invitations.unanswered().select_related("invited_by").order_by("-created_at"),
        "may_manage": request.user.has_perm("partners.manage_team", company),
        # Partners may have kept books of the vendor before it joined.
        "may_link": company.kind == Kind.VENDOR and request.user.has_perm("partners.create_company"),
        # The role of which one must stay, when only one person holds it.
        "last_keeper": keeper if members.filter(role=keeper).count() == 1 else None,
        "form": form or InvitationForm(kind=company.kind),
        "refused": refused,
    }
    return render(request, "partners/team.html", context, status=status)


def other_role(company: Company, role: str) -> Role | None:
    """What a person of this role may become in such a company."""
    return next((other for other in ROLES[Kind(company.kind)] if other != role), None)


@require_http_methods(["GET", "HEAD", "POST"])
def currency(request: HttpRequest) -> HttpResponse:
    """In which currency a partner's people read sums over all vendors."""
    company = own_company(request)
    if not request.user.has_perm("partners.choose_currency", company):
        raise PermissionDenied
    form = CurrencyForm(request.POST if request.method == "POST" else None, initial={"currency": company.currency})
    if form.is_bound and form.is_valid():
        chosen = form.cleaned_data["currency"]
        actions.choose_currency(company=company, currency=chosen, by=request.user, now=timezone.now())
        messages.success(request, f"Sums over all vendors are shown in {chosen} now.")
        return redirect("partners:team")
    return render(request, "partners/currency.html", {"form": form}, status=400 if form.errors else 200)


def exported(company: Company, members: QuerySet[Membership], kind: str) -> HttpResponse:
    rows = (
        [m.user.name, m.user.email, m.get_role_display(), m.created_at.date(), m.user.last_login]
        for m in members.iterator()
    )
    columns = ["Name", "Email", "Role", "Since", "Last sign-in (UTC)"]
    return table_response(name=f"{company.name} team", columns=columns, rows=rows, kind=kind)


# Invitations


@require_POST
def invite(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    company = own_company(request) if pk is None else visible_company(request, pk)
    if not request.user.has_perm("partners.manage_team", company):
        raise PermissionDenied("Only who looks after the company's people can invite.")
    form = InvitationForm(request.POST, kind=company.kind)
    if not form.is_valid():
        return people(request, company, form, status=400)
    try:
        invitation = actions.invite(company=company, by=request.user, now=timezone.now(), **form.cleaned_data)
    except PeopleRefused as refusal:
        return people(request, company, form, str(refusal), status=409)
    say_mailed(request, invitation)
    return back_to(request, company)


def say_mailed(request: HttpRequest, invitation: Invitation) -> None:
    if invitation.mailed:
        last = date_format(invitation.expires_at)
        messages.success(request, f"{invitation.email} is invited. The link in the mail works until {last}.")
    else:
        words = f"The mail to {invitation.email} could not be sent. Invite the same address again in a while."
        messages.error(request, words)


@require_POST
def withdraw_invitation(request: HttpRequest, pk: int) -> HttpResponse:
    visible = Invitation.objects.visible_to(request.user).select_related("company")
    invitation = get_object_or_404(visible, pk=pk)
    try:
        actions.withdraw_invitation(invitation=invitation, by=request.user, now=timezone.now())
        messages.success(request, f"The invitation of {invitation.email} is withdrawn: its link does nothing any more.")
    except PeopleRefused as refusal:
        messages.error(request, str(refusal))
    return back_to(request, invitation.company)


# Memberships


def visible_membership(request: HttpRequest, pk: int) -> Membership:
    visible = Membership.objects.visible_to(request.user).select_related("company", "user")
    return get_object_or_404(visible, pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def end_membership(request: HttpRequest, pk: int) -> HttpResponse:
    """GET asks first, POST does it."""
    membership = visible_membership(request, pk)
    if not request.user.has_perm("partners.end_membership", membership):
        raise PermissionDenied
    company, is_own = membership.company, membership.user_id == request.user.pk
    if request.method != "POST" and membership.ended_at is None:
        return render(request, "partners/end_membership.html", {"ending": membership, "is_own": is_own})
    try:
        actions.end_membership(membership=membership, by=request.user, now=timezone.now())
    except PeopleRefused as refusal:
        messages.error(request, str(refusal))
        return back_to(request, company)
    if not is_own:
        messages.success(request, f"{membership.user} is not in {company} any more.")
        return back_to(request, company)
    is_out = not request.user.memberships.active().exists()
    if is_out:
        logout(request)
    messages.success(request, f"You left {company}.")
    return redirect("account_login" if is_out else "dashboards:home")


@require_POST
def change_role(request: HttpRequest, pk: int) -> HttpResponse:
    membership = visible_membership(request, pk)
    if not request.user.has_perm("partners.change_role", membership):
        raise PermissionDenied
    try:
        changed = actions.change_role(
            membership=membership, role=request.POST.get("role", ""), by=request.user, now=timezone.now()
        )
        messages.success(request, f"{changed.user} is {changed.get_role_display().lower()} of {changed.company} now.")
    except PeopleRefused as refusal:
        messages.error(request, str(refusal))
    return back_to(request, membership.company)
