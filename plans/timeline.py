"""An activity's story in words."""

from typing import Any

from partners.models import Event
from plans.models import PlannedActivity
from plans.states import Answer

WORDS = {
    "planned": "Planned",
    "changed": "Changed",
    "moved": "Moved to another quarter",
    "dropped": "Dropped",
    "taken up": "Taken up",
    "began a request": "Request begun",
    "began a claim": "Claim begun",
    "asked elsewhere": "Asked in the vendor's own portal",
    "answered elsewhere": "The vendor answered",
}
TONES = {"dropped": "idle", "asked elsewhere": "wait", "began a request": "wait"}
# What a change was about, as the page calls it.
FIELDS = {
    "title": "title",
    "kind": "kind",
    "cost": "cost",
    "currency": "currency",
    "year": "year",
    "quarter": "quarter",
    "starts_on": "first day",
    "ends_on": "last day",
    "person_id": "who looks after it",
    "people": "number of people",
    "place": "place",
    "audience": "audience",
    "notes": "how it goes",
    "leads": "leads",
    "meetings": "meetings",
    "pipeline": "pipeline",
    "closed": "closed revenue",
}


def timeline(activity: PlannedActivity) -> list[dict[str, Any]]:
    """The latest first."""
    return [entry(event) for event in reversed(Event.objects.about(activity).select_related("actor"))]


def entry(event: Event) -> dict[str, Any]:
    what, data = WORDS.get(event.verb, event.verb), event.data
    if event.verb == "moved":
        what = f"Moved from {data['from']} to {data['to']}"
    elif event.verb == "changed" and data.get("changed"):
        what = f"Changed: {', '.join(FIELDS[name] for name in data['changed'])}"
    elif event.verb == "answered elsewhere":
        what = f"The vendor answered: {Answer(data['facts']['answer']).label.lower()}"
    actor = event.actor.name if event.actor else "Windfall"
    return {"at": event.at, "actor": actor, "what": what, "reason": event.reason, "tone": TONES.get(event.verb, "")}
