"""Where mail services tell what became of our mail. Anymail reads each one's own shape and signature."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from anymail import urls
from anymail.exceptions import AnymailConfigurationError, AnymailError, AnymailImproperlyInstalled
from anymail.signals import AnymailTrackingEvent, EventType, RejectReason, tracking
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.dispatch import receiver
from django.http import Http404, HttpResponseBadRequest
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from reminders import actions
from reminders.actions.hearing import Heard
from reminders.digest import METADATA
from reminders.ways import Trouble

# By the name in the address: every service whose reports anymail reads. "sendinblue" is Brevo's old name.
SERVICES = {
    pattern.name.removesuffix("_webhook").removesuffix("_tracking"): pattern.callback
    for pattern in urls.urlpatterns
    if pattern.name.endswith("_webhook") and "inbound" not in pattern.name
}
# What services call a mail that came back and may arrive tomorrow. Anymail gives all of them the same reason, so each one's own
# word is looked for: where it stands, and what it is. The numbers are SparkPost's; Mailjet says whether it is a hard one.
SAID_IN = ("Type", "type", "event", "bounceType", "bounce_class", "hard_bounce")
SOFT = ("soft", "transient", "undetermined", "blocked")
SOFT_CLASSES = {"1", "20", "21", "22", "23", "24", "40", "70"}
# Why a mail came back, or was never sent, that will not be better tomorrow.
FOR_GOOD = {RejectReason.INVALID, RejectReason.BOUNCED}
REFUSED = {*FOR_GOOD, RejectReason.SPAM, RejectReason.UNSUBSCRIBED}
LONGEST_ID = 19  # digits
# The mail did not arrive, and the service does not try it again. What it calls deferred it does.
NOT_ARRIVED = {EventType.BOUNCED, EventType.REJECTED, EventType.FAILED}


@csrf_exempt
@login_not_required
def told(request, service: str):
    """404 while no secret is set, or for a service that there is none of; 400 for who has not the secret, or sends nonsense."""
    view = SERVICES.get(service)
    if view is None or not settings.ANYMAIL.get("WEBHOOK_SECRET"):
        raise Http404
    try:
        return view(request)
    except (AnymailConfigurationError, AnymailImproperlyInstalled):
        raise Http404 from None  # its own key, or its package, is not set up here
    except (AnymailError, AssertionError, AttributeError, LookupError, OverflowError, TypeError, ValueError):
        return HttpResponseBadRequest("This is no report that we can read.")


@receiver(tracking)
def hear(event: AnymailTrackingEvent, esp_name: str, **_) -> None:
    """Anymail's way to hand over one event. Nothing but our own view calls its views."""
    trouble = trouble_of(event)
    if trouble and event.recipient:
        happened_at = event.timestamp or timezone.now()
        heard = Heard(
            service=esp_name,
            trouble=trouble,
            address=kept(event.recipient),
            message_id=kept(event.message_id or ""),
            said=kept(event.mta_response or event.description or ""),
            happened_at=happened_at,
            told_as=str(event.event_id or moment(event.timestamp)),
            digest_id=digest_of(event),
        )
        actions.hear(told=[heard], now=timezone.now())


def kept(words: str) -> str:
    """As PostgreSQL can keep it: what another's mail server answered may hold anything."""
    return words.replace("\x00", " ").encode(errors="replace").decode()


def moment(at: datetime | None) -> str:
    return at.isoformat() if at else ""


def digest_of(event: AnymailTrackingEvent) -> int | None:
    """Which of our mails it is about: services hand back what was sent with it."""
    said = str((event.metadata or {}).get(METADATA, ""))
    return int(said) if said.isascii() and said.isdecimal() and len(said) < LONGEST_ID else None


def trouble_of(event: AnymailTrackingEvent) -> Trouble | None:
    """None for what arrived, and for what the service tries again by itself."""
    kind, reason = event.event_type, event.reject_reason
    if kind == EventType.COMPLAINED:
        return Trouble.COMPLAINT
    if kind == EventType.UNSUBSCRIBED or (kind == EventType.REJECTED and reason in REFUSED):
        return Trouble.REFUSED
    if kind == EventType.BOUNCED and (reason is None or reason in FOR_GOOD) and not is_soft(event):
        return Trouble.BOUNCE
    return Trouble.SOFT if kind in NOT_ARRIVED else None


def is_soft(event: AnymailTrackingEvent) -> bool:
    """By the service's own word for the kind of bounce."""
    return any(
        (key, word) == ("hard_bounce", "false")
        or (key == "bounce_class" and word in SOFT_CLASSES)
        or any(soft in word for soft in SOFT)
        for key, word in words(event.esp_event)
    )


def words(raw: object) -> Iterator[tuple[str, str]]:
    """(key, small letters) of what a report says of the kind of bounce, at whatever depth."""
    if isinstance(raw, Mapping):
        for key, value in raw.items():
            if isinstance(value, Mapping):
                yield from words(value)
            elif key in SAID_IN:
                yield key, str(value).lower()
