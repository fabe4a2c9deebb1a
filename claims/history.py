"""Who is at work: told to the database with each change, so that its own record of changes names the person.

The name travels in the statement that changes something, by `set_config(…, true)`: it holds until the transaction ends and no
longer. So nothing is left in a session that a pool like pgbouncer hands to the next one, and no statement is sent more.
"""

import re
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse

CHANGES = re.compile(r"\s*(INSERT INTO|UPDATE|DELETE FROM) \"?claims_", re.IGNORECASE)


class Actor:
    """Wraps what a connection executes: a change of a claims' table says first who makes it."""

    def __init__(self, user_id: int):
        self.prefix = f"SELECT set_config('windfall.actor', '{int(user_id)}', true); "

    def __call__(self, execute: Callable, sql: str, params: Any, many: bool, context: Any) -> Any:
        if not many and isinstance(sql, str) and CHANGES.match(sql):
            sql = self.prefix + sql
        return execute(sql, params, many, context)


class ActorMiddleware:
    """Names the person who is signed in for as long as their request runs. Tasks and commands are nobody's."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in ("GET", "HEAD") or not request.user.is_authenticated:
            return self.get_response(request)
        with connection.execute_wrapper(Actor(request.user.pk)):
            return self.get_response(request)
