"""How fast sales come in: files checked and posted per second, beside a raw COPY of the same file, in the same run.

    python bench/accruals.py [--lines 200000] [--rounds 3]

The yardstick is PostgreSQL's COPY of the file into a table shaped as the sales' own: logged, its cells typed (two texts, a day,
an amount) and its reference the key. So both sides end with lines of which no reference stands twice; of the rest COPY checks
only that a day is a day and an amount a number. A second yardstick is the same table without its key.

Ours reads the file, finds partners, days, periods, amounts, doubles and earlier sales, and says what each partner would earn
("checked"); then adds the sales to the books and the money to the funds ("checked and posted"). All of it counts, from the file
on the disk to the last commit. The sides run in turn (A B C A B C …) against one throwaway PostgreSQL, durable as the app's own
is; medians and the median of the turns' ratios are printed, and the most memory that this process took. Only ratios within one
run count, and only where nobody else keeps the processors busy: the longer of two runs loses more by that.
"""

import argparse
import os
import random
import re
import resource
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from config.stack import places, postgres, servers  # noqa: E402 - the project is not installed

PARTNERS = 1000
COLUMNS = "partner text NOT NULL, reference text NOT NULL, sold_on date NOT NULL, amount numeric NOT NULL"
RAW = f"CREATE TABLE bench_keyed ({COLUMNS}, PRIMARY KEY (reference)); CREATE TABLE bench_plain ({COLUMNS})"


def set_up(var: Path):
    os.environ |= {"WINDFALL_VAR": str(var), "DATABASE_URL": places.database_url(var), "WINDFALL_DEMO": "1"}
    os.environ.setdefault("REDIS_URL", "redis://localhost:1/0")
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from partners.models import Partner
    from tests.cast import world

    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute(RAW)
    w = world()
    Partner.objects.bulk_create(
        Partner(kind="partner", name=f"Partner {n}", slug=f"partner-{n}", country="US") for n in range(PARTNERS)
    )
    return w


def written(path: Path, lines: int, first: int) -> None:
    """A file of sales: about fifty bytes a line, one in forty a return."""
    chance = random.Random(first)
    with path.open("w") as file:
        file.write("partner,reference,sold_on,amount\n")
        for n in range(first, first + lines):
            day = date(2026, 1, 1) + timedelta(days=chance.randrange(320))
            amount = chance.randrange(1, 500_000) * (-1 if n % 40 == 0 else 1)
            file.write(
                f"partner-{chance.randrange(PARTNERS)},INV-{n:09},{day},{amount // 100}.{abs(amount) % 100:02}\n"
            )


def raw_copy(path: Path, table: str) -> float:
    """Seconds that COPY takes."""
    from django.db import connection

    with connection.cursor() as cursor, path.open("rb") as file:
        cursor.execute(f"TRUNCATE {table}")
        start = time.perf_counter()
        cursor.copy_expert(f"COPY {table} FROM STDIN WITH (FORMAT csv, HEADER)", file, 1 << 20)
        return time.perf_counter() - start


def ours(w, budget, path: Path) -> tuple[float, float]:
    """Seconds until the file is checked, and from there until it is posted."""
    from django.core.files import File

    from funds import actions as funds
    from tests.cast import NOW

    with path.open("rb") as file:
        upload = funds.receive(budget=budget, file=File(file, name=path.name), by=w.manager, now=NOW)
    start = time.perf_counter()
    funds.work(upload_id=upload.pk, now=NOW)
    checked = time.perf_counter()
    funds.confirm(upload=upload, by=w.manager, now=NOW)
    funds.work(upload_id=upload.pk, now=NOW)
    done = time.perf_counter()
    upload.refresh_from_db()
    if upload.status != "posted":
        raise SystemExit(f"The upload is {upload.status}: {upload.message}")
    return checked - start, done - checked


def report(w, lines: int, rounds: int, folder: Path) -> None:
    from tests.funds.sales import coop

    keyed, plain, check, both = [], [], [], []
    budget = coop(w, amount=10**13)
    for turn in range(rounds):
        path = folder / f"sales-{turn}.csv"
        written(path, lines, turn * lines)
        keyed.append(lines / raw_copy(path, "bench_keyed"))
        checked, posted = ours(w, budget, path)
        check.append(lines / checked)
        both.append(lines / (checked + posted))
        plain.append(lines / raw_copy(path, "bench_plain"))
        path.unlink()
    print(f"{f'{lines:,} lines, rows a second':44}{'ours':>10}{'raw COPY':>12}{'ratio':>8}   floor / goal")
    show("checked / raw COPY", check, keyed, "0.40 / 0.60")
    show("checked / raw COPY without a key", check, plain, "-")
    show("checked and posted / raw COPY", both, keyed, "-")
    print(f"{'most memory of this process, MB':44}{most_memory():>10,.0f}")


def most_memory() -> float:
    """MB. Linux's `ru_maxrss` begins with what the process that started this one had, so the kernel's own mark is read there."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(re.search(r"VmHWM:\s+(\d+)", status.read_text())[1]) / 1024  # type: ignore[index]
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)


def show(what: str, mine: list[float], other: list[float], limits: str) -> None:
    ratio = statistics.median(a / b for a, b in zip(mine, other, strict=True))
    print(
        f"{what:44}{statistics.median(mine):>10,.0f}{statistics.median(other):>12,.0f}{ratio:>8.2f}   {limits}",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=200_000, help="of each file")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--volatile", action="store_true", help="a server without fsync")
    options = parser.parse_args()
    with ExitStack() as stack:
        var = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="windfall-bench-")))
        os.environ.pop("DATABASE_URL", None)
        stack.enter_context(servers.locked(var))
        children = [postgres.prepare(var, postgres.THROWAWAY if options.volatile else {"max_connections": "50"})]
        stack.callback(servers.stop, children, var)
        servers.start(children, var)
        report(set_up(var), options.lines, options.rounds, var)


if __name__ == "__main__":
    main()
