"""Every command with the same WINDFALL_VAR finds the same servers, wherever that folder lies."""

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

import environ
import psycopg2
import pytest
import redis
from kombu import Connection

from config.stack import places
from config.stack.accounts import StackError, own

VARS = [
    Path("/srv/windfall/var"),
    Path("/srv/A Folder of Ours/Größe 50%/var"),
    Path("/srv/" + "deep folder/" * 12 + "var"),
]


@pytest.mark.parametrize("var", VARS)
def test_addresses_lead_to_the_sockets(var):
    parsed = environ.Env.db_url_config(places.database_url(var))
    folder = places.sockets(var) / "postgres"
    with pytest.raises(psycopg2.OperationalError, match=r"socket") as refused:
        psycopg2.connect(host=unquote(parsed["HOST"]), port=parsed["PORT"], user="windfall")
    assert f"{folder}/.s.PGSQL.5432" in str(refused.value)
    reader = redis.ConnectionPool.from_url(places.redis_url(var, 3)).connection_kwargs
    assert (reader["path"], reader["db"]) == (str(places.redis_socket(var)), 3)
    broker = urlsplit(places.broker_url(places.redis_url(var)))
    assert (broker.scheme, unquote(broker.path)) == ("redis+socket", str(places.redis_socket(var)))


@pytest.mark.parametrize("var", VARS)
def test_a_socket_path_is_never_too_long(var):
    assert len(os.fsencode(places.sockets(var) / "postgres/.s.PGSQL.5432.lock")) < 100
    assert len(os.fsencode(places.redis_socket(var))) < 100


def test_two_long_folders_do_not_meet():
    deep = VARS[-1]
    assert places.sockets(deep) == places.sockets(deep)
    assert places.sockets(deep) != places.sockets(deep.with_name("other"))


def test_somebody_elses_folder_is_refused(tmp_path):
    target = tmp_path / "target"
    target.mkdir()
    link = tmp_path / "link"
    link.symlink_to(target)
    with pytest.raises(StackError, match="belongs to"):
        own(link, None)
    if os.getuid() == 0:
        os.chown(target, 65534, 65534)
        with pytest.raises(StackError, match="belongs to"):
            own(target, None)


def test_celery_and_the_cache_meet_in_one_database(settings):
    with Connection(settings.CELERY_BROKER_URL).SimpleQueue("meeting") as queue:
        queue.put("hello")
        assert redis.from_url(settings.REDIS_URL).llen("meeting") == 1
        queue.clear()


def test_celery_takes_other_addresses_as_they_are():
    assert places.broker_url("rediss://user:secret@redis.example:6380/1") == "rediss://user:secret@redis.example:6380/1"
    assert places.broker_url("unix:///run/redis.sock") == "redis+socket:///run/redis.sock?virtual_host=0"
