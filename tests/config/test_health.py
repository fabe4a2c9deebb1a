"""/healthz: who watches over an installation asks it, without signing in."""

import time

import pytest
from django.core.cache import cache
from django.db import connection
from django.urls import reverse

from config import health

ALL_WELL = {"database": "ok", "redis": "ok", "storage": "ok", "worker": "ok"}


@pytest.fixture
def _worker_alive():
    health.beat()


@pytest.fixture
def ask(client):
    def ask() -> tuple[int, dict[str, str]]:
        answer = client.get(reverse("healthz"))
        return answer.status_code, answer.json()

    return ask


@pytest.mark.django_db
@pytest.mark.usefixtures("_worker_alive")
class TestHealth:
    def test_all_is_well(self, ask):
        assert ask() == (200, ALL_WELL)

    def test_it_leaves_no_file_in_the_storage(self, ask, settings, tmp_path):
        settings.MEDIA_ROOT = tmp_path
        assert ask() == (200, ALL_WELL)
        assert [path for path in tmp_path.rglob("*") if path.is_file()] == []

    def test_no_worker_has_been_seen(self, ask):
        cache.delete(health.HEARTBEAT)
        assert ask() == (503, ALL_WELL | {"worker": "failing"})

    def test_the_worker_has_been_silent_for_a_minute(self, ask):
        cache.set(health.HEARTBEAT, time.time() - health.STALE_AFTER - 1)
        assert ask() == (503, ALL_WELL | {"worker": "failing"})

    def test_the_storage_cannot_be_written(self, ask, settings, tmp_path):
        settings.MEDIA_ROOT = tmp_path / "file"
        settings.MEDIA_ROOT.write_text("in the way of a folder")
        assert ask() == (503, ALL_WELL | {"storage": "failing"})

    def test_redis_does_not_answer(self, ask, settings):
        settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": "unix:///nowhere/redis.sock"}}
        assert ask() == (503, ALL_WELL | {"redis": "failing", "worker": "failing"})

    def test_the_database_does_not_answer(self, ask, monkeypatch):
        connection.close()
        monkeypatch.setitem(connection.settings_dict, "HOST", "/nowhere")
        answer = ask()
        monkeypatch.undo()
        assert answer == (503, ALL_WELL | {"database": "failing"})

    def test_a_load_balancer_may_ask_over_plain_http(self, ask, settings):
        settings.SECURE_SSL_REDIRECT = True
        assert ask() == (200, ALL_WELL)

    def test_only_looking_is_allowed(self, client):
        assert client.post(reverse("healthz")).status_code == 405
