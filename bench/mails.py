"""How fast the day's digests leave, beside bare smtplib, in the same run: the second half of `bench/sweep.py`.

`send`, so many digests a call as the tasks do, over SMTP to a sink in another process. Each is claimed, read, looked through for
what is done since, written with its signed links, handed over and written down as sent. Beside it bare smtplib sends the same
messages, ready made, over one connection: no more than the handing over. The goal: 70 % of its rate.
Then two workers share what there is to send, and the memory that one has taken is printed after the first hundred mails and at
the end.
"""

import multiprocessing
import smtplib
import socketserver
import statistics
import time
from collections.abc import Callable
from datetime import timedelta

import psutil


def timed(act: Callable[[], object]) -> tuple[float, object]:
    start = time.perf_counter()
    result = act()
    return time.perf_counter() - start, result


class Desk(socketserver.StreamRequestHandler):
    """Takes every mail and forgets it."""

    def handle(self):
        self.wfile.write(b"220 sink\r\n")
        while line := self.rfile.readline():
            verb = line[:4].upper()
            if verb == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                while self.rfile.readline() not in (b".\r\n", b""):
                    pass
            self.wfile.write(b"221 bye\r\n" if verb == b"QUIT" else b"250 ok\r\n")
            if verb == b"QUIT":
                return


def sink(port) -> None:
    socketserver.ThreadingTCPServer.daemon_threads = True
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Desk) as server:
        port.send(server.server_address[1])
        server.serve_forever()


def waiting(number: int) -> list[int]:
    """Ids of digests that can be sent, all as they were before any was."""
    from django.db import connection

    from reminders.models import Digest

    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "UPDATE reminders_digest SET status = 'pending', attempts = 0, sent_at = NULL, leased_until = created_at"
        )
        cursor.execute("UPDATE reminders_reminder SET digest_id = NULL WHERE digest_id IS NOT NULL")
        cursor.execute("SET session_replication_role = origin")
    return list(Digest.objects.order_by("pk").values_list("pk", flat=True)[:number])


def send_all(ids: list[int]) -> list[float]:
    """Sends them as the tasks do; the memory of this process in MB after the first hundred and at the end."""
    from programs.days import Clock
    from reminders import actions
    from reminders.tasks import BATCH
    from tests.cast import NOW

    clock = Clock(NOW + timedelta(hours=4))
    memory = []
    for start in range(0, len(ids), BATCH):
        actions.send(digest_ids=ids[start : start + BATCH], clock=clock)
        if start in (100 - BATCH, len(ids) - BATCH):
            memory.append(psutil.Process().memory_info().rss / 1e6)
    return memory


def worker(ids: list[int]) -> None:
    from django.db import connections

    connections.close_all()
    send_all(ids)


def messages(ids: list[int]) -> tuple[list[tuple[str, bytes]], float]:
    """Their addresses and messages, and in how many seconds these were written."""
    from django.db import transaction

    from programs.days import Clock
    from reminders.actions.collecting import put_in
    from reminders.digest import letter
    from reminders.items import still_told
    from reminders.models import Digest
    from tests.cast import NOW

    clock = Clock(NOW + timedelta(hours=4))
    found = []
    digests = list(Digest.objects.filter(pk__in=ids).select_related("recipient__delivery"))
    with transaction.atomic():
        put_in(digests=digests, clock=clock)
    told = still_told(digests, clock)
    start = time.perf_counter()
    for digest in digests:
        digest.message_id = f"<bare-{digest.pk}@bench.example>"
        mail = letter(digest, told[digest.pk], clock)
        found.append((mail.to[0], mail.message().as_bytes(linesep="\r\n")))
    return found, time.perf_counter() - start


def measure_mail(number: int, turns: int) -> None:
    from django.conf import settings
    from django.db import connections

    here, there = multiprocessing.Pipe()
    office = multiprocessing.Process(target=sink, args=(there,), daemon=True)
    office.start()
    port = here.recv()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    ids = waiting(number)
    ready, _ = messages(ids)

    def send_bare() -> None:
        with smtplib.SMTP("127.0.0.1", port) as line:
            for address, message in ready:
                line.sendmail("hello@windfall.example", [address], message)

    rates = []
    shares = []
    memory: list[float] = []
    for turn in range(turns + 1):
        _, writing = messages(ids)
        waiting(number)
        ours, memory = timed(lambda: send_all(ids))
        theirs, _ = timed(send_bare)
        if turn:
            rates.append((len(ids) / ours, len(ids) / theirs))
            shares.append((writing / ours, theirs / ours))
            print(f"  {len(ids) / ours:.0f} digests/s; bare smtplib {len(ids) / theirs:.0f}/s", flush=True)
    ratio = statistics.median(a / b for a, b in rates)
    print(f"digests / bare smtplib: {ratio:.2f} (goal 0.7)")
    writing, handing = (statistics.median(share) for share in zip(*shares, strict=True))
    print(
        f"of our time: writing {writing:.0%}, handing over {handing:.0%}, database and the rest {1 - writing - handing:.0%}"
    )
    print("memory of the sending process: " + " MB, then ".join(f"{m:.0f}" for m in memory) + " MB")
    waiting(number)
    connections.close_all()
    pair = [multiprocessing.Process(target=worker, args=(ids[n::2],)) for n in range(2)]

    def both() -> None:
        for process in pair:
            process.start()
        for process in pair:
            process.join()

    seconds, _ = timed(both)
    alone = statistics.median(a for a, _ in rates)
    print(f"two workers: {len(ids) / seconds:.0f} digests/s, {len(ids) / seconds / alone:.2f} times one")
    office.terminate()
