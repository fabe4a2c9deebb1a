"""A stranger's file is worked on in a child process: whatever it does there, the page lives on."""

import os
import signal
import time

import psutil
import pytest

from programs import bounds
from programs.bounds import Broke, bounded
from programs.uploads import FileRefused


def test_what_it_returns_comes_back_however_large():
    assert bounded(lambda size: b"x" * size, 5_000_000) == b"x" * 5_000_000


def refuse():
    raise FileRefused("Not this one.")


def test_its_refusal_comes_back_in_its_words():
    with pytest.raises(FileRefused, match="Not this one"):
        bounded(refuse, expected=FileRefused)
    with pytest.raises(Broke):
        bounded(refuse)


@pytest.mark.parametrize(
    "work",
    [
        lambda: 1 / 0,
        lambda: bytearray(bounds.MEMORY),
        lambda: os.kill(os.getpid(), signal.SIGKILL),
        lambda: os._exit(3),
        lambda: lambda: None,
    ],
    ids=["raises", "eats memory", "crashes", "leaves", "says what cannot be sent"],
)
def test_whatever_breaks_it_breaks_nothing_else(work):
    with pytest.raises(Broke):
        bounded(work)


def test_what_takes_too_long_is_ended_and_leaves_no_process(monkeypatch):
    monkeypatch.setattr(bounds, "SECONDS", 1)
    before, children = time.monotonic(), psutil.Process().children()
    with pytest.raises(Broke):
        bounded(time.sleep, 60)
    assert time.monotonic() - before < 5
    assert psutil.Process().children() == children
