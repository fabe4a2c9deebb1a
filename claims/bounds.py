"""Work on a stranger's file, in a child process of limited time and memory: a hostile file costs nothing but itself."""

import multiprocessing
import resource
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

SECONDS = 10
MEMORY = 3 * 1024**3


class Broke(Exception):
    """The work took too long, needed too much memory, or fell over."""


def bounded(work: Callable[..., Any], *given: Any, expected: type[Exception] | tuple[()] = ()) -> Any:
    """What `work(*given)` returns. Raises the `expected` exception with its words if the work does, `Broke` for all else."""
    fork = multiprocessing.get_context("fork")
    ours, theirs = fork.Pipe(duplex=False)
    child = fork.Process(target=report, args=(theirs, work, given, expected))
    child.start()
    theirs.close()
    try:
        outcome, said = ours.recv() if ours.poll(SECONDS) else ("broke", "")
    except (EOFError, OSError):
        outcome, said = "broke", ""
    finally:
        child.kill()
        child.join()
        ours.close()
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
