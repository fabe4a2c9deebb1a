"""The programs of the stack beside the servers: web, worker and beat."""

import os
import socket
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from config.stack.accounts import StackError
from config.stack.children import Child

ROOT = Path(__file__).resolve().parent.parent.parent


def port() -> int:
    """PORT from the environment. StackError when it is no port."""
    text = os.environ.get("PORT", "8000")
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise StackError(f"PORT is '{text}': it must be a number from 1 to 65535.")
    return int(text)


def check_port(host: str, number: int) -> None:
    """StackError when something listens there already, or we may not."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            line.bind((host, number))
        except PermissionError:
            raise StackError(
                f"Port {number} needs more rights than we have. Choose one above 1023: PORT=8001"
            ) from None
        except OSError:
            raise StackError(
                f"Port {number} is in use. Choose another: PORT={min(number + 1, 65535)} make run"
            ) from None


def python(*arguments: str) -> list[str]:
    return [sys.executable, "-m", *arguments]


def describe(var: Path, host: str, number: int) -> list[Child]:
    """Worker and beat first, so that the web's first task finds them."""
    log = var / "log"
    here = {"PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))}
    quiet = ["--without-gossip", "--without-mingle"]
    # Names in lists of processes and its own schedule file, so that two checkouts do not meet.
    worker = python("celery", "-A", "config", "worker", *quiet, "--loglevel=INFO", f"--hostname=windfall-{number}@%h")
    beat = python("celery", "-A", "config", "beat", "--loglevel=INFO", f"--schedule={var / 'beat'}", "--pidfile=")
    address = f"[{host}]:{number}" if ":" in host else f"{host}:{number}"
    web = python(
        "gunicorn",
        "config.wsgi",
        f"--bind={address}",
        f"--workers={os.environ.get('WEB_WORKERS', '2')}",
        "--no-control-socket",
        "--timeout=60",
        "--graceful-timeout=10",
        "--max-requests=5000",
        "--max-requests-jitter=500",
        f"--chdir={ROOT}",
    )
    return [
        Child("worker", worker, log / "worker.log", here, patience=35),
        Child("beat", beat, log / "beat.log", here),
        Child("web", web, log / "web.log", here, patience=15),
    ]


def wait_until_healthy(host: str, number: int, seconds: float = 60) -> None:
    """Until /healthz says that every part works. StackError with what it says when it does not."""
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + seconds
    while True:
        try:
            opener.open(f"http://{host}:{number}/healthz", timeout=10).close()
            return
        except urllib.error.HTTPError as error:
            said = error.read(500).decode(errors="replace")
        except OSError as error:
            said = str(error)
        if time.monotonic() > deadline:
            raise StackError(f"Windfall does not get healthy: {said}")
        time.sleep(0.1)
