"""The programs of the stack beside the servers: web, worker and beat."""

import errno
import os
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from config.stack.accounts import StackError
from config.stack.children import Child

ROOT = Path(__file__).resolve().parent.parent.parent


def port() -> int:
    """PORT from the environment. StackError when it is no port."""
    text = os.environ.get("PORT") or "8000"
    if not (text.isascii() and text.isdecimal() and len(text) < 6 and 1 <= int(text) <= 65535):
        raise StackError(f"PORT is '{text[:40]}'. It must be a number from 1 to 65535.")
    return int(text)


def check_address(host: str, number: int) -> None:
    """StackError when the web cannot listen there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            line.bind((host, number))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                said = f"Port {number} is in use. Choose another, for example PORT={min(number + 1, 65535)}."
            elif error.errno == errno.EACCES:
                said = f"Port {number} needs more rights than you have. Choose one above 1023, for example PORT=8001."
            else:
                said = f"HOST is '{host}', and this machine has no such address. Leave it unset for 127.0.0.1."
            raise StackError(said) from None


def describe(var: Path, host: str, number: int) -> list[Child]:
    """Worker and beat first, so that the web's first task finds them."""
    log = var / "log"
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))}
    celery = [sys.executable, "-m", "celery", "-A", "config"]
    # Workers need not know of each other: gossip costs Redis traffic all day, and mingle holds up each start.
    # Its name carries the port and beat's file lies in var, so that two checkouts do not meet.
    quiet = ["--without-gossip", "--without-mingle", "--loglevel=INFO", f"--hostname=windfall-{number}@%h"]
    beat = ["--loglevel=INFO", f"--schedule={var / 'beat'}", "--pidfile="]
    address = f"[{host}]:{number}" if ":" in host else f"{host}:{number}"
    gunicorn = [sys.executable, "-m", "gunicorn", "--config=python:config.stack.web", f"--bind={address}"]
    return [
        Child("worker", [*celery, "worker", *quiet], log / "worker.log", env, patience=35),
        Child("beat", [*celery, "beat", *beat], log / "beat.log", env),
        Child("web", [*gunicorn, f"--chdir={ROOT}", "config.wsgi"], log / "web.log", env, patience=15),
    ]


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args, **kwargs) -> None:
        return None


def wait_for_web(host: str, number: int, meanwhile: Callable[[], None], seconds: float = 60) -> None:
    """Until the web answers, with /healthz saying that every part works. StackError with what it says when it does not."""
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), NoRedirect)
    deadline = time.monotonic() + seconds
    while True:
        meanwhile()
        try:
            opener.open(f"http://{host}:{number}/healthz", timeout=10).close()
            return
        except urllib.error.HTTPError as error:
            if error.code < 500:  # it is up, and refuses this way of asking: another host name, or only https
                return
            said = error.read(500).decode(errors="replace")
        except OSError as error:
            said = str(error)
        if time.monotonic() > deadline:
            raise StackError(f"Windfall does not get healthy: {said}")
        time.sleep(0.1)
