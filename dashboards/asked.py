"""How many fund requests wait for the vendor, on its manager's home."""

from django.template.defaultfilters import pluralize

from claims.models import FundRequest
from partners.models import Company, User


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
