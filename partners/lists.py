"""What the list pages do with their rows: sort them by a known column and show a page of them."""

from collections.abc import Mapping, Sequence

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

PAGE = 25
# The columns that a list may be sorted by: the name in the address, and the fields behind it.
Sorts = Mapping[str, Sequence[str]]


def chosen_sort(request: HttpRequest, sorts: Sorts, default: str = "") -> str:
    """The column named in the address, `-` first for descending; the default where there is no such column."""
    wanted = request.GET.get("sort", "")
    return wanted if wanted.removeprefix("-") in sorts else default


def in_order(rows: QuerySet, sort: str, sorts: Sorts, *, ties: Sequence[str] = ("pk",)) -> QuerySet:
    """Sorted; equal rows by `ties`, their id, so that no row stands on two pages. An empty `sort` keeps the list's own order."""
    fields = sorts.get(sort.removeprefix("-"))
    if not fields:
        return rows
    if sort.startswith("-"):
        fields = [field.removeprefix("-") if field.startswith("-") else f"-{field}" for field in fields]
    return rows.order_by(*fields, *ties)


def page_of(request: HttpRequest, rows: QuerySet, *, name: str = "page", size: int = PAGE) -> Page:
    """The page named in the address; the nearest one where there is no such page."""
    return Paginator(rows, size).get_page(request.GET.get(name))


def wanted_file(request: HttpRequest) -> str | None:
    """The kind of file that the list is wanted as, or None for the page."""
    kind = request.GET.get("format")
    return kind if kind in ("csv", "xlsx") else None
