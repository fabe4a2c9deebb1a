"""Answers to a reminder: by the signed link of a mail, without a sign-in, and from the inbox. Only a POST answers."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from programs.days import Clock
from reminders import actions
from reminders.actions.replying import answered, days, handed, keeps, why_not_taken, worker_of
from reminders.delivery.formats import Form
from reminders.items import item
from reminders.models import Reminder, Reply
from reminders.replying.forms import HandForm, LaterForm
from reminders.replying.links import Act, Expired, opened
from reminders.replying.states import Kind, Later, Place
from reminders.views import back, outcome

by_link: Callable[..., Any] = require_http_methods(["GET", "HEAD", "POST"])


@login_not_required
@never_cache
@by_link
def later_by_mail(request: HttpRequest, token: str) -> HttpResponse:
    now = timezone.now()
    try:
        reminder = opened(Act.LATER, token, now)
    except Expired:
        return expired(request)
    given, over = answered(reminder, Kind.LATER), why_over(reminder, now)
    choices = days(reminder, Clock(now))
    form = LaterForm(request.POST if request.method == "POST" and not given else None, days=choices)
    made, words = None, over or ("" if choices or given else "Its last day is too near to put it off.")
    if form.is_bound and not words and form.is_valid():
        when, reason = Later(form.cleaned_data["when"]), form.cleaned_data["reason"]
        by = reminder.recipient
        try:
            made = actions.put_off(about=reminder, when=when, by=by, now=now, reason=reason, by_mail=True)
        except actions.ReplyRefused as refusal:
            words = str(refusal)
    context = {"form": form, "given": given, "made": made, "why_not": "" if given or made else words}
    return answer_page(request, "reminders/replying/later.html", reminder, now, context)


@login_not_required
@never_cache
@by_link
def take_by_mail(request: HttpRequest, token: str) -> HttpResponse:
    now = timezone.now()
    try:
        reminder = opened(Act.TAKE, token, now)
    except Expired:
        return expired(request)
    given, over = answered(reminder, Kind.WORKING), why_over(reminder, now)
    made, words = None, over
    if not given and not words:
        mine = worker_of(reminder, now) == reminder.recipient
        words = "You work on it already." if mine else why_not_taken(reminder, reminder.recipient, now)
    if request.method == "POST" and not given and not words:
        try:
            made = actions.take(about=reminder, by=reminder.recipient, now=now, by_mail=True)
        except actions.ReplyRefused as refusal:
            words = str(refusal)
    context = {"given": given, "made": made, "why_not": "" if given or made else words}
    return answer_page(request, "reminders/replying/take.html", reminder, now, context)


@login_not_required
@never_cache
@by_link
def hand_by_mail(request: HttpRequest, token: str) -> HttpResponse:
    now = timezone.now()
    try:
        reminder = opened(Act.HAND, token, now)
    except Expired:
        return expired(request)
    given, words, by = handed(reminder), why_over(reminder, now), reminder.recipient
    form = HandForm(request.POST if request.method == "POST" and not given else None, about=reminder, user=by)
    worker = worker_of(reminder, now)
    if not words and not form.fields["to"].queryset.exists():
        words = "No colleague of yours may do this."
    elif not words and worker and worker != by and not keeps(by, reminder):
        words = f"{worker} works on it already."
    made = None
    if form.is_bound and not words and form.is_valid():
        try:
            made = actions.hand(about=reminder, to=form.cleaned_data["to"], by=by, now=now, by_mail=True)
        except actions.ReplyRefused as refusal:
            words = str(refusal)
    context = {"form": form, "given": given, "made": made, "why_not": "" if given or made else words, "worker": worker}
    return answer_page(request, "reminders/replying/hand_by_mail.html", reminder, now, context)


def answer_page(
    request: HttpRequest, template: str, reminder: Reminder, now: datetime, context: dict[str, Any]
) -> HttpResponse:
    """What the mail told, and the one button or why there is none. 409 where a POST came too late."""
    given: Reply | None = context["given"]
    context |= {
        "line": item(reminder, Clock(now), Form()),
        "reminder": reminder,
        "still_stands": given is not None and given.ended_at is None and (given.ends_at is None or given.ends_at > now),
    }
    invalid = "form" in context and context["form"].errors and not context["made"]
    late = request.method == "POST" and context["why_not"]
    return render(request, template, context, status=409 if late else 400 if invalid else 200)


def expired(request: HttpRequest) -> HttpResponse:
    return render(request, "reminders/replying/expired.html", status=410)


def why_over(reminder: Reminder, now: datetime) -> str:
    """What changed since the mail, in words; empty while there is something to do."""
    clock = Clock(now)
    found = Reminder.objects.placed(clock).with_fund().get(pk=reminder.pk)
    return OVER[outcome(found, clock)] if found.place == Place.DONE else ""


OVER = {
    "Done": "This is done since: nothing is left to do.",
    "The deadline moved": "Its deadline has moved since. You are reminded of the new one in time.",
    "Over": "Its last day is over, so nothing can be done about it any more.",
}


def told(request: HttpRequest, pk: int) -> Reminder:
    """One of the user's own, or 404. 403 where there is nothing to answer."""
    mine = Reminder.objects.visible_to(request.user).with_fund()  # type: ignore[arg-type]
    found: Reminder = get_object_or_404(mine, pk=pk)
    if not request.user.has_perm("reminders.answer", found):
        raise PermissionDenied
    return found


@require_POST
def later(request: HttpRequest, pk: int) -> HttpResponse:
    reminder, now = told(request, pk), timezone.now()
    form = LaterForm(request.POST, days=days(reminder, Clock(now)))
    if not form.is_valid():
        messages.error(request, "That day is too late now: its last day is near.")
        return back(request)
    when, reason = Later(form.cleaned_data["when"]), form.cleaned_data["reason"]
    try:
        made = actions.put_off(about=reminder, when=when, by=request.user, now=now, reason=reason)
    except actions.ReplyRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"Put off until {date_format(made.until)}: {reminder.title}.")
    return back(request)


@require_POST
def take(request: HttpRequest, pk: int) -> HttpResponse:
    reminder = told(request, pk)
    try:
        actions.take(about=reminder, by=request.user, now=timezone.now())
    except actions.ReplyRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"You work on it: {reminder.title}. Your colleagues hear no more of it for now.")
    return back(request)


@require_http_methods(["GET", "HEAD", "POST"])
def hand(request: HttpRequest, pk: int) -> HttpResponse:
    reminder, now = told(request, pk), timezone.now()
    if not request.user.has_perm("reminders.take", reminder):
        raise PermissionDenied
    form = HandForm(request.POST if request.method == "POST" else None, about=reminder, user=request.user)
    if form.is_bound and form.is_valid():
        to = form.cleaned_data["to"]
        try:
            actions.hand(about=reminder, to=to, by=request.user, now=now)
        except actions.ReplyRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{to} does it now, and hears of it: {reminder.title}.")
            return redirect("reminders:inbox")
    context = {
        "form": form,
        "reminder": reminder,
        "line": item(reminder, Clock(now), Form()),
        "worker": worker_of(reminder, now),
        "why_not": why_over(reminder, now),
        "has_colleagues": form.fields["to"].queryset.exists(),
    }
    return render(request, "reminders/replying/hand.html", context, status=400 if form.errors else 200)


@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    reminder = told(request, pk)
    ended = actions.take_back(about=reminder, by=request.user, now=timezone.now())
    if ended:
        messages.success(request, f"It is open again: {reminder.title}.")
    return back(request)
