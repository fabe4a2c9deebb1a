"""Child processes that never outlive us."""

import contextlib
import ctypes
import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

PR_SET_PDEATHSIG = 1
LOG_LIMIT = 10_000_000


def die_with_parent(how: int = signal.SIGKILL) -> None:
    """Ask Linux to send this process `how` when its parent dies, however it dies. Elsewhere it does nothing."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, how, 0, 0, 0)


@dataclass
class Child:
    """One program of the stack. `stop` ends it in order; `orphaned` is what it gets when we are killed."""

    name: str
    command: Sequence[str]
    log: Path
    env: Mapping[str, str] = field(default_factory=dict)
    account: pwd.struct_passwd | None = None
    stop: int = signal.SIGTERM
    orphaned: int = signal.SIGKILL
    patience: float = 10
    before: Callable[[], None] | None = None
    process: subprocess.Popen | None = None
    started_at: float = 0
    failures: int = 0
    retry_at: float = 0

    def start(self) -> None:
        if self.before:
            self.before()
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".1.log"))
        orphaned, us = self.orphaned, os.getpid()

        def in_child() -> None:
            die_with_parent(orphaned)
            if os.getppid() != us:  # we died between fork and prctl
                os._exit(1)

        identity = {}
        if self.account is not None:
            identity = {"user": self.account.pw_uid, "group": self.account.pw_gid, "extra_groups": []}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                list(self.command),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, **self.env},
                cwd="/" if self.account else None,
                # A group of its own: Ctrl-C reaches only us, and we stop things in order.
                process_group=0,
                preexec_fn=in_child,
                **identity,
            )
        self.started_at = time.monotonic()

    @property
    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def end(self) -> None:
        """Stop it and all of its group: in order first, by force after its patience."""
        if self.process is None:
            return
        if self.is_alive:
            self.process.send_signal(self.stop)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(self.patience)
        self.kill_group()
        self.process.wait()

    def kill_group(self) -> None:
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
