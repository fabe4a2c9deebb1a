"""A review in plain words, for the page and the paper alike: two sheets of blocks, each cut to what fits."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.urls import reverse
from django.utils.formats import date_format

from dashboards.reviews.facts import Balance, Due, Left, Review, Waiting
from dashboards.reviews.offers import Opening, Unused
from dashboards.reviews.questions import questions
from partners.models import Company
from plans.models import AgreedStep
from programs.eligibility import State
from programs.money import show
from programs.resources.states import ResourceKind
from programs.terms import counted, days_left

# So many lines of a block stand on its sheet; the rest is counted.
MOST_LINES = 6
# And so many characters of a cell: of one that holds a name, and of one that holds a sentence.
MOST_WORDS, MOST_OF_A_SENTENCE = 90, 160


class Cell(NamedTuple):
    """`tone`: "at-risk" or "lost" where it is pressing. `label` is its column, as narrow pages name it."""

    words: str
    tone: str = ""
    label: str = ""
    right: bool = False


class Line(NamedTuple):
    """A row; `url` is the page of what its first cell names, "" where there is none."""

    cells: list[Cell]
    url: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A table under a heading. `widths` are the columns' shares, 0 for as narrow as can be. `more` lines were cut."""

    key: str
    title: str
    note: str
    columns: tuple[str, ...]
    widths: tuple[int, ...]
    right: tuple[int, ...]
    lines: list[Line]
    more: int
    empty: str

    @property
    def more_words(self) -> str:
        return f"and {self.more} more" if self.more else ""


@dataclass(frozen=True, slots=True)
class Sheets:
    """The two sheets of one vendor: the tables of `first`, then those of `second` with questions and steps."""

    review: Review
    first: list[Block]
    second: list[Block]
    questions: list[str]
    steps: Block

    @property
    def vendor(self) -> Company:
        return self.review.vendor

    @property
    def open_steps(self) -> list[AgreedStep]:
        return [step for step in self.review.steps if step.is_open]


def sheets(review: Review) -> Sheets:
    return Sheets(
        review,
        [funds(review), programs(review), resources(review)],
        [waits(review), balances(review), owed(review), results(review)],
        [short(words, MOST_OF_A_SENTENCE) for words in questions(review)],
        steps(review),
    )


def short(words: str, most: int) -> str:
    """In one line of text, with an ellipsis where it is longer."""
    line = " ".join(words.split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"


Row = tuple[str, Sequence[str | Cell]]


def block(
    key: str,
    title: str,
    *columns: tuple[str, int],
    rows: Iterable[Row],
    empty: str,
    right: Sequence[int] = (),
    note: str = "",
    most: int = MOST_LINES,
    longest: int = MOST_WORDS,
) -> Block:
    """`rows`: (address or "", cells), of which the first `most` are kept, each cell cut to `longest` characters."""
    names = tuple(name for name, _ in columns)

    def cell(place: int, words: str | Cell) -> Cell:
        told = words if isinstance(words, Cell) else Cell(words)
        return Cell(short(told.words, longest), told.tone, names[place], place in right)

    every = list(rows)
    lines = [Line([cell(place, words) for place, words in enumerate(cells)], url) for url, cells in every[:most]]
    widths = tuple(width for _, width in columns)
    return Block(key, title, note, names, widths, tuple(right), lines, max(0, len(every) - most), empty)


def totals(amounts: Iterable[tuple[str, int]]) -> str:
    return " and ".join(show(amount, currency) for currency, amount in amounts)


def funds(review: Review) -> Block:
    left = totals(review.left_totals)
    return block(
        "funds",
        "Funds left, and when they lapse",
        ("Fund", 3),
        ("What to do next", 3),
        ("By", 2),
        ("Lapses after", 2),
        ("Left", 0),
        right=[4],
        rows=[fund(row) for row in review.left],
        note=f"{left} still to claim." if left else "",
        empty="Nothing is left to claim.",
    )


def fund(row: Left) -> Row:
    tone = "at-risk" if row.is_at_risk else ""
    by = Cell(f"{date_format(row.step.by)} · {days_left(row.step.by, row.today)}", tone)
    name = f"{row.fund.name}, {row.fund.program.name}"
    cells = [name, row.step.words, by, date_format(row.fund.claim_by), show(row.step.amount, row.fund.currency)]
    return reverse("funds:allocation", args=[row.fund.pk]), cells


def programs(review: Review) -> Block:
    none = "No program is open that you are not in."
    return block(
        "programs",
        "Programs not joined, and why they would fit",
        ("Program", 2),
        ("Why it would fit", 3),
        ("What it takes", 3),
        rows=[program(row) for row in review.openings],
        empty="What it offers besides stands in its own portal." if review.vendor.is_kept else none,
        most=4,
        longest=MOST_OF_A_SENTENCE,
    )


def program(row: Opening) -> Row:
    offer = row.program
    why = [f"Pays back {offer.current_terms.reimbursement_percent.normalize():f}%"]
    if row.outlook.brings:
        why.insert(0, f"Brings {show(row.outlook.brings, offer.currency)} to begin with")
    if row.ran:
        kinds = " and ".join(kind.label.lower() for kind in row.ran)
        why.append(f"Pays for what you have claimed before: {kinds}")
    return reverse("programs:detail", args=[offer.pk]), [offer.name, ". ".join(why), takes(row)]


def takes(row: Opening) -> str:
    state, obstacles = row.outlook.state, row.outlook.obstacles
    if state == State.JOIN:
        return "You meet its rules: you may join by yourself"
    if state == State.ASK:
        return "You meet its rules: ask to join"
    if state == State.ASKED:
        return "You asked to join and wait for the answer"
    more = f" And {counted(len(obstacles) - 1, 'rule')} more." if len(obstacles) > 1 else ""
    return f"{obstacles[0].words}{more}"


def resources(review: Review) -> Block:
    none = "There is nothing that you have not used."
    return block(
        "resources",
        "Resources not used",
        ("Resource", 3),
        ("What it is", 2),
        ("For", 3),
        ("So far", 0),
        rows=[resource(row) for row in review.unused],
        empty="What it shares stands in its own portal." if review.vendor.is_kept else none,
    )


def resource(row: Unused) -> Row:
    kit = row.resource
    what = f"{ResourceKind(kit.kind).label}, {kit.language_name}"
    purpose = ", ".join(kit.activity_names) or "Any activity"
    return reverse("programs:resource", args=[kit.pk]), [
        kit.title,
        what,
        purpose,
        "Opened" if row.taken else "Not opened",
    ]


def waits(review: Review) -> Block:
    deciding = totals((b.currency, b.deciding) for b in review.balances.values() if b.stated_on and b.deciding)
    return block(
        "claims",
        "Claims and requests that are open, and how long",
        ("Claim or request", 3),
        ("Where it stands", 2),
        ("Filed", 0),
        ("Waits", 2),
        ("Asked", 0),
        right=[4],
        rows=[wait(row) for row in review.waiting],
        note=f"By your statements, {deciding} is being decided." if deciding else "",
        empty="Its own portal knows of each claim." if review.vendor.is_kept else "Nothing waits.",
    )


def wait(row: Waiting) -> Row:
    about = row.about
    url = reverse("claims:request" if row.is_request else "claims:detail", args=[about.pk])
    filed = date_format(about.filed_at) if row.is_filed else "–"
    waited = Cell(counted(row.days) if row.is_filed else "with you")
    if row.late is not None and row.is_filed:
        promised = counted(row.days - row.late)
        waited = Cell(f"{counted(row.days)}, {promised} promised", "lost" if row.late > 0 else "")
    return url, [
        f"{about.number} {about.title}",
        about.get_status_display(),
        filed,
        waited,
        show(about.asked, about.currency),
    ]


def balances(review: Review) -> Block:
    since = date_format(review.since)
    return block(
        "money",
        "Owed against paid",
        ("Currency", 2),
        ("Owed to you", 2),
        ("Of it overdue", 2),
        (f"Paid since {since}", 2),
        (f"Lapsed since {since}", 2),
        right=[1, 2, 3, 4],
        rows=[("", balance(row)) for _, row in sorted(review.balances.items()) if row.owed or row.paid or row.lapsed],
        empty="Nothing is owed, and nothing was paid.",
        most=3,
    )


def balance(row: Balance) -> Sequence[str | Cell]:
    def amount(minor: int, tone: str = "") -> Cell:
        return Cell(show(minor, row.currency), tone if minor else "")

    if row.stated_on:
        name = f"{row.currency}, in all, by your statement of {date_format(row.stated_on)}"
        return [name, amount(row.owed), "not known", amount(row.paid), amount(row.lapsed, "lost")]
    return [row.currency, amount(row.owed), amount(row.overdue, "lost"), amount(row.paid), amount(row.lapsed, "lost")]


def owed(review: Review) -> Block:
    return block(
        "payments",
        "What has not arrived",
        ("Claim", 3),
        ("Where it stands", 2),
        ("Due", 2),
        ("Amount", 0),
        right=[3],
        rows=[payment(row) for row in review.due],
        empty="No payment is open.",
        most=4,
    )


def payment(row: Due) -> Row:
    paid, claim = row.payment, row.payment.claim
    due = Cell(
        f"{date_format(row.by)} · {counted(row.late)} late" if row.late > 0 else date_format(row.by),
        "lost" if row.late > 0 else "",
    )
    status = "Held by the vendor" if row.held_since else paid.get_status_display()
    url = reverse("claims:payment", args=[paid.pk])
    return url, [f"{claim.number} {claim.title}", status, due, show(paid.amount, paid.currency)]


def results(review: Review) -> Block:
    rows = []
    for row in review.returns:
        money = (show(row[name], row["currency"]) for name in ("paid", "measured", "claimed"))
        counts = (f"{row[name]:,}" for name in ("leads", "opportunities"))
        told = f"{row['activities']:,}, {row['told']:,} with results"
        rows.append(("", [row["currency"], told, *counts, *money]))
    return block(
        "results",
        "Results of the last period",
        ("Currency", 0),
        ("Activities", 3),
        ("Leads", 0),
        ("Opportunities", 0),
        ("Paid", 2),
        ("Revenue, measured", 2),
        ("Revenue, claimed", 2),
        right=[2, 3, 4, 5, 6],
        rows=rows,
        note=f"Of what was decided since {date_format(review.since)} and paid.",
        empty="No activity was paid in it.",
        most=3,
    )


def steps(review: Review) -> Block:
    return block(
        "steps",
        "Agreed next steps",
        ("What was agreed", 4),
        ("Who", 2),
        ("By when", 2),
        rows=[step(row, review) for row in review.steps],
        empty="Nothing is agreed yet.",
        most=5,
        longest=MOST_OF_A_SENTENCE,
    )


def step(row: AgreedStep, review: Review) -> Row:
    day = Cell(date_format(row.due_on), "lost" if row.is_overdue(review.today) else "")
    if not row.is_open:
        day = Cell(f"Done on {date_format(row.done_at)}")
    return reverse("plans:step", args=[row.pk]), [row.words, row.person.name, day]
