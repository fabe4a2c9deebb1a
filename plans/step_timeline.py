"""An agreed step's story in words."""

from datetime import date
from typing import Any

from django.utils.formats import date_format

from partners.models import Event
from plans.models import AgreedStep

WORDS = {"agreed": "Agreed", "done": "Done", "dropped": "Dropped"}
TONES = {"done": "ok", "dropped": "idle"}


def timeline(step: AgreedStep) -> list[dict[str, Any]]:
    """The latest first."""
    return [entry(event) for event in reversed(Event.objects.about(step).select_related("actor"))]


def entry(event: Event) -> dict[str, Any]:
    what, data = WORDS.get(event.verb, event.verb), event.data
    if event.verb == "moved":
        days = (date_format(date.fromisoformat(data[name])) for name in ("from", "to"))
        what = "Moved from {} to {}".format(*days)
    elif event.verb == "handed over":
        what = f"Handed over from {data['from_name']} to {data['to_name']}"
    actor = event.actor.name if event.actor else "Windfall"
    return {"at": event.at, "actor": actor, "what": what, "tone": TONES.get(event.verb, "")}
