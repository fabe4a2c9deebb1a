"""A review in plain words, for the page and the paper alike: two sheets of blocks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.formats import date_format

from dashboards.reviews.blocks import MOST_OF_A_SENTENCE, Block, Cell, Row, block, short
from dashboards.reviews.facts import Balance, Due, Left, Review, Waiting
from dashboards.reviews.offers import Opening, Unused
from dashboards.reviews.questions import questions
from partners.models import Company
from plans.models import AgreedStep
from programs.eligibility import State
from programs.money import show
from programs.resources.states import ResourceKind
from programs.terms import counted, days_left


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


def totals(amounts: Iterable[tuple[str, int]]) -> str:
    return " and ".join(show(amount, currency) for currency, amount in amounts)


def funds(review: Review) -> Block:
    left = totals(review.left_totals)
    return block(
        "funds",
        "Funds left, and when they lapse",
        ("Fund", 3),
        ("What to do next", 3),
        ("By", 0),
        ("Lapses after", 0),
        ("Left", 0),
        right=[4],
        rows=[fund(row) for row in review.left],
        note=f"{left} still to claim." if left else "",
        empty="Nothing is left to claim.",
    )


def fund(row: Left) -> Row:
    tone = "at-risk" if row.is_at_risk else ""
    by = Cell(f"{date_format(row.step.by)} · {days_left(row.step.by, row.today)}", tone)
    program = row.fund.program.name
    # Many a fund is called after its program: then that is not said twice.
    name = row.fund.name if program in row.fund.name else f"{row.fund.name}, {program}"
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
        kinds = " and ".join(uncapped(kind.label) for kind in row.ran)
        why.append(f"Pays for what you have claimed before: {kinds}")
    return reverse("programs:detail", args=[offer.pk]), [offer.name, ". ".join(why), takes(row)]


def uncapped(label: str) -> str:
    """As it stands inside a sentence: "email, mail or SMS campaign"."""
    return " ".join(word if word.isupper() else word.lower() for word in label.split())


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
