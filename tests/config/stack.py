"""A whole Windfall, started as a person starts it: `manage.py up` in a folder and on a port of its own."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parent.parent.parent
UP = [sys.executable, str(ROOT / "manage.py"), "up"]
# How each child of `up` is known: the server's program, or a word of its command.
CHILDREN = {
    "PostgreSQL": {"postgres"},
    "Redis": {"redis-server", "valkey-server"},
    "worker": {"worker"},
    "beat": {"beat"},
    "web": {"gunicorn"},
}


def free_port() -> int:
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        return line.getsockname()[1]


def until(true: Callable[[], object], seconds: float = 10) -> float:
    """Wait until it is true; how many seconds that took."""
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < seconds, f"not within {seconds} seconds"
        time.sleep(0.05)
    return time.monotonic() - began


def environment(var: Path, **more: str) -> dict[str, str]:
    """A person's shell: nothing in it of what leads the tests to their servers."""
    ours = ("DATABASE_URL", "REDIS_URL", "WINDFALL_TEST_SERVERS", "DJANGO_SETTINGS_MODULE")
    env = {name: value for name, value in os.environ.items() if name not in ours}
    return {**env, "WINDFALL_VAR": str(var), "WINDFALL_DEMO": "0", **more}


def run(*command: str, var: Path, **more: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        command, env=environment(var, **more), capture_output=True, text=True, timeout=60, check=False
    )


class Stack:
    def __init__(self, var: Path) -> None:
        self.var, self.port = var, free_port()
        self.said = var.with_name("said.txt")

    def start(self) -> None:
        with self.said.open("w") as said:
            self.up = psutil.Popen(
                [*UP], env=environment(self.var, PORT=str(self.port)), stdout=said, stderr=said, start_new_session=True
            )
        until(lambda: "Windfall is at" in self.said.read_text() or self.up.poll() is not None, 300)
        assert self.up.poll() is None, self.said.read_text()

    def child(self, name: str) -> psutil.Process | None:
        for process in self.up.children():
            with contextlib.suppress(psutil.NoSuchProcess):  # a zombie too
                if CHILDREN[name] & {process.name(), *process.cmdline()}:
                    return process
        return None

    def is_healthy(self) -> bool:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5).close()
        except (OSError, urllib.error.HTTPError):
            return False
        return True

    def family(self) -> list[psutil.Process]:
        return [self.up, *self.up.children(recursive=True)]

    def end(self, how: signal.Signals) -> int:
        self.up.send_signal(how)
        return self.up.wait(40)


def alive(processes: list[psutil.Process]) -> list[psutil.Process]:
    return [one for one in processes if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]
