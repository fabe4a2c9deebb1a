"""Keeps the children of the stack alive until it is told to stop; then stops them in order."""

import signal
import time
from collections.abc import Callable, Sequence
from types import FrameType

from config.stack.accounts import StackError
from config.stack.children import Child

TICK = 0.2
STEADY = 30  # seconds after which earlier failures are forgotten
LONGEST_PAUSE = 5


class Stopped(Exception):
    """Somebody asked us to stop: Ctrl-C, SIGTERM or SIGHUP."""


def stop_on_signals() -> None:
    """From now on a request to stop raises Stopped in the main thread, once; later ones are ignored while we clean up."""

    def stop(number: int, frame: FrameType | None) -> None:
        for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(one, signal.SIG_IGN)
        raise Stopped

    for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(one, stop)


def watch(children: Sequence[Child], say: Callable[[str], None]) -> None:
    """Bring back whatever dies, at once the first time and with growing pauses after that. Ends only by an exception."""
    while True:
        now = time.monotonic()
        for child in children:
            if child.is_alive:
                if child.failures and now - child.started_at > STEADY:
                    child.failures = 0
            elif child.retry_at == 0:
                status = child.process.returncode if child.process else "?"
                pause = min(LONGEST_PAUSE, 0.5 * child.failures)
                say(f"{child.name} ended (status {status}): starting it again. Its log: {child.log}")
                child.kill_group()
                child.failures += 1
                child.retry_at = now + pause
            if child.retry_at and now >= child.retry_at:
                child.retry_at = 0
                try:
                    child.start()
                except (OSError, StackError) as error:
                    say(f"{child.name} does not start: {error}")
                    child.retry_at = now + LONGEST_PAUSE
        time.sleep(TICK)
