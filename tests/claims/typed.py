"""What a partner's browser sends for a draft."""

from datetime import timedelta
from typing import Any

from claims.models import Claim
from tests.cast import TODAY

LINE = {
    "what": "Ads",
    "supplier": "Acme Media",
    "invoice_number": "A-1",
    "invoice_date": (TODAY - timedelta(days=400)).isoformat(),
    "total": "1,000.00",
}


def typed(
    claim: Claim, *lines: dict[str, Any], do: str = "save", title: str = "Webinar", **more: Any
) -> dict[str, Any]:
    """The draft's form with these lines (each over a complete one), as the page would post it."""
    data = {"title": title, "version": claim.version, "do": do, "lines-TOTAL_FORMS": len(lines) + 1}
    data["lines-INITIAL_FORMS"] = 0
    for number, line in enumerate(lines):
        data |= {f"lines-{number}-{name}": value for name, value in (LINE | line).items()}
    data |= {f"lines-{len(lines)}-{name}": "" for name in LINE}
    return data | more
