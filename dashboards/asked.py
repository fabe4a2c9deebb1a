"""Fund requests on the homes: which wait for the partner, and how many for the vendor."""

from collections.abc import Iterator
from datetime import date, datetime

from django.db.models import Exists, OuterRef
from django.template.defaultfilters import pluralize
from django.urls import reverse

from claims.models import Claim, FundRequest
from claims.states.requests import RequestStatus
from dashboards.rows import Row
from funds.terms import Step, Todo
from partners.models import Company, User

S = RequestStatus
# A request that waits for the partner: what to do with it, on which page.
STEPS = {
    S.INFO_REQUESTED: ("Answer the vendor's question", "Answer", "claims:request"),
    S.DRAFT: ("Finish this request and ask", "Finish", "claims:request_edit"),
    S.RETURNED: ("Read why it came back, correct it and ask again", "Correct", "claims:request"),
    S.APPROVED: ("Approved: run it, then file the claim", "File a claim", "claims:request"),
    S.APPROVED_REDUCED: ("Approved for less: run it, then file the claim", "File a claim", "claims:request"),
}


def rows(user: User, company: Company, now: datetime) -> Iterator[Row]:
    """What waits for the partner: a question, a draft, what came back, and what is approved and has no claim yet."""
    claimed = Claim.objects.filter(request=OuterRef("pk"))
    waiting = FundRequest.objects.visible_to(user).of_partner(company).filter(status__in=STEPS)
    for asked in waiting.exclude(Exists(claimed), status__in=[S.APPROVED, S.APPROVED_REDUCED]).with_fund():
        today = asked.allocation.today(now)
        # What can no longer run or be claimed is lost already: nothing waits for it.
        if today <= last_day(asked):
            yield row(asked, today)


def last_day(asked: FundRequest) -> date:
    if asked.status == S.INFO_REQUESTED and asked.question_due:
        return asked.question_due
    return asked.claim_by if asked.is_in_force and asked.claim_by else asked.allocation.expires_on


def row(asked: FundRequest, today: date) -> Row:
    words, button, page = STEPS[S(asked.status)]
    url, by = reverse(page, args=[asked.pk]), last_day(asked)
    amount = asked.reserved if asked.is_in_force else asked.asked
    step = Step(Todo.FILE, by, amount)
    # Somebody waits for the answer: nothing else is as quickly done.
    urgency = (0, today, -amount) if asked.status == S.INFO_REQUESTED else step.urgency(today)
    return Row(
        title=asked.title,
        vendor=asked.program.vendor.name,
        words=words,
        by=by,
        today=today,
        amount=amount,
        currency=asked.currency,
        url=url,
        button=button,
        button_url=url,
        at_risk=step.is_at_risk(today),
        urgency=urgency,
    )


def waiting_words(user: User, company: Company) -> tuple[str, str] | None:
    """How many requests wait for the vendor, for its manager's home: a title and a sentence; None where none does."""
    waiting = FundRequest.objects.visible_to(user).of_vendor(company).awaiting_vendor()
    count = waiting.count()
    if not count:
        return None
    title = f"{count} request{pluralize(count)} for approval"
    if count == 1:
        return title, "A partner waits for your answer before it starts."
    return title, "Partners wait for your answers before they start."
