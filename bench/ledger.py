"""How fast money moves: postings per second singly and in bulk, beside pgbench on the same server, in the same run.

    python bench/ledger.py [--seconds 3] [--rounds 3]

The yardstick is pgbench doing the least that a ledger must: update a balance and insert two entries, as plain SQL. Both sides
run in turn (A B A B …) against one throwaway PostgreSQL, durable as the app's own is; medians and their ratios are printed.
`--volatile` takes the disk out (no fsync): then pgbench is nothing but its prepared statements, and the ratio shows what parsing,
checks and triggers cost. Only ratios within one run count.
"""

import argparse
import multiprocessing
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from config.stack import places, postgres, servers  # noqa: E402 - the project is not installed

FUNDS = 200
PGBENCH = r"""
\set account random(1, {accounts})
BEGIN;
UPDATE bench_account SET balance = balance - 1 WHERE id = :account;
INSERT INTO bench_entry (account, amount) VALUES (:account, -1);
INSERT INTO bench_entry (account, amount) VALUES (:account, 1);
COMMIT;
"""


def set_up(var: Path) -> None:
    os.environ |= {"WINDFALL_VAR": str(var), "DATABASE_URL": places.database_url(var), "WINDFALL_DEMO": "1"}
    os.environ.setdefault("REDIS_URL", "redis://localhost:1/0")
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection, connections

    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_account (id bigint PRIMARY KEY, balance bigint NOT NULL)")
        cursor.execute(
            "CREATE TABLE bench_entry (id bigserial PRIMARY KEY, account bigint NOT NULL, amount bigint NOT NULL)"
        )
        cursor.execute("INSERT INTO bench_account SELECT n, 1000000000 FROM generate_series(1, %s) n", [FUNDS])
    from funds import actions
    from tests.cast import NOW, TODAY, world

    w = world()
    budget = w.budget(amount=10**12)
    granted = {"partner": w.brightpath, "amount": 10**9, "expires_on": TODAY + timedelta(days=60), "name": "Bench"}
    grants = [actions.Grant.under(budget.program, reference=f"B-{n}", **granted) for n in range(FUNDS)]
    actions.allocate(budget=budget, grants=grants, by=w.manager, at=NOW)
    connections.close_all()


def pgbench(var: Path, clients: int, accounts: int, seconds: float) -> float:
    """Transactions per second of the yardstick."""
    script = var / "bench.sql"
    script.write_text(PGBENCH.format(accounts=accounts))
    script.chmod(0o644)
    program = postgres.binaries() / "pgbench"
    command = [
        program,
        "-n",
        "-M",
        "prepared",
        "-f",
        script,
        "-c",
        str(clients),
        "-j",
        "2",
        "-T",
        str(max(1, round(seconds))),
    ]
    where = ["-h", postgres.socket_folder(var), "-U", places.DATABASE, places.DATABASE]
    done = subprocess.run([str(part) for part in [*command, *where]], capture_output=True, text=True, check=True)
    return float(re.search(r"tps = ([\d.]+)", done.stdout)[1])


def post_for(client: int, funds: list[tuple[int, int]], batch: int, seconds: float, done) -> None:
    """One client: post batches until the time is up; tell how many postings a second that made."""
    from django.db import connections

    from funds.ledger import Posting, post
    from funds.states import Act

    chance = random.Random(client)
    name = f"{os.getpid()}-{time.monotonic_ns()}"
    made, turn, start = 0, 0, time.perf_counter()
    while time.perf_counter() - start < seconds:
        postings = []
        for place in range(batch):
            allocation, budget = chance.choice(funds)
            postings.append(Posting(Act.RESERVE, budget, allocation, 1, f"{name}-{turn}-{place}", None))
        made += post(postings)
        turn += 1
    done.put(made / (time.perf_counter() - start))
    connections.close_all()


def ours(clients: int, hot: bool, batch: int, seconds: float) -> float:
    """Postings per second of `funds.ledger.post`, summed over the clients, each a process of its own."""
    from django.db import connections

    from funds.models import Allocation

    funds = list(Allocation.objects.values_list("pk", "budget_id")[: 1 if hot else FUNDS])
    connections.close_all()
    fork = multiprocessing.get_context("fork")
    done = fork.Queue()
    processes = [fork.Process(target=post_for, args=(n, funds, batch, seconds, done)) for n in range(clients)]
    for process in processes:
        process.start()
    rates = [done.get(timeout=seconds + 60) for _ in processes]
    for process in processes:
        process.join()
    return sum(rates)


def read_balance(seconds: float, movements: int) -> tuple[float, float]:
    """Balance reads per second of a fund with about 10 movements, and of one with `movements`."""
    from django.db import connection

    from funds.ledger import Posting, post
    from funds.models import Allocation, Movement
    from funds.states import Act

    quiet, busy = Allocation.objects.order_by("-pk").values_list("pk", "budget_id")[:2]
    for fund, wanted in ((quiet, 10), (busy, movements)):
        missing = wanted - Movement.objects.filter(allocation=fund[0]).count()
        for start in range(0, max(missing, 0), 5000):
            batch = range(start, min(start + 5000, missing))
            post([Posting(Act.RESERVE, fund[1], fund[0], 1, f"read-{fund[0]}-{n}", None) for n in batch])
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE funds_allocation")
    rates = []
    for pk, _ in (quiet, busy):
        reads, start = 0, time.perf_counter()
        while time.perf_counter() - start < seconds:
            Allocation.objects.values_list("available").get(pk=pk)
            reads += 1
        rates.append(reads / (time.perf_counter() - start))
    return rates[0], rates[1]


def paired(rounds: int, a: Callable[[], float], b: Callable[[], float]) -> tuple[float, float, float]:
    """Medians of A and of B, run in turn, and the median of A/B pair by pair."""
    pairs = [(a(), b()) for _ in range(rounds)]
    return (
        statistics.median(x for x, _ in pairs),
        statistics.median(y for _, y in pairs),
        statistics.median(x / y for x, y in pairs),
    )


def report(rounds: int, seconds: float, movements: int, var: Path) -> None:
    print(f"{'':44}{'ours':>10}{'beside it':>12}{'ratio':>8}   floor / goal")
    one = paired(rounds, lambda: ours(1, False, 1, seconds), lambda: pgbench(var, 1, FUNDS, seconds))
    show("one posting, 1 client / pgbench", one, "0.50 / 0.75")
    hot = paired(rounds, lambda: ours(8, True, 1, seconds), lambda: pgbench(var, 8, 1, seconds))
    show("one posting, 8 clients on one fund / pgbench", hot, "-")
    for batch in (500, 1000):
        many = paired(rounds, lambda b=batch: ours(1, False, b, seconds), lambda: ours(1, False, 1, seconds))
        show(f"{batch} a statement / one a statement", many, "10 / 20" if batch == 1000 else "-")
    reads = [read_balance(seconds / 2, movements) for _ in range(rounds)]
    quiet, busy = (statistics.median(side) for side in zip(*reads, strict=True))
    ratio = statistics.median(b / a for a, b in reads)
    show(f"balance read, {movements:,} movements / 10", (busy, quiet, ratio), "0.83 / 1.00")


def show(what: str, figures: tuple[float, float, float], limits: str) -> None:
    mine, other, ratio = figures
    print(f"{what:44}{mine:>10,.0f}{other:>12,.0f}{ratio:>8.2f}   {limits}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=3, help="of each measurement")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--volatile", action="store_true", help="a server without fsync")
    parser.add_argument("--movements", type=int, default=100_000, help="of the busy fund whose balance is read")
    options = parser.parse_args()
    if not (postgres.binaries() / "pgbench").exists():
        print(f"There is no pgbench in {postgres.binaries()}: install PostgreSQL's programs there.", file=sys.stderr)
        raise SystemExit(2)
    with ExitStack() as stack:
        var = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="windfall-bench-")))
        os.environ.pop("DATABASE_URL", None)
        stack.enter_context(servers.locked(var))
        children = [postgres.prepare(var, postgres.THROWAWAY if options.volatile else {"max_connections": "50"})]
        stack.callback(servers.stop, children, var)
        servers.start(children, var)
        set_up(var)
        report(options.rounds, options.seconds, options.movements, var)


if __name__ == "__main__":
    main()
