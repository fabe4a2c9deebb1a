"""/healthz: whether the database, Redis, a worker and the file storage answer. It tells no more than that."""

import asyncio
import time
from dataclasses import dataclass

from celery import bootsteps
from celery.signals import worker_process_init
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import HttpRequest, JsonResponse
from django.utils.decorators import method_decorator
from health_check.base import HealthCheck
from health_check.exceptions import ServiceUnavailable
from health_check.views import HealthCheckView

from config.stack.children import die_with_parent

HEARTBEAT = "worker-heartbeat"
BEAT_EVERY = 10
STALE_AFTER = 60


def beat() -> None:
    cache.set(HEARTBEAT, time.time(), timeout=STALE_AFTER * 10)


class Heartbeat(bootsteps.StartStopStep):
    """Lets the worker's main process write a heartbeat to Redis every ten seconds."""

    requires = {"celery.worker.components:Timer"}

    def start(self, worker) -> None:
        beat()
        self.entry = worker.timer.call_repeatedly(BEAT_EVERY, beat)

    def stop(self, worker) -> None:
        self.entry.cancel()


@worker_process_init.connect
def leave_no_orphans(**_) -> None:
    """A worker's children die with it, also when it is killed: their tasks are given out again."""
    die_with_parent()


@dataclass
class Worker(HealthCheck):
    """A worker has written its heartbeat within the last minute."""

    def run(self) -> None:
        seen = cache.get(HEARTBEAT)
        if seen is None or time.time() - seen > STALE_AFTER:
            raise ServiceUnavailable("no heartbeat")


@method_decorator(login_not_required, name="dispatch")
class Health(HealthCheckView):
    """200 with «ok» for each part, 503 when one of them fails. No names, versions or errors of what is behind it."""

    checks = (
        "health_check.checks.Database",
        "health_check.checks.Cache",
        "health_check.checks.Storage",
        Worker,
    )
    http_method_names = ["get", "head"]

    async def get(self, request: HttpRequest, *args, **kwargs) -> JsonResponse:
        with self.get_executor() as executor:
            results = await asyncio.gather(*(check.get_result(executor) for check in self.get_checks()))
        parts = {NAMES[type(r.check).__name__]: "ok" if r.error is None else "failing" for r in results}
        return JsonResponse(parts, status=200 if set(parts.values()) == {"ok"} else 503)


NAMES = {"Database": "database", "Cache": "redis", "Storage": "storage", "Worker": "worker"}
