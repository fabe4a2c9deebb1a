"""Money at risk: the whole queue, and what may be done with one of its rows besides doing it: put it off, take it, hand it on."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.http import require_POST, require_safe

from claims.worth import Exchange
from dashboards.queue.facts import Facts
from dashboards.queue.narrowing import ORDER_WORDS, ORDERS, QueueForm
from dashboards.queue.rows import Row, rows, same
from dashboards.views.workplace import partner_of, partner_worked_for
from partners.exports import table_response
from partners.lists import chosen_sort, page_of, wanted_file
from programs.days import Clock
from programs.money import major
from reminders import actions
from reminders.actions.replying import days
from reminders.models import Matter
from reminders.replying.forms import HandForm, LaterForm
from reminders.replying.states import Later


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    company, now = partner_of(request), timezone.now()
    facts = Facts.read(user=request.user, company=company, now=now)
    all_rows = rows(facts)
    form = QueueForm(request.GET, facts=facts, rows=all_rows)
    found, sort = form.narrowed(all_rows), chosen_sort(request, ORDERS, "weight")
    found.sort(key=ORDERS[sort.removeprefix("-")], reverse=sort.startswith("-"))
    if kind := wanted_file(request):
        return exported(found, facts.exchange, kind)
    page = page_of(request, found)
    context = {
        "page_obj": page,
        "form": form,
        "ordering": sort,
        "orders": ORDER_WORDS.items(),
        "into": facts.exchange.into,
        "rates": facts.exchange.sum((row.currency, row.amount) for row in page if row.amount),
        "put_off": sum(row.until is not None and form.is_of(row) for row in all_rows),
        "later": form.chosen("show") == "later",
    }
    return render(request, "dashboards/queue/index.html", context)


COLUMNS = (
    "What",
    "Vendor",
    "What to do",
    "Day",
    "Days left",
    "Amount",
    "Currency",
    "Worth",
    "In",
    "Who",
    "Put off until",
    "Why",
)


def exported(found: list[Row], exchange: Exchange, kind: str) -> HttpResponse:
    def worth(row: Row) -> Any:
        return major(round(row.worth), exchange.into) if row.worth and row.amount else None

    table = (
        (
            row.title,
            row.vendor,
            row.do.words,
            row.by,
            row.days,
            major(row.amount, row.currency) if row.amount else None,
            row.currency,
            worth(row),
            exchange.into,
            row.worker,
            row.until,
            row.reason,
        )
        for row in found
    )
    return table_response(name="money at risk", columns=COLUMNS, rows=table, kind=kind)


def found_row(request: HttpRequest, pk: int, rule: str) -> tuple[Row, Matter]:
    """One row of the user's queue, and the matter that answers are about; 404 for what is not in it."""
    company, now = partner_worked_for(request), timezone.now()
    if company is None:
        raise Http404
    facts = Facts.read(user=request.user, company=company, now=now)
    for row in rows(facts):
        if same(row, rule, pk):
            return row, row.matter(company)
    raise Http404


@require_safe
def matter(request: HttpRequest, pk: int, rule: str) -> HttpResponse:
    row, about = found_row(request, pk, rule)
    return shown(request, row, about)


def shown(
    request: HttpRequest, row: Row, about: Matter, later: LaterForm | None = None, hand: HandForm | None = None
) -> HttpResponse:
    """What may be done with it besides: a form for each; one that was filled in and could not be used takes its place."""
    choices = days(about, Clock(timezone.now()))
    hand = hand or HandForm(about=about, user=request.user)
    context = {
        "row": row,
        "later": later or LaterForm(days=choices, needs_reason=True),
        "may_wait": bool(choices),
        "hand": hand,
        "has_colleagues": hand.fields["to"].queryset.exists(),
    }
    failed = bool((later and later.errors) or hand.errors)
    return render(request, "dashboards/queue/matter.html", context, status=400 if failed else 200)


@require_POST
def put_off(request: HttpRequest, pk: int, rule: str) -> HttpResponse:
    row, about = found_row(request, pk, rule)
    now = timezone.now()
    form = LaterForm(request.POST, days=days(about, Clock(now)), needs_reason=True)
    if not form.is_valid():
        return shown(request, row, about, later=form)
    when, reason = Later(form.cleaned_data["when"]), form.cleaned_data["reason"]
    return act(
        request,
        lambda: actions.put_off(about=about, when=when, reason=reason, by=request.user, now=now),
        lambda made: f"Put off until {date_format(made.until)}: {row.title}.",
    )


@require_POST
def hand_over(request: HttpRequest, pk: int, rule: str) -> HttpResponse:
    row, about = found_row(request, pk, rule)
    form = HandForm(request.POST, about=about, user=request.user)
    if not form.is_valid():
        return shown(request, row, about, hand=form)
    to = form.cleaned_data["to"]
    return act(
        request,
        lambda: actions.hand(about=about, to=to, by=request.user, now=timezone.now()),
        lambda made: f"{to} does it now, and hears of it: {row.title}.",
    )


@require_POST
def take_on(request: HttpRequest, pk: int, rule: str) -> HttpResponse:
    row, about = found_row(request, pk, rule)
    return act(
        request,
        lambda: actions.take(about=about, by=request.user, now=timezone.now()),
        lambda made: f"You work on it: {row.title}.",
    )


@require_POST
def take_back(request: HttpRequest, pk: int, rule: str) -> HttpResponse:
    row, about = found_row(request, pk, rule)
    return act(
        request,
        lambda: actions.take_back(about=about, by=request.user, now=timezone.now()),
        lambda ended: f"It is open again: {row.title}." if ended else "Nothing was put off or handed over.",
    )


def act(request: HttpRequest, do: Callable[[], Any], said: Callable[[Any], str]) -> HttpResponse:
    try:
        messages.success(request, said(do()))
    except actions.ReplyRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("dashboards:queue")
