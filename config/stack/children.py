"""Child processes that never outlive us."""

import contextlib
import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PR_SET_PDEATHSIG = 1
# Loaded before any fork: between fork and exec a process should do next to nothing.
LIBC = ctypes.CDLL(None) if sys.platform.startswith("linux") else None
LOG_LIMIT = 10_000_000  # bytes


def die_with_parent(parent: int | None = None, how: int = signal.SIGKILL) -> None:
    """Ask Linux to send this process `how` when its parent dies, however it dies. Elsewhere it does nothing.

    `parent` is who it should be, where that is known: did it die before we could ask, this process leaves at once.
    """
    if LIBC:
        LIBC.prctl(PR_SET_PDEATHSIG, how, 0, 0, 0)
    if parent not in (None, os.getppid()):
        os._exit(1)


@dataclass
class Child:
    """One program of the stack. `stop` ends it in order; `orphaned` is what it gets when we are killed."""

    name: str
    command: Sequence[str]
    log: Path
    env: Mapping[str, str] | None = None  # ours when None
    account: pwd.struct_passwd | None = None
    stop: int = signal.SIGTERM
    orphaned: int = signal.SIGKILL
    patience: float = 10  # seconds that `stop` may take
    before: Callable[[], None] | None = None
    process: subprocess.Popen | None = None
    started_at: float = 0
    failures: int = 0
    retry_at: float = 0

    def start(self) -> None:
        if self.before:
            self.before()
        self.log.parent.mkdir(parents=True, exist_ok=True)
        orphaned, us = self.orphaned, os.getpid()
        identity: dict[str, Any] = {}
        if self.account is not None:
            identity = {"user": self.account.pw_uid, "group": self.account.pw_gid, "extra_groups": []}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                list(self.command),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self.env,
                cwd="/" if self.account else None,
                # A group of its own: Ctrl-C reaches only us, and we stop things in order.
                process_group=0,
                preexec_fn=lambda: die_with_parent(us, orphaned),
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

    def trim_log(self) -> None:
        """Keep one older log beside the current one. The child goes on writing: it only ever appends."""
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            shutil.copyfile(self.log, self.log.with_suffix(".1.log"))
            os.truncate(self.log, 0)

    def last_words(self) -> str:
        """The end of its log, for a message about why it does not start."""
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return "\n".join(["", *(f"  {line}" for line in lines[-5:]), f"Its log: {self.log}"])
