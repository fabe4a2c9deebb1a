"""What a chat may be told, and the life of a hook and of a message. A leaf: imports no model."""

from datetime import timedelta

from django.db.models import TextChoices

MOST_HOOKS = 5  # of a company
MOST_TESTS = 10  # of a hook, within an hour
TEST_REST = timedelta(seconds=10)  # a click that was made twice is one test
# Longer than a message may take: a live worker never loses its lease.
LEASE = timedelta(minutes=5)
MOST_ATTEMPTS = 6
# So many messages in a row that never arrived, and nothing more is sent there.
MOST_MISSED = 3


def pause(attempts: int) -> timedelta:
    """How long to wait after so many failed attempts: 1, 4, 16, 64, 256 minutes."""
    return timedelta(minutes=4 ** (attempts - 1))


class Shape(TextChoices):
    SLACK = "slack", "Slack (also Mattermost and others that take its messages)"
    TEAMS = "teams", "Microsoft Teams (a workflow with an adaptive card)"
    JSON = "json", "A program of yours (signed JSON)"


class HookStatus(TextChoices):
    LIVE = "live", "Works"
    STOPPED = "stopped", "Stopped: messages did not arrive"
    ENDED = "ended", "Ended"


H = HookStatus
HOOK_TRANSITIONS: dict[tuple[HookStatus, HookStatus], str] = {
    (H.LIVE, H.STOPPED): "windfall",
    (H.STOPPED, H.LIVE): "keeper",
    (H.LIVE, H.ENDED): "keeper",
    (H.STOPPED, H.ENDED): "keeper",
}


class PostKind(TextChoices):
    DUE = "due", "What is due"
    NUDGE = "nudge", "A vendor's words"
    TEST = "test", "Test"


class PostStatus(TextChoices):
    PENDING = "pending", "To be sent"
    SENT = "sent", "Arrived"
    EMPTY = "empty", "Nothing to say"
    DEAD = "dead", "Given up"


P = PostStatus
POST_TRANSITIONS: dict[tuple[PostStatus, PostStatus], str] = {
    (P.PENDING, P.SENT): "windfall",
    (P.PENDING, P.EMPTY): "windfall",
    (P.PENDING, P.DEAD): "windfall",
}
