"""The lines of a mail: each matter in its own words, with how much, by when, and the one link that lands on the step."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.conf import settings
from django.utils.functional import cached_property

from programs.days import Clock
from programs.terms import URGENT_DAYS, days_left
from reminders.delivery.formats import Form
from reminders.delivery.links import absolute, arrival_of
from reminders.models import Delivery, Digest, Reminder
from reminders.replying.links import answer_links
from reminders.rules import PARTNER, PARTNERS, RULES, VENDOR
from reminders.states import Rule

# What these tell of is all in the fund: told twice, it is counted once.
OF_THE_FUND = (
    Rule.SAFE_START,
    Rule.EXPIRES_ON,
    Rule.CLAIM_BY,
    Rule.REQUEST_CLAIM_BY,
    Rule.REQUEST_OVER,
    Rule.NUDGE,
)

# What the button says where the page does not do at once what is to do, or that is too long for a button.
OPENS = {
    Rule.EXPIRES_ON: "Open the fund",
    Rule.NUDGE: "Open the fund",
    Rule.SHORT_PAY: "Open the payment",
    Rule.SHORT_REST: "Open the payment",
    Rule.RESOURCE_HELD: "Open the resource",
    Rule.REVERSAL: "Open the claim",
    Rule.NO_MAIL: "See the address",
}


@dataclass(frozen=True)
class Item:
    """One line: what to do about what, with how much (minor units; 0 where it is not about money), by when, and where.

    `deadline` is the day that the line names: none for news. `saves` marks a partner's money that lapses.
    """

    reminder_id: int
    rule: str
    subject_id: int
    allocation_id: int | None
    todo: str
    when: str  # how the day follows: ", due on"
    fund: str  # what it is about
    vendor: str  # empty for its own people, as is `partner`
    partner: str
    company: str  # for whom the reader works there
    audience: str
    amount: int
    currency: str
    deadline: date | None
    today: date
    url: str
    form: Form
    saves: bool = False
    note: str = ""
    ask_url: str = ""  # where more time is asked for; empty where the terms allow none
    writer: str = ""  # who nudged, and in which words
    words: str = ""
    wording: str = ""  # what the vendor always says beside it
    later_url: str = ""  # where the mail's reader answers it; empty where there is no such answer
    take_url: str = ""
    hand_url: str = ""

    @cached_property
    def answers(self) -> list[tuple[str, str]]:
        """(words, address) of what the mail offers beside its main link."""
        found = [
            ("Remind me later", self.later_url),
            ("I'm working on it", self.take_url),
            ("Hand it to a colleague", self.hand_url),
            ("Ask for more time", self.ask_url),
        ]
        return [(words, url) for words, url in found if url]

    @cached_property
    def money(self) -> str:
        return self.form.money(self.amount, self.currency) if self.amount else ""

    @cached_property
    def day(self) -> str:
        return self.form.day(self.deadline) if self.deadline else ""

    @cached_property
    def about(self) -> str:
        """Of what, and whose it is."""
        return ", ".join(name for name in (self.fund, self.vendor, self.partner) if name)

    @property
    def quoted(self) -> str:
        """The words as a text mail quotes them: no line of theirs can be taken for one of ours."""
        return "\n".join(f"  > {line}" for line in self.words.splitlines())

    @property
    def line(self) -> str:
        """ "File a claim by", before the day; news alone."""
        return self.todo + self.when

    @property
    def line_inside(self) -> str:
        """The same in the middle of a sentence."""
        return self.line[:1].lower() + self.line[1:]

    @property
    def link(self) -> str:
        """What the button says. A vendor does not use its partner's money: it looks at the fund."""
        if self.audience == VENDOR and self.saves:
            return "Open the fund"
        return OPENS.get(Rule(self.rule), self.todo)

    @property
    def days(self) -> int:
        """Until the day that it names; news is never urgent."""
        return (self.deadline - self.today).days if self.deadline else 999

    @cached_property
    def left(self) -> str:
        return days_left(self.deadline, self.today) if self.deadline else ""

    @property
    def is_urgent(self) -> bool:
        return self.days <= URGENT_DAYS

    @property
    def weight(self) -> float:
        """Money times urgency: what a day that is left is worth. Compared only within a currency."""
        return self.amount / max(self.days, 1)

    @property
    def stake(self) -> tuple[str, int]:
        """Whose amounts are the same money."""
        if self.rule in OF_THE_FUND and self.allocation_id:
            return "fund", self.allocation_id
        return self.rule, self.subject_id


@dataclass(frozen=True, slots=True)
class Group:
    """Lines under a heading; `total` where they are about money that lapses, in one currency."""

    heading: str
    items: list[Item]
    currency: str = ""
    total: int = 0

    @property
    def money(self) -> str:
        return self.items[0].form.money(self.total, self.currency)


def still_told(digests: Sequence[Digest], clock: Clock) -> dict[int, list[Reminder]]:
    """What each digest tells now, by its id: its recipient still works there, and there is still something to do.

    All are asked of at once: to build and plan the question takes longer than to answer it for a batch.
    """
    told = Reminder.objects.filter(digest__in=[digest.pk for digest in digests]).to_people_there()
    told = told.awake(clock.now).open(clock).with_money().with_fund()
    found: dict[int, list[Reminder]] = {digest.pk: [] for digest in digests}
    for reminder in told.with_who_handed_it(clock.now).with_wording().with_colleague():
        found[reminder.digest_id].append(reminder)
    return found


def items_of(digest: Digest, told: Sequence[Reminder], clock: Clock) -> list[Item]:
    form = Form(getattr(digest.recipient, "delivery", Delivery()).language)
    return [item(reminder, clock, form, **answer_links(reminder, digest)) for reminder in told]


def item(reminder: Reminder, clock: Clock, form: Form, **answers: str) -> Item:
    """`answers` are the addresses of `replying.links.answer_links`."""
    fund = reminder.allocation
    today = clock.day_in(reminder.zone)
    saves = reminder.rule == Rule.NUDGE or RULES[Rule(reminder.rule)].lapses
    may_ask = reminder.rule in OF_THE_FUND and reminder.audience == PARTNER and fund.is_extendable(today)
    # Who asks to join stands in the title.
    is_named = reminder.partner_id == reminder.company_id or reminder.rule == Rule.JOIN_ASKED
    return Item(
        reminder_id=reminder.pk,
        rule=reminder.rule,
        subject_id=reminder.subject_id,
        allocation_id=reminder.allocation_id,
        todo=reminder.todo,
        when=reminder.when,
        fund=reminder.title,
        vendor=reminder.vendor.name if reminder.vendor and reminder.audience != VENDOR else "",
        partner=reminder.partner.name if reminder.partner and not is_named else "",
        company=reminder.company.name,
        audience=reminder.audience,
        amount=getattr(reminder, "money", reminder.amount) or 0,
        currency=reminder.currency,
        deadline=reminder.shown_day,
        today=today,
        url=settings.SITE_ADDRESS.rstrip("/") + arrival_of(reminder),
        form=form,
        saves=saves,
        note=note(reminder),
        wording=getattr(reminder, "wording", None) or "",
        ask_url=absolute("funds:ask_for_time", fund.pk) if may_ask else "",
        **answers,
        **({"writer": reminder.nudge.by.name, "words": reminder.nudge.words} if reminder.nudge else {}),
    )


def note(reminder: Reminder) -> str:
    """Why somebody hears of it who need not do it, or did not until now."""
    if (handed_by := getattr(reminder, "handed_by", None)) is not None:
        return f"{handed_by or 'A colleague'} handed this to you."
    if not reminder.is_escalated:
        return ""
    if reminder.audience == VENDOR and reminder.rule in PARTNERS:
        return f"Much money of {reminder.partner.name} is about to lapse. You can give more time, or write to them."
    return "Whoever works on it was told and has not done it yet."


def grouped(items: Sequence[Item]) -> list[Group]:
    """Money that lapses by currency, the one with the nearest day first; then what else is to do; then news.

    Within a currency what a day that is left is worth most comes first, elsewhere the nearest day.
    """
    saving = sorted((i for i in items if i.saves), key=lambda i: i.currency)
    groups = [
        Group(
            currency,
            sorted(members := list(group), key=lambda i: (-i.weight, i.days, i.fund)),
            currency,
            total(members),
        )
        for currency, group in groupby(saving, key=lambda i: i.currency)
    ]
    groups.sort(key=lambda group: (min(i.days for i in group.items), group.currency))
    by_day = sorted((i for i in items if not i.saves), key=lambda i: (i.days, -i.amount, i.fund))
    others = {"To do": [i for i in by_day if i.deadline], "Good to know": [i for i in by_day if not i.deadline]}
    return groups + [Group(heading, members) for heading, members in others.items() if members]


def total(items: Sequence[Item]) -> int:
    """What is at stake. A fund with two deadlines is told twice and counted once."""
    stakes: dict[tuple[str, int], int] = defaultdict(int)
    for i in items:
        stakes[i.stake] = max(stakes[i.stake], i.amount)
    return sum(stakes.values())


def shown_once(items: Sequence[Item]) -> list[Item]:
    """Without what another line says already: a vendor's own words of the same day, and that a fund was granted."""
    worded = {(i.allocation_id, i.deadline) for i in items if i.words}
    saved = {i.allocation_id for i in items if i.saves}
    return [
        i
        for i in items
        if i.words
        or ((i.allocation_id, i.deadline) not in worded and not (i.rule == Rule.GRANTED and i.allocation_id in saved))
    ]
