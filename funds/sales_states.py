"""The life of a file of sales. A leaf."""

from django.db.models import TextChoices


class UploadStatus(TextChoices):
    """Where a file of sales stands on its way to money."""

    RECEIVED = "received", "Received"
    READING = "reading", "Being read"
    CHECKED = "checked", "Ready to post"
    WRONG = "wrong", "Needs correction"
    POSTING = "posting", "Being posted"
    POSTED = "posted", "Posted"
    REFUSED = "refused", "Cannot be read"
    DROPPED = "dropped", "Dropped"


U = UploadStatus
# (from, to): who. It feeds the action's check, the page's buttons and the database's trigger.
UPLOAD_TRANSITIONS: dict[tuple[UploadStatus, UploadStatus], str] = {
    (U.RECEIVED, U.READING): "Windfall",
    (U.READING, U.CHECKED): "Windfall",
    (U.READING, U.WRONG): "Windfall",
    (U.READING, U.REFUSED): "Windfall",
    (U.CHECKED, U.POSTING): "manager",
    (U.POSTING, U.POSTED): "Windfall",
    (U.POSTING, U.CHECKED): "Windfall",
    (U.POSTING, U.RECEIVED): "Windfall",
    (U.CHECKED, U.RECEIVED): "manager",
    (U.WRONG, U.RECEIVED): "manager",
    (U.CHECKED, U.DROPPED): "manager",
    (U.WRONG, U.DROPPED): "manager",
    (U.REFUSED, U.DROPPED): "manager",
}
# What waits for Windfall, and in which somebody works on it.
BUSY = (U.RECEIVED, U.READING, U.POSTING)
