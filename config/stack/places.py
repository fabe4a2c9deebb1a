"""Where the local stack's servers of one `var` folder listen. A leaf: it follows from the folder's path alone.

So every `manage.py` command with the same WINDFALL_VAR finds the servers of a running stack.
"""

import hashlib
import os
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

# A unix socket's path may not be longer than this on any system that we run on.
LONGEST_SOCKET = 100
POSTGRES_PORT = 5432  # only names the socket file: nothing listens on TCP
DATABASE = "windfall"


def sockets(var: Path) -> Path:
    """The folder of the servers' sockets: inside `var`, or a short one in /tmp where that path is too long."""
    inside = var.absolute() / "run"
    if len(os.fsencode(inside / "postgres" / f".s.PGSQL.{POSTGRES_PORT}.lock")) < LONGEST_SOCKET:
        return inside
    name = hashlib.sha256(os.fsencode(var.absolute())).hexdigest()[:16]
    return Path(f"/tmp/windfall-{os.getuid()}-{name}")


def database_url(var: Path) -> str:
    folder = quote(str(sockets(var) / "postgres"), safe="")
    return f"postgres://{DATABASE}@{folder}:{POSTGRES_PORT}/{DATABASE}"


def redis_socket(var: Path) -> Path:
    return sockets(var) / "redis.sock"


def redis_url(var: Path, database: int = 0) -> str:
    """As redis-py and Django's cache write it."""
    return f"unix://{quote(str(redis_socket(var)))}?db={database}"


def broker_url(redis_url: str) -> str:
    """The same address as Celery writes it."""
    if not redis_url.startswith("unix://"):
        return redis_url
    address = urlsplit(redis_url)
    database = parse_qs(address.query).get("db", ["0"])[0]
    return f"redis+socket://{address.path}?virtual_host={database}"
