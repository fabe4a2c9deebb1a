"""How mail reaches people: which way each kind of reminder takes, how many mails a day, in whose dates and money. A leaf."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db.models import TextChoices

from partners.states import Role
from programs.days import Clock, end_of
from reminders.rules import AUDIENCES, PARTNER, RULES
from reminders.states import MORNING, Rule


class Way(TextChoices):
    """What one person wants of one kind of reminder. It stands in the inbox in any case."""

    DIGEST = "digest", "In the day's mail"
    AT_ONCE = "at_once", "At once"
    WEEKLY = "weekly", "On Mondays"
    OFF = "off", "No mail"


class DigestKind(TextChoices):
    DAILY = "daily", "The day's mail"
    WEEKLY = "weekly", "The week's mail"
    AT_ONCE = "at_once", "At once"


class Trouble(TextChoices):
    """What became of a mail that did not reach its reader, and why no more goes to that address."""

    BOUNCE = "bounce", "Mail came back"
    SOFT = "soft", "Mail could not be delivered that day"
    COMPLAINT = "complaint", "Mail was marked as spam"
    REFUSED = "refused", "The mail service refuses the address"


# Mail that could not be delivered on so many days within so many: then no more goes there, as if it had come back for good.
SOFT_DAYS, SOFT_WITHIN = 3, timedelta(days=14)

# Money of a partner's that lapses: of these somebody always reads, the owner if nobody else does.
MONEY = tuple(rule for rule, spec in RULES.items() if spec.lapses and spec.side == PARTNER)

# Without it a tick would look again, each minute and for ever, at all that was never mailed and has no last day.
MAILED_WITHIN = timedelta(days=60)

# Mails to a person and day: the day's own, and the others at once. The database counts them too.
MOST_A_DAY = 10
USUAL_A_DAY = 5

# What dates and amounts in the mail are written like; the words stay English. The first is how Windfall's pages write.
LANGUAGES = {
    "": "English, as on Windfall's pages",
    "en-GB": "English (United Kingdom)",
    "cs": "Czech",
    "da": "Danish",
    "de": "German",
    "de-CH": "German (Switzerland)",
    "es": "Spanish",
    "fi": "Finnish",
    "fr": "French",
    "it": "Italian",
    "ja": "Japanese",
    "nb": "Norwegian",
    "nl": "Dutch",
    "pl": "Polish",
    "pt-BR": "Portuguese (Brazil)",
    "pt-PT": "Portuguese (Portugal)",
    "sv": "Swedish",
    "tr": "Turkish",
}


def rules_for(roles: Iterable[str]) -> list[Rule]:
    """What somebody in these roles may be reminded of."""
    sides = {side for role in roles for side in AUDIENCES[role]}
    # What a vendor writes in words of its own goes to a partner's people.
    return [rule for rule in Rule if (RULES[rule].side if rule in RULES else PARTNER) in sides]


def takes_mail(user_id: str, email: str, rule: str) -> str:
    """SQL: this person is mailed reminders of that rule: they have not switched it off, and mail arrives."""
    return f"""NOT EXISTS (SELECT FROM reminders_preference o
                            WHERE o.user_id = {user_id} AND o.rule = {rule} AND o.way = '{Way.OFF}')
           AND NOT EXISTS (SELECT FROM reminders_suppression s WHERE s.address = {email} AND s.lifted_at IS NULL)"""


def reads_besides(company: str, user: str, rule: str) -> str:
    """SQL: somebody else at that partner is mailed reminders of that rule. Each argument is SQL for a column or a value.

    A reader is active, works there, has not switched these off, and mail to the address does not come back.
    """
    return f"""EXISTS (
        SELECT FROM partners_membership m JOIN partners_user u ON u.id = m.user_id
         WHERE m.company_id = {company} AND m.user_id <> {user} AND m.ended_at IS NULL AND u.is_active
           AND m.role IN ('{Role.OWNER}', '{Role.MEMBER}')
           AND {takes_mail("m.user_id", "u.email", rule)}
    )"""


class Morning(NamedTuple):
    """A day in a time zone, and what of the weekly kind is due on it."""

    zone: str
    day: date
    is_monday: bool
    week_began: datetime  # what was made before has waited for its Monday long enough: that mail was missed
    next_monday_ends: datetime  # what ends by then would be told too late by the next Monday's mail


def mornings(zones: Iterable[str], clock: Clock) -> list[Morning]:
    """Of these time zones, those where mail may leave now."""
    return [morning(zone, clock) for zone in sorted(set(zones)) if clock.is_past(MORNING, zone)]


def morning(zone: str, clock: Clock) -> Morning:
    """That of the clock's day there."""
    day = clock.day_in(zone)
    monday = day - timedelta(days=day.weekday())
    began, ends = end_of(monday - timedelta(days=1), zone), end_of(monday + timedelta(days=7), zone)
    return Morning(zone, day, day == monday, began, ends)
