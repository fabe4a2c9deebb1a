"""The story so far: what came of a partner's money, for its people alone."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from dashboards.reports import story as told
from dashboards.reports.changes import changes
from dashboards.reports.losses import Lost, by_cause, came_back
from dashboards.views.workplace import partner_of
from partners.exports import table_response
from partners.lists import page_of, wanted_file
from programs.money import major


@require_safe
def story(request: HttpRequest) -> HttpResponse:
    company, user, now = partner_of(request), request.user, timezone.now()
    lost = told.lost_this_year(user=user, company=company, now=now)
    if kind := wanted_file(request):
        return losses_file(lost, kind)
    since = told.last_here(request.membership, now)
    this, before = told.waits(company=company, now=now)
    pasts = told.past(user=user, company=company, now=now)
    context = {
        "changes": changes(user=user, company=company, since=since, now=now),
        "since": since,
        "is_first": request.membership.visited_before is None,
        "pasts": pasts,
        "whys": by_cause(lost),
        "came_back": came_back(lost).items(),
        "page_obj": page_of(request, [one for one in lost if one.amount > 0]),
        "wait": this,
        "wait_before": before,
    }
    return render(request, "dashboards/story.html", context)


@require_safe
def brief(request: HttpRequest) -> HttpResponse:
    """A few lines of it that the home fetches once it stands, so that nobody waits for them; whoever comes by a link gets all."""
    partner_of(request)
    if not request.htmx:
        return redirect("dashboards:story")
    found = told.brief(user=request.user, membership=request.membership, now=timezone.now())
    return render(request, "dashboards/story_brief.html", {"brief": found})


def losses_file(lost: list[Lost], kind: str) -> HttpResponse:
    columns = ["Fund", "Program", "Vendor", "Last day to claim", "Currency", "Lapsed", "Why", "Rule"]
    rows = (
        [
            one.fund.name,
            one.fund.program.name,
            one.fund.program.vendor.name,
            one.fund.claim_by,
            one.fund.currency,
            major(amount, one.fund.currency),
            cause.label,
            cause.rule,
        ]
        for one in lost
        for cause, amount in one.causes.items()
    )
    return table_response(name="what lapsed this year", columns=columns, rows=rows, kind=kind)
