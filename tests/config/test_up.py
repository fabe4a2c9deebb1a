"""`manage.py up`: one start of the whole stack, which these tests go through in order."""

import errno
import os
import shutil
import signal
import socket
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from config.stack import places, programs
from config.stack.accounts import StackError
from tests.config.stack import CHILDREN, ROOT, UP, Stack, alive, run, until

pytestmark = pytest.mark.xdist_group("stack")
MANAGE = [sys.executable, str(ROOT / "manage.py")]


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    """On a path that is too long for a socket, and has spaces.

    Not below pytest's own folder: each pytest that starts on this machine closes that to PostgreSQL's account.
    """
    top = Path(tempfile.mkdtemp(prefix="A Person's Folder "))
    folder = top / ("far down " * 14)
    folder.mkdir()
    stack = Stack(folder / "var")
    stack.start()
    family = stack.family()
    try:
        yield stack
    finally:
        for process in alive([*family, *(stack.family() if stack.up.is_running() else [])]):
            process.kill()
        shutil.rmtree(places.sockets(stack.var), ignore_errors=True)
        shutil.rmtree(top, ignore_errors=True)


def test_it_says_where_it_is_and_is_healthy(stack):
    assert f"Windfall is at http://localhost:{stack.port}" in stack.said.read_text()
    assert stack.is_healthy()
    assert all(stack.child(name) for name in CHILDREN)


def test_other_commands_find_its_servers(stack):
    done = run(*MANAGE, "check_ledger", var=stack.var)
    assert (done.returncode, done.stderr) == (0, "")
    assert "every balance agrees" in done.stdout


def test_a_command_beside_it_uses_the_same_servers_and_gives_its_status(stack):
    before = stack.child("PostgreSQL")
    done = run(*UP, "--", "sh", "-c", "python manage.py check_ledger && exit 7", var=stack.var)
    assert (done.returncode, done.stderr) == (7, "")
    assert "every balance agrees" in done.stdout
    assert stack.child("PostgreSQL") == before


def test_a_second_start_says_so_and_leaves(stack):
    done = run(*UP, var=stack.var)
    assert done.returncode == 1
    assert f"Windfall is running on {stack.var} already" in done.stderr
    assert stack.is_healthy()


def test_a_port_in_use_is_told(stack, tmp_path):
    done = run(*UP, var=tmp_path / "var", PORT=str(stack.port))
    assert done.returncode == 1
    assert f"Port {stack.port} is in use." in done.stderr
    assert "Traceback" not in done.stderr


def test_the_parents_of_the_data_let_nobody_look_in(stack):
    data = stack.var / "postgres"
    assert data.stat().st_mode & 0o777 == 0o700
    assert stack.var.stat().st_mode & 0o066 == 0


@pytest.mark.parametrize("name", CHILDREN)
def test_killed_it_comes_back(stack, name):
    killed = stack.child(name)
    below = killed.children(recursive=True)
    killed.kill()
    # Ten seconds on a machine that does nothing else; here other tests run beside it.
    until(lambda: stack.child(name) not in (None, killed) and stack.is_healthy(), 20)
    until(lambda: not alive(below), 2)


def test_killed_the_parent_takes_all_with_it_and_the_next_start_recovers(stack):
    family = stack.family()
    assert len(family) > 10  # with PostgreSQL's, the worker's and the web's own children
    stack.up.kill()
    until(lambda: not alive(family), 3)
    stack.start()
    assert stack.is_healthy()


def test_asked_to_stop_it_leaves_nothing_behind(stack):
    family, sockets = stack.family(), places.sockets(stack.var)
    assert sockets.exists()
    assert stack.end(signal.SIGTERM) == 0
    assert alive(family) == []
    assert not sockets.exists()
    assert not (stack.var / "postgres" / "postmaster.pid").exists()
    assert stack.said.read_text().endswith("Stopped. Everything is kept for the next start.\n")
    with socket.socket() as line:
        assert line.connect_ex(("127.0.0.1", stack.port)) == errno.ECONNREFUSED


def test_a_command_with_no_stack_starts_the_servers_and_stops_them(stack):
    done = run(*UP, "--", "python", "manage.py", "check_ledger", var=stack.var)
    assert (done.returncode, done.stderr) == (0, "")
    assert "every balance agrees" in done.stdout
    assert not places.sockets(stack.var).exists()
    assert not [
        one for one in psutil.process_iter(["cmdline"]) if str(stack.var) in " ".join(one.info["cmdline"] or [])
    ]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"PORT": "eighty"}, "PORT is 'eighty'. It must be a number from 1 to 65535."),
        ({"WINDFALL_VAR": "/dev/null/var"}, "/dev/null/var cannot be used (Not a directory)."),
        ({"WINDFALL_MODE": "production"}, "Production mode needs SECRET_KEY, ALLOWED_HOSTS, DATABASE_URL, REDIS_URL"),
    ],
)
def test_what_is_wrong_is_one_sentence(tmp_path, more, said):
    done = run(*UP, var=tmp_path / "var", **more)
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("text", ["0", "65536", "-1", "8000.5", "٨٠٠٠", "9" * 5000])
def test_a_port_is_a_number_that_can_be_one(monkeypatch, text):
    monkeypatch.setenv("PORT", text)
    with pytest.raises(StackError, match="It must be a number from 1 to 65535"):
        programs.port()


def test_an_address_of_another_machine_is_told():
    with pytest.raises(StackError, match=r"HOST is '192.0.2.1', and this machine has no such address"):
        programs.check_address("192.0.2.1", 8000)


@pytest.mark.skipif(os.getuid() == 0, reason="root may write everywhere")
def test_a_folder_that_is_not_ours_is_told(tmp_path):
    Path(tmp_path).chmod(0o500)
    done = run(*UP, var=tmp_path / "var")
    assert done.returncode == 1
    assert "cannot be used (Permission denied)" in done.stderr
