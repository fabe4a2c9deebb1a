"""Where mail services tell what became of our mail. Anymail reads each one's own shape and signature."""

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
from reminders.ways import Trouble

# By the name in the address: every service whose reports anymail reads. "sendinblue" is Brevo's old name.
SERVICES = {
    pattern.name.removesuffix("_webhook").removesuffix("_tracking"): pattern.callback
    for pattern in urls.urlpatterns
    if pattern.name.endswith("_webhook") and "inbound" not in pattern.name
}
# What services call a mail that came back and may arrive tomorrow: some of them say it there alone.
SOFT = ("soft", "transient", "undetermined", "blocked")
# Why a mail came back, or was never sent, that will not be better tomorrow.
FOR_GOOD = {RejectReason.INVALID, RejectReason.BOUNCED}
REFUSED = {*FOR_GOOD, RejectReason.SPAM, RejectReason.UNSUBSCRIBED}


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
    except (AnymailError, AssertionError, AttributeError, LookupError, TypeError, ValueError):
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
            address=event.recipient,
            message_id=event.message_id or "",
            said=event.mta_response or event.description or "",
            happened_at=happened_at,
            told_as=str(event.event_id or moment(event.timestamp)),
        )
        actions.hear(told=[heard], now=timezone.now())


def moment(at: datetime | None) -> str:
    return at.isoformat() if at else ""


def trouble_of(event: AnymailTrackingEvent) -> Trouble | None:
    """None for what may be better tomorrow, and for what is no trouble."""
    kind, reason = event.event_type, event.reject_reason
    if kind == EventType.COMPLAINED:
        return Trouble.COMPLAINT
    if kind == EventType.BOUNCED and (reason is None or reason in FOR_GOOD) and not is_soft(event):
        return Trouble.BOUNCE
    if kind == EventType.UNSUBSCRIBED or (kind == EventType.REJECTED and reason in REFUSED):
        return Trouble.REFUSED
    return None


def is_soft(event: AnymailTrackingEvent) -> bool:
    """By the service's own word for the kind of bounce."""
    raw = event.esp_event if hasattr(event.esp_event, "get") else {}
    bounce = raw.get("bounce")
    nested = bounce.get("bounceType") if isinstance(bounce, dict) else ""
    words = " ".join(str(word) for word in (raw.get("Type"), raw.get("type"), raw.get("event"), nested))
    return any(soft in words.lower() for soft in SOFT)
