"""Fixtures that every test may use. The servers start in `tests/servers.py`."""

import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from django.db.backends.base.operations import BaseDatabaseOperations as DatabaseOperations
from django.test import override_settings

from tests.cast import NOW, World, world

FOR_TESTS = {
    # Static files straight from their sources: no manifest, so no collectstatic before the tests.
    "STORAGES": {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    },
    # The real hasher takes a third of a second a sign-in, on purpose.
    "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
}


@pytest.fixture(autouse=True, scope="session")
def _settings_for_tests():
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    with override_settings(**FOR_TESTS):
        yield


@pytest.fixture(autouse=True)
def _clean_cache():
    """Each test starts with an empty Redis: rate limits and tokens of another test do not reach it."""
    cache.clear()


@pytest.fixture
def w(db) -> World:
    """The cast: see `tests/cast.py`."""
    return world()


@pytest.fixture
def _at_now():
    """Pages ask for the time themselves: this sets the clock to the cast's NOW."""
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture(autouse=True, scope="session")
def _flush_past_triggers():
    """Between transactional tests Django empties the tables, which our append-only triggers refuse to everybody."""
    flush = DatabaseOperations.execute_sql_flush

    def as_replica(self, sql_list):
        flush(self, ["SET session_replication_role = replica", *sql_list, "SET session_replication_role = DEFAULT"])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "execute_sql_flush", as_replica)
        yield
