"""`manage.py up`: all of Windfall on this machine. See docs/architecture.md."""

import hashlib
import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from config.stack import programs, servers, supervisor
from config.stack.accounts import StackError
from config.stack.children import Child

SIGN_INS = ("owner", "member", "manager", "admin", "finance")


class Command(BaseCommand):
    help = (
        "Start PostgreSQL, Redis, web, worker and beat, and keep them running until Ctrl-C. "
        "With `-- COMMAND …`: start only the servers, run the command and leave with its exit status."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("command", nargs="*", help="a command to run with only the servers up")

    def say(self, words: str) -> None:
        self.stdout.write(words)
        self.stdout.flush()

    def handle(self, *args, **options) -> None:
        var = settings.VAR
        supervisor.stop_on_signals()
        try:
            if options["command"]:
                sys.exit(self.run_beside_servers(var, options["command"]))
            self.run_all(var)
        except StackError as error:
            raise CommandError(str(error)) from error
        except supervisor.Stopped:
            sys.exit(0 if not options["command"] else 130)

    def run_beside_servers(self, var: Path, command: list[str]) -> int:
        with ExitStack() as stack:
            try:
                stack.enter_context(servers.locked(var))
            except servers.AlreadyRunning:
                return run(command)
            children: list[Child] = []
            stack.callback(lambda: servers.stop(children))
            children += servers.wanted(var)
            servers.start(children, var)
            return run(command)

    def run_all(self, var: Path) -> None:
        host, port = os.environ.get("HOST", "127.0.0.1"), programs.port()
        with ExitStack() as stack:
            stack.enter_context(servers.locked(var))
            programs.check_port(host, port)
            children: list[Child] = []
            stack.callback(self.stop, children)
            self.say("Starting PostgreSQL and Redis")
            children += servers.wanted(var)
            servers.start(children, var)
            self.prepare(var)
            self.say("Starting web, worker and beat")
            rest = programs.describe(var, host, port)
            children += rest
            for child in rest:
                child.start()
            programs.wait_until_healthy(host, port)
            self.greet(var, host, port)
            supervisor.watch(children, self.say)

    def stop(self, children: list[Child]) -> None:
        self.say("Stopping")
        servers.stop(children)
        self.say("Stopped. Everything is kept for the next start.")

    def prepare(self, var: Path) -> None:
        """Migrations, static files and, where it is wanted, the demo. What is done already takes no time."""
        call_command("migrate", verbosity=0, interactive=False)
        stamp, now = var / "static.stamp", signature()
        if not stamp.exists() or stamp.read_text() != now:
            self.say("Collecting static files")
            call_command("collectstatic", verbosity=0, interactive=False, clear=True)
            stamp.write_text(now)
        if settings.DEMO and "demo" in get_commands():
            self.say("Looking after the demo data")
            call_command("demo", stdout=self.stdout)
        connections.close_all()

    def greet(self, var: Path, host: str, port: int) -> None:
        lines = ["", f"Windfall is at http://{'localhost' if host == '127.0.0.1' else host}:{port}", ""]
        if settings.DEMO:
            lines += ["Sign in with the password windfall-demo as"]
            lines += [f"  {name}@windfall.example" for name in SIGN_INS]
            lines += [""]
        lines += [f"Mail is written to {var / 'mail'}, logs to {var / 'log'}. Ctrl-C stops everything."]
        self.say("\n".join(lines))


def run(command: list[str]) -> int:
    """Run it and give back its exit status, as a shell would."""
    try:
        status = subprocess.run(command, check=False).returncode
    except FileNotFoundError:
        raise StackError(f"There is no command '{command[0]}'.") from None
    return status if status >= 0 else 128 - status


def signature() -> str:
    """Changes whenever a static file could have: the names, sizes and times of what collectstatic reads."""
    root = settings.BASE_DIR
    sources = [p for folder in settings.STATICFILES_DIRS for p in sorted(Path(folder).rglob("*")) if p.is_file()]
    sources += [root / "package-lock.json", root / "requirements.txt", root / "config" / "staticfiles.py"]
    digest = hashlib.sha256(str(root).encode())
    for path in sources:
        if path.exists():
            digest.update(f"{path} {path.stat().st_size} {path.stat().st_mtime_ns}\n".encode())
    return digest.hexdigest()
