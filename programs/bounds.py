"""Work on a stranger's file, in a child process of limited time and memory: a hostile file costs nothing but itself."""

import os
import resource
import signal
from collections.abc import Callable
from multiprocessing.connection import Connection, Pipe
from typing import Any

SECONDS = 10
MEMORY = 3 * 1024**3


class Broke(Exception):
    """The work took too long, needed too much memory, or fell over."""


def bounded(work: Callable[..., Any], *given: Any, expected: type[Exception] | tuple[()] = ()) -> Any:
    """What `work(*given)` returns. Raises the `expected` exception with its words if the work does, `Broke` for all else."""
    ours, theirs = Pipe(duplex=False)
    # Not multiprocessing.Process: Celery's own children may have none of that kind.
    child = os.fork()
    if child == 0:
        try:
            report(theirs, work, given, expected)
        finally:
            os._exit(0)
    theirs.close()
    try:
        outcome, said = ours.recv() if ours.poll(SECONDS) else ("broke", "")
    except (EOFError, OSError):
        outcome, said = "broke", ""
    finally:
        ours.close()
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    if outcome == "refused" and expected:
        raise expected(said)
    if outcome != "done":
        raise Broke
    return said


def report(theirs: Connection, work: Callable[..., Any], given: tuple, expected: type[Exception] | tuple[()]) -> None:
    """In the child: send what came of it."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    try:
        theirs.send(("done", work(*given)))
    except expected as refusal:
        theirs.send(("refused", str(refusal)))
    except BaseException:  # whatever a broken file does to a parser, the answer is the same
        theirs.send(("broke", ""))
