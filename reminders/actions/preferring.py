"""What a person wants of reminders: set on their page, or by the link in a mail."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from partners.events import event, record
from partners.models import User
from reminders.models import Delivery, Preference
from reminders.readers import last_reader
from reminders.states import Rule
from reminders.ways import USUAL_A_DAY, Way


class PreferenceRefused(Exception):
    """Nobody would be left to read of money that lapses. Its words are for the user."""


@dataclass(frozen=True, slots=True)
class Stopped:
    """What came of a click on "stop": which kinds are mailed no more, and which only on Mondays, since nobody else reads them."""

    off: list[Rule]
    weekly: list[Rule]


def ways_of(user: User) -> dict[Rule, Way]:
    """What the user chose, of each rule that they chose for."""
    return {Rule(rule): Way(way) for rule, way in user.preferences.values_list("rule", "way")}


def locked(user: User) -> User:
    """Two pages of one person come one after the other."""
    return User.objects.select_for_update(no_key=True).get(pk=user.pk)


def prefer(
    *,
    user: User,
    ways: Mapping[Rule, Way],
    now: datetime,
    time_zone: str = "",
    language: str = "",
    most_a_day: int = USUAL_A_DAY,
) -> None:
    """Let reminders reach the user as they want. PreferenceRefused for "no mail" of money that nobody else there reads of."""
    with transaction.atomic():
        locked(user)
        last, before = last_reader(user), ways_of(user)
        for rule, way in ways.items():
            # Who was not the last when they chose it keeps it: it comes to them for as long as they are.
            if way == Way.OFF and rule in last and before.get(rule) != Way.OFF:
                raise PreferenceRefused(nobody_else(last[rule]))
        wanted = {"time_zone": time_zone, "language": language, "most_a_day": most_a_day}
        was = Delivery.objects.filter(pk=user.pk).values(*wanted).first() or {
            "time_zone": "",
            "language": "",
            "most_a_day": USUAL_A_DAY,
        }
        if was != wanted:
            Delivery.objects.update_or_create(user=user, defaults=wanted)
        note(user, write(user, ways, before, now), {k: v for k, v in wanted.items() if was[k] != v}, "page", now)


def stop(*, user: User, rules: Collection[Rule], now: datetime) -> Stopped:
    """Mail the user no more of these kinds. What they are the last to read comes on Mondays: the least that there is."""
    with transaction.atomic():
        locked(user)
        last, before = last_reader(user), ways_of(user)
        ways = {rule: Way.WEEKLY if rule in last else Way.OFF for rule in rules if before.get(rule) != Way.OFF}
        note(user, write(user, ways, before, now), {}, "mail", now)
    weekly = [rule for rule in rules if ways.get(rule) == Way.WEEKLY]
    return Stopped(off=[rule for rule in rules if rule not in weekly], weekly=weekly)


def nobody_else(partners: list[str]) -> str:
    """Why an owner hears of this money."""
    where = " and ".join(partners)
    return f"Nobody else at {where} is mailed of this money, so it stays with you. Choose Mondays for the fewest mails."


def write(user: User, ways: Mapping[Rule, Way], before: Mapping[Rule, Way], now: datetime) -> dict[str, str]:
    """Returns what changed."""
    changed = {rule: way for rule, way in ways.items() if before.get(rule, Way.DIGEST) != way}
    Preference.objects.bulk_create(
        [Preference(user=user, rule=rule, way=way, changed_at=now) for rule, way in changed.items()],
        update_conflicts=True,
        unique_fields=["user", "rule"],
        update_fields=["way", "changed_at"],
    )
    return {str(rule): str(way) for rule, way in changed.items()}


def note(user: User, ways: dict[str, str], delivery: dict[str, object], by_way_of: str, now: datetime) -> None:
    if ways or delivery:
        data = {"ways": ways, "delivery": delivery, "by_way_of": by_way_of}
        record([event(verb="set reminders", about=user, by=user, data=data, at=now)])
