"""A fund's history as a file: every movement, and what was still to claim after it."""

from django.http import HttpResponseBase

from funds.history import backwards, of_fund
from funds.models import Allocation
from partners.exports import table_response
from programs.money import major

COLUMNS = ["At (UTC)", "What", "From", "To", "Currency", "Amount", "Still to claim after", "Who", "Reason"]


def exported_history(fund: Allocation, kind: str) -> HttpResponseBase:
    """Newest first, as on the page."""
    rows = (
        (
            told.movement.posted_at,
            told.movement.get_act_display(),
            told.movement.get_source_display(),
            told.movement.get_target_display(),
            fund.currency,
            major(told.movement.amount, fund.currency),
            major(told.after, fund.currency),
            told.movement.actor or "Windfall",
            told.movement.reason,
        )
        for told in backwards(of_fund(fund))
    )
    return table_response(name=f"history {fund.reference}", columns=COLUMNS, rows=rows, kind=kind)
