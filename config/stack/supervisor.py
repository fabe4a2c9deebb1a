"""Keeps the children of the stack alive until it is told to stop."""

import signal
import time
from collections.abc import Callable, Sequence
from types import FrameType

from config.stack.accounts import StackError
from config.stack.children import Child

TICK = 0.2  # seconds between two looks at the children
STEADY = 30  # seconds after which earlier failures are forgotten
LONGEST_PAUSE = 5  # seconds before another attempt
TRIM_EVERY = 60  # seconds
REQUESTS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(BaseException):
    """Somebody asked us to stop: Ctrl-C, SIGTERM or SIGHUP. No `except Exception` on the way swallows it."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def stop_on_signals() -> None:
    """From now on a request to stop raises Stopped in the main thread, once; later ones don't disturb the clean-up."""

    def stop(number: int, frame: FrameType | None) -> None:
        ignore_signals()
        raise Stopped(number)

    for one in REQUESTS:
        signal.signal(one, stop)


def ignore_signals() -> None:
    """We are stopping already."""
    for one in REQUESTS:
        signal.signal(one, signal.SIG_IGN)


class Watch:
    """Brings back whatever dies: at once the first time, with growing pauses after that."""

    def __init__(self, children: Sequence[Child], say: Callable[[str], None]) -> None:
        self.children = children
        self.say = say
        self.trim_at = time.monotonic() + TRIM_EVERY

    def look(self) -> None:
        now = time.monotonic()
        for child in self.children:
            if child.is_alive:
                if child.failures and now - child.started_at > STEADY:
                    child.failures = 0
            elif child.retry_at == 0:
                self.bury(child, now)
            if child.retry_at and now >= child.retry_at:
                self.revive(child, now)
        if now >= self.trim_at:
            self.trim_at = now + TRIM_EVERY
            for child in self.children:
                child.trim_log()

    def bury(self, child: Child, now: float) -> None:
        status = child.process.returncode if child.process else None
        self.say(f"{child.name} ended (status {status}) and is started again. Its log: {child.log}")
        child.kill_group()
        child.retry_at = now + min(LONGEST_PAUSE, child.failures)
        child.failures += 1

    def revive(self, child: Child, now: float) -> None:
        child.retry_at = 0
        try:
            child.start()
        except (OSError, StackError) as error:
            self.say(f"{child.name} does not start: {error}")
            child.retry_at = now + LONGEST_PAUSE

    def forever(self) -> None:
        """Ends only by an exception, Stopped mostly."""
        while True:
            self.look()
            time.sleep(TICK)
