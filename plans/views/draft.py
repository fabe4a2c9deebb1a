"""An activity's form as it stands, between the page and the actions: what was typed, and what follows from it at once."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, QueryDict
from django.utils.formats import date_format

from claims.forms.typed import version_of, whole
from funds.models import Allocation
from partners.models import Partner, User
from plans import actions as plans
from plans.actions import unsaved
from plans.actions.acting import people_of
from plans.actions.funding import arranged
from plans.actions.planning import fill
from plans.book import Book
from plans.figures import figures
from plans.forms.plan import ActivityForm, Fundings, initial_of, rows_of, shown
from plans.models import PlannedActivity, PlannedFunding, Unsaved
from plans.quarters import Quarter, quarter_of
from plans.states import PlanStatus
from plans.warnings import warnings
from programs.money import show

# More than any field takes: what is too long is refused in words, never cut.
LONGEST_TYPED = 10_000


def funds_for(request: HttpRequest, partner: Partner, activity: PlannedActivity, book: Book) -> list[Allocation]:
    """Funds that still hold something, and those that pay for it already; what lapses first stands first."""
    used = [row.allocation_id for row in activity.fundings.all()] if activity.pk else []
    open_ones = Q(claim_by__gte=book.today) & (Q(available__gt=0) | Q(reserved__gt=0))
    funds = Allocation.objects.visible_to(request.user).of_partner(partner).filter(open_ones | Q(pk__in=used))
    return list(funds.with_terms().prefetch_related("terms__activities").order_by("expires_on", "pk"))


def sent_again(fields: Mapping[str, str]) -> QueryDict:
    """As if the browser sent it once more."""
    data = QueryDict(mutable=True)
    data.update(fields)
    return data


class Draft:
    """The form of a new activity, or with `activity` of one that stands. It saves, and says what is wrong at once."""

    def __init__(self, request: HttpRequest, partner: Partner, now: datetime, activity: PlannedActivity | None = None):
        self.request, self.partner, self.now = request, partner, now
        self.activity = activity or PlannedActivity(company=partner, created_by=request.user, currency="")
        self.book = Book.of(partner, now, shown=activity.year if activity else None)
        self.funds = funds_for(request, partner, self.activity, self.book)
        self.funding = {"funds": self.funds, "labels": [(str(fund.pk), self.label(fund)) for fund in self.funds]}
        quarter = activity.in_quarter if activity else quarter_of(self.book.today)
        self.activity.currency = self.activity.currency or self.usual_currency()
        head: dict[str, Any] = {
            "year": quarter.year,
            "colleagues": self.colleagues(),
            "currencies": list(dict.fromkeys([self.activity.currency, *(fund.currency for fund in self.funds)])),
        }
        self.unsaved = None if request.method == "POST" else self.found()
        if request.method == "POST" or self.unsaved:
            sent = sent_again(self.unsaved.fields) if self.unsaved else request.POST
            self.data = whole(sent, "funds", LONGEST_TYPED)
            self.head = ActivityForm(self.data, **head)
            self.rows = Fundings(data=self.data, prefix="funds", form_kwargs=self.funding)
            if self.unsaved:
                self.reshape()
        else:
            typed = initial_of(activity) if activity else self.begun(quarter)
            self.head = ActivityForm(initial=typed, **head)
            self.rows = shown(rows_of(activity) if activity else [], 1, **self.funding)

    def found(self) -> Unsaved | None:
        """What this person typed here before, and did not save."""
        return Unsaved.objects.of(self.request.user, self.partner).filter(activity=self.standing_one).first()

    @property
    def standing_one(self) -> PlannedActivity | None:
        """None where it is a new one."""
        return self.activity if self.activity.pk else None

    def usual_currency(self) -> str:
        """Of the funds where all have one, else the partner's own."""
        found = {fund.currency for fund in self.funds}
        return found.pop() if len(found) == 1 else self.partner.currency

    def colleagues(self) -> list[User]:
        """Who works there, and who looks after it already."""
        found, person = list(people_of(self.partner)), self.activity.person
        return found if person is None or person in found else [*found, person]

    def label(self, fund: Allocation) -> str:
        free = show(max(self.book.free(fund, self.activity), 0), fund.currency)
        start = date_format(fund.last_safe_start)
        return f"{fund.name} · {fund.program.vendor.name} · {free} free · last safe start {start}"

    def begun(self, usual: Quarter) -> dict[str, str]:
        """A new activity begins in the quarter that the address names."""
        named = self.request.GET.get("quarter", "")
        return {"quarter": named or usual.key, "person": str(self.request.user.pk), "currency": self.activity.currency}

    def is_valid(self) -> bool:
        return self.head.is_valid() and not self.rows.unfinished and not self.rows.non_form_errors()

    def keep(self) -> None:
        """What is typed, right or wrong, for this person to go on with."""
        forms = [self.head, *self.rows.forms]
        names = [form.add_prefix(name) for form in forms for name in form.fields]
        fields = {name: self.data[name] for name in [*names, "funds-TOTAL_FORMS"] if name in self.data}
        of_form = {"partner": self.partner, "activity": self.standing_one}
        unsaved.keep(**of_form, fields=fields, version=version_of(self.data), by=self.request.user, now=self.now)

    def save(self) -> PlannedActivity:
        """PlanRefused or PlanChanged where it cannot be."""
        with transaction.atomic():
            unsaved.forget(partner=self.partner, activity=self.standing_one, by=self.request.user)
            return self.planned()

    def planned(self) -> PlannedActivity:
        facts = {"wanted": self.head.wanted(), "fundings": self.rows.wanted(), "by": self.request.user, "now": self.now}
        if self.activity.pk:
            version = version_of(self.request.POST)
            return plans.change_activity(activity=self.activity, version=version, **facts)
        status = PlanStatus.IDEA if self.request.POST.get("do") == "idea" else PlanStatus.PLANNED
        return plans.plan_activity(partner=self.partner, status=status, **facts)

    def reshape(self, without: int | None = None) -> None:
        """Show the rows again with a blank one after them, or without one of them."""
        rows = self.rows.typed()
        if without is not None and 0 <= without < len(rows):
            del rows[without]
        self.rows = shown(rows, 1, **self.funding)

    def sketched(self) -> tuple[Sequence[PlannedFunding], str]:
        """The activity takes what is right of what was typed. Its fundings then, and in words why they can't be."""
        standing = list(self.activity.fundings.all()) if self.activity.pk else []
        try:
            if not self.head.is_valid():
                return standing, ""
            fill(self.activity, self.head.wanted())
            return arranged(self.activity, self.rows.wanted(), standing, self.book.today), ""
        except plans.PlanRefused as refusal:
            return standing, str(refusal)

    def standing(self) -> dict[str, Any]:
        """What follows from the form as it is typed: who pays what, and what is wrong with it."""
        rows, refused = self.sketched()
        return {
            "activity": self.activity,
            "is_typed": self.head.is_bound and not self.head.is_valid(),
            "rows": rows,
            "figures": figures(self.activity, rows),
            "warnings": warnings(self.activity, rows, self.book),
            "refused_sum": refused,
        }

    def context(self) -> dict[str, Any]:
        found = self.standing()
        if not self.activity.pk and not self.head.is_bound:
            found["warnings"] = []  # nobody typed anything yet
        version = self.unsaved.version if self.unsaved else self.activity.version
        form = {"head": self.head, "funds": self.rows, "version": version, "unsaved": self.unsaved}
        return found | form | {"today": self.book.today}
