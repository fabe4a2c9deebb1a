"""The mail itself: what is new for one person, what is most urgent first, as text and as HTML."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from css_inline import CSSInliner
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse

from programs.days import Clock
from programs.terms import URGENT_DAYS, days_left
from reminders.delivery.formats import Form
from reminders.delivery.links import stop_token
from reminders.models import Delivery, Digest, Reminder
from reminders.states import Rule
from reminders.ways import DigestKind

INLINER = CSSInliner(load_remote_stylesheets=False)
# Why this mail came now.
OCCASIONS = {
    DigestKind.DAILY: "There is one a day at most, besides what you want at once, and only when something is new.",
    DigestKind.WEEKLY: "It comes on Mondays, or sooner where a last day comes before, and only when something is new.",
    DigestKind.AT_ONCE: "You asked to hear of this at once.",
}


@dataclass(frozen=True, slots=True)
class Item:
    """One line: what to do with how much (minor units), by when, and the page of the fund."""

    reminder_id: int
    rule: str
    allocation_id: int
    todo: str
    fund: str
    vendor: str
    partner: str
    amount: int
    currency: str
    deadline: date
    today: date
    url: str
    form: Form
    ask_url: str = ""  # where more time is asked for; empty where the terms allow none
    writer: str = ""  # who nudged, and in which words
    words: str = ""

    @property
    def money(self) -> str:
        return self.form.money(self.amount, self.currency)

    @property
    def day(self) -> str:
        return self.form.day(self.deadline)

    @property
    def quoted(self) -> str:
        """The words as a text mail quotes them: no line of theirs can be taken for one of ours."""
        return "\n".join(f"  > {line}" for line in self.words.splitlines())

    @property
    def days(self) -> int:
        return (self.deadline - self.today).days

    @property
    def left(self) -> str:
        return days_left(self.deadline, self.today)

    @property
    def is_urgent(self) -> bool:
        return self.days <= URGENT_DAYS

    @property
    def weight(self) -> float:
        """Money times urgency: what a day that is left is worth. Compared only within a currency."""
        return self.amount / max(self.days, 1)


@dataclass(frozen=True, slots=True)
class Group:
    currency: str
    total: int
    items: list[Item]

    @property
    def money(self) -> str:
        return self.items[0].form.money(self.total, self.currency)


def items_of(digest: Digest, clock: Clock) -> list[Item]:
    """What the digest tells now: its recipient still works there, and there is still something to save."""
    told = Reminder.objects.filter(digest=digest).to_people_there().open(clock).with_state(clock).with_fund()
    form = Form(getattr(digest.recipient, "delivery", Delivery()).language)
    return [item(reminder, clock, form) for reminder in told]


def item(reminder: Reminder, clock: Clock, form: Form) -> Item:
    fund, program = reminder.allocation, reminder.allocation.program
    today = clock.day_in(program.time_zone)
    return Item(
        reminder_id=reminder.pk,
        rule=reminder.rule,
        allocation_id=reminder.allocation_id,
        todo=reminder.todo,
        fund=fund.name,
        vendor=program.vendor.name,
        partner=reminder.partner.name,
        amount=reminder.money,
        currency=program.currency,
        deadline=reminder.until,
        today=today,
        url=address("funds:allocation", fund.pk),
        ask_url=address("funds:ask_for_time", fund.pk) if fund.is_extendable(today) else "",
        form=form,
        **({"writer": reminder.nudge.by.name, "words": reminder.nudge.words} if reminder.nudge else {}),
    )


def address(name: str, *args: int | str) -> str:
    return settings.SITE_ADDRESS.rstrip("/") + reverse(name, args=args)


def grouped(items: Sequence[Item]) -> list[Group]:
    """By currency, the one with the nearest deadline first; within it, what a day that is left is worth most first."""
    by_currency = sorted(items, key=lambda i: i.currency)
    groups = [
        Group(currency, total(members := list(group)), sorted(members, key=lambda i: (-i.weight, i.deadline, i.fund)))
        for currency, group in groupby(by_currency, key=lambda i: i.currency)
    ]
    return sorted(groups, key=lambda group: (min(i.days for i in group.items), group.currency))


def total(items: Sequence[Item]) -> int:
    """What is at stake. A fund with two deadlines is told twice and counted once."""
    stakes: dict[int, int] = defaultdict(int)
    for i in items:
        stakes[i.allocation_id] = max(stakes[i.allocation_id], i.amount)
    return sum(stakes.values())


def listed(words: Sequence[str]) -> str:
    """["a", "b", "c"] gives "a, b and c"."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def shown_once(items: Sequence[Item]) -> list[Item]:
    """Without what a vendor's own words say already: the same fund's same deadline."""
    worded = {(i.allocation_id, i.deadline) for i in items if i.words}
    return [i for i in items if i.words or (i.allocation_id, i.deadline) not in worded]


def opening(items: Sequence[Item], first: Item) -> str:
    """How the mail goes on after what is at stake. What a vendor wrote may be long before its deadline."""
    is_ = "is" if len({i.currency for i in items}) == 1 else "are"
    day = f"{first.day} ({first.left})"
    if any(i.words for i in items):
        return f"is still yours until {day}." if len(items) == 1 else f"{is_} still yours. The first deadline is {day}."
    if len(items) == 1:
        return f"is still yours, and its deadline is near: {day}."
    return f"{is_} still yours. {len(items)} deadlines are near, the first on {day}."


def letter(digest: Digest, clock: Clock) -> tuple[EmailMultiAlternatives | None, list[int]]:
    """The mail, and the ids of the reminders that it tells. No mail where nothing is left to tell."""
    told = items_of(digest, clock)
    if not told:
        return None, []
    items = shown_once(told)
    groups = grouped(items)
    first = min(items, key=lambda i: i.days)
    totals = listed([group.money for group in groups])
    partners = sorted({i.partner for i in items})
    context = {
        "digest": digest,
        "groups": groups,
        "totals": totals,
        "opening": opening(items, first),
        "partners": listed(partners),
        "several": len(partners) > 1,
        "inbox": address("reminders:inbox"),
        "occasion": OCCASIONS[DigestKind(digest.kind)],
        "preferences": address("reminders:preferences"),
        "stops": stops(digest, told),
    }
    mail = EmailMultiAlternatives(
        subject=f"{totals} to claim, the first by {first.day}",
        body=render_to_string("reminders/digest.txt", context),
        to=[digest.recipient.email],
        headers={
            "Message-ID": digest.message_id,
            "Auto-Submitted": "auto-generated",
            # RFC 8058: the mail program's own button, which stops every kind that this mail tells.
            "List-Unsubscribe": f"<{stop_address(digest, {i.rule for i in told})}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )
    mail.attach_alternative(INLINER.inline(render_to_string("reminders/digest.html", context)), "text/html")
    return mail, [i.reminder_id for i in told]


def stop_address(digest: Digest, rules: Iterable[str]) -> str:
    return address("reminders:stop", stop_token(digest.recipient_id, rules))


def stops(digest: Digest, told: Sequence[Item]) -> list[dict[str, str]]:
    """For each kind that the mail tells, the link that stops mail of that kind alone."""
    rules = sorted({Rule(i.rule) for i in told}, key=list(Rule).index)
    return [{"label": rule.label, "url": stop_address(digest, [rule])} for rule in rules]
