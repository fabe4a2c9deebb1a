"""What the lists of people and companies can be narrowed to and sorted by."""

import django_filters
from django.db.models import Q

from partners.models import Company, Membership
from partners.states import ROLES, Kind

TEAM_SORTS = {
    "name": ("user__name",),
    "role": ("role", "user__name"),
    "since": ("created_at",),
    "seen": ("user__last_login",),
}
COMPANY_SORTS = {
    "name": ("name",),
    "kind": ("kind", "name"),
    "country": ("country", "name"),
    "people": ("people", "name"),
    "since": ("created_at",),
}


class TeamFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="Name or address", method="named", max_length=100)
    role = django_filters.ChoiceFilter(label="Role", empty_label="Any role")

    class Meta:
        model = Membership
        fields: list[str] = []

    def __init__(self, *args, company: Company, **kwargs):
        super().__init__(*args, **kwargs)
        roles = ROLES[Kind(company.kind)]
        if len(roles) == 1:
            del self.filters["role"]
        else:
            self.filters["role"].extra["choices"] = [(role.value, role.label) for role in roles]

    def named(self, members, name, text):
        return members.filter(Q(user__name__icontains=text) | Q(user__email__icontains=text))


class CompanyFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="Name", field_name="name", lookup_expr="icontains", max_length=100)
    kind = django_filters.ChoiceFilter(label="Kind", choices=Kind, empty_label="Any kind")

    class Meta:
        model = Company
        fields: list[str] = []
