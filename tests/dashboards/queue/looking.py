"""How tests of the queue and the home look at them, at the cast's NOW."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from claims.models import ExchangeRate
from dashboards import owners
from dashboards.queue import rows as queue
from dashboards.queue.facts import Facts
from dashboards.queue.rows import Row
from tests.cast import NOW, TODAY

frozen = pytest.mark.usefixtures("_at_now")


def facts(w, user=None, now=NOW) -> Facts:
    return Facts.read(user=user or w.owner, company=w.brightpath, now=now)


def rows(w, user=None, now=NOW) -> list[Row]:
    """All of the queue, in its order."""
    return queue.rows(facts(w, user, now))


def row_of(w, rule: str, user=None, now=NOW) -> Row:
    (found,) = [row for row in rows(w, user, now) if row.rule == rule]
    return found


def home(w, user=None, now=NOW) -> dict:
    return owners.summary(facts(w, user, now))


def a_rate(base: str, rate: str, day: date = TODAY, quote: str = "USD") -> ExchangeRate:
    return ExchangeRate.objects.create(base=base, quote=quote, day=day, rate=Decimal(rate), source="ECB")


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client
