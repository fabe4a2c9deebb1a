"""How many looks at the owner's home the app serves, beside a view that says hello, on the same server in the same run.

    python bench/home.py [--seconds 3] [--rounds 7] [--queries]

An owner with 10 vendors, 60 funds in two currencies and 40 open items (claims and requests in all their states, some put off,
some handed on), signed in, asks for "/". The server is gunicorn as `manage.py up` runs it, with two workers; eight clients ask,
each again as soon as it was answered, over a new connection each time. The hello view passes the same middleware, but is asked
without a session and so reads nothing. The two take turns (A B A B …), after a warm-up; medians and the median of the rounds'
ratios are printed. The floor is 5 % of the hello view's throughput, the goal 15 %.

What was written for the same facts is kept by each worker (`dashboards.views.home.written`), while the facts are read for each
look. The second line is the home written anew for each look, as after each change. With `--queries` the queries of one look are
printed, with their times. Only ratios within one run count.
"""

import argparse
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from config.stack import places, postgres, servers  # noqa: E402 - the project is not installed

VENDORS, KEPT, FUNDS_OF_EACH = 8, 2, 6
CLIENTS = 8
HOME, HELLO, ANEW = "/", "/bench/hello/", "/bench/anew/"


def set_up(var: Path):
    """The cast, in a new database, as of now: pages ask for the time themselves."""
    os.environ |= {"WINDFALL_VAR": str(var), "DATABASE_URL": places.database_url(var), "WINDFALL_DEMO": "1"}
    os.environ.setdefault("REDIS_URL", "redis://localhost:1/0")
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    import django

    django.setup()
    from django.core.management import call_command
    from django.utils import timezone

    from tests import cast

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    cast.NOW = timezone.now()
    cast.TODAY = cast.NOW.date()
    return cast.world()


def fill(w) -> None:
    """10 vendors of 6 funds each, and 40 open items on them."""
    from django.db import connection

    from partners.models import Membership
    from partners.states import Role
    from programs.models import Vendor
    from tests.cast import TODAY, person
    from tests.dashboards.queue.looking import a_rate

    year = {"starts_on": TODAY - timedelta(days=200), "ends_on": TODAY + timedelta(days=500)}
    on_windfall = [w.northgate, w.skylark]
    on_windfall += [Vendor.objects.create(name=f"Vendor {n}", slug=f"bench-{n}") for n in range(VENDORS - 2)]
    funds = []
    for n, vendor in enumerate(on_windfall):
        Membership.objects.get_or_create(user=w.manager, company=vendor, role=Role.MANAGER)
        program = w.program(vendor, currency="EUR" if n % 4 == 3 else "USD", preapproval=n % 2 == 0, **year)
        budget = w.budget(program, amount=10**9)
        funds += [
            w.fund(4_000_00 + 137_00 * m * (n + 1), budget=budget, name=f"Fund {n}.{m}", expires_on=TODAY + days(n, m))
            for m in range(FUNDS_OF_EACH)
        ]
    for n in range(KEPT):
        program = w.kept_program(name=f"Kept vendor {n}")
        for m in range(FUNDS_OF_EACH):
            last = {"expires_on": TODAY + days(n, m), "reference": f"K-{n}-{m}", "name": f"Kept fund {n}.{m}"}
            w.kept_fund(program, on=TODAY, available=3_000_00 + 111_00 * m, **last)
    for name in ("Ana", "Ben", "Cleo"):
        person(name, w.brightpath, Role.MEMBER)
    a_rate("EUR", "1.0857", TODAY)
    open_items(w, funds)
    answer(w)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def days(n: int, m: int) -> timedelta:
    return timedelta(days=12 + 23 * m + 5 * n)


def open_items(w, funds: list) -> None:
    """12 drafts, 10 claims that wait, 4 with a question, 4 to be paid, 6 approved requests, 4 drafts of requests."""
    from claims import actions as claims
    from tests.cast import NOW
    from tests.claims import asking

    free = iter(fund for fund in funds if not fund.terms.preapproval)
    asked = iter(fund for fund in funds if fund.terms.preapproval and fund.expires_on > asking.END)
    for _ in range(12):
        w.draft(next(free))
    free = iter(fund for fund in funds if not fund.terms.preapproval)
    for _ in range(10):
        w.submitted(next(free))
    for _ in range(4):
        claim = w.submitted(next(free))
        claims.ask(claim=claim, version=claim.version, question="Who came?", by=w.admin, now=NOW)
    for _ in range(4):
        w.approved(next(free))
    for _ in range(6):
        asking.approved(w, next(asked))
    for _ in range(4):
        asking.draft(w, next(asked))


def answer(w) -> None:
    """Two rows put off, two handed on."""
    from reminders import actions
    from reminders.replying.states import Later
    from tests.cast import NOW
    from tests.dashboards.queue.looking import rows

    far = [row for row in rows(w, now=NOW) if row.days is not None and row.days > 20]
    for row in far[:2]:
        about = row.matter(w.brightpath)
        actions.put_off(about=about, when=Later.WEEK, reason="Waits for the venue.", by=w.owner, now=NOW)
    for row in far[2:4]:
        actions.hand(about=row.matter(w.brightpath), to=w.member, by=w.owner, now=NOW)


def cookie_of(w) -> str:
    from django.db import connections
    from django.test import Client

    client = Client()
    client.force_login(w.owner)
    connections.close_all()
    return f"sessionid={client.cookies['sessionid'].value}"


def serve(stack: ExitStack, var: Path) -> int:
    """The app's own web server; gives its port."""
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        port: int = line.getsockname()[1]
    folders = os.pathsep.join([str(ROOT), str(ROOT / "bench")])
    command = [sys.executable, "-m", "gunicorn", "--config=python:config.stack.web", f"--bind=127.0.0.1:{port}"]
    log = stack.enter_context((var / "web.log").open("wb"))
    process = subprocess.Popen(
        [*command, f"--chdir={ROOT}", "home_wsgi"],
        env={**os.environ, "PYTHONPATH": folders, "WEB_WORKERS": "2", "LOG_LEVEL": "WARNING"},
        stdout=log,
        stderr=log,
    )
    stack.callback(process.wait)
    stack.callback(process.terminate)
    for _ in range(300):
        time.sleep(0.1)
        try:
            if get(port, HELLO).startswith(b"HTTP/1.1 200"):
                return port
        except OSError:
            continue
    raise SystemExit(f"The web server did not start: {(var / 'web.log').read_text()[-2000:]}")


def get(port: int, address: str, cookie: str = "") -> bytes:
    """The whole answer, over a connection of its own, as gunicorn's workers answer."""
    head = f"GET {address} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n"
    head += f"Cookie: {cookie}\r\n" if cookie else ""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
        line.sendall(f"{head}\r\n".encode())
        parts = []
        while part := line.recv(262_144):
            parts.append(part)
    return b"".join(parts)


def throughput(port: int, address: str, cookie: str, seconds: float) -> float:
    """Answers a second to eight clients. SystemExit for any that is not a whole page."""
    counts, wrong = [0] * CLIENTS, []
    end = time.perf_counter() + seconds

    def ask(client: int) -> None:
        while time.perf_counter() < end:
            answer = get(port, address, cookie)
            if not answer.startswith(b"HTTP/1.1 200"):
                wrong.append(answer[:200])
                return
            counts[client] += 1

    clients = [threading.Thread(target=ask, args=(n,)) for n in range(CLIENTS)]
    begin = time.perf_counter()
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    if wrong:
        raise SystemExit(f"{address} answered {wrong[0]!r}")
    return sum(counts) / (time.perf_counter() - begin)


def rounds(port: int, cookie: str, seconds: float, number: int) -> Iterator[tuple[float, float, float]]:
    """Answers a second of hello, of the home, and of the home written anew."""
    asked = ((HELLO, ""), (HOME, cookie), (ANEW, cookie))
    for address, own in asked:
        throughput(port, address, own, 1)
    for _ in range(number):
        hello, home, anew = (throughput(port, address, own, seconds) for address, own in asked)
        print(f"  hello {hello:,.0f}/s, home {home:,.0f}/s, written anew {anew:,.0f}/s", flush=True)
        yield hello, home, anew


def report(measured: list[tuple[float, float, float]]) -> None:
    hello = statistics.median(of_hello for of_hello, _, _ in measured)
    for place, what in ((1, "home"), (2, "home written anew")):
        median = statistics.median(one[place] for one in measured)
        ratio = statistics.median(one[place] / one[0] for one in measured)
        print(f"{what} / hello: {ratio:.1%} ({median:,.0f}/s of {hello:,.0f}/s; floor 5%, goal 15%)")


def show_queries(w) -> None:
    """What one look asks, the second time: what a connection plans once is planned then."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client()
    client.force_login(w.owner)
    client.get(HOME, headers={"host": "localhost"})
    with CaptureQueriesContext(connection) as captured:
        client.get(HOME, headers={"host": "localhost"})
    for query in captured:
        print(f"  {query['time']} s  {' '.join(query['sql'].split())[:150]}")
    print(f"{len(captured)} queries")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=3, help="of each round and side")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--queries", action="store_true", help="print what one look asks of the database")
    parser.add_argument("--volatile", action="store_true", help="a server without fsync")
    options = parser.parse_args()
    with ExitStack() as stack:
        var = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="windfall-bench-")))
        os.environ.pop("DATABASE_URL", None)
        stack.enter_context(servers.locked(var))
        children = [postgres.prepare(var, postgres.THROWAWAY if options.volatile else {"max_connections": "50"})]
        stack.callback(servers.stop, children, var)
        servers.start(children, var)
        w = set_up(var)
        fill(w)
        if options.queries:
            show_queries(w)
        cookie = cookie_of(w)
        port = serve(stack, var)
        size = len(get(port, HOME, cookie))
        print(
            f"10 vendors, 60 funds, 40 open items; a page of {size:,} bytes; {CLIENTS} clients, 2 workers", flush=True
        )
        report(list(rounds(port, cookie, options.seconds, options.rounds)))


if __name__ == "__main__":
    main()
