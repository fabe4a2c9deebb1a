"""What a reviewer says of a claim's lines, and what the partner is told of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from claims.actions.steps import ClaimRefused
from claims.models import Line
from claims.states import LineStatus, Reason


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is accepted of one line's `asked`. Less than all needs a reason code and a sentence."""

    accepted: int
    code: str = ""
    reason: str = ""


def judged(line: Line, verdict: Verdict) -> Line:
    """The line with the reviewer's verdict. ClaimRefused where a reason is missing or the amount does not fit."""
    if not 0 <= verdict.accepted <= line.asked:
        raise ClaimRefused(f"Line {line.position}: accept something between nothing and what is asked.")
    if verdict.accepted == line.asked:
        line.accepted, line.status, line.reason_code, line.reason = line.asked, LineStatus.ACCEPTED, "", ""
        return line
    if verdict.code not in Reason.values or not verdict.reason.strip():
        raise ClaimRefused(f"Line {line.position}: say why less is accepted. The partner reads it there.")
    line.accepted = verdict.accepted
    line.status = LineStatus.REDUCED if verdict.accepted else LineStatus.DENIED
    line.reason_code, line.reason = verdict.code, verdict.reason.strip()
    return line


def told(lines: Sequence[Line]) -> list[dict[str, str | int]]:
    """What was taken off which line and why: kept in the event, since a reopened claim's lines are judged anew."""
    return [
        {
            "what": line.what,
            "asked": line.asked,
            "accepted": line.accepted or 0,
            "code": line.reason_code,
            "reason": line.reason,
        }
        for line in lines
        if line.reason_code
    ]


def given(code: str, reason: str) -> str:
    """The sentence, stripped. ClaimRefused where it or its code is missing."""
    if code not in Reason.values or not reason.strip():
        raise ClaimRefused("Choose a reason and say in a sentence what is wrong. The partner reads both.")
    return reason.strip()
