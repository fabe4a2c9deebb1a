"""The rows of the queue: each a thing to do, made of the facts without asking anything more."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from django.urls import reverse

from claims.worth import Exchange
from dashboards.queue import steps
from dashboards.queue.facts import Answer, Facts, Fund, Waiting
from dashboards.queue.steps import Do
from dashboards.queue.weight import weight
from funds.terms import Todo
from partners.models import Company
from partners.states import Role
from programs.terms import SOON_DAYS, URGENT_DAYS
from reminders.models import Matter
from reminders.models.standing import OF_FUNDS
from reminders.replying.states import Kind
from reminders.rules import DUE, PARTNER, RULES
from reminders.states import DRAFTS, Rule

# Which matter of a fund its next step is.
RULE_OF = {Todo.START: Rule.SAFE_START, Todo.HURRY: Rule.EXPIRES_ON, Todo.RUN: Rule.CLAIM_BY, Todo.FILE: Rule.CLAIM_BY}


@dataclass(frozen=True, slots=True)
class Row:
    """One thing to do: what, by when, how much it brings (minor units; 0 where it is not about money), and its one next step.

    `rule`, `subject_id`, `audience` and `anchor` name its matter, which is put off and handed on by them.
    """

    rule: str
    subject_id: int
    audience: str
    anchor: date
    title: str
    vendor_id: int | None
    vendor: str
    allocation_id: int | None
    do: Do
    by: date | None  # the day that it names
    last: date | None  # after it, it can no longer be done; None: there is no such day
    today: date
    zone: str
    amount: int
    currency: str
    page: tuple[str, int | None]  # where it stands
    step: tuple[str, int | None]  # where it is done
    at_risk: bool
    worker_id: int | None = None  # who works on it
    worker: str = ""
    is_mine: bool = False  # its reader does
    handed_by: str = ""  # who handed it to its reader
    until: date | None = None  # its reader put it off until then
    reason: str = ""
    others: tuple[str, ...] = ()  # who else put it off, until when and why
    worth: Fraction | None = None  # in minor units of the company's currency; None: no rate
    weight: Fraction = Fraction(0)

    @property
    def days(self) -> int | None:
        return None if self.by is None else (self.by - self.today).days

    @property
    def tone(self) -> str:
        if not self.at_risk:
            return ""
        return "tone-lost" if self.days is not None and self.days <= URGENT_DAYS else "tone-risk"

    @property
    def url(self) -> str:
        return address(*self.page)

    @property
    def button_url(self) -> str:
        return address(*self.step)

    @property
    def more_url(self) -> str:
        """Where it is put off or handed on."""
        return reverse("dashboards:matter", args=[self.subject_id, self.rule])

    @property
    def about(self) -> int | None:
        """In the company's currency, where its own is another; minor units."""
        return None if self.worth is None else round(self.worth)

    @property
    def order(self) -> tuple:
        """Amount × urgency, the largest first; what weighs the same by its day."""
        return -self.weight, self.by or date.max, self.title, self.rule, self.subject_id

    def matter(self, company: Company) -> Matter:
        """What is answered. Its last day is the row's, which may come before that of the matter."""
        return Matter(
            rule=self.rule,
            subject_id=self.subject_id,
            title=self.title,
            audience=self.audience,
            company_id=company.pk,
            vendor_id=self.vendor_id,
            allocation_id=self.allocation_id,
            anchor=self.anchor,
            deadline=self.last,
            zone=self.zone,
            amount=self.amount or None,
            currency=self.currency,
        )


def address(name: str, pk: int | None) -> str:
    if name == steps.IDEAS:
        return f"{reverse(name)}?fund={pk}"
    return reverse(name, args=[] if pk is None else [pk])


def rows(facts: Facts) -> list[Row]:
    """All of it in its order, also what was put off."""
    found = list(waiting_rows(facts))
    found += fund_rows(facts, found)
    return ordered(answered(found, facts), facts.exchange)


def fund_rows(facts: Facts, others: list[Row]) -> Iterator[Row]:
    """What a fund still holds but for what requests hold of it, which stands in their own rows."""
    held: dict[int | None, int] = defaultdict(int)
    for row in others:
        if row.rule in steps.OF_A_REQUEST:
            held[row.allocation_id] += row.amount
    days = dict(facts.days)
    for fund in facts.funds:
        if fund.closed_at is None and (row := fund_row(fund, days[fund.zone], held[fund.pk])):
            yield row


def fund_row(fund: Fund, today: date, held: int) -> Row | None:
    step, amount = fund.next_step(today), fund.unclaimed - held
    if step.todo in (Todo.LOST, Todo.NONE) or amount <= 0:
        return None
    rule = RULE_OF[step.todo]
    if rule == Rule.SAFE_START and fund.safe_start == fund.expires_on:
        rule = Rule.EXPIRES_ON
    do = steps.of_fund(step.todo, is_kept=fund.is_kept, asks=step.asks)
    return Row(
        rule=rule,
        subject_id=fund.pk,
        audience=PARTNER,
        anchor=fund.claim_by if rule == Rule.CLAIM_BY else step.by,
        title=fund.name,
        vendor_id=fund.vendor_id,
        vendor=fund.vendor,
        allocation_id=fund.pk,
        do=do,
        by=step.by,
        last=step.by,
        today=today,
        zone=fund.zone,
        amount=amount,
        currency=fund.currency,
        page=("funds:allocation", fund.pk),
        step=(do.page, fund.pk),
        at_risk=step.is_at_risk(today),
    )


def waiting_rows(facts: Facts) -> Iterator[Row]:
    """What waits for the partner besides its funds; of several rows about one request the one that is next."""
    starts, days = {fund.pk: fund.safe_start for fund in facts.funds}, dict(facts.days)
    of_requests: dict[int | None, Row] = {}
    for matter in facts.waiting:
        row = waiting_row(matter, days[matter.zone], starts, facts)
        if row.last is not None and row.last < row.today:
            continue
        if matter.rule not in steps.OF_A_REQUEST:
            yield row
            continue
        place = steps.OF_A_REQUEST.index(Rule(matter.rule))
        before = of_requests.get(matter.request_id)
        if before is None or place < steps.OF_A_REQUEST.index(Rule(before.rule)):
            of_requests[matter.request_id] = row
    yield from of_requests.values()


def waiting_row(matter: Waiting, today: date, starts: dict[int, date], facts: Facts) -> Row:
    do = steps.WAITING.get(matter.rule) or Do(steps.Sort.OTHER, RULES[Rule(matter.rule)].todo, "By", "Open")
    if matter.rule in DRAFTS:
        do = steps.RETURNED.get(matter.step, do)
    last = matter.deadline
    start = starts.get(matter.allocation_id or 0)
    # Asked later than that, nothing can be run in time.
    if matter.rule == Rule.DRAFT_REQUEST and last and start and today <= start:
        last = min(last, start)
    page = (matter.step, matter.step_id)
    worker = facts.name_of(matter.worker_id)
    return Row(
        rule=matter.rule,
        subject_id=matter.subject_id,
        audience=matter.audience,
        anchor=matter.anchor,
        title=matter.title,
        vendor_id=matter.vendor_id,
        vendor=matter.vendor or "",
        allocation_id=matter.allocation_id,
        do=do,
        by=matter.anchor if RULES[Rule(matter.rule)].when == DUE else last,
        last=last,
        today=today,
        zone=matter.zone,
        amount=matter.amount or 0,
        currency=matter.currency or "",
        page=page,
        step=(do.page, matter.request_id) if do.page else page,
        at_risk=last is not None and (last - today).days <= SOON_DAYS,
        worker_id=matter.worker_id if worker else None,
        worker=worker,
        is_mine=matter.worker_id == facts.user_id,
    )


def answered(found: list[Row], facts: Facts) -> Iterator[Row]:
    """With who works on each, and who put it off."""
    answers: dict[tuple, list[Answer]] = defaultdict(list)
    for answer in facts.answers:
        answers[answer.rule, answer.subject_id].append(answer)
    for row in found:
        theirs = [a for a in answers[row.rule, row.subject_id] if a.anchor == row.anchor or row.rule in DRAFTS]
        yield with_answers(row, theirs, facts) if theirs else row


def with_answers(row: Row, answers: list[Answer], facts: Facts) -> Row:
    """A draft's day moves with each change of it: whoever it was handed to keeps it, and it comes back to who put it off."""
    working = next((a for a in reversed(answers) if a.kind == Kind.WORKING), None)
    sleeping = [a for a in answers if a.kind == Kind.LATER and a.anchor == row.anchor]
    mine = next((a for a in sleeping if a.user_id == facts.user_id), None)
    if working:
        is_handed_to_me = working.user_id == facts.user_id != working.by_id
        row = replace(
            row,
            worker_id=working.user_id,
            worker=facts.name_of(working.user_id),
            is_mine=working.user_id == facts.user_id,
            handed_by=facts.name_of(working.by_id) or "A colleague" if is_handed_to_me else "",
        )
    return replace(
        row,
        until=mine.until if mine else None,
        reason=mine.reason if mine else "",
        others=tuple(others_words(a, facts) for a in sleeping if a is not mine),
    )


def others_words(answer: Answer, facts: Facts) -> str:
    words = f"{facts.name_of(answer.user_id)} put it off until {answer.until:%-d %b}"
    return f"{words}: {answer.reason}" if answer.reason else words


def ordered(found: Iterator[Row], exchange: Exchange) -> list[Row]:
    """By amount × urgency. An amount that no rate compares weighs as much as the largest that can be: it is never buried."""
    valued = [(row, exchange.of(row.amount, row.currency) if row.amount else Fraction(0)) for row in found]
    most = max((worth for _, worth in valued if worth), default=Fraction(1))
    return sorted(
        (replace(row, worth=worth, weight=weight(most if worth is None else worth, row.days)) for row, worth in valued),
        key=lambda row: row.order,
    )


def is_theirs(row: Row, facts: Facts) -> bool:
    """An owner sees all of it; a member what they work on, and what nobody works on."""
    return Role.OWNER in facts.roles or row.worker_id in (None, facts.user_id)


def same(row: Row, rule: str, subject_id: int) -> bool:
    """What an address names. A fund's next step may have become another one since the page was shown."""
    is_fund = row.rule in OF_FUNDS and rule in OF_FUNDS
    return row.subject_id == subject_id and (row.rule == rule or is_fund)
