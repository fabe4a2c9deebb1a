"""A draft's form as it stands, between the page and the actions: what was typed, what is complete, what the terms say to it."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from claims.actions import requests
from claims.forms.requests import LONGEST_TYPED, BaseBudget, Budget, PlanForm
from claims.forms.typed import kept, version_of, whole
from claims.models import FundRequest
from claims.request_checks import (
    NO_DAYS,
    Notice,
    ask_by,
    first_start,
    lead_of,
    notices,
    period_left,
    rate_of,
    wanting,
)
from claims.request_timeline import events, last_decision
from programs.money import major, plain

BLANK_LINES = 1
HEAD = ("title", "activity", "plan", "starts_on", "ends_on", "place", "audience", "people", "leads", "pipeline")


class Draft:
    """A draft's plan and budget. It saves, and says what is wanting, what is worth a look and what the terms allow."""

    def __init__(self, request: HttpRequest, asked: FundRequest):
        self.request, self.asked, self.now = request, asked, timezone.now()
        self.activities = list(asked.allocation.terms.activities.all())
        kwargs = {"currency": asked.currency, "activities": self.activities}
        if request.method == "POST":
            data = whole(request.POST, "budget", LONGEST_TYPED)
            self.head = PlanForm(data, **kwargs)
            self.budget = Budget(data=data, prefix="budget", form_kwargs={"currency": asked.currency})
        else:
            self.head = PlanForm(self.kept_head(), **kwargs)
            self.budget = BaseBudget.typed(self.kept_rows(), BLANK_LINES, asked.currency)
        self.head.is_valid()

    def kept_head(self) -> dict[str, str]:
        """As typed; else as it stands."""
        asked = self.asked
        standing = {name: str(getattr(asked, name) or "") for name in HEAD if name != "activity"}
        standing |= {
            "activity": str(asked.activity_id or ""),
            "leads": "" if asked.leads is None else str(asked.leads),
            "pipeline": "" if asked.pipeline is None else plain(asked.pipeline, asked.currency),
        }
        return {name: asked.typed.get(name, value) for name, value in standing.items()}

    def kept_rows(self) -> list[dict[str, str]]:
        """The rows as typed; of a request that was taken back, the lines as filed."""
        if "rows" in self.asked.typed:
            return self.asked.typed["rows"]
        currency = self.asked.currency
        return [{"what": line.what, "amount": str(major(line.amount, currency))} for line in self.asked.lines.all()]

    def save(self) -> None:
        """Keep what is complete, and all that was typed as it is. RequestRefused or RequestChanged if it cannot be."""
        self.asked = requests.save(
            request=self.asked,
            plan=self.head.stands(self.asked.title),
            entries=self.budget.entries(),
            by=self.request.user,
            now=self.now,
            version=version_of(self.request.POST),
            typed={name: kept(self.head.data.get(name, ""), LONGEST_TYPED) for name in HEAD}
            | {"rows": self.budget.rows()},
        )

    def reshape(self, without: int | None = None) -> None:
        """Show the rows again with a blank one after them, or without one of them."""
        rows = self.budget.rows()
        if without is not None and 0 <= without < len(rows):
            del rows[without]
        self.budget = BaseBudget.typed(rows, BLANK_LINES, self.asked.currency)

    def wanting(self) -> list[str]:
        """What stands between this draft and asking: half-finished fields first, then what the terms ask."""
        found = [words for errors in self.head.errors.values() for words in errors]
        found += [
            f"Budget line {number} is not complete: see what stands beside its fields."
            for number in self.budget.unfinished
        ]
        # Days that cannot be are said already; that they are wanting too would only puzzle.
        has_wrong_days = {"starts_on", "ends_on"} & set(self.head.errors)
        return found + [words for words in wanting(self.asked, self.now) if not (has_wrong_days and words == NO_DAYS)]

    def unseen(self) -> list[Notice]:
        """What is worth a look and was not on the page that was sent."""
        seen = self.request.POST.getlist("noticed")
        return [notice for notice in notices(self.asked) if notice.code not in seen]

    def context(self) -> dict[str, Any]:
        asked = self.asked
        shares = {line.position: line for line in asked.lines.all()}
        complete = [form for form in self.budget.forms if form.has_changed() and form.is_valid()]
        for position, form in enumerate(complete, 1):
            form.line = shares.get(position)
        decision = last_decision(events(asked), asked.currency) if asked.filed_at else None
        return {
            "asked": asked,
            "fund": asked.allocation,
            "head": self.head,
            "budget": self.budget,
            "files": asked.files.select_related("uploaded_by"),
            "activities": self.activities,
            "wanting": self.wanting(),
            "notices": notices(asked),
            "decision": decision if decision and decision["verb"] in ("sent back", "declined") else None,
            **allowed_by_terms(asked, self.now),
        }


def allowed_by_terms(asked: FundRequest, now) -> dict[str, Any]:
    """What the fund and its terms say to this plan: rate, caps, deadlines, and what is left."""
    fund, terms, activity = asked.allocation, asked.allocation.terms, asked.activity
    today = fund.today(now)
    days = terms.activity_days if activity is None or activity.activity_days is None else activity.activity_days
    return {
        "today": today,
        "rate": rate_of(terms, activity),
        "left_after": fund.available - asked.asked,
        "too_much": max(asked.asked - fund.available, 0),
        "period": period_left(asked),
        "rules": activity.rules if activity else [],
        "lead": lead_of(terms, activity),
        "ask_by": ask_by(terms, activity, asked.starts_on) if asked.starts_on else None,
        "first_start": first_start(terms, activity, today),
        "last_safe_start": ask_by(terms, activity, fund.expires_on - timedelta(days=days)),
    }
