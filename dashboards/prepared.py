"""Querysets whose SQL is written once for a reader, then only asked: Django writes some longer than PostgreSQL answers them.

Only the text is kept, never what was read. A function that makes a queryset is given all that its SQL depends on: ids, days, and
of a reader the roles held, since `visible_to` looks at them before it asks.
"""

from collections.abc import Callable, Hashable
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import QuerySet


@lru_cache(maxsize=2000)
def written(make: Callable[..., QuerySet], about: tuple[Hashable, ...]) -> tuple[str, tuple]:
    sql, parameters = make(*about).query.sql_with_params()
    return sql, tuple(parameters)


def fetch(make: Callable[..., QuerySet], *about: Hashable) -> list[tuple[Any, ...]]:
    """The rows of `make(*about)`, a `values_list`."""
    with connection.cursor() as cursor:
        cursor.execute(*written(make, about))
        return cursor.fetchall()
