"""What a list of programs can be narrowed to."""

import django_filters
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from partners.models import Company, Partner
from partners.states import Kind
from programs.eligibility import State
from programs.models import CertificationHeld, Enrolment, Program, TierHeld, Vendor
from programs.outlooks import outlooks
from programs.states import EnrolmentStatus, ProgramKind, ProgramStatus

SORTS = {
    "name": ("name",),
    "vendor": ("vendor__name", "name"),
    "kind": ("kind", "name"),
    "status": ("status", "name"),
    "ends": ("ends_on",),
    "rate": ("terms__reimbursement_percent",),
    # Amounts of different currencies are not compared: each currency by itself.
    "funded": ("currency", "funded"),
    "allocated": ("currency", "allocated"),
}
# How a partner stands to a program, in words.
STATES = {
    State.JOIN: "You can join",
    State.ASK: "You can ask",
    State.ASKED: "Asked, not answered yet",
    State.JOINED: "Joined",
    State.NOT_YET: "Not yet, with the reason",
}


class ProgramFilter(django_filters.FilterSet):
    """`company` is the one worked in: a partner narrows by vendor and by how it stands, a vendor by status."""

    q = django_filters.CharFilter(label="Search", method="search")
    vendor = django_filters.ModelChoiceFilter(queryset=Company.objects.none(), label="Vendor", empty_label="Any vendor")
    joining = django_filters.ChoiceFilter(
        choices=[(state.name.lower(), words) for state, words in STATES.items()],
        label="How you stand",
        empty_label="Any",
        method="as_you_stand",
    )
    status = django_filters.ChoiceFilter(choices=ProgramStatus, label="Status", empty_label="Any status")
    kind = django_filters.ChoiceFilter(choices=ProgramKind, label="Type", empty_label="Any type")

    class Meta:
        model = Program
        fields: list[str] = []

    def __init__(self, *args, company: Company | None, **kwargs):
        super().__init__(*args, **kwargs)
        self.company = company
        if company is None or company.kind == Kind.PARTNER:
            del self.filters["status"]
        if company is None or company.kind != Kind.PARTNER:
            del self.filters["joining"]
        if company is not None and company.kind == Kind.VENDOR:
            del self.filters["vendor"]
        else:
            # Only vendors of programs that are listed: one in another partner's books is nobody's to find.
            self.filters["vendor"].queryset = Company.objects.filter(pk__in=self.queryset.order_by().values("vendor"))

    def search(self, programs: QuerySet, name: str, text: str) -> QuerySet:
        return programs.filter(
            Q(name__icontains=text) | Q(vendor__name__icontains=text) | Q(terms__wording__icontains=text)
        )

    def as_you_stand(self, programs: QuerySet, name: str, state: str) -> QuerySet:
        """Rules are weighed in one place, in Python: a few queries for all programs."""
        found = Program.objects.filter(pk__in=programs.order_by().values("pk")).select_related("vendor")
        stand = outlooks(found, self.company, timezone.now())
        return programs.filter(pk__in=[pk for pk, outlook in stand.items() if outlook.state == State[state.upper()]])


PARTNER_SORTS = {
    "name": ("name",),
    "country": ("country", "name"),
    "tier": ("tier_rank", "name"),
    "programs": ("programs_joined", "name"),
}
REQUEST_SORTS = {
    "partner": ("partner__name",),
    "program": ("program__name", "partner__name"),
    "asked": ("asked_at",),
    "state": ("status", "partner__name"),
}
NO_TIER = "none"


class PartnerFilter(django_filters.FilterSet):
    """A vendor's partners."""

    q = django_filters.CharFilter(label="Name", field_name="name", lookup_expr="icontains", max_length=100)
    tier = django_filters.ChoiceFilter(label="Tier", empty_label="Any tier", method="of_tier")
    program = django_filters.ModelChoiceFilter(
        queryset=Program.objects.none(), label="In the program", empty_label="Any program", method="in_program"
    )
    certified = django_filters.ModelChoiceFilter(
        queryset=CertificationHeld.objects.none(), label="Certified", empty_label="Any", method="with_certification"
    )

    class Meta:
        model = Partner
        fields: list[str] = []

    def __init__(self, *args, vendor: Vendor, programs: QuerySet, **kwargs):
        super().__init__(*args, **kwargs)
        self.vendor = vendor
        tiers = [(str(pk), name) for pk, name in vendor.tiers.order_by("-rank").values_list("pk", "name")]
        self.filters["tier"].extra["choices"] = [*tiers, (NO_TIER, "Without a tier")]
        self.filters["program"].queryset = programs
        self.filters["certified"].queryset = vendor.certifications.all()

    def of_tier(self, partners: QuerySet, name: str, tier: str) -> QuerySet:
        held = TierHeld.objects.filter(vendor=self.vendor, partner=OuterRef("pk"))
        return partners.filter(~Exists(held) if tier == NO_TIER else Exists(held.filter(tier=tier)))

    def in_program(self, partners: QuerySet, name: str, program: Program) -> QuerySet:
        return partners.filter(Exists(Enrolment.objects.joined().filter(program=program, partner=OuterRef("pk"))))

    def with_certification(self, partners: QuerySet, name: str, certification) -> QuerySet:
        held = CertificationHeld.objects.filter(certification=certification, partner=OuterRef("pk"))
        return partners.filter(Exists(held))


class RequestFilter(django_filters.FilterSet):
    """Who asked a vendor to be let into its programs: those that wait, unless others are wanted."""

    q = django_filters.CharFilter(label="Partner", field_name="partner__name", lookup_expr="icontains", max_length=100)
    program = django_filters.ModelChoiceFilter(
        queryset=Program.objects.none(), label="Program", empty_label="Any program"
    )
    status = django_filters.ChoiceFilter(
        label="State",
        choices=[("all", "All"), *((s.value, s.label) for s in EnrolmentStatus if s != EnrolmentStatus.ASKED)],
        empty_label="Waiting for you",
        method="in_state",
    )

    class Meta:
        model = Enrolment
        fields: list[str] = []

    def __init__(self, *args, programs: QuerySet, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["program"].queryset = programs

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        found = super().filter_queryset(queryset)
        return found if self.form.cleaned_data.get("status") else found.filter(status=EnrolmentStatus.ASKED)

    def in_state(self, enrolments: QuerySet, name: str, state: str) -> QuerySet:
        return enrolments if state == "all" else enrolments.filter(status=state)
