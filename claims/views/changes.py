"""Who changed what, for Windfall's admins: the database's own record of every change of what was filed."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime

import django_filters
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from claims.models import RowAct, RowChange
from partners.exports import table_response
from partners.lists import page_of, wanted_file
from partners.models import User

TABLES = {
    "claims_claim": "Claim",
    "claims_line": "Line",
    "claims_proof": "Proof",
    "claims_fundrequest": "Request",
    "claims_requestline": "Request line",
    "claims_requestfile": "Request file",
    "claims_payment": "Payment",
    "claims_bankdetails": "Bank details",
}
DAY = re.compile(r"\d{4}-\d\d-\d\d")
MOMENT = re.compile(DAY.pattern + r"T\d\d:\d\d:\d\d(\.\d+)?[+-]\d\d:\d\d")
NUMBER = re.compile(r"\s*([CR])-?(\d{1,18})\s*", re.IGNORECASE)


class ChangeFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="Claim or request, as in C-00012", method="of_number", max_length=30)
    table = django_filters.ChoiceFilter(label="What", choices=list(TABLES.items()), empty_label="Everything")
    act = django_filters.ChoiceFilter(label="Change", choices=RowAct, empty_label="Any change")
    who = django_filters.CharFilter(label="Who", method="by_person", max_length=100)
    how = django_filters.ChoiceFilter(
        label="Through",
        method="by_way",
        empty_label="Any way",
        choices=[("page", "A person's request"), ("other", "Windfall itself or SQL")],
    )

    class Meta:
        model = RowChange
        fields: list[str] = []

    def of_number(self, rows: QuerySet, name: str, text: str) -> QuerySet:
        found = NUMBER.fullmatch(text)
        if found is None:
            return rows.none()
        return rows.filter(**{"claim" if found[1].upper() == "C" else "request": int(found[2])})

    def by_person(self, rows: QuerySet, name: str, text: str) -> QuerySet:
        return rows.filter(Q(actor__name__icontains=text) | Q(actor__email__iexact=text))

    def by_way(self, rows: QuerySet, name: str, way: str) -> QuerySet:
        return rows.filter(actor__isnull=way == "other")


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm("claims.see_changes"):
        raise PermissionDenied
    found = RowChange.objects.visible_to(request.user).select_related("actor")
    narrowed = ChangeFilter(request.GET, queryset=found)
    rows = narrowed.qs.order_by("-id")
    if kind := wanted_file(request):
        return export(rows, kind)
    page = page_of(request, rows)
    tell(page.object_list)
    return render(request, "claims/changes.html", {"page_obj": page, "filter": narrowed})


def tell(rows: Iterable[RowChange]) -> None:
    """Each with its `thing` and `told`: its columns in words, people by name and moments as a person reads them."""
    rows = list(rows)
    ids = {value for row in rows for name, *values in row.fields if is_person(name) for value in values if value}
    people = {user.pk: user.name for user in User.objects.filter(pk__in=ids)}
    for row in rows:
        row.thing = TABLES.get(row.table, row.table)
        row.told = [
            (name.removesuffix("_id").replace("_", " "), *(in_words(name, value, people) for value in values))
            for name, *values in row.fields
        ]


def is_person(name: str) -> bool:
    return name.endswith("_by_id") or name == "reviewer_id"


def in_words(name: str, value: object, people: Mapping[int, str]) -> object:
    if is_person(name) and isinstance(value, int):
        return people.get(value, value)
    if isinstance(value, str) and MOMENT.fullmatch(value):
        return f"{datetime.fromisoformat(value).astimezone(UTC):%-d %b %Y, %H:%M:%S}"
    if isinstance(value, str) and DAY.fullmatch(value):
        return f"{date.fromisoformat(value):%-d %b %Y}"
    return value


def export(rows: QuerySet[RowChange], kind: str) -> HttpResponse:
    """A row for each column that differs."""
    columns = ["When (UTC)", "Transaction", "Who", "Database user", "What", "Row", "Change", "Column", "Was", "Is"]

    def line(row: RowChange, name: str, *values: object) -> list:
        head = [row.at, row.transaction, str(row.actor or ""), row.database_user, TABLES.get(row.table, row.table)]
        said = ("" if value is None else str(value) for value in values)
        return [*head, row.row_id, row.get_act_display(), name, *said]

    lines = (line(row, *field) for row in rows.iterator(chunk_size=500) for field in row.fields)
    return table_response(name="who changed what", columns=columns, rows=lines, kind=kind)
