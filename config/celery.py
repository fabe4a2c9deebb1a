"""The Celery app. Due work lives in PostgreSQL: a task is only a hint, and the beat's sweep finds what a lost hint left."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("windfall")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@app.on_after_configure.connect
def add_heartbeat(sender: Celery, **_) -> None:
    """/healthz knows from it whether a worker is alive."""
    from config.health import Heartbeat

    sender.steps["worker"].add(Heartbeat)
