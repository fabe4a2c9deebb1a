"""A pytest plugin: a throwaway PostgreSQL and Redis, started before Django reads its settings.

The controller starts them; its xdist workers find them through the environment, each with a database and a Redis database of
its own. They may run beside a running app and beside other test runs.

The migrations run once, in a process beside the collecting of tests: the database of `DATABASE_URL` is only a template, and each
worker's own is a copy of it (`TEST` in `tests/conftest.py`). What they made is kept as a dump, so that the next run with the
same migrations reads that; never in CI.
"""

import hashlib
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


# Reads the kept dump ($3) where there is one and it can be read whole; else migrates, and keeps what came of it.
FILL = """
cd "$2"
read_kept() { [ -n "$3" ] && [ -s "$3" ] && "$4/psql" -XqAt1 -v ON_ERROR_STOP=1 -o /dev/null -f "$3" "$5"; }
keep() { [ -z "$3" ] || { "$4/pg_dump" --no-owner -f "$3.$$" "$5" && mv "$3.$$" "$3"; } || rm -f "$3.$$"; }
if read_kept "$@"; then echo done > "$1"
elif "$0" manage.py migrate --verbosity 0; then keep "$@"; echo done > "$1"
else echo failed > "$1"
fi
"""


def migrate(var: Path) -> None:
    """Begin to fill the template; how it ended will stand in a file."""
    child = Child(
        "migrate",
        [
            "sh",
            "-c",
            FILL,
            sys.executable,
            str(migrated(var)),
            str(ROOT),
            str(kept() or ""),
            str(postgres.binaries()),
            f"host={places.sockets(var) / 'postgres'} user={places.DATABASE} dbname={places.DATABASE}",
        ],
        log=migrated(var).with_suffix(".log"),
    )
    running.callback(child.end)
    child.start()


def kept() -> Path | None:
    """Where the dump of these very migrations is kept, None in CI. It is named by all that they are made of."""
    if os.environ.get("CI"):
        return None
    made_of = sorted([*ROOT.glob("*/migrations/*.py"), ROOT / "partners/triggers.py", ROOT / "requirements.txt"])
    name = hashlib.sha256(b"".join(file.read_bytes() for file in made_of)).hexdigest()[:32]
    folder = Path(tempfile.gettempdir()) / f"windfall-templates-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.lstat().st_uid != os.getuid() or folder.is_symlink():
        return None
    for old in folder.iterdir():
        if time.time() - old.lstat().st_mtime > 7 * 24 * 3600:
            old.unlink(missing_ok=True)
    return folder / f"{name}.sql"


def migrated(var: Path) -> Path:
    return var / "migrated"


def wait_for_template(seconds: float = 600) -> str:
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
