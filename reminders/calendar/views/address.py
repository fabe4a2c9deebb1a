"""The private calendar address: its page, and what a calendar reads there."""

from hashlib import sha256

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from programs.days import Clock
from reminders.calendar import actions, ics
from reminders.calendar.dates import days_of
from reminders.calendar.forms import AlarmForm
from reminders.delivery.links import absolute
from reminders.models import Alarm, CalendarFeed

# A calendar asks once an hour at the most often; somebody's several devices, each for itself.
MOST_AN_HOUR = 60
HOUR = 3600


@login_not_required
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """What the address's person may see now. The same 404 for an address that was revoked, and for one that never was."""
    now = timezone.now()
    found = actions.find(token)
    if found is None:
        return plain("This calendar address does not work any more.", 404)
    if is_too_often(found):
        return plain("Read too often: try again in an hour.", 429, {"Retry-After": str(HOUR)})
    days = days_of(found.user, Clock(now))
    stands = actions.told(feed=found, days=days, now=now)
    body = ics.render(days, stands, None if found.alarm is None else Alarm(found.alarm))
    actions.was_read(feed=found, now=now)
    etag = f'"{sha256(body).hexdigest()[:32]}"'
    answer = HttpResponse(
        body,
        content_type="text/calendar; charset=utf-8",
        headers={"ETag": etag, "Content-Disposition": 'inline; filename="windfall.ics"'} | PRIVATE,
    )
    return get_conditional_response(request, etag=etag, response=answer)


# A copy may be kept, but is asked after each time, so that revoking works at once; no search engine lists it.
PRIVATE = {"Cache-Control": "private, no-cache", "X-Robots-Tag": "noindex"}


def plain(words: str, status: int, headers: dict[str, str] | None = None) -> HttpResponse:
    headers = PRIVATE | (headers or {})
    return HttpResponse(words, status=status, content_type="text/plain; charset=utf-8", headers=headers)


def is_too_often(found: CalendarFeed) -> bool:
    key = f"calendar-feed-{found.pk}"
    cache.add(key, 0, HOUR)
    try:
        return cache.incr(key) > MOST_AN_HOUR
    except ValueError:  # it ran out between the two
        return False


@never_cache
@require_safe
def address(request: HttpRequest) -> HttpResponse:
    return page(request)


def page(request: HttpRequest, *, token: str = "", form: AlarmForm | None = None, status: int = 200) -> HttpResponse:
    """`token` is there once: on the page that answers its making."""
    live = CalendarFeed.objects.filter(user=request.user, revoked_at=None).first()
    url = absolute("reminders:feed", token) if token else ""
    context = {
        "feed": live,
        "url": url,
        "webcal": f"webcal://{url.partition('://')[2]}" if url else "",
        "form": form or AlarmForm(initial={"alarm": live.alarm if live else None}),
    }
    return render(request, "reminders/calendar/address.html", context, status=status)


@never_cache
@require_POST
def make(request: HttpRequest) -> HttpResponse:
    """A new address, shown in the answer and nowhere else; the one that the page knew of ends."""
    form = AlarmForm(request.POST)
    instead_of = request.POST.get("instead_of", "")
    if not form.is_valid() or not (instead_of == "" or (instead_of.isascii() and instead_of.isdigit())):
        return page(request, form=form, status=400)
    try:
        _, token = actions.make(
            user=request.user,
            alarm=form.cleaned_data["alarm"],
            instead_of=int(instead_of) if instead_of else None,
            by=request.user,
            now=timezone.now(),
        )
    except actions.FeedRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("reminders:calendar_address")
    return page(request, token=token)


@require_POST
def ring(request: HttpRequest) -> HttpResponse:
    form = AlarmForm(request.POST)
    if not form.is_valid():
        return page(request, form=form, status=400)
    actions.ring(user=request.user, alarm=form.cleaned_data["alarm"], by=request.user, now=timezone.now())
    messages.success(request, "Saved. Your calendar follows the next time that it reads the address.")
    return redirect("reminders:calendar_address")


@require_POST
def revoke(request: HttpRequest) -> HttpResponse:
    if actions.revoke(user=request.user, by=request.user, now=timezone.now()):
        messages.success(request, "The address does not work any more. Calendars that read it will say so.")
    return redirect("reminders:calendar_address")
