"""A pytest plugin: a throwaway PostgreSQL and Redis, started before Django reads its settings.

The controller starts them; its xdist workers find them through the environment, each with a database and a Redis database of
its own. They may run beside a running app and beside other test runs.

The migrations run once, in a process beside the collecting of tests: the database of `DATABASE_URL` is only a template, and each
worker's own is a copy of it (`TEST` in `tests/conftest.py`).
"""

import os
import shutil
import signal
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from config.stack import places, postgres, redis, servers
from config.stack.children import Child
from config.stack.programs import ROOT

FOLDER = "WINDFALL_TEST_SERVERS"
PREFIX = "windfall-test-"
# What a shell may hold for an app that runs beside the tests.
NOT_OURS = (
    "WINDFALL_MODE",
    "SECRET_KEY",
    "ALLOWED_HOSTS",
    "SITE_ADDRESS",
    "EMAIL_URL",
    "STATIC_ROOT",
    "DEBUG",
    "PORT",
    "HOST",
)
running = ExitStack()


def start() -> Path:
    """Servers in a folder of their own, that go with this process, however it ends."""
    var = Path(tempfile.mkdtemp(prefix=PREFIX))
    running.callback(remove, var)
    running.enter_context(servers.locked(var))
    children = [postgres.prepare(var, postgres.THROWAWAY), redis.prepare(var, durable=False)]
    running.callback(servers.stop, children, var)
    servers.start(children, var)
    return var


def remove(var: Path) -> None:
    shutil.rmtree(places.sockets(var), ignore_errors=True)  # where that is not in `var`
    shutil.rmtree(var, ignore_errors=True)


def sweep() -> None:
    """Remove what a run that was killed has left behind."""
    for old in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        found = old.lstat()
        if found.st_uid == os.getuid() and time.time() - found.st_mtime > 60:
            try:
                with servers.locked(old):
                    remove(old)
            except servers.StackError:
                continue  # a run that is still at work


def migrate(var: Path) -> None:
    """Begin to fill the template; how it ended will stand in a file."""
    line = '"$0" manage.py migrate --verbosity 0 && echo done > "$1" || echo failed > "$1"'
    child = Child(
        "migrate",
        ["sh", "-c", f'cd "$2" && {line}', sys.executable, str(migrated(var)), str(ROOT)],
        log=migrated(var).with_suffix(".log"),
    )
    running.callback(child.end)
    child.start()


def migrated(var: Path) -> Path:
    return var / "migrated"


def wait_for_template(seconds: float = 120) -> str:
    """The name of the database to copy, once all migrations have run on it. RuntimeError with their words when they fail."""
    said = migrated(Path(os.environ[FOLDER]))
    deadline = time.monotonic() + seconds
    while not (said.exists() and said.read_text().endswith("\n")):
        if time.monotonic() > deadline:
            raise RuntimeError(f"The migrations take longer than {seconds} seconds.")
        time.sleep(0.05)
    if said.read_text().strip() != "done":
        raise RuntimeError(f"The migrations failed:\n{said.with_suffix('.log').read_text()}")
    return places.DATABASE


def use(var: Path, worker: str) -> None:
    number = int(worker.removeprefix("gw")) + 1 if worker else 0
    os.environ["WINDFALL_VAR"] = str(var / f"var{number}")
    os.environ["DATABASE_URL"] = places.database_url(var)
    os.environ["REDIS_URL"] = places.redis_url(var, number)
    os.environ["WINDFALL_DEMO"] = "1"
    for name in NOT_OURS:
        os.environ.pop(name, None)


worker = os.environ.get("PYTEST_XDIST_WORKER", "")
if worker:
    use(Path(os.environ[FOLDER]), worker)
else:
    sweep()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # tidy up then too, as on Ctrl-C
    try:
        os.environ[FOLDER] = str(start())
    except BaseException:
        running.close()
        raise
    use(Path(os.environ[FOLDER]), "")
    migrate(Path(os.environ[FOLDER]))


def pytest_unconfigure(config) -> None:
    running.close()
