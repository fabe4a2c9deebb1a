"""How fast claims are approved: one by one and all in one call, beside django-hordak and plain SQL, in the same run.

    python bench/approvals.py [--claims 1000] [--turns 5] [--hordak FOLDER]

Ours is the whole act, as the pages call it. `claims.actions.approve`, on a submitted claim without a sign of trouble (one line,
one proof), locks fund and claim, reads again, checks permission, version and state, decides the line, moves the money from
`claimed` to `approved`, records the events, and opens the payment with what holds it up; the database checks its rules and writes
down each change. In bulk, `approve_many` does so for as many claims in one transaction.

Beside it, one transaction for each claim:
- django-hordak (`hordak_approvals.py`), least: a status row is locked, checked and saved, `transfer_to` moves the money between
  two accounts of the fund, an event row is created. It does less than ours.
- django-hordak, whole: it writes what ours writes, as one would with Django's ORM: also the step into review, the line, the
  payment and what holds it up, an event of each. Still no permission, version, four eyes, sum that the database checks, history
  of each row or guard against overdraft.
  It is installed for this run into a folder of its own, or once into the one named by `--hordak`; if it can't be, this says so
  and goes on.
- pgbench: a claim's row is updated, a movement goes in through our triggers, an event goes in, as prepared SQL on our tables:
  what the database alone takes for that much.

The target: one approval is at least 3 times as fast as hordak's; the goal: 10 times. One by one it is missed by far: see the
ratios; in one call it is reached. The sides take turns (A B C A B C …)
against one throwaway PostgreSQL, durable as the app's own is; medians and the median of the turns' ratios are printed. The call
in bulk is one, after them. Only ratios within one run count.
"""

import argparse
import os
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

FUNDS = 50
ASKED = 1_000_00
HORDAK = "django-hordak==2.0.0"
PGBENCH = r"""
\set claim random({first}, {last})
BEGIN;
UPDATE claims_claim SET version = version + 1, changed_at = now() WHERE id = :claim
RETURNING allocation_id AS fund, partner_id AS partner \gset
INSERT INTO funds_movement (budget_id, allocation_id, act, source, target, amount, reason, actor_id, posted_at, key)
VALUES ({budget}, :fund, 'approve', 'claimed', 'approved', 1, 'Bench', {admin}, now(), 'bench:' || nextval('bench_key'));
INSERT INTO partners_event
(at, actor_id, verb, subject, subject_id, from_state, to_state, reason_code, reason, data, company_id)
VALUES (now(), {admin}, 'approved', 'claims.claim', :claim, 'submitted', 'approved', '', '', '{{"amount": 1}}', :partner);
COMMIT;
"""


def set_up(var: Path):
    """The cast, in a new database."""
    os.environ |= {"WINDFALL_VAR": str(var), "DATABASE_URL": places.database_url(var), "WINDFALL_DEMO": "1"}
    os.environ.setdefault("REDIS_URL", "redis://localhost:1/0")
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("CREATE SEQUENCE bench_key")
        cursor.execute("CREATE DATABASE hordak")
    from tests.cast import world

    return world()


def submitted(w, number: int) -> list:
    """So many claims that wait for review, in turn on each fund of one budget."""
    from django.db import connection, transaction

    from claims.models import Claim
    from funds import actions as funds
    from tests.cast import NOW, TODAY

    budget = w.budget(amount=10**12)
    granted = {"partner": w.brightpath, "amount": 10**9, "expires_on": TODAY + timedelta(days=60), "name": "Bench"}
    grants = [funds.Grant.under(budget.program, reference=f"B-{n}", **granted) for n in range(FUNDS)]
    made = funds.allocate(budget=budget, grants=grants, by=w.manager, at=NOW)
    with transaction.atomic():
        claims = [w.submitted(made[n % FUNDS], costs=(ASKED,)).pk for n in range(number)]
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return list(Claim.objects.filter(pk__in=claims).order_by("pk"))


def singly(w, claims: list) -> float:
    """Approvals per second, a call and a transaction each."""
    from claims.actions import approve
    from tests.cast import NOW

    start = time.perf_counter()
    for claim in claims:
        approve(claim=claim, version=claim.version, by=w.admin, now=NOW)
    return len(claims) / (time.perf_counter() - start)


def in_bulk(w, claims: list) -> float:
    """Approvals per second, all of them in one call."""
    from claims.actions import Approval, approve_many
    from tests.cast import NOW

    start = time.perf_counter()
    outcomes = approve_many(approvals=[Approval(c, c.version) for c in claims], by=w.admin, now=NOW)
    taken = time.perf_counter() - start
    if refused := [outcome.words for outcome in outcomes if outcome.refusal]:
        raise SystemExit(f"{len(refused)} were refused: {refused[0]}")
    return len(claims) / taken


def pgbench(var: Path, w, claims: list, number: int) -> float:
    """Transactions per second of plain SQL on these claims, which nobody approves besides."""
    first, last = claims[0].pk, claims[-1].pk
    budget = claims[0].allocation.budget_id
    script = var / "bench.sql"
    script.write_text(PGBENCH.format(first=first, last=last, budget=budget, admin=w.admin.pk))
    program, address = postgres.binaries() / "pgbench", ["-h", postgres.socket_folder(var), "-U", places.DATABASE]
    command = [program, "-n", "-M", "prepared", "-f", script, "-t", number, *address, places.DATABASE]
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=True)
    return float(re.search(r"tps = ([\d.]+)", done.stdout)[1])


def hordak(folder: Path, var: Path, stack: ExitStack) -> Callable[[int, str], float] | None:
    """What approves so many claims with django-hordak, `least` or `whole`, and tells how many a second; None where that can't be
    installed."""
    import django
    import psycopg2

    python = folder / "bin" / "python"
    driver = f"psycopg2-binary=={psycopg2.__version__.split()[0]}"
    try:
        if not python.exists():
            subprocess.run([sys.executable, "-m", "venv", folder], capture_output=True, check=True)
        install = [python, "-m", "pip", "install", "-q", HORDAK, f"django=={django.__version__}", driver]
        subprocess.run(install, capture_output=True, check=True)
    except subprocess.CalledProcessError:
        print(f"{HORDAK} can't be installed here: there is no comparison with it.", flush=True)
        return None
    script = Path(__file__).with_name("hordak_approvals.py")
    command = [python, script, postgres.socket_folder(var), places.DATABASE, "hordak", FUNDS]
    pipe = subprocess.PIPE
    process = stack.enter_context(subprocess.Popen([str(part) for part in command], stdin=pipe, stdout=pipe, text=True))
    stack.callback(process.stdin.close)
    if process.stdout.readline().strip() != "ready":
        raise SystemExit(f"The side of {HORDAK} did not start.")

    def rate(number: int, how: str) -> float:
        process.stdin.write(f"{number} {how}\n")
        process.stdin.flush()
        return number / float(process.stdout.readline())

    return rate


def report(w, var: Path, number: int, turns: int, theirs: Callable[[int, str], float] | None) -> None:
    claims = submitted(w, 2 * number + FUNDS)
    one, many, spare = claims[:number], claims[number : 2 * number], claims[2 * number :]
    ours, plain, least, whole = [], [], [], []
    pgbench(var, w, spare, FUNDS)  # the tables are warm for whoever comes first
    for turn in range(turns):
        part = one[turn::turns]
        ours.append(singly(w, part))
        if theirs:
            least.append(theirs(len(part), "least"))
            whole.append(theirs(len(part), "whole"))
        plain.append(pgbench(var, w, spare, len(part)))
    bulk = [in_bulk(w, many)]
    print(f"{f'{number:,} claims, approvals a second':44}{'ours':>10}{'beside it':>12}{'ratio':>8}   floor / goal")
    if theirs:
        show("one approval / django-hordak, whole", ours, whole, "3.00 / 10.00")
        show("one approval / django-hordak, least", ours, least, "3.00 / 10.00")
        show(f"{number:,} in one call / django-hordak, whole", bulk, whole, "-")
        show(f"{number:,} in one call / django-hordak, least", bulk, least, "-")
    show("one approval / pgbench", ours, plain, "-")
    show(f"{number:,} in one call / pgbench", bulk, plain, "-")
    show(f"{number:,} in one call / one by one", bulk, ours, "-")


def show(what: str, mine: list[float], other: list[float], limits: str) -> None:
    a, b = statistics.median(mine), statistics.median(other)
    ratio = statistics.median(x / y for x, y in zip(mine, other, strict=True)) if len(mine) == len(other) else a / b
    print(f"{what:44}{a:>10,.0f}{b:>12,.0f}{ratio:>8.2f}   {limits}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--claims", type=int, default=1000, help="approved singly, and as many in bulk")
    parser.add_argument("--turns", type=int, default=5, help="that the single ones are spread over")
    parser.add_argument("--hordak", type=Path, help="a folder that keeps its installation for the next run")
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
        theirs = hordak((options.hordak or var / "hordak").absolute(), var, stack)
        report(w, var, options.claims, options.turns, theirs)


if __name__ == "__main__":
    main()
