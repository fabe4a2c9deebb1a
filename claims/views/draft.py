"""A draft's form as it stands, between the request and the actions: what was typed, what is complete, what is wanting."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from claims import actions, readings
from claims.actions.filing import MOST_LINES
from claims.actions.rates import whom_to_ask
from claims.checklist import Check, State, checklist, still_open
from claims.checks import proofs_asked
from claims.forms.filing import HeadForm, belonging, shown, words_on_warnings
from claims.forms.lines import FIELDS, BaseLineFormSet, LineFormSet, invoices_typed, keyed
from claims.forms.typed import kept, version_of, whole
from claims.models import Claim, Line, Proof, Rates
from claims.models.lines import new_key
from claims.timeline import last_decision
from programs.activities import Shows
from programs.money import plain
from programs.states import WindowFrom

BLANK_LINES = 1
RATED = ("currency", "invoice_date")


def usual_supplier(claim: Claim) -> str:
    """Whose invoice the partner claimed last: most have the same few suppliers."""
    others = Line.objects.filter(claim__partner=claim.partner_id).exclude(claim=claim)
    return others.order_by("-claim__changed_at", "position").values_list("supplier", flat=True).first() or ""


def rates_for(claim: Claim, wanted: Collection[tuple[str, date]]) -> dict[str, Any]:
    """What lines in other currencies are counted with, and whom to ask where a rate is missing."""
    return {"rates": Rates(claim.currency, wanted), "ask": whom_to_ask() if wanted else ""}


class Draft:
    """A draft's form as it stands: title, lines and what was typed. It saves, and says what is still wanting."""

    def __init__(self, request: HttpRequest, claim: Claim):
        self.request, self.claim, self.now = request, claim, timezone.now()
        self.used_shows: dict[int, list[str]] = {}
        self.used_lines: dict[int, list[str]] = {}
        activities = list(claim.allocation.terms.activities.all())
        self.kwargs = {
            "currency": claim.currency,
            "today": claim.allocation.today(self.now),
            "with_tax": claim.allocation.terms.tax_included,
            "activities": activities,
            "usual": usual_supplier(claim),
        }
        if request.method == "POST":
            data = whole(request.POST, "lines")
            keyed(data, min(int(data["lines-TOTAL_FORMS"]), MOST_LINES + 5))
            self.head = HeadForm(data)
            self.kwargs |= rates_for(claim, invoices_typed(data))
            self.lines = LineFormSet(data=data, prefix="lines", form_kwargs=self.kwargs)
        else:
            self.head = HeadForm(self.kept_head())
            self.show(self.kept(), BLANK_LINES)

    def show(self, rows: Sequence[dict[str, Any]], blank: int) -> None:
        """Put these rows on the page."""
        data = {f"lines-{number}-{name}": row.get(name, "") for number, row in enumerate(rows) for name in RATED}
        wanted = invoices_typed(data | {"lines-TOTAL_FORMS": len(rows)})
        self.kwargs |= rates_for(self.claim, wanted)
        self.lines = BaseLineFormSet.typed(rows, blank, **self.kwargs)

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
                "total": plain(line.total, line.invoice_currency or self.claim.currency),
                "tax": plain(line.tax, line.invoice_currency or self.claim.currency) if line.tax else "",
                "currency": line.invoice_currency,
                "part": plain(line.part, line.invoice_currency or self.claim.currency)
                if line.part != line.total
                else "",
                "key": line.key,
            }
            for line in self.claim.lines.all()
        ]

    def save(self) -> None:
        """Keep what is complete as lines and all that was typed as it is. ClaimRefused or ClaimChanged if it cannot be."""
        self.head.is_valid()
        title = self.head.cleaned_data.get("title", self.claim.title)
        rows = self.lines.rows()
        proofs = list(self.claim.proofs.standing())
        self.claim = actions.save(
            claim=self.claim,
            title=title,
            entries=self.lines.entries(),
            by=self.request.user,
            now=self.now,
            version=version_of(self.request.POST),
            typed={name: kept(self.head.data.get(name, "")) for name in HeadForm.base_fields} | {"rows": rows},
            ran=self.head.ran(),
            shows=shown(self.request.POST, proofs) | self.used_shows,
            belongs=belonging(self.request.POST, proofs) | self.used_lines,
            noted=words_on_warnings(self.request.POST),
        )

    def use(self, proof: Proof) -> None:
        """Take over what the invoice says: into the first line that has neither number nor day yet, or a new one."""
        invoice = readings.said(proof, self.claim.currency)
        if invoice is None:
            return
        rows = self.lines.rows()
        begun = next(
            (row for row in rows if not row["invoice_number"].strip() and not row["invoice_date"].strip()), None
        )
        if begun is None:
            begun = dict.fromkeys(FIELDS, "") | {"key": new_key()}
            rows.append(begun)
        # What was typed stays; the page then says where the invoice says something else.
        begun |= {name: value for name, value in invoice.row(self.claim.currency).items() if not begun[name].strip()}
        activities = self.kwargs["activities"]
        if len(activities) == 1:
            begun["activity"] = begun["activity"] or str(activities[0].pk)
        begun["what"] = begun["what"] or (activities[0].name if len(activities) == 1 else self.claim.title)
        self.used_lines = {proof.pk: [begun["key"]]}
        self.used_shows = {proof.pk: [*proof.shows, Shows.INVOICE.value]}
        self.show(rows, 0)

    def reshape(self, blank: int = BLANK_LINES, without: int | None = None) -> None:
        """Show the rows again with some blank ones after them, or without one of them."""
        rows = self.lines.rows()
        if without is not None and 0 <= without < len(rows):
            del rows[without]
        self.show(rows, blank)

    def checks(self) -> list[Check]:
        """What is wrong with the form itself first, then the reviewer's list of what it holds."""
        found = [Check(f"head-{name}", str(words)) for name, errors in self.head.errors.items() for words in errors]
        found += [
            Check(f"line-{number}", f"Line {number} is not complete: see what stands beside its fields.")
            for number in self.lines.unfinished
        ]
        return found + checklist(self.claim, self.now)

    def wanting(self) -> list[str]:
        """What stands between this draft and filing it."""
        return still_open(self.checks())

    def context(self) -> dict[str, Any]:
        claim = self.claim
        lines = {line.position: line for line in claim.lines.select_related("activity")}
        for line in lines.values():
            line.claim = claim
        every = list(claim.proofs.select_related("uploaded_by"))
        proofs = [proof for proof in every if proof.stands]
        checks = self.checks()
        left = claim.allocation.unclaimed - claim.asked
        complete = [form for form in self.lines.forms if form.has_changed() and form.is_valid()]
        for position, form in enumerate(complete, 1):
            form.line = lines.get(position)
        return {
            "claim": claim,
            "fund": claim.allocation,
            "head": self.head,
            "lines": self.lines,
            "proofs": self.files(proofs),
            "put_away": [proof for proof in every if not proof.stands],
            "proofs_asked": proofs_asked(list(lines.values())),
            "activities": self.kwargs["activities"],
            "needs_days": claim.allocation.terms.claim_window_from == WindowFrom.ACTIVITY,
            "errors": [check for check in checks if check.state == State.ERROR],
            "warnings": [check for check in checks if check.state == State.WARNING],
            "right": [check for check in checks if check.state == State.OK],
            "wanting": still_open(checks),
            "left_after": left,
            "too_much": max(-left, 0),
            "today": self.kwargs["today"],
            "decision": last_decision(claim),
            "may_replace": True,
        }

    def files(self, proofs: Sequence[Proof]) -> Sequence[Proof]:
        """The files, each with the lines that it may belong to and with what it says as an invoice."""
        if self.request.method == "GET":
            readings.read_what_is_new(self.claim, proofs)
        offered = readings.offered(self.claim, self.lines.rows(), proofs)
        rows = [(row["key"], number, row["what"]) for number, row in enumerate(self.lines.rows(), 1)]
        for proof in proofs:
            proof.offered = offered.get(proof.pk)
            if len(rows) > 1 or proof.lines:
                proof.choices = [(key, number, what, key in proof.lines) for key, number, what in rows]
                proof.of = [str(number) for key, number, _ in rows if key in proof.lines]
        return proofs
