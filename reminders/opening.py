"""How a mail begins: its subject, and the sentence on top."""

from collections.abc import Sequence
from dataclasses import dataclass

from reminders.items import Group, Item
from reminders.rules import VENDOR


@dataclass(frozen=True, slots=True)
class Opening:
    """The sentence is `strong` and what follows."""

    subject: str
    strong: str
    rest: str


def opening(items: Sequence[Item], groups: Sequence[Group]) -> Opening:
    """What is at stake, where money lapses; else what is to do first."""
    saving = [i for i in items if i.saves]
    others = len(items) - len(saving)
    if not saving:
        first = groups[0].items[0]
        more = f" and {others - 1} more" if others > 1 else ""
        return Opening(f"{first.todo}: {first.fund}{more}", counted(others), told_in_words(items))
    strong = listed([group.money for group in groups if group.currency])
    first = min(saving, key=lambda i: i.days)
    more = f", and {others} more" if others else ""
    rest = at_stake(saving, first)
    return Opening(
        f"{strong} {stake_of(first)}, the first by {first.day}{more}",
        strong,
        f"{rest} {counted(others)} besides." if others else rest,
    )


def listed(words: Sequence[str]) -> str:
    """["a", "b", "c"] gives "a, b and c"."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def stake_of(first: Item) -> str:
    return "of your partners to save" if first.audience == VENDOR else "to claim"


def counted(things: int) -> str:
    return "One thing" if things == 1 else f"{things} things"


def told_in_words(items: Sequence[Item]) -> str:
    waits = "waits" if len(items) == 1 else "wait"
    return "to know." if all(not i.deadline for i in items) else f"{waits} for you."


def at_stake(items: Sequence[Item], first: Item) -> str:
    """How the sentence goes on after the sums. What a vendor wrote may be long before its deadline."""
    is_ = "is" if len({i.currency for i in items}) == 1 else "are"
    whose = "your partners'" if first.audience == VENDOR else "yours"
    day = f"{first.day} ({first.left})"
    if any(i.words for i in items):
        if len(items) == 1:
            return f"is still {whose} until {day}."
        return f"{is_} still {whose}. The first deadline is {day}."
    if len(items) == 1:
        return f"is still {whose}, and its deadline is near: {day}."
    return f"{is_} still {whose}. {len(items)} deadlines are near, the first on {day}."
