"""The first page of each role: one sentence, one number, then what to do."""

from functools import lru_cache

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from dashboards import managers, owners, site
from dashboards.kept import TOKEN, for_reader
from dashboards.openings import Opening, openings
from dashboards.prepared import fetch
from dashboards.queue.facts import Facts
from partners.models import User
from partners.permissions import PARTNER_ROLES
from partners.states import Role
from programs.models import Link

PAGES = {
    Role.MANAGER: ("dashboards/manager.html", managers.home),
    Role.ADMIN: ("dashboards/admin.html", site.admin_home),
    Role.FINANCE: ("dashboards/finance.html", site.finance_home),
}


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    if request.membership is None:
        return render(request, "dashboards/nowhere.html")
    role, company, now = Role(request.membership.role), request.membership.company, timezone.now()
    if role in PARTNER_ROLES:
        return partner_home(request)
    template, facts = PAGES[role]
    return render(request, template, facts(user=request.user, company=company, now=now))


def partner_home(request: HttpRequest) -> HttpResponse:
    user, company, now = request.user, request.membership.company, timezone.now()
    facts = Facts.read(user=user, company=company, now=now)
    head, body = written(facts, openings(user=user, held=facts.held, company=company, now=now))
    context = {
        "head": head,
        "body": for_reader(body, request),
        "links": questions(user, company.pk).select_related("kept", "vendor")
        if fetch(asked, user.pk, company.pk)
        else [],
        "may_answer": Role.OWNER in facts.roles,
    }
    return render(request, "dashboards/owner.html", context)


def questions(user: User, company_id: int) -> QuerySet[Link]:
    """Whether a vendor that joined Windfall is one that the partner records itself: an admin asks, the owner answers."""
    return Link.objects.visible_to(user).waiting().filter(kept__kept_by=company_id)


def asked(user_id: int, company_id: int) -> QuerySet:
    return questions(User(pk=user_id), company_id).values_list("pk")


@lru_cache(maxsize=100)
def written(facts: Facts, can_join: tuple[Opening, ...]) -> tuple[SafeString, SafeString]:
    """The page's head and body: of the same facts the same words.

    The facts are read anew for each look, so nothing here is ever out of date, and nobody reads what is another's: who reads is
    one of them. What is kept stays in the process, a hundred pages at the most, and goes with it.
    """
    context = owners.summary(facts) | {"openings": can_join, "csrf_token": TOKEN}
    return render_to_string("dashboards/home/head.html", context), render_to_string(
        "dashboards/home/body.html", context
    )
