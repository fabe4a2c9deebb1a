"""What the reports can be narrowed to and sorted by."""

import django_filters
from django.db.models import F, Q, QuerySet

from dashboards.chosen import ChosenFilter
from dashboards.reports import reminding
from dashboards.reports.figures import FIGURES
from dashboards.reports.over_time import SPANS
from dashboards.reports.resources import GROUP_WORDS, Group, Scope, exactly
from funds.models import Allocation, Movement
from partners.models import Company, User
from programs.models import Program, Tier, TierHeld, Vendor
from programs.states import ProgramStatus
from reminders.rules import NOT_THE_VENDORS
from reminders.states import Rule

PARTNER_SORTS = {
    "partner": ("partner__name",),
    # Amounts of different currencies are not compared: each currency by itself.
    **{name: ("currency", name) for name in ("granted", "used", "unused", "gone")},
    "share": ("share", "partner__name"),
    "claim": ("ever_claimed", "last_claim"),
}
TIER_SORTS = ("tier", "partners", "granted", "used", "unused", "gone", "share")
PROGRAM_SORTS = ("name", "partners", "funded", "granted", "used", "unused", "gone", "share", "claim")
RESOURCE_SORTS: dict[str, tuple] = dict.fromkeys(
    ("title", "opened", "downloaded", "used", "partners", "users", "share", "others"), ()
)
ROI_SORTS: dict[str, tuple] = dict.fromkeys(
    ("name", "paid", "cost_told", "leads", "measured", "measured_return", "claimed", "claimed_return"), ()
)
REMINDER_SORTS: dict[str, tuple] = dict.fromkeys(("told", "seen_share", "acted_share"), ())
SCORE_SORTS: dict[str, tuple] = dict.fromkeys(("name", *(figure.key for figure in FIGURES)), ())
FORECAST_SORTS: dict[str, tuple] = dict.fromkeys(("month", "program", "unclaimed", "lapses", "risk", "percent"), ())
NO_TIER = "none"
USES = {"none": Q(used=0), "little": Q(share__lt=50), "much": Q(share__gte=50)}


def of_company(company: Company) -> QuerySet[Program]:
    return Program.objects.filter(vendor_id=company.pk)


UNUSED_SORTS = {
    "partner": ("partner__name", "claim_by"),
    "fund": ("name",),
    "until": ("claim_by",),
    "next": ("by",),
    # Amounts of different currencies are not compared: each currency by itself.
    "unused": ("budget__program__currency", "unclaimed_now"),
    "nudged": ("nudged_on", "claim_by"),
}


class OverTimeFilter(ChosenFilter):
    """Its programs, and how many months back."""

    program = django_filters.ModelChoiceFilter(
        queryset=Program.objects.none(), label="Program", empty_label="All programs", method="leave"
    )
    months = django_filters.ChoiceFilter(
        label="Months",
        choices=[(name, f"Last {count} months") for name, count in SPANS.items() if name != "12"],
        empty_label="Last 12 months",
        method="leave",
    )

    class Meta:
        model = Movement
        fields: list[str] = []

    def __init__(self, *args, company: Company, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["program"].queryset = of_company(company)


class ForecastFilter(django_filters.FilterSet):
    program = django_filters.ModelChoiceFilter(
        queryset=Program.objects.none(), label="Program", empty_label="All programs", method="only"
    )

    class Meta:
        model = Program
        fields: list[str] = []

    def __init__(self, *args, company: Company, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["program"].queryset = of_company(company)

    def only(self, programs: QuerySet, name: str, program: Program) -> QuerySet:
        return programs.filter(pk=program.pk)


class ResourcesFilter(OverTimeFilter):
    """Of one program, or of all; since when; and of several currencies, which one: at first `currencies[0]`."""

    months = django_filters.ChoiceFilter(
        label="Since",
        choices=[("3", "Last 3 months"), ("6", "Last 6 months"), ("12", "Last 12 months")],
        empty_label="The beginning",
        method="leave",
    )
    currency = django_filters.ChoiceFilter(label="Currency", method="leave")

    def __init__(self, *args, currencies: list[str], **kwargs):
        super().__init__(*args, **kwargs)
        if len(currencies) > 1:
            first, *others = currencies
            self.filters["currency"].extra.update(choices=[(code, code) for code in others], empty_label=first)
        else:
            del self.filters["currency"]


class RoiFilter(OverTimeFilter):
    """By what it is split, of which partner and program, and approved since when."""

    q = django_filters.CharFilter(label="Partner", method="leave", max_length=100)
    by = django_filters.ChoiceFilter(
        label="By",
        choices=[("program", "Program"), ("partner", "Partner")],
        empty_label="Type of activity",
        method="leave",
    )
    months = django_filters.ChoiceFilter(
        label="Approved since",
        choices=[("3", "Last 3 months"), ("6", "Last 6 months"), ("12", "Last 12 months")],
        empty_label="The beginning",
        method="leave",
    )

    def __init__(self, *args, is_partner: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        if is_partner:
            del self.filters["q"], self.filters["program"]
            self.filters["by"].extra.update(
                choices=[("program", "Program"), ("activity", "Type of activity")], empty_label="Vendor"
            )


class RemindersFilter(ChosenFilter):
    """By what they are split, of which kind, since when; for an admin also of which vendor."""

    by = django_filters.ChoiceFilter(label="By", empty_label="Kind of reminder", method="leave")
    rule = django_filters.ChoiceFilter(label="Kind", empty_label="All kinds", method="leave")
    vendor = django_filters.ModelChoiceFilter(
        queryset=Vendor.objects.none(), label="Vendor", empty_label="All vendors", method="leave"
    )
    days = django_filters.ChoiceFilter(
        label="Told in",
        choices=[(name, f"The last {count} days") for name, count in reminding.SPANS.items() if name != "30"],
        empty_label="The last 30 days",
        method="leave",
    )

    class Meta:
        model = Company
        fields: list[str] = []

    def __init__(self, *args, is_admin: bool, **kwargs):
        super().__init__(*args, **kwargs)
        splits = [("lead", "Days before or after")]
        if is_admin:
            splits += [("vendor", "Vendor"), ("wording", "Vendors’ words for a kind")]
            self.filters["vendor"].queryset = Vendor.objects.filter(kept_by=None).order_by("name")
        else:
            splits += [
                ("change", "Before and since you changed the days"),
                ("wording", "Your words for a kind"),
                ("words", "What you wrote to one partner"),
            ]
            del self.filters["vendor"]
        hidden = () if is_admin else NOT_THE_VENDORS
        self.filters["by"].extra["choices"] = splits
        self.filters["rule"].extra["choices"] = [(rule.value, rule.label) for rule in Rule if rule not in hidden]


class ScorecardsFilter(ChosenFilter):
    """Vendors by name, and whom they are set beside."""

    q = django_filters.CharFilter(label="Vendor", field_name="name", lookup_expr="icontains", max_length=100)
    beside = django_filters.ChoiceFilter(
        label="Beside",
        choices=[("everybody", "All vendors’ partners")],
        empty_label="Its own partners",
        method="leave",
    )

    class Meta:
        model = Company
        fields: list[str] = []


class TierUseFilter(ForecastFilter):
    """Of one program, or of all."""


class UnusedFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="Partner or fund", method="search", max_length=100)
    program = django_filters.ModelChoiceFilter(
        queryset=Program.objects.none(), field_name="budget__program", label="Program", empty_label="All programs"
    )
    month = django_filters.ChoiceFilter(label="Lapses in", empty_label="Any month", method="lapsing_in")
    nudged = django_filters.ChoiceFilter(
        label="Nudged",
        empty_label="Whether or not",
        method="by_nudge",
        choices=[("no", "Not this week"), ("yes", "This week")],
    )

    class Meta:
        model = Allocation
        fields: list[str] = []

    def __init__(self, *args, company: Company, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["program"].queryset = of_company(company)
        months = (
            self.queryset.order_by("month").annotate(in_month=F("month")).values_list("in_month", flat=True).distinct()
        )
        self.filters["month"].extra["choices"] = [(f"{month:%Y-%m}", f"{month:%B %Y}") for month in months]

    def search(self, funds: QuerySet, name: str, text: str) -> QuerySet:
        return funds.filter(Q(name__icontains=text) | Q(partner__name__icontains=text))

    def lapsing_in(self, funds: QuerySet, name: str, month: str) -> QuerySet:
        return funds.filter(month=f"{month}-01")

    def by_nudge(self, funds: QuerySet, name: str, nudged: str) -> QuerySet:
        return funds.filter(is_resting=nudged == "yes")


class ProgramUseFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="Program", field_name="name", lookup_expr="icontains", max_length=100)
    status = django_filters.ChoiceFilter(label="Status", choices=ProgramStatus, empty_label="Any status")

    class Meta:
        model = Program
        fields: list[str] = []


class PartnerUseFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="Partner", field_name="partner__name", lookup_expr="icontains", max_length=100)
    program = django_filters.ModelChoiceFilter(
        queryset=Program.objects.none(), field_name="budget__program", label="Program", empty_label="All programs"
    )
    tier = django_filters.ChoiceFilter(label="Tier", empty_label="Any tier", method="of_tier")
    use = django_filters.ChoiceFilter(
        label="Use",
        empty_label="Any use",
        method="by_use",
        choices=[("none", "Nothing used"), ("little", "Less than half used"), ("much", "Half or more used")],
    )
    resources = django_filters.ChoiceFilter(
        label="Resources", empty_label="Any use", method="by_resources", choices=list(GROUP_WORDS.items())
    )

    class Meta:
        model = Program
        fields: list[str] = []

    def __init__(self, *args, company: Company, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.company, self.user = company, user
        self.filters["program"].queryset = of_company(company)
        self.held = TierHeld.objects.filter(vendor_id=company.pk)
        tiers = Tier.objects.filter(vendor_id=company.pk).order_by("-rank").values_list("pk", "name")
        if tiers:
            self.filters["tier"].extra["choices"] = [*tiers, (NO_TIER, "No tier")]
        else:
            del self.filters["tier"]

    def of_tier(self, rows: QuerySet, name: str, tier: str) -> QuerySet:
        if tier == NO_TIER:
            return rows.exclude(partner__in=self.held.values("partner"))
        return rows.filter(partner__in=self.held.filter(tier=tier).values("partner"))

    def by_resources(self, rows: QuerySet, name: str, group: str) -> QuerySet:
        scope = Scope(self.user, self.company, program=self.form.cleaned_data.get("program"))
        return rows.filter(exactly(Group(group), scope.uses))

    def by_use(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(USES[value])
