"""What is done about each kind of row: in which words, by which day, on which page. A leaf: data.

A page is named as in `urls.py`. `posts` marks an address that begins the very thing, filled in, by a POST.
"""

from enum import StrEnum
from typing import NamedTuple

from funds.terms import Todo
from reminders.states import Rule


class Sort(StrEnum):
    """What a row can be filtered by."""

    START = "start"
    FILE = "file"
    ANSWER = "answer"
    OTHER = "other"


SORTS = {Sort.START: "Start by", Sort.FILE: "File by", Sort.ANSWER: "Answer by", Sort.OTHER: "Other things to do"}


class Do(NamedTuple):
    """`words` say what to do, `when` what its day is, `button` what the button says that leads to `page`."""

    sort: Sort
    words: str
    when: str
    button: str
    page: str = ""  # where the row itself does not say it
    posts: bool = False


R = Rule
FINISHED = "It is approved and over: file its claim"
WAITING: dict[str, Do] = {
    R.REQUEST_RUN: Do(Sort.START, "Approved: run it, then file the claim", "Run by", "See the approval"),
    R.REQUEST_OVER: Do(Sort.FILE, FINISHED, "File by", "File the claim", "claims:request_claim", posts=True),
    R.REQUEST_CLAIM_BY: Do(
        Sort.FILE, "Claim what is left of the approval", "File by", "File the claim", "claims:request_claim", posts=True
    ),
    R.DRAFT_CLAIM: Do(Sort.FILE, "Finish this claim and file it", "File by", "Finish"),
    R.DRAFT_REQUEST: Do(Sort.START, "Finish this request and ask", "Ask by", "Finish"),
    R.CLAIM_QUESTION: Do(Sort.ANSWER, "Answer the reviewer's question", "Answer by", "Answer"),
    R.REQUEST_QUESTION: Do(Sort.ANSWER, "Answer the vendor's question", "Answer by", "Answer"),
    R.OUTCOME: Do(Sort.OTHER, "Report what came of it", "Report by", "Report"),
    R.CERTIFICATION: Do(Sort.OTHER, "Renew the certification", "Renew by", "See programs"),
    R.RESOURCE_HELD: Do(Sort.OTHER, "Use the resource while you may", "It ends on", "See it"),
    R.SHORT_PAY: Do(Sort.OTHER, "Accept what arrived, or wait for the rest", "", "See the payment"),
    R.STEP: Do(Sort.OTHER, "Do what was agreed with the vendor", "Due on", "Open"),
    R.HOLD: Do(Sort.OTHER, "Clear what holds the payment up", "", "Clear it"),
}
# A draft that was sent back is corrected on its own page.
RETURNED = {
    "claims:detail": Do(Sort.FILE, "Read why it came back, correct it and file again", "File by", "Correct"),
    "claims:request": Do(Sort.START, "Read why it came back, correct it and ask again", "Ask by", "Correct"),
}
# Of several rows about one request the first of these stands.
OF_A_REQUEST = (R.REQUEST_RUN, R.REQUEST_OVER, R.REQUEST_CLAIM_BY)

# What one fund's idle money could be used for: suggestions that become a request, filled in.
IDEAS = "dashboards:ideas"
FUNDS: dict[Todo, Do] = {
    Todo.START: Do(Sort.START, "Start an activity", "Start by", "See ideas", IDEAS),
    Todo.HURRY: Do(Sort.START, "Run something short, or claim what you ran", "Run by", "File a claim", "claims:start"),
    Todo.RUN: Do(Sort.START, "Run what was approved, then file", "Run by", "See the fund", "funds:allocation"),
    Todo.FILE: Do(Sort.FILE, "File your claim", "File by", "File a claim", "claims:start"),
}
ASKING: dict[Todo, Do] = {
    Todo.START: Do(
        Sort.START, "Ask for approval of an activity", "Start by", "Ask for approval", "claims:request_start"
    ),
    Todo.HURRY: Do(Sort.START, "Ask at once for something short", "Run by", "Ask for approval", "claims:request_start"),
}
# Its vendor takes the claim elsewhere; what came of it stands in the next statement.
KEPT: dict[Todo, Do] = {Todo.START: FUNDS[Todo.START]._replace(button="Plan it", page="funds:allocation")} | {
    todo: FUNDS[todo]._replace(
        words=f"{FUNDS[todo].words} in the vendor's own portal", button="Update", page="funds:statement"
    )
    for todo in (Todo.HURRY, Todo.RUN, Todo.FILE)
}


def of_fund(todo: Todo, *, is_kept: bool, asks: bool) -> Do:
    """`asks`: the vendor wants to say yes before."""
    return (KEPT if is_kept else ASKING if asks else {}).get(todo) or FUNDS[todo]
