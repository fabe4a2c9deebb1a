"""Kills worker, beat, Redis and PostgreSQL with signal 9 while reminders are made and sent, and counts what became of them.

    python bench/kills.py [--partners 10000] [--kills 10] [--every 6]

All of Windfall runs as `make run` starts it, in a folder of its own, and brings back what dies. Each partner has one owner and
one fund with two deadlines near: two reminders, one mail. As soon as the first mail leaves, one of the four is killed every few
seconds, in turn, each so many times; a worker now as a whole, now one of its children. Mails that a killed worker had claimed
wait until its lease runs out, 15 minutes, so a run takes about 25.

Printed: reminders that are missing, that are there twice, that no mail told or two mails did (each must be 0), and how many mails
the mail server took twice: those that had left when their worker died before it could say so. They carry the same Message-ID.
"""

import argparse
import contextlib
import os
import signal
import socket
import socketserver
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
LONGEST = 40 * 60  # seconds
VICTIMS = ("worker", "beat", "Redis", "PostgreSQL")


class PostOffice(socketserver.ThreadingTCPServer):
    """Takes every mail and keeps its Message-ID alone."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Desk)
        self.taken: Counter[str] = Counter()
        self.lock = threading.Lock()


class Desk(socketserver.StreamRequestHandler):
    def handle(self):
        def say(line: bytes) -> None:
            self.wfile.write(line + b"\r\n")

        with contextlib.suppress(OSError):
            say(b"220 post office")
            while line := self.rfile.readline().strip():
                verb = line[:4].upper()
                if verb == b"DATA":
                    say(b"354 go on")
                    number = ""
                    while (text := self.rfile.readline()) not in (b".\r\n", b""):
                        if text.lower().startswith(b"message-id:"):
                            number = text.split(b":", 1)[1].strip().decode()
                    if text == b"":
                        return  # the line went dead in the middle of it: not taken
                    with self.server.lock:
                        self.server.taken[number] += 1
                say(b"250 ok")
                if verb == b"QUIT":
                    return


def free_port() -> int:
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        return line.getsockname()[1]


def noon_zone() -> str:
    """A time zone where it is about noon, so that mail may leave for hours."""
    ahead = (12 - datetime.now(UTC).hour + 11) % 24 - 11
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"


def fill(partners: int) -> None:
    """The partners and their funds; what `--fill` does beside the servers."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.utils import timezone

    from funds import actions as funds
    from funds.grants import Grant
    from partners.models import Company, Membership, User
    from partners.states import Kind, Role
    from tests import cast

    call_command("migrate", verbosity=0)
    # The cast's acts are of the day on which this runs: its funds would have lapsed long ago.
    cast.NOW = now = timezone.now()
    cast.TODAY = today = now.date()
    w = cast.world()
    zone = noon_zone()
    program = w.program(
        name="Killed",
        time_zone=zone,
        starts_on=today - timedelta(days=30),
        ends_on=today + timedelta(days=300),
        claim_window_days=20,
    )
    budget = w.budget(program=program, amount=partners * 1000_00)
    companies = Company.objects.bulk_create(
        Company(kind=Kind.PARTNER, name=f"Partner {n}", slug=f"kills-{n}", time_zone=zone, created_at=now)
        for n in range(partners)
    )
    people = User.objects.bulk_create(User(email=f"owner{n}@kills.example", name=f"Owner {n}") for n in range(partners))
    Membership.objects.bulk_create(
        Membership(user=user, company=company, role=Role.OWNER, created_at=now)
        for user, company in zip(people, companies, strict=True)
    )
    for start in range(0, partners, 5000):
        grants = [
            Grant.under(
                program,
                partner=company,
                amount=500_00,
                name="Killed",
                reference=f"K-{company.pk}",
                expires_on=today + timedelta(days=25),
            )
            for company in companies[start : start + 5000]
        ]
        funds.allocate(budget=budget, grants=grants, by=w.manager, at=now)


def query(sql: str) -> int | None:
    """One figure from the database; None while that is away."""
    import psycopg2

    from config.stack import places

    try:
        address = places.database_url(Path(os.environ["WINDFALL_VAR"]))
        with contextlib.closing(psycopg2.connect(address)) as line, line.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchone()[0]
    except psycopg2.Error:
        return None


def victims(stack: psutil.Process, name: str) -> list[psutil.Process]:
    """The processes of one of the four, its first one first."""
    marks = {"worker": "worker", "beat": "beat", "Redis": "redis-server", "PostgreSQL": "bin/postgres"}
    for child in stack.children():
        with contextlib.suppress(psutil.Error):
            line = " ".join(child.cmdline())
            is_celery = name in ("worker", "beat")
            if marks[name] in line and (" celery " in line) == is_celery:
                return [child, *child.children()]
    return []


def kill(stack: psutil.Process, name: str, turn: int) -> bool:
    found = victims(stack, name)
    if not found:
        return False
    # A worker dies as a whole, or loses a child.
    chosen = found[1:2] if name == "worker" and turn % 2 and len(found) > 1 else found
    for process in chosen:
        with contextlib.suppress(psutil.Error):
            process.send_signal(signal.SIGKILL)
    return True


PEOPLE = "SELECT id FROM partners_user WHERE email LIKE '%@kills.example'"
MINE = (
    f"FROM reminders_reminder r LEFT JOIN reminders_digest d ON d.id = r.digest_id WHERE r.recipient_id IN ({PEOPLE})"
)


def run(partners: int, kills: int, every: float) -> int:
    office = PostOffice()
    threading.Thread(target=office.serve_forever, daemon=True).start()
    env = os.environ | {
        "EMAIL_URL": f"smtp://127.0.0.1:{office.server_address[1]}",
        "PORT": str(free_port()),
        "WINDFALL_DEMO": "0",
    }
    manage = [sys.executable, str(ROOT / "manage.py"), "up"]
    subprocess.run(
        [*manage, "--", sys.executable, __file__, "--fill", "--partners", str(partners)], check=True, env=env
    )
    began = time.monotonic()
    with subprocess.Popen(manage, env=env, stdout=subprocess.DEVNULL) as up:
        try:
            stack = psutil.Process(up.pid)
            done = Counter()
            turn = 0
            while time.monotonic() - began < LONGEST:
                time.sleep(every)
                if not office.taken:
                    continue
                if sum(done.values()) < kills * len(VICTIMS):
                    name = VICTIMS[turn % len(VICTIMS)]
                    done[name] += kill(stack, name, turn // len(VICTIMS))
                    turn += 1
                elif query(f"SELECT count(*) {MINE} AND d.status IS DISTINCT FROM 'sent'") == 0:
                    break
            wait_for(lambda: query("SELECT 1"))
            return report(office, partners, done, time.monotonic() - began)
        finally:
            up.send_signal(signal.SIGTERM)
            up.wait(60)


def wait_for(answer, seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while answer() is None and time.monotonic() < deadline:
        time.sleep(1)


def report(office: PostOffice, partners: int, done: Counter, seconds: float) -> int:
    made = query(f"SELECT count(*) {MINE}") or 0
    wrong = {
        "people without both reminders": query(
            f"SELECT count(*) FROM ({PEOPLE}) p WHERE (SELECT count(*) FROM reminders_reminder r WHERE r.recipient_id = p.id "
            "AND r.rule IN ('expires_on', 'claim_by')) < 2"
        ),
        "reminders made twice": query(
            "SELECT count(*) FROM (SELECT 1 FROM reminders_reminder GROUP BY allocation_id, recipient_id, rule, deadline, lead "
            "HAVING count(*) > 1) AS doubled"
        ),
        "reminders in no mail that was sent": query(f"SELECT count(*) {MINE} AND d.status IS DISTINCT FROM 'sent'"),
        "people with two mails of the day": query(
            f"SELECT count(*) FROM (SELECT 1 FROM reminders_digest WHERE recipient_id IN ({PEOPLE}) AND status = 'sent' "
            "GROUP BY recipient_id HAVING count(*) > 1) AS doubled"
        ),
    }
    sent = query(f"SELECT count(*) FROM reminders_digest WHERE recipient_id IN ({PEOPLE}) AND status = 'sent'")
    print(f"{partners:,} people, {made:,} reminders, {sent:,} mails, {seconds:.0f} s")
    print("killed: " + ", ".join(f"{name} {times} times" for name, times in done.items()))
    for words, number in wrong.items():
        print(f"{words}: {number}")
    again = sum(times - 1 for times in office.taken.values())
    print(f"mails that the mail server took twice: {again} of {sum(office.taken.values()):,}")
    return int(any(number != 0 for number in wrong.values()))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--partners", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=10, help="of each of the four")
    parser.add_argument("--every", type=float, default=6, help="seconds between two kills")
    parser.add_argument("--fill", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    if options.fill:
        fill(options.partners)
        return 0
    with tempfile.TemporaryDirectory(prefix="windfall-kills-") as var:
        Path(var).chmod(0o711)
        os.environ["WINDFALL_VAR"] = var
        return run(options.partners, options.kills, options.every)


if __name__ == "__main__":
    sys.exit(main())
