"""Who may join a program, and what would change it for those who may not. A leaf: pure facts, imports no model."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from django.utils.formats import date_format

from partners.countries import in_words, listed
from programs.states import EnrolmentStatus, Way


class Level(NamedTuple):
    """A tier: a higher rank is a higher tier."""

    rank: int
    name: str


class Needed(NamedTuple):
    """A certification that a program asks for, and how one gets it."""

    id: int
    name: str
    how: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Rules:
    """Whom a program is for. Without any, every partner may ask."""

    vendor: str
    way: Way = Way.ASKING
    least: Level | None = None
    countries: tuple[str, ...] = ()
    certifications: tuple[Needed, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """What a partner has with the program's vendor. `certified` says until when, by certification; None is for good."""

    country: str = ""
    level: Level | None = None
    tier_id: int | None = None
    certified: Mapping[int, date | None] = field(default_factory=dict)


class Why(StrEnum):
    CLOSED = "closed"
    OVER = "over"
    TIER = "tier"
    COUNTRY = "country"
    CERTIFICATION = "certification"
    INVITED = "invited"


class Obstacle(NamedTuple):
    """One reason why a partner may not join, and what would change it ("" where nothing does). `link` leads there."""

    why: Why
    words: str
    remedy: str = ""
    link: str = ""


class Say(NamedTuple):
    """How a sentence speaks of the partner."""

    is_: str
    has: str
    its: str


YOU = Say("you are", "you have", "yours")


def about(name: str) -> Say:
    return Say(f"{name} is", f"{name} has", "its own")


def unmet(rules: Rules, standing: Standing, today: date, say: Say = YOU) -> Iterator[Obstacle]:
    """Each rule of the program that the partner does not meet. `today` is the program's."""
    if rules.least and (standing.level is None or standing.level.rank < rules.least.rank):
        now = f"{say.is_} {standing.level.name}" if standing.level else f"{say.has} no tier yet"
        yield Obstacle(
            Why.TIER,
            f"Needs the tier {rules.least.name} or higher: {now}.",
            f"{rules.vendor} sets the tiers: ask your channel manager there what {rules.least.name} takes.",
        )
    if rules.countries and standing.country not in rules.countries:
        here = f"{say.is_} in {in_words(standing.country)}" if standing.country else f"{say.has} no country on record"
        change = f"open it to {in_words(standing.country)}" if standing.country else "know your country"
        yield Obstacle(
            Why.COUNTRY,
            f"Only for partners in {listed(rules.countries)}: {here}.",
            f"{rules.vendor} would have to {change}.",
        )
    for needed in rules.certifications:
        yield from uncertified(needed, rules.vendor, standing, today, say)


def uncertified(needed: Needed, vendor: str, standing: Standing, today: date, say: Say) -> Iterator[Obstacle]:
    ended = standing.certified.get(needed.id)
    if needed.id in standing.certified and (ended is None or ended >= today):
        return
    now = f"{say.its} ended on {date_format(ended)}" if ended else f"{say.has} none"
    how = needed.how.strip() or f"Ask your channel manager at {vendor} how to get it."
    yield Obstacle(Why.CERTIFICATION, f"Needs the certification {needed.name}: {now}.", how, needed.link)


class State(StrEnum):
    """How a partner stands to a program."""

    JOINED = "joined"
    ASKED = "asked"
    JOIN = "join"  # it may join by itself
    ASK = "ask"  # it may ask
    NOT_YET = "not yet"


class Outlook(NamedTuple):
    """How a partner stands to a program, and why not better; `brings` is what it starts with once it is in, in minor units."""

    state: State
    obstacles: tuple[Obstacle, ...] = ()
    brings: int = 0


def outlook(
    rules: Rules,
    standing: Standing,
    *,
    status: EnrolmentStatus | None,
    is_published: bool,
    ends_on: date,
    today: date,
) -> Outlook:
    """How the partner stands to the program today; `status` is that of its enrolment, None where there is none."""
    if status == EnrolmentStatus.JOINED:
        return Outlook(State.JOINED)
    if not is_published:
        return Outlook(State.NOT_YET, (Obstacle(Why.CLOSED, "It is closed: it takes nobody new."),))
    if today > ends_on:
        return Outlook(State.NOT_YET, (Obstacle(Why.OVER, f"It ended on {date_format(ends_on)}."),))
    obstacles = tuple(unmet(rules, standing, today))
    if status == EnrolmentStatus.ASKED and not (rules.way == Way.OPEN and not obstacles):
        return Outlook(State.ASKED, obstacles)
    if rules.way == Way.INVITED:
        invited = Obstacle(
            Why.INVITED,
            f"{rules.vendor} adds its partners itself.",
            "Ask your channel manager there to add you.",
        )
        return Outlook(State.NOT_YET, (*obstacles, invited))
    if obstacles:
        return Outlook(State.NOT_YET, obstacles)
    # Whom the vendor took out does not come back by itself.
    is_by_itself = rules.way == Way.OPEN and status != EnrolmentStatus.ENDED
    return Outlook(State.JOIN if is_by_itself else State.ASK)


def rule_changes(old: Rules, new: Rules) -> list[str]:
    """Each way in which the rules differ, in words."""
    words = []
    if old.way != new.way:
        words.append(f"How partners join: {new.way.label.lower()}.")
    if old.least != new.least:
        words.append(f"Least tier: {new.least.name}." if new.least else "Every tier, and partners without one.")
    if set(old.countries) != set(new.countries):
        words.append(f"Countries: {listed(new.countries)}." if new.countries else "Every country.")
    if {c.id for c in old.certifications} != {c.id for c in new.certifications}:
        names = ", ".join(c.name for c in new.certifications)
        words.append(f"Certifications: {names}." if names else "No certification is needed.")
    return words
