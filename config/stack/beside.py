"""A person's own command, run beside the servers: `manage.py up -- COMMAND …`."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from config.stack.accounts import StackError
from config.stack.children import die_with_parent
from config.stack.supervisor import Stopped

PATIENCE = 10  # seconds between asking it to stop, asking harder, and force


def run(command: list[str]) -> int:
    """Run it in this terminal and give back its exit status, as a shell would."""
    us = os.getpid()
    # `python` means the one that runs us, also where the virtual environment is not activated.
    env = {**os.environ, "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])}
    try:
        process = subprocess.Popen(command, env=env, preexec_fn=lambda: die_with_parent(us, signal.SIGTERM))
    except FileNotFoundError:
        raise StackError(f"There is no command '{command[0]}'.") from None
    except OSError as error:
        raise StackError(f"'{command[0]}' cannot be run: {error.strerror}.") from None
    try:
        status = process.wait()
    except Stopped as stopped:
        status = end(process, stopped.number)
    return status if status >= 0 else 128 - status


def end(process: subprocess.Popen, number: int) -> int:
    """Pass on the request to stop. Ctrl-C it has heard already, from the terminal."""
    requests = [None, signal.SIGTERM] if number == signal.SIGINT else [number]
    for request in [*requests, signal.SIGKILL]:
        if request is not None:
            process.send_signal(request)
        try:
            return process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            continue
    return process.wait()
