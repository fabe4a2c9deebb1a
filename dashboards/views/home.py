"""The first page of each role: one sentence, one number, then what to do."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from dashboards import managers, owners, site
from partners.states import Role

PAGES = {
    Role.OWNER: ("dashboards/owner.html", owners.home),
    Role.MEMBER: ("dashboards/owner.html", owners.home),
    Role.MANAGER: ("dashboards/manager.html", managers.home),
    Role.ADMIN: ("dashboards/admin.html", site.admin_home),
    Role.FINANCE: ("dashboards/finance.html", site.finance_home),
}


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    if request.membership is None:
        return render(request, "dashboards/nowhere.html")
    template, facts = PAGES[Role(request.membership.role)]
    return render(request, template, facts(user=request.user, company=request.membership.company, now=timezone.now()))
