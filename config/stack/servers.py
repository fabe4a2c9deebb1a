"""PostgreSQL and Redis together: for `manage.py up`, for a single command, and for the tests."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from config.stack import postgres, redis
from config.stack.accounts import StackError
from config.stack.children import Child


class AlreadyRunning(StackError):
    """Another `manage.py up` works on this folder."""


@contextlib.contextmanager
def locked(var: Path) -> Iterator[None]:
    """Hold `var` for ourselves. The kernel lets go of it when we die, however we die."""
    try:
        var.mkdir(parents=True, exist_ok=True)
        file = (var / "lock").open("a+")
    except OSError as error:
        raise StackError(
            f"{var} cannot be written: {error.strerror}. Choose another folder with WINDFALL_VAR."
        ) from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(f"Windfall is running on {var} already. Stop it first, or set WINDFALL_VAR.") from None
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield


def wanted(var: Path) -> list[Child]:
    """The servers to run here: those whose address the environment does not name."""
    children = []
    if not os.environ.get("DATABASE_URL"):
        children.append(postgres.prepare(var))
    if not os.environ.get("REDIS_URL"):
        children.append(redis.prepare(var))
    return children


def start(children: list[Child], var: Path) -> None:
    """Start them and wait until they answer. StackError if one does not."""
    for child in children:
        child.start()
    for child in children:
        (postgres.wait if child.name == "PostgreSQL" else redis.wait)(var)


def stop(children: list[Child]) -> None:
    for child in reversed(children):
        child.end()
