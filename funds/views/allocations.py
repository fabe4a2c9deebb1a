"""The list of funds, and the page of one fund."""

from datetime import date, datetime, timedelta

from django.db.models import F, Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.http import require_safe

from funds.filters import SORTS, AllocationFilter, with_order
from funds.history import of_fund, told
from funds.meters import balances_of, segments_of
from funds.models import Accrual, Allocation
from funds.states import ALLOCATION_BUCKETS, DeclineReason
from funds.terms import Todo
from funds.views.histories import exported_history
from partners.exports import table_response
from partners.lists import PAGE, chosen_sort, in_order, page_of, wanted_file
from partners.models import Company, Event
from partners.states import Kind
from programs.days import Clock, Days
from programs.models import Program, Resource
from programs.money import major
from programs.views.programs import SHELF

# How long a fund's page leads with the vendor's answer; later it stands in the fund's story.
ANSWER_SHOWN = timedelta(days=30)


def days_at(now: datetime) -> Days:
    return Clock(now).days(Program.objects.time_zones())


def listed(request: HttpRequest, now: datetime) -> QuerySet[Allocation]:
    """Funds as the company worked in has them: a partner its own, a vendor those it granted, Windfall's people all."""
    company = request.membership and request.membership.company
    funds = Allocation.objects.visible_to(request.user).with_terms()
    if company is None:
        funds = funds.none()
    elif company.kind == Kind.PARTNER:
        funds = funds.of_partner(company)
    elif company.kind == Kind.VENDOR:
        funds = funds.of_vendor(company)
    else:
        funds = funds.on_windfall()
    return with_order(funds.with_steps(days_at(now)))


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    company = request.membership and request.membership.company
    narrowed = AllocationFilter(request.GET, queryset=listed(request, now), company=company)
    sort = chosen_sort(request, SORTS, "next")
    found = in_order(narrowed.qs, sort, SORTS)
    if kind := wanted_file(request):
        return exported(found, kind, now)
    page = page_of(request, found)
    context = {
        "page_obj": page,
        "rows": rows_of(page, now),
        "filter": narrowed,
        "ordering": sort,
        "totals": totals(narrowed.qs) if page.paginator.count else [],
        "is_partner": company is not None and company.kind == Kind.PARTNER,
        "is_vendor": company is not None and company.kind == Kind.VENDOR,
    }
    return render(request, "funds/index.html", context)


def rows_of(funds, now: datetime) -> list[dict]:
    found = []
    for fund in funds:
        today = fund.today(now)
        step = fund.next_step(today)
        found.append(
            {
                "fund": fund,
                "today": today,
                "step": step,
                "at_risk": step.is_at_risk(today),
                "on_its_way": fund.claimed + fund.approved,
            }
        )
    return found


def totals(funds: QuerySet[Allocation]) -> list[dict]:
    """Per currency, of the balances as they are kept: what is still to claim, at risk of it, on its way, paid."""
    unclaimed = F("available") + F("reserved")
    rows = funds.order_by().values(currency=F("budget__program__currency"))
    sums = rows.annotate(
        all_unclaimed=Sum(unclaimed, filter=~Q(todo=Todo.LOST), default=0),
        all_at_risk=Sum(unclaimed, filter=Q(at_risk=True), default=0),
        all_claimed=Sum("claimed"),
        all_approved=Sum("approved"),
        all_paid=Sum("paid"),
    )
    return [
        {name.removeprefix("all_"): int(value) if name != "currency" else value for name, value in row.items()}
        for row in sums.order_by("currency")
    ]


def exported(funds: QuerySet[Allocation], kind: str, now: datetime) -> HttpResponse:
    columns = ["Vendor", "Program", "Partner", "Fund", "Reference", "Currency", "Granted"]
    columns += [bucket.label for bucket in ALLOCATION_BUCKETS]
    columns += ["Last safe start", "Expires", "Claim by", "Next step", "By", "At risk"]

    def row(fund: Allocation) -> list:
        today = fund.today(now)
        step = fund.next_step(today)
        amounts = [fund.granted, *(getattr(fund, bucket.value) for bucket in ALLOCATION_BUCKETS)]
        return [
            fund.program.vendor.name,
            fund.program.name,
            fund.partner.name,
            fund.name,
            fund.reference,
            fund.currency,
            *(major(amount, fund.currency) for amount in amounts),
            fund.last_safe_start,
            fund.expires_on,
            fund.claim_by,
            step.words,
            step.by,
            step.is_at_risk(today),
        ]

    return table_response(name="funds", columns=columns, rows=(row(fund) for fund in funds), kind=kind)


def visible_fund(request: HttpRequest, pk: int) -> Allocation:
    funds = Allocation.objects.visible_to(request.user).with_terms()
    return get_object_or_404(funds.select_related("budget__program__terms", "offered_terms"), pk=pk)


@require_safe
def allocation(request: HttpRequest, pk: int) -> HttpResponseBase:
    fund = visible_fund(request, pk)
    if kind := wanted_file(request):
        return exported_history(fund, kind)
    now = timezone.now()
    today = fund.today(now)
    step = fund.next_step(today)
    asked = fund.extension_requests.select_related("asked_by").order_by("-pk").first()
    page = page_of(request, of_fund(fund))
    may_manage = request.user.has_perm("funds.manage_allocation", fund)
    is_own = request.user.has_perm("funds.claim_from", fund)
    may_claim = is_own and not fund.is_kept
    company: Company | None = request.membership and request.membership.company
    made_for = Resource.objects.for_program(fund.program).on_shelf(today)
    context = {
        "fund": fund,
        "program": fund.program,
        "today": today,
        "step": step,
        "at_risk": step.is_at_risk(today),
        "balances": balances_of(fund),
        "segments": segments_of(fund),
        "history": told(fund, first=page.start_index() - 1 if page.paginator.count else 0, count=PAGE),
        "page_obj": page,
        "is_own": is_own,
        "may_state": request.user.has_perm("funds.record_statement", fund),
        "may_claim": may_claim and fund.unclaimed > 0 and today <= fund.claim_by,
        "may_ask": may_claim and fund.available > 0 and today <= fund.expires_on,
        "has_ideas": company == fund.partner and fund.available > 0 and today <= fund.expires_on,
        "may_manage": may_manage,
        "may_answer": request.user.has_perm("funds.answer_terms", fund),
        "offered_changes": fund.offered_terms.changes_from(fund.terms) if fund.offered_terms else [],
        "may_reserve": today <= fund.expires_on,
        "may_extend": may_manage and fund.is_extendable(today),
        "may_ask_for_time": may_claim and fund.is_extendable(today) and not (asked and asked.is_open),
        "asked": asked,
        "asked_lately": asked and (asked.is_open or now - asked.decided_at < ANSWER_SHOWN),
        "changes": changes_of(fund),
        **earned_by(fund),
        "shelf": made_for[:SHELF] if may_claim and fund.unclaimed else [],
        "lists_funds": company is not None and company.kind == Kind.PARTNER,
    }
    return render(request, "funds/allocation.html", context)


TOLD = {
    "cut short",
    "asked for more time",
    "declined more time",
    "no longer asks for more time",
    "extended",
    "moved to new terms",
    "offered new terms",
    "accepted new terms",
    "kept its terms",
    "nudged",
}
TONES = {"asked for more time": "wait", "declined more time": "risk", "no longer asks for more time": "idle"}


def earned_by(fund: Allocation) -> dict:
    """How an accrued fund came about, and what its partner owes in the program; nothing of other funds."""
    if fund.earned_until is None:
        return {}
    accruals = Accrual.objects.filter(program=fund.program, partner=fund.partner_id)
    return {"accrual": accruals.select_related("terms").get(allocation=fund), "owed": accruals.owed()}


def changes_of(fund: Allocation) -> list[dict]:
    """What became of its deadlines and its terms, newest first, as the timeline shows it."""
    events = Event.objects.about(fund).filter(verb__in=TOLD).select_related("actor").reverse()
    return [
        {"at": e.at, "actor": e.actor, "what": said_of(e), "reason": reason_of(e), "tone": TONES.get(e.verb, "ok")}
        for e in events
    ]


def reason_of(event: Event) -> str:
    return f"{DeclineReason(event.reason_code).label}. {event.reason}" if event.reason_code else event.reason


def said_of(event: Event) -> str:
    if event.verb == "extended":
        first, until = (date_format(date.fromisoformat(event.data[name])) for name in ("from", "until"))
        return f"Extended from {first} until {until}"
    if event.verb == "cut short":
        return (
            f"The partnership ended: claims are taken until {date_format(date.fromisoformat(event.data['claim_by']))}"
        )
    if event.verb == "nudged":
        return "Reminded of what is left to claim"
    if "request" in event.data:
        return f"{event.verb.capitalize()}: until {date_format(date.fromisoformat(event.data['until']))}"
    return f"{event.verb.capitalize()}: version {event.data['terms']}"
