"""The inbox: what one person was reminded of."""

from operator import attrgetter
from urllib.parse import urlencode

from django.db.models import Count, F
from django.http import Http404, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from partners.exports import table_response
from partners.lists import page_of, wanted_file
from programs.days import Clock
from programs.money import major
from reminders import actions
from reminders.actions.replying import chosen_leads, days
from reminders.delivery.formats import Form
from reminders.delivery.links import arrival_of, is_sealed
from reminders.delivery.unreached import unreached
from reminders.filters import InboxFilter
from reminders.items import item
from reminders.models import Reminder
from reminders.permissions import does_it
from reminders.replying.forms import IN_WORDS
from reminders.replying.states import Place
from reminders.states import Rule

# What can still be done comes first in any order; the address names one of these.
MOST_URGENT = (
    "place",
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
STATES = {Place.OPEN: "To do", Place.COLLEAGUE: "With a colleague", Place.LATER: "Later"}
COLUMNS = ("Told on", "About", "Vendor", "Partner", "What to do", "Amount", "Currency", "Deadline", "State", "Read")


@require_safe
def inbox(request):
    clock = Clock(timezone.now())
    mine = Reminder.objects.visible_to(request.user).placed(clock).with_wording().with_fund()
    sort = request.GET.get("sort") if request.GET.get("sort") in ORDERS else "deadline"
    filters = InboxFilter(request.GET, queryset=mine.order_by(*ORDERS[sort]))
    if kind := wanted_file(request):
        return export(filters.qs, clock, kind)
    page = page_of(request, filters.qs)
    show(page, request.user, clock)
    context = {
        "page_obj": page,
        "form": filters.form,
        "places": places(mine, request.GET),
        "ordering": sort,
        "unread": Reminder.objects.open_count(request.user, clock.now),
        "is_filtered": any(request.GET.get(name) for name in filters.filters),
        "several": len({m.company_id for m in request.memberships}) > 1,
        "unreached": unreached(request),
    }
    return render(request, "reminders/inbox.html", context)


def show(page, user, clock: Clock) -> None:
    """Each with its line, how it ended, and what may be answered: the days it may be put off until, and whether it is taken."""
    reminders = list(page)
    leads = chosen_leads([r for r in reminders if r.place != Place.DONE])
    for reminder in reminders:
        reminder.is_open = reminder.place != Place.DONE
        reminder.stands = Place(reminder.place).name.lower()
        reminder.line = item(reminder, clock, Form())
        reminder.way = arrival_of(reminder)
        reminder.outcome = "" if reminder.is_open else outcome(reminder, clock)
        if reminder.place == Place.OPEN and reminder.needs_answer:
            reminder.days = [(when, IN_WORDS[when], day) for when, day in days(reminder, clock, leads).items()]
            reminder.may_hand = does_it(user, reminder)
            reminder.may_take = reminder.may_hand and reminder.worker_id is None and not reminder.is_drafts


def places(mine, query: QueryDict) -> list[dict]:
    """How many stand where, each with the address that shows them. All of them, also without any: tabs stay where they are."""
    counts = dict(mine.order_by().values_list("place").annotate(Count("pk")))
    if not counts:
        return []
    kept = {name: query[name] for name in ("q", "sort") if query.get(name)}
    return [
        {
            "label": place.label,
            "count": counts.get(place, 0),
            "url": f"{reverse('reminders:inbox')}?{urlencode(kept | {'show': place.name.lower()})}",
            "is_shown": query.get("show") == place.name.lower(),
        }
        for place in Place
    ]


# Which day of its fund a reminder was about: it may have moved since.
DAYS = {
    Rule.SAFE_START: attrgetter("last_safe_start"),
    Rule.EXPIRES_ON: attrgetter("expires_on"),
    Rule.CLAIM_BY: attrgetter("claim_by"),
}


def outcome(reminder: Reminder, clock: Clock) -> str:
    """Why nothing is to be done any more about one that is not open, and is `placed`."""
    if reminder.is_moved or (reminder.rule in DAYS and reminder.anchor != DAYS[reminder.rule](reminder.allocation)):
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
            amount(r.amount if r.place == Place.DONE else r.money, r.currency),
            r.currency,
            r.shown_day,
            outcome(r, clock) if r.place == Place.DONE else STATES[r.place],
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
