"""What Celery and Redis are told, so that work is neither lost nor done twice. The reasons stand in the settings."""

from datetime import timedelta

import redis
from celery.schedules import crontab
from django.conf import settings

from config.celery import app
from config.stack import programs
from config.stack import redis as server
from reminders import states
from reminders.chat import states as chat
from reminders.chat.wire import SECONDS


def test_a_killed_workers_task_is_run_again():
    assert app.conf.task_acks_late
    assert app.conf.task_reject_on_worker_lost
    assert app.conf.worker_prefetch_multiplier == 1
    assert app.conf.worker_cancel_long_running_tasks_on_connection_loss


def test_nothing_is_delivered_or_leased_twice_while_it_runs():
    longest = app.conf.task_time_limit
    assert app.conf.task_soft_time_limit < longest < app.conf.broker_transport_options["visibility_timeout"]
    assert timedelta(seconds=longest) < states.LEASE
    # A mail server that hangs ends its batch at the first mail; a message to a chat ends long before its lease.
    assert app.conf.task_soft_time_limit > 2 * settings.EMAIL_TIMEOUT
    assert timedelta(seconds=2 * SECONDS) < chat.LEASE


def test_a_dead_connection_is_noticed():
    assert app.conf.broker_transport_options["health_check_interval"] == 25
    assert app.conf.broker_connection_retry_on_startup


def test_no_results_and_no_pickles():
    assert app.conf.task_ignore_result
    assert app.conf.result_backend is None
    assert (app.conf.task_serializer, app.conf.accept_content) == ("json", ["json"])


def test_the_beat_ticks_each_minute_of_utc():
    assert app.conf.timezone == "UTC"
    assert app.conf.beat_schedule["tick"] == {"task": "reminders.tasks.tick", "schedule": crontab()}


def test_workers_do_not_gossip_and_a_stop_has_time(tmp_path):
    worker, *_ = programs.describe(tmp_path, "127.0.0.1", 8000)
    assert {"--without-gossip", "--without-mingle"} <= set(worker.command)
    # The stack waits for longer than the worker takes to let its tasks end.
    assert worker.patience > app.conf.worker_soft_shutdown_timeout >= 30


def test_redis_throws_no_task_away_and_keeps_its_log(tmp_path):
    command = server.prepare(tmp_path).command
    assert command[command.index("--appendonly") + 1] == "yes"
    assert redis.Redis.from_url(settings.REDIS_URL).config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
