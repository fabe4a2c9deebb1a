"""Gunicorn's settings: `gunicorn --config python:config.stack.web config.wsgi`. The address comes from the command line."""

import os

from gunicorn.arbiter import Arbiter
from gunicorn.workers.base import Worker

from config.stack.children import die_with_parent

workers = int(os.environ.get("WEB_WORKERS") or 2)
preload_app = True  # read once, then fork: half the time and memory of a start
timeout = 60
graceful_timeout = 10
max_requests = 5000
max_requests_jitter = 500
control_socket_disable = True


def post_fork(server: Arbiter, worker: Worker) -> None:
    """A worker of a killed gunicorn would keep the port for half a minute more."""
    die_with_parent(server.pid)
