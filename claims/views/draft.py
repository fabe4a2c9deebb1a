"""A draft's form as it stands, between the request and the actions: what was typed, what is complete, what is wanting."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from claims import actions
from claims.checks import proofs_asked, wanting
from claims.forms.filing import BaseLineFormSet, HeadForm, LineFormSet, kept, shown
from claims.models import Claim
from claims.timeline import last_decision
from programs.money import major
from programs.states import WindowFrom

BLANK_LINES = 1


class Draft:
    """A draft's form as it stands: title, lines and what was typed. It saves, and says what is still wanting."""

    def __init__(self, request: HttpRequest, claim: Claim):
        self.request, self.claim, self.now = request, claim, timezone.now()
        activities = list(claim.allocation.terms.activities.all())
        self.kwargs = {
            "currency": claim.currency,
            "today": claim.allocation.today(self.now),
            "activities": activities,
        }
        if request.method == "POST":
            data = self.whole(request.POST)
            self.head = HeadForm(data)
            self.lines = LineFormSet(data=data, prefix="lines", form_kwargs=self.kwargs)
        else:
            self.head = HeadForm(self.kept_head())
            self.lines = BaseLineFormSet.typed(self.kept(), BLANK_LINES, **self.kwargs)

    @staticmethod
    def whole(data):
        """A broken or missing count of lines reads as none, so that no page is lost to it."""
        total = data.get("lines-TOTAL_FORMS", "")
        data = data.copy()
        for name, values in list(data.lists()):
            data.setlist(name, [kept(value) for value in values])
        data["lines-TOTAL_FORMS"] = total if total.isdecimal() and len(total) < 4 else "0"
        data["lines-INITIAL_FORMS"] = "0"
        return data

    def kept_head(self) -> dict[str, str]:
        """Title and days as typed; else as they stand."""
        claim = self.claim
        standing = {"title": claim.title, "ran_from": claim.ran_from, "ran_until": claim.ran_until}
        return {name: claim.typed.get(name, str(value or "")) for name, value in standing.items()}

    def kept(self) -> list[dict[str, Any]]:
        """The rows as typed; of a claim that was reopened, the lines as filed."""
        if "rows" in self.claim.typed:
            return self.claim.typed["rows"]
        return [
            {
                "activity": str(line.activity_id or ""),
                "people": str(line.people or ""),
                "what": line.what,
                "supplier": line.supplier,
                "invoice_number": line.invoice_number,
                "invoice_date": line.invoice_date.isoformat(),
                "amount": str(major(line.amount, self.claim.currency)),
            }
            for line in self.claim.lines.all()
        ]

    def save(self) -> None:
        """Keep what is complete as lines and all that was typed as it is. ClaimRefused or ClaimChanged if it cannot be."""
        version = self.request.POST.get("version", "")
        self.head.is_valid()
        title = self.head.cleaned_data.get("title", self.claim.title)
        rows = self.lines.rows()
        self.claim = actions.save(
            claim=self.claim,
            title=title,
            entries=self.lines.entries(),
            by=self.request.user,
            now=self.now,
            version=int(version) if version.isdecimal() and len(version) < 10 else None,
            typed={name: kept(self.head.data.get(name, "")) for name in HeadForm.base_fields} | {"rows": rows},
            ran=self.head.ran(),
            shows=shown(self.request.POST, self.claim.proofs.all()),
        )

    def reshape(self, blank: int = BLANK_LINES, without: int | None = None) -> None:
        """Show the rows again with some blank ones after them, or without one of them."""
        rows = self.lines.rows()
        if without is not None and 0 <= without < len(rows):
            del rows[without]
        self.lines = BaseLineFormSet.typed(rows, blank, **self.kwargs)

    def wanting(self) -> list[str]:
        """What stands between this draft and filing it: half-finished lines first, then what the terms ask."""
        found = [f"{words}" for errors in self.head.errors.values() for words in errors]
        found += [
            f"Line {number} is not complete: see what stands beside its fields." for number in self.lines.unfinished
        ]
        return found + wanting(self.claim, self.now)

    def context(self) -> dict[str, Any]:
        claim = self.claim
        shares = {line.position: line.asked for line in claim.lines.all()}
        left = claim.allocation.unclaimed - claim.asked
        complete = [form for form in self.lines.forms if form.has_changed() and form.is_valid()]
        for position, form in enumerate(complete, 1):
            form.share = shares.get(position)
        return {
            "claim": claim,
            "fund": claim.allocation,
            "head": self.head,
            "lines": self.lines,
            "proofs": claim.proofs.select_related("uploaded_by"),
            "proofs_asked": proofs_asked(claim.lines.select_related("activity")),
            "activities": self.kwargs["activities"],
            "needs_days": claim.allocation.terms.claim_window_from == WindowFrom.ACTIVITY,
            "wanting": self.wanting(),
            "left_after": left,
            "too_much": max(-left, 0),
            "today": self.kwargs["today"],
            "decision": last_decision(claim) if claim.decided_at else None,
        }
