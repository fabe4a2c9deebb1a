"""The reviewer's own checklist, shown to the partner while typing: what is right, what is wrong, what needs a word.

An error stops the filing. A warning needs the partner's word (`Claim.noted`), which the reviewer then reads beside it. What was
right and wrong when it was filed is kept with the event of the filing.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from django.utils.formats import date_format

from claims import checks, readings
from claims.models import Claim, Line, Proof
from claims.shared_invoices import Standing, standings
from programs.models import Activity
from programs.money import show

LONGEST_PHRASE = 3  # words


class State(StrEnum):
    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


class Check(NamedTuple):
    """One item. `told` is what others than the partner read of it: it never names another vendor."""

    code: str
    words: str
    state: State = State.ERROR
    said: str = ""
    told: str = ""

    @property
    def is_open(self) -> bool:
        """It stands between the draft and filing it."""
        return self.state == State.ERROR or (self.state == State.WARNING and not self.said)

    def as_json(self) -> dict[str, str]:
        return {"code": self.code, "words": self.told or self.words, "state": self.state.value, "said": self.said}


def checklist(claim: Claim, now: datetime) -> list[Check]:
    """Every item, errors first, then warnings, then what is right."""
    lines = list(claim.lines.select_related("activity"))
    proofs = list(claim.proofs.standing())
    activities = list(claim.allocation.terms.activities.all())
    today = claim.allocation.today(now)
    found = [
        *of(
            checks.of_lines(claim, lines, proofs, today), "lines", "Every line names its invoice, supplier and amount."
        ),
        *of(
            checks.of_time(claim, today),
            "time",
            f"In time: claims are taken until {date_format(claim.allocation.claim_by)}.",
        ),
        *of(checks.of_money(claim), "money", "The fund holds what you ask for.", bool(lines)),
        *of(
            checks.of_activities(claim, lines, activities),
            "activities",
            "Within what the terms pay for it.",
            bool(activities),
        ),
        *of(
            checks.of_proofs(lines, proofs),
            "proofs",
            "The proof that the terms ask for is there.",
            bool(lines and proofs),
        ),
        *of_rates(lines),
        *of_request(claim),
        *(check for standing in standings(claim, lines) for check in of_invoice(standing, claim)),
        *(check for line in lines for check in of_words(line)),
        *of_readings(claim, lines, proofs),
    ]
    answered = (check._replace(said=str(claim.noted.get(check.code, ""))) for check in found)
    return sorted(answered, key=lambda check: [State.ERROR, State.WARNING, State.OK].index(check.state))


def of(errors: Iterable[str], code: str, right: str, applies: bool = True) -> Iterator[Check]:
    """An item for each error, or one that says what is right."""
    words = list(errors)
    yield from (Check(f"{code}-{number}", said) for number, said in enumerate(words))
    if not words and applies:
        yield Check(code, right, State.OK)


def of_rates(lines: Sequence[Line]) -> Iterator[Check]:
    if foreign := [line for line in lines if line.invoice_currency]:
        pairs = sorted(
            {f"{line.invoice_currency} at {line.rate_words} of {line.rate_day:%-d %b %Y}" for line in foreign}
        )
        yield Check("rates", f"Converted at the rate of its day: {', '.join(pairs)}.", State.OK)


def of_request(claim: Claim) -> Iterator[Check]:
    """The activity ran on the days that were approved."""
    request = claim.request
    if request is None or not (request.starts_on and request.ends_on) or not claim.ran_until:
        return
    approved = f"{date_format(request.starts_on)} to {date_format(request.ends_on)}"
    if claim.ran_until > request.ends_on or (claim.ran_from or claim.ran_until) < request.starts_on:
        yield Check("request-days", f"It was approved for {approved}, and ran on other days.", State.WARNING)
    else:
        yield Check("request-days", f"It ran on the days that were approved, {approved}.", State.OK)


def of_invoice(standing: Standing, claim: Claim) -> Iterator[Check]:
    """No more than all of an invoice, over all claims; and a number that stands elsewhere too needs a word."""
    line = standing.line
    currency = line.invoice_currency or claim.currency
    name = f"{line.invoice_number} of {line.supplier}"
    if standing.is_too_much:
        yield Check(f"parts-{line.key}", too_much(standing, name, currency))
    elif standing.is_shared:
        here = f"{show(line.part, currency)} of {show(line.total, currency)} is asked here"
        elsewhere = f", {show(standing.taken, currency)} on other claims of yours" if standing.taken else ""
        told = f"Part of invoice {name}: {here}."
        yield Check(f"parts-{line.key}", f"Part of invoice {name}: {here}{elsewhere}.", State.OK, told=told)
    if standing.alike:
        others = ", ".join(
            f"{other.number} {other.title} ({other.program.vendor.name})" for other in standing.alike[:3]
        )
        yield Check(
            f"dup-{line.key}",
            f"You have invoice {name} on another claim too: {others}. Why is it here again?",
            State.WARNING,
            told=f"Invoice {name} has the number of one on another claim of this partner.",
        )


def too_much(standing: Standing, name: str, currency: str) -> str:
    total = show(standing.line.total, currency)
    if not standing.held:
        return f"Your lines ask for {show(standing.here, currency)} of invoice {name}, which is {total} in all."
    claims = {line.claim_id: line.claim for line in standing.held}
    others = ", ".join(f"{other.number} ({other.program.vendor.name})" for other in claims.values())
    left = f"{show(standing.left, currency)} is left: ask for that part" if standing.left else "Nothing is left of it"
    return f"{show(standing.taken, currency)} of invoice {name}, {total} in all, is asked on {others}. {left}."


def of_words(line: Line) -> Iterator[Check]:
    """What the terms say that they do not pay for, found in what was typed."""
    activity: Activity | None = line.activity
    said = f"{line.what} {line.supplier}".casefold()
    for phrase in phrases(activity.ineligible if activity else ""):
        if hit := re.search(rf"(?<!\w){re.escape(phrase.rstrip('s'))}(?:e?s)?(?!\w)", said):
            words = (
                f"Line {line.position} says «{hit.group()}», and {activity} is not paid for that. Is it something else?"
            )
            yield Check(f"words-{line.key}", words, State.WARNING)
            return


def phrases(text: str) -> list[str]:
    """The short phrases of a list such as "Alcohol, gifts and travel."."""
    found = (phrase.strip(" .") for phrase in re.split(r"[,;:\n.()]|\band\b|\bor\b|\bno\b|\bnot\b", text.casefold()))
    return [phrase for phrase in found if len(phrase) > 3 and len(phrase.split()) <= LONGEST_PHRASE]


def of_readings(claim: Claim, lines: Sequence[Line], proofs: Sequence[Proof]) -> Iterator[Check]:
    for line, proof, words in readings.differences(claim, lines, proofs):
        yield Check(f"read-{line.key}-{proof.pk}", f"Line {line.position}: {words}", State.WARNING)


def still_open(found: Iterable[Check]) -> list[str]:
    """What stands between the draft and filing it, in words."""
    return [
        check.words if check.state == State.ERROR else f"{check.words} Write a word on it beside."
        for check in found
        if check.is_open
    ]


def answers(found: Iterable[Check]) -> dict[str, str]:
    """The partner's words on what is a warning now; others have become idle."""
    return {check.code: check.said for check in found if check.state == State.WARNING and check.said}


def as_filed(events: Iterable[Any]) -> list[dict[str, str]]:
    """The list as it was at the last filing, for whoever decides. `events` are the claim's, oldest first."""
    filed = [event for event in events if event.verb == "submitted"]
    return filed[-1].data.get("checks", []) if filed else []
