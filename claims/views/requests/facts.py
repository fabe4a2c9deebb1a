"""What every page of a filed request shows of it."""

from datetime import datetime
from typing import Any

from claims.actions import requests
from claims.models import FundRequest
from claims.request_timeline import differences


def facts_of(asked: FundRequest, now: datetime) -> dict[str, Any]:
    amendment = asked.amendment
    was = requests.standing(asked) if amendment else {}
    return {
        "asked": asked,
        "fund": asked.allocation,
        "today": asked.allocation.today(now),
        "lines": asked.lines.all(),
        "files": asked.files.select_related("uploaded_by"),
        "drawn": asked.approved - asked.reserved if asked.is_in_force else 0,
        "change": differences(was, amendment, asked.currency) if amendment else "",
        "waiting_days": (now - asked.filed_at).days if asked.filed_at else 0,
    }
