"""A visit is noted as somebody comes, with one small write in half an hour, and ends with a pause of four hours."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from partners.models import Membership
from partners.visits import visited
from tests.cast import NOW

HOME = reverse("partners:profile")


def at(client, hours: float) -> Membership:
    """A click so many hours after the first one."""
    with time_machine.travel(NOW + timedelta(hours=hours), tick=False):
        assert client.get(HOME).status_code == 200
    return Membership.objects.get(user_id=client.session["_auth_user_id"])


def writes(captured) -> list[str]:
    return [query["sql"] for query in captured if query["sql"].startswith('UPDATE "partners_membership"')]


@pytest.fixture(autouse=True)
def _nobody_was_here(w) -> None:
    Membership.objects.update(visited_at=None)


@pytest.fixture
def owner(w, client):
    with time_machine.travel(NOW, tick=False):
        client.force_login(w.owner)
    return client


def hours(moment) -> float | None:
    return None if moment is None else (moment - NOW).total_seconds() / 3600


def test_a_visit_ends_with_a_pause_and_the_one_before_it_is_remembered(owner):
    for clicked, since, before in (
        (0, 0, None),
        (0.4, 0, None),  # within half an hour nothing is noted
        (1, 1, None),
        (4.9, 4.9, None),  # a pause of less than four hours ends nothing
        (9, 9, 4.9),
        (9.6, 9.6, 4.9),
        (13.6, 13.6, 9.6),
    ):
        found = at(owner, clicked)
        assert (hours(found.visited_at), hours(found.visited_before)) == (since, before), clicked


def test_most_clicks_write_nothing(owner):
    for clicked, expected in ((0, 1), (0.1, 0), (0.49, 0), (0.5, 1), (0.6, 0), (8, 1)):
        with CaptureQueriesContext(connection) as captured:
            at(owner, clicked)
        assert len(writes(captured)) == expected, clicked


def test_two_clicks_at_once_are_one_visit(w):
    membership = Membership.objects.get(user=w.owner)
    visited(membership, NOW)
    first, second = (Membership.objects.get(user=w.owner) for _ in range(2))
    later = NOW + timedelta(hours=6)
    visited(first, later)
    visited(second, later + timedelta(milliseconds=5))
    assert (first.visited_before, second.visited_before) == (NOW, NOW)
    membership.refresh_from_db()
    assert (membership.visited_at, membership.visited_before) == (later, NOW)


def test_a_membership_that_ended_meanwhile_is_left_alone(w):
    membership = Membership.objects.get(user=w.member)
    Membership.objects.filter(pk=membership.pk).update(ended_at=NOW)
    visited(membership, NOW)
    membership.refresh_from_db()
    assert membership.visited_at is None
