"""Fixtures that every test may use. The servers start in `tests/servers.py`."""

import pytest
from django.core.cache import cache
from django.db.backends.base.operations import BaseDatabaseOperations as DatabaseOperations

from tests.cast import World, world


@pytest.fixture(autouse=True)
def _clean_cache():
    """Each test starts with an empty Redis: rate limits and tokens of another test do not reach it."""
    cache.clear()


@pytest.fixture
def w(db) -> World:
    """The cast: see `tests/cast.py`."""
    return world()


@pytest.fixture(autouse=True, scope="session")
def _flush_past_triggers():
    """Between transactional tests Django empties the tables, which our append-only triggers refuse to everybody."""
    flush = DatabaseOperations.execute_sql_flush

    def as_replica(self, sql_list):
        flush(self, ["SET session_replication_role = replica", *sql_list, "SET session_replication_role = DEFAULT"])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "execute_sql_flush", as_replica)
        yield
