"""The inbox: what one person was reminded of."""

from operator import attrgetter

from django.core.paginator import Paginator
from django.db.models import F
from django.http import Http404, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from partners.exports import table_response
from programs.days import Clock
from programs.money import major
from reminders import actions
from reminders.delivery.formats import Form
from reminders.delivery.links import arrival_of, is_sealed
from reminders.delivery.unreached import unreached
from reminders.filters import InboxFilter
from reminders.items import item
from reminders.models import Reminder
from reminders.states import Rule

PAGE = 25
# What can still be done comes first in any order; the address names one of these.
MOST_URGENT = (
    F("is_open").desc(),
    F("deadline").asc(nulls_last=True),
    "anchor",
    F("money").desc(nulls_last=True),
    "id",
)
ORDERS = {
    "deadline": MOST_URGENT,
    "-deadline": (F("deadline").desc(nulls_last=True), "-anchor", "id"),
    "fund": ("title", "anchor", "id"),
    "-fund": ("-title", "anchor", "id"),
    "told": ("created_at", "id"),
    "-told": ("-created_at", "-id"),
}
COLUMNS = ("Told on", "About", "Vendor", "Partner", "What to do", "Amount", "Currency", "Deadline", "State", "Read")


@require_safe
def inbox(request):
    clock = Clock(timezone.now())
    mine = Reminder.objects.visible_to(request.user).with_state(clock).with_fund()
    sort = request.GET.get("sort") if request.GET.get("sort") in ORDERS else "deadline"
    filters = InboxFilter(request.GET, queryset=mine.order_by(*ORDERS[sort]))
    if (kind := request.GET.get("format")) in ("csv", "xlsx"):
        return export(filters.qs, clock, kind)
    page = Paginator(filters.qs, PAGE).get_page(request.GET.get("page"))
    for reminder in page:
        reminder.line = item(reminder, clock, Form())
        reminder.way = arrival_of(reminder)
        reminder.outcome = outcome(reminder, clock)
    context = {
        "page_obj": page,
        "form": filters.form,
        "ordering": sort,
        "unread": Reminder.objects.open_count(request.user, clock.now),
        "is_filtered": any(request.GET.get(name) for name in filters.filters),
        "several": len({m.company_id for m in request.memberships}) > 1,
        "unreached": unreached(request),
    }
    return render(request, "reminders/inbox.html", context)


# Which day of its fund a reminder was about: it may have moved since.
DAYS = {
    Rule.SAFE_START: attrgetter("last_safe_start"),
    Rule.EXPIRES_ON: attrgetter("expires_on"),
    Rule.CLAIM_BY: attrgetter("claim_by"),
}


def outcome(reminder: Reminder, clock: Clock) -> str:
    """Why nothing is to be done about it any more; empty while something is."""
    if reminder.is_open:
        return ""
    if reminder.rule in DAYS and reminder.anchor != DAYS[reminder.rule](reminder.allocation):
        return "The deadline moved"
    if reminder.closes_at and reminder.closes_at <= clock.now:
        return "Over"
    return "Done"


def amount(minor: int | None, currency: str):
    return major(minor, currency) if minor else None


def export(reminders, clock: Clock, kind: str):
    rows = (
        (
            r.created_at.date(),
            r.title,
            r.vendor.name if r.vendor else "",
            r.partner.name if r.partner else "",
            f"{r.nudge.by.name}: {r.nudge.words}" if r.nudge else r.todo,
            amount(r.money if r.is_open else r.amount, r.currency),
            r.currency,
            r.shown_day,
            outcome(r, clock) or "To do",
            r.read_at is not None,
        )
        for r in reminders
    )
    return table_response(name="inbox", columns=COLUMNS, rows=rows, kind=kind)


@never_cache
@require_safe
def arrive(request, pk: int, seal: str):
    """By the link in a mail or in the inbox to the page that does it: so it is read. A colleague gets there too."""
    if not is_sealed(pk, seal):
        raise Http404
    reminder = get_object_or_404(Reminder.objects.of_companies_of(request.user), pk=pk)
    actions.read(reminders=Reminder.objects.filter(pk=pk), by=request.user, now=timezone.now())
    return redirect(reminder.url)


@require_POST
def read(request, pk: int):
    reminder = get_object_or_404(Reminder.objects.visible_to(request.user), pk=pk)
    actions.read(reminders=Reminder.objects.filter(pk=reminder.pk), by=request.user, now=timezone.now())
    return back(request)


@require_POST
def read_all(request):
    actions.read(reminders=Reminder.objects.all(), by=request.user, now=timezone.now())
    return back(request)


def back(request):
    """To the inbox, with the filters that it had."""
    query = QueryDict(request.POST.get("query", "")).urlencode()
    return redirect(reverse("reminders:inbox") + (f"?{query}" if query else ""))
