"""Why an activity is suggested, and what its request says at first: in plain words, from what is known. Asks no database."""

from collections.abc import Iterator
from fractions import Fraction

from django.contrib.humanize.templatetags.humanize import apnumber
from django.utils.formats import date_format

from claims.checks import counted_people
from claims.request_checks import lead_of
from dashboards.ideas.matching import ENOUGH, Suggestion
from programs.activities import ActivityKind
from programs.money import digits, show
from programs.resources.states import ResourceKind
from programs.terms import counted

K = ActivityKind
# Several activities of a kind.
SEVERAL: dict[ActivityKind, str] = {
    K.DIGITAL_AD: "digital ads",
    K.EMAIL: "mail campaigns",
    K.SEMINAR: "seminars and webinars",
    K.TRADE_SHOW: "trade shows",
    K.TELEMARKETING: "call campaigns",
    K.WEB: "web projects",
    K.TRAINING: "trainings",
    K.OTHER: "activities of this kind",
}
BOUNDS = {
    "claim": "a claim gets no more",
    "period": "no more is left of what a period pays for it",
    "people": "it is paid by the person",
}
LONGEST_TITLE = 120


def reasons(suggestion: Suggestion) -> list[str]:
    return [*of_record(suggestion), *of_kit(suggestion), *of_money(suggestion), *of_days(suggestion)]


def of_record(suggestion: Suggestion) -> Iterator[str]:
    """What one's own activities of the kind came to."""
    record, brought = suggestion.record, suggestion.record.brought(suggestion.currency)
    if record.told >= ENOUGH:
        yield f"Your {apnumber(record.told)} {several(suggestion)} brought {leads_each(suggestion)}."
    if brought and brought.per_paid is not None:
        unit = 10 ** digits(suggestion.currency)
        one, revenue = (show(round(amount * unit), suggestion.currency) for amount in (1, brought.per_paid))
        what = f"{revenue} of measured revenue" if brought.is_measured else f"{revenue} of revenue, as you report it,"
        yield f"They brought {what} for each {one} that vendors paid."
    if record.decided >= ENOUGH:
        yield f"{record.smooth} of your {record.decided} claims for it went through without a question."
    elif record.told < ENOUGH:
        yield "You have run too few of these here to know what they bring you."


def several(suggestion: Suggestion) -> str:
    return SEVERAL[ActivityKind(suggestion.activity.kind)]


def leads_each(suggestion: Suggestion) -> str:
    """ "14 leads each", "13.5 leads each on average"."""
    each = Fraction(suggestion.record.leads, suggestion.record.told)
    average = "" if each.denominator == 1 else " on average"
    return f"{figure(each)} lead{'' if each == 1 else 's'} each{average}"


def figure(value: Fraction) -> str:
    """With one decimal, where it has any."""
    return f"{float(value):,.1f}".removesuffix(".0")


def of_kit(suggestion: Suggestion) -> Iterator[str]:
    if kit := suggestion.kit:
        until = f" until {date_format(kit.valid_until)}" if kit.valid_until else ""
        yield f"{kit_words(suggestion)} is ready{until}."


def kit_words(suggestion: Suggestion) -> str:
    """ "The campaign kit «Cloud cost webinar»"."""
    kit = suggestion.kit
    label = ResourceKind(kit.kind).label
    return f"The {label if label.startswith('NFR') else label.lower()} «{kit.title}»"


def of_money(suggestion: Suggestion) -> Iterator[str]:
    asked, idle = (show(amount, suggestion.currency) for amount in (suggestion.size.asked, suggestion.idle))
    if suggestion.size.asked == suggestion.idle:
        yield "It uses all of what is idle."
    elif suggestion.bound:
        yield f"It uses {asked} of the idle {idle}: {BOUNDS[suggestion.bound]}."
    else:
        yield f"It uses {asked} of the idle {idle}."


def of_days(suggestion: Suggestion) -> Iterator[str]:
    terms, when = suggestion.fund.terms, suggestion.window
    earliest, latest = date_format(when.earliest), date_format(when.latest)
    between = f"Start on {latest}" if when.earliest == when.latest else f"Start between {earliest} and {latest}"
    if lead := lead_of(terms, suggestion.activity):
        yield f"{between}: ask by {date_format(when.ask_by)}, {lead} ahead."
    else:
        yield f"{between}, so that it is over before the fund's last day."


def title_of(suggestion: Suggestion) -> str:
    return f"{suggestion.activity.name} with {suggestion.fund.program.vendor.name}"[:LONGEST_TITLE]


def plan_of(suggestion: Suggestion) -> str:
    """How it goes and what it will bring, as a vendor's manager would ask. Only what is known."""
    length = counted(suggestion.window.days)
    said = [f"{suggestion.activity.name}, {length}, to bring new customers for {suggestion.fund.program.vendor.name}."]
    if suggestion.kit:
        said.append(f"We use your {kit_words(suggestion).removeprefix('The ')}.")
    if suggestion.record.told >= ENOUGH and suggestion.record.leads:
        said.append(
            f"Our {apnumber(suggestion.record.told)} {several(suggestion)} so far brought {leads_each(suggestion)}, "
            "and we expect as many."
        )
    return " ".join(said)


def leads_expected(suggestion: Suggestion) -> int | None:
    """As many as one's own earlier ones brought; None where too few are told."""
    record = suggestion.record
    return record.leads // record.told if record.told >= ENOUGH and record.leads else None


def pipeline_expected(suggestion: Suggestion) -> int | None:
    """The revenue of one's own earlier ones in that currency, each; minor units."""
    brought = suggestion.record.brought(suggestion.currency)
    return brought.revenue // brought.told if brought and brought.revenue else None


def people(suggestion: Suggestion) -> str:
    """For how many, where it is paid by the person."""
    return counted_people(suggestion.size.people) if suggestion.size.people else ""
