"""The budget lines that a suggestion begins with, to be changed by whoever knows the prices. A leaf.

Where the terms list what they pay for, these are the lines; else what activities of the kind usually cost money for.
"""

from typing import Protocol

from programs.activities import ActivityKind

MOST_LINES = 3
LONGEST_LINE = 160

K = ActivityKind
USUAL_LINES: dict[ActivityKind, tuple[str, ...]] = {
    K.DIGITAL_AD: ("Ad placements", "Ad design"),
    K.EMAIL: ("Design and text", "Sending"),
    K.SEMINAR: ("Room or webinar platform", "Speakers", "Invitations"),
    K.TRADE_SHOW: ("Booth space", "Booth build and material"),
    K.TELEMARKETING: ("Calls",),
    K.WEB: ("Agency work",),
    K.TRAINING: ("Course and exam fees",),
    K.OTHER: ("Costs of the activity",),
}


class Paid(Protocol):
    """A type of activity: its kind, and the kinds of expense that are paid, one a line."""

    kind: str
    eligible: str


def lines_of(activity: Paid) -> list[str]:
    named = [line.strip()[:LONGEST_LINE] for line in activity.eligible.splitlines() if line.strip()]
    return named[:MOST_LINES] or list(USUAL_LINES[ActivityKind(activity.kind)])
