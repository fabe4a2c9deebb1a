"""Mail that went wrong, in short words."""

from datetime import datetime

from partners.models import User
from reminders import actions
from reminders.actions.hearing import Heard
from reminders.models import Digest, Suppression
from reminders.states import MOST_ATTEMPTS, DigestStatus
from reminders.ways import Trouble
from tests.cast import NOW, TODAY


def heard(
    user: User,
    told_as: str = "1",
    trouble: Trouble = Trouble.BOUNCE,
    at: datetime = NOW,
    digest: Digest | None = None,
) -> Heard:
    about = digest.pk if digest else None
    return Heard("Postmark", trouble, user.email, "<digest-1@windfall>", "550 no such person", at, told_as, about)


def bounced(user: User, now: datetime = NOW) -> Suppression:
    """Mail to the user came back."""
    assert actions.hear(told=[heard(user, f"of {user.pk} at {now}", at=now)], now=now) == 1
    return Suppression.objects.get(user=user, lifted_at=None)


def given_up(user: User, **fields) -> Digest:
    """A mail to the user that no server took."""
    made = Digest.objects.create(recipient=user, time_zone="UTC", leased_until=NOW, **({"day": TODAY} | fields))
    Digest.objects.filter(pk=made.pk).update(
        status=DigestStatus.DEAD, attempts=MOST_ATTEMPTS, trouble="SMTPRecipientsRefused: 550"
    )
    return Digest.objects.get(pk=made.pk)
