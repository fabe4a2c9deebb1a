"""PostgreSQL and Redis together: for `manage.py up`, for a single command, and for the tests."""

import contextlib
import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from config.stack import places, postgres, redis
from config.stack.accounts import StackError
from config.stack.children import Child


class AlreadyRunning(StackError):
    """Another `manage.py up` works on this folder."""


def lock_file(var: Path, name: str) -> IO[str]:
    try:
        var.mkdir(parents=True, exist_ok=True, mode=0o700)
        return (var / name).open("a+")
    except OSError as error:
        raise StackError(
            f"{var} cannot be used ({error.strerror}). Choose another folder with WINDFALL_VAR."
        ) from error


@contextlib.contextmanager
def locked(var: Path) -> Iterator[None]:
    """Hold `var` for ourselves. The kernel lets go of it when we die, however we die."""
    with lock_file(var, "lock") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(f"Windfall is running on {var} already. Stop it first, or set WINDFALL_VAR.") from None
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield


@contextlib.contextmanager
def as_guest(var: Path) -> Iterator[None]:
    """While a command uses servers that another command started: these wait for us before they stop."""
    with lock_file(var, "guests") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        yield


@contextlib.contextmanager
def without_guests(var: Path) -> Iterator[None]:
    """Wait until the last guest has left, and let no other in."""
    with lock_file(var, "guests") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def wanted(var: Path) -> list[Child]:
    """The servers to run here: those whose address the environment does not name."""
    children = []
    if not os.environ.get("DATABASE_URL"):
        children.append(postgres.prepare(var))
    if not os.environ.get("REDIS_URL"):
        children.append(redis.prepare(var))
    return children


def answer(var: Path) -> bool:
    """Whether the servers that `wanted` would run here are up, started by somebody else."""
    return (bool(os.environ.get("DATABASE_URL")) or postgres.is_ready(var)) and (
        bool(os.environ.get("REDIS_URL")) or redis.answers(var)
    )


def start(children: list[Child], var: Path, seconds: float = 60) -> None:
    """Start them and wait until they answer. StackError with the end of its log if one does not."""
    for child in children:
        child.start()
    deadline = time.monotonic() + seconds
    for child in children:
        answers = postgres.answers if child.name == postgres.NAME else redis.answers
        while not answers(var):
            if not child.is_alive or time.monotonic() > deadline:
                raise StackError(f"{child.name} does not start. It says:{child.last_words()}")
            time.sleep(0.05)
        if child.name == postgres.NAME:
            postgres.make_database(var)


def stop(children: list[Child], var: Path) -> None:
    """Web first, PostgreSQL last: the other way round than they were started."""
    for child in reversed(children):
        child.end()
    # Outside of `var` it would be litter.
    shutil.rmtree(places.sockets(var), ignore_errors=True)
