"""`manage.py up`: all of Windfall on this machine. See docs/architecture.md."""

import hashlib
import os
import signal
import sys
import time
from contextlib import ExitStack
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, connection, connections

from config.stack import beside, programs, servers, supervisor
from config.stack.accounts import StackError
from config.stack.children import Child, die_with_parent

SIGN_INS = ("owner", "member", "manager", "admin", "finance")
LONGEST_START = 60  # seconds that a command waits for the servers of a stack that is just starting


class Command(BaseCommand):
    help = (
        "Start PostgreSQL, Redis, web, worker and beat, and keep them running until Ctrl-C. "
        "With `-- COMMAND …`: start only the servers, run the command and leave with its exit status."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("command", nargs="*", help="a command to run with only the servers up")
        parser.add_argument("--with-parent", action="store_true", help="stop when the calling process ends")

    def say(self, words: str) -> None:
        self.stdout.write(words)
        self.stdout.flush()

    def handle(self, *args, **options) -> None:
        supervisor.stop_on_signals()
        if options["with_parent"]:
            die_with_parent(os.getppid(), signal.SIGTERM)
        try:
            if options["command"]:
                sys.exit(self.run_command(settings.VAR, options["command"]))
            self.run_all(settings.VAR)
        except StackError as error:
            raise CommandError(str(error)) from error
        except supervisor.Stopped as stopped:
            sys.exit(128 + stopped.number if options["command"] else 0)

    def run_command(self, var: Path, command: list[str]) -> int:
        """Beside servers of our own, or those that run on `var` already."""
        deadline = time.monotonic() + LONGEST_START
        while True:
            try:
                with servers.locked(var):
                    return self.run_with_own_servers(var, command)
            except servers.AlreadyRunning:
                if time.monotonic() > deadline:
                    raise
            with servers.as_guest(var):
                if servers.answer(var):
                    return beside.run(command)
            time.sleep(0.2)

    def run_with_own_servers(self, var: Path, command: list[str]) -> int:
        with ExitStack() as stack:
            children: list[Child] = []
            stack.callback(servers.stop, children, var)
            stack.callback(supervisor.ignore_signals)
            children += servers.wanted(var)
            servers.start(children, var)
            status = beside.run(command)
            stack.enter_context(servers.without_guests(var))
            return status

    def run_all(self, var: Path) -> None:
        host, port = os.environ.get("HOST") or "127.0.0.1", programs.port()
        with ExitStack() as stack:
            stack.enter_context(servers.locked(var))
            programs.check_address(host, port)
            children: list[Child] = []
            stack.callback(self.stop, children, var)
            children += servers.wanted(var)
            if children:
                self.say(f"Starting {' and '.join(child.name for child in children)}")
            servers.start(children, var)
            check_servers()
            self.prepare(var)
            self.say("Starting web, worker and beat")
            rest = programs.describe(var, host, port)
            children += rest
            for child in rest:
                child.start()
            watch = supervisor.Watch(children, self.say)
            programs.wait_for_web(host, port, watch.look)
            self.greet(var, host, port)
            watch.forever()

    def stop(self, children: list[Child], var: Path) -> None:
        supervisor.ignore_signals()
        self.say("Stopping")
        servers.stop(children, var)
        self.say("Stopped. Everything is kept for the next start.")

    def prepare(self, var: Path) -> None:
        """Migrations, static files and, where it is wanted, the demo. What is done already takes no time."""
        call_command("migrate", verbosity=0, interactive=False)
        stamp, now = var / "static.stamp", signature()
        if not stamp.exists() or stamp.read_text() != now or not settings.STATIC_ROOT.exists():
            self.say("Collecting static files")
            call_command("collectstatic", verbosity=0, interactive=False, clear=True)
            stamp.write_text(now)
        if settings.DEMO and "demo" in get_commands():
            self.say("Looking after the demo data")
            call_command("demo", stdout=self.stdout)
        connections.close_all()

    def greet(self, var: Path, host: str, port: int) -> None:
        shown = {"127.0.0.1": "localhost", "0.0.0.0": "localhost"}.get(host, f"[{host}]" if ":" in host else host)
        lines = ["", f"Windfall is at http://{shown}:{port}", ""]
        if settings.DEMO:
            lines += ["Sign in with the password windfall-demo as"]
            lines += [f"  {name}@windfall.example" for name in SIGN_INS]
            lines += [""]
        lines += [f"Mail is written to {var / 'mail'}, logs to {var / 'log'}. Ctrl-C stops everything."]
        self.say("\n".join(lines))


def check_servers() -> None:
    """StackError when a server that the environment names does not answer."""
    try:
        connection.ensure_connection()
    except OperationalError as error:
        raise StackError(f"The database does not answer. DATABASE_URL leads to: {error}".strip()) from error
    try:
        cache.get("up")
    except Exception as error:
        raise StackError(f"Redis does not answer. REDIS_URL leads to: {error}") from error


def signature() -> str:
    """Changes whenever a static file could have: the names, sizes and times of what collectstatic reads."""
    root = settings.BASE_DIR
    sources = [p for folder in settings.STATICFILES_DIRS for p in sorted(Path(folder).rglob("*")) if p.is_file()]
    sources += [root / name for name in ("package-lock.json", "requirements.txt", "config/staticfiles.py")]
    sources += [root / "node_modules" / ".package-lock.json"]
    digest = hashlib.sha256(str(root).encode())
    for path in sources:
        if path.exists():
            digest.update(f"{path} {path.stat().st_size} {path.stat().st_mtime_ns}\n".encode())
    return digest.hexdigest()
