"""Links in the mail that work without a sign-in: what they may do is signed, and is all that they can do."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from django.conf import settings
from django.core import signing
from django.http import Http404
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from partners.models import User
from reminders.models import Reminder, Suppression
from reminders.states import Rule

STOP, CONFIRM, ARRIVE = "reminders.stop", "reminders.confirm", "reminders.arrive"
CONFIRM_WITHIN = timedelta(days=2)
MARK = 10**9  # stands in an address for what is put in its place


@dataclass(frozen=True, slots=True)
class Stop:
    """Whose mail of which kinds is to stop."""

    user: User
    rules: list[Rule]


def absolute(name: str, *args: int | str) -> str:
    return settings.SITE_ADDRESS.rstrip("/") + way(name, *args)


def way(name: str, *args: int | str) -> str:
    """As `reverse`, which looks anew for each address; a mail has a dozen, all of a few shapes.

    Each argument is a number, or letters, figures and what else of a token an address takes as it is.
    """
    return shape(name, len(args)).format(*args)


@cache
def shape(name: str, args: int) -> str:
    """ "/inbox/{}/hand/" """
    marks = [str(MARK + n) for n in range(args)]
    found = reverse(name, args=marks)
    for mark in marks:
        found = found.replace(mark, "{}")
    return found


def stop_token(user_id: int, rules: Iterable[str]) -> str:
    """It does not expire: whoever keeps a mail for a year can still stop the next."""
    return signing.dumps([user_id, sorted({str(rule) for rule in rules})], salt=STOP, compress=True)


def opened(token: str) -> Stop:
    """What it may do. Http404 for one that we never signed, and for one who is gone."""
    try:
        user_id, codes = signing.loads(token, salt=STOP)
    except signing.BadSignature:
        raise Http404 from None
    user = User.objects.filter(pk=user_id).first()
    # A kind that there is no more needs no stopping.
    rules = [Rule(code) for code in codes if code in Rule.values]
    if user is None or not rules:
        raise Http404
    return Stop(user, rules)


def arrival_of(reminder: Reminder) -> str:
    """The way to the page that does it, by which Windfall knows that it was opened: without the site's address.

    Signed, so that nobody else's page can lead a person over it to mark what they never saw.
    """
    return way("reminders:arrive", reminder.pk, seal(reminder.pk))


def seal(pk: int) -> str:
    return signing.Signer(salt=ARRIVE).signature(str(pk))


def is_sealed(pk: int, seen: str) -> bool:
    return constant_time_compare(seal(pk), seen)


def confirm_address(suppression: Suppression) -> str:
    """Only who reads mail at the address gets it, and so shows that mail arrives."""
    return absolute("reminders:confirm", signing.dumps(suppression.pk, salt=CONFIRM))


def to_confirm(token: str) -> Suppression:
    """Http404 for one that we never signed, or that is older than two days."""
    try:
        pk = signing.loads(token, salt=CONFIRM, max_age=CONFIRM_WITHIN)
    except signing.BadSignature:
        raise Http404 from None
    found = Suppression.objects.select_related("user").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
