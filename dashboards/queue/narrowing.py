"""What the queue's page can be narrowed to and sorted by. Its rows are made of many tables, so they are sorted here."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms

from dashboards.queue.facts import Facts
from dashboards.queue.rows import Row, is_theirs
from dashboards.queue.steps import SORTS
from partners.states import Role

ORDERS: dict[str, Callable[[Row], Any]] = {
    "weight": lambda row: row.order,
    "by": lambda row: (row.by or date.max, row.order),
    # By what they are worth in the company's currency; what no rate compares comes last.
    "amount": lambda row: (row.worth is None, row.worth or 0, row.currency, row.amount, row.order),
    "title": lambda row: (row.title.lower(), row.order),
    "vendor": lambda row: (row.vendor.lower(), row.order),
}
ORDER_WORDS = {
    "weight": "amount × urgency",
    "by": "nearest day",
    "-amount": "largest amount",
    "vendor": "vendor",
    "title": "name",
}
WHOSE = [("mine", "Mine"), ("nobody", "Nobody's yet"), ("others", "A colleague's"), ("all", "Everybody's")]


class QueueForm(forms.Form):
    """Of one vendor, of one kind, whose; and what was put off instead of what is to be done."""

    q = forms.CharField(
        label="Name or vendor", required=False, max_length=100, widget=forms.TextInput(attrs={"type": "search"})
    )
    vendor = forms.ChoiceField(label="Vendor", required=False)
    kind = forms.ChoiceField(label="What to do", required=False, choices=[("", "Anything"), *SORTS.items()])
    whose = forms.ChoiceField(label="Whose", required=False)
    show = forms.ChoiceField(required=False, choices=[("", "To do"), ("later", "Put off")], widget=forms.HiddenInput)

    def __init__(self, *args, facts: Facts, rows: list[Row], **kwargs):
        super().__init__(*args, **kwargs)
        self.facts = facts
        vendors = sorted({(row.vendor, row.vendor_id) for row in rows if row.vendor_id})
        self.fields["vendor"].choices = [("", "All vendors"), *((str(pk), name) for name, pk in vendors)]
        is_owner = Role.OWNER in facts.roles
        usual = "Everybody's" if is_owner else "Mine and nobody's"
        self.fields["whose"].choices = [
            ("", usual),
            *(choice for choice in WHOSE if choice[0] != "all" or not is_owner),
        ]

    def chosen(self, name: str) -> str:
        """Empty where something else was typed into the address."""
        self.is_valid()
        return str(self.cleaned_data.get(name) or "")

    def narrowed(self, rows: list[Row]) -> list[Row]:
        words, vendor, kind = self.chosen("q").lower(), self.chosen("vendor"), self.chosen("kind")
        return [
            row
            for row in rows
            if (row.until is not None) == (self.chosen("show") == "later")
            and self.is_of(row)
            and (not words or words in row.title.lower() or words in row.vendor.lower())
            and (not vendor or str(row.vendor_id) == vendor)
            and (not kind or row.do.sort == kind)
        ]

    def is_of(self, row: Row) -> bool:
        """Whose it is."""
        match self.chosen("whose"):
            case "mine":
                return row.worker_id == self.facts.user_id
            case "nobody":
                return row.worker_id is None
            case "others":
                return row.worker_id not in (None, self.facts.user_id)
            case "all":
                return True
        return is_theirs(row, self.facts)
