"""Fixtures that every test may use. The servers start in `tests/servers.py`."""

import os
import shutil
from collections.abc import Iterator

import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django.db.backends.base.operations import BaseDatabaseOperations as DatabaseOperations
from django.test import override_settings
from playwright.sync_api import Browser, sync_playwright

from tests.cast import NOW, World, world
from tests.servers import wait_for_template
from tests.sides import Both, both_sides

FOR_TESTS = {
    # Static files straight from their sources: no manifest, so no collectstatic before the tests.
    "STORAGES": {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    },
    # The real hasher takes a third of a second a sign-in, on purpose.
    "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
}
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


# What takes longest begins first: at the end no worker waits for another's last test.
LONGEST = (
    "test_hostile_input",
    "config/test_up",
    "dashboards/test_demo",
    "test_permissions",
    "test_private_books",
    "test_foreign_ids",
    "tests/bench",
)


def pytest_collection_modifyitems(items) -> None:
    places = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: next((places[name] for name in LONGEST if name in item.nodeid), len(LONGEST)))


@pytest.fixture(autouse=True, scope="session")
def _settings_for_tests():
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    with override_settings(**FOR_TESTS):
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix) -> None:
    """This worker's database begins as a copy of the one that was migrated: see `tests/servers.py`."""
    connection.settings_dict["TEST"]["TEMPLATE"] = wait_for_template()


@pytest.fixture(autouse=True)
def _clean_cache():
    """Each test starts with an empty Redis: rate limits and tokens of another test do not reach it."""
    cache.clear()


@pytest.fixture
def w(db, _at_now) -> World:
    """The cast, at its time: see `tests/cast.py`."""
    return world()


@pytest.fixture(scope="module")
def both_of_module(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[Both]:
    """Making them takes longer than looking at many pages: once for all tests of a module, and gone after them."""
    changed = {"MEDIA_ROOT": tmp_path_factory.mktemp("files"), "ACCOUNT_REAUTHENTICATION_TIMEOUT": 24 * 3600}
    with django_db_blocker.unblock(), override_settings(**changed), transaction.atomic():
        yield both_sides(world())
        transaction.set_rollback(True)


@pytest.fixture
def both(both_of_module, db) -> Both:
    """Everybody of the cast, signed in, before one of each thing of two sides: see `tests/sides.py`."""
    return both_of_module


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


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Skipped where there is none, unless WINDFALL_BROWSER=required.

    Not kept longer than a module: Playwright leaves an event loop in this thread, beside which nothing else of Django may be
    asynchronous, and there can be only one of it.
    """
    if CHROMIUM is None:
        if os.environ.get("WINDFALL_BROWSER") == "required":
            pytest.fail("Chromium is not installed, and the browser tests are required.")
        pytest.skip("Chromium is not installed.")
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()
