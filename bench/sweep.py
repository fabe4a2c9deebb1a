"""How fast a day's reminders are made and sent, beside the least that could do it, in the same run.

    python bench/sweep.py [--funds 5000000] [--mails 2000] [--turns 3]

The sweep: so many funds in three time zones, one in a hundred with a deadline near; each partner has one owner. Ours is what the
tick does once a day has turned: `remind` makes the rows, `collect` the mails of the day. Beside it stands one pure
INSERT … SELECT of the same rows, straight from the funds: into a table with the reminders' keys, indexes and checks, and no
trigger; and into one with a unique constraint and nothing else, which nobody could read. The sides take turns, each from an
empty table and with nothing left to be written to the disk. The target: at most twice as long; the goal: 1.4 times.

Then those digests are sent: see `bench/mails.py`. Only ratios within one run count.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.mails import measure_mail, timed  # noqa: E402 - the project is not installed
from config.stack import places, postgres, servers  # noqa: E402

ZONES = ("America/New_York", "Europe/Berlin", "Asia/Tokyo")
FUNDS_OF_EACH = 200  # a partner's
NEAR = 100  # one fund in so many has a deadline near


def set_up(var: Path):
    os.environ |= {"WINDFALL_VAR": str(var), "DATABASE_URL": places.database_url(var), "WINDFALL_DEMO": "1"}
    os.environ.setdefault("REDIS_URL", "redis://localhost:1/0")
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from tests.cast import world

    return world()


# Straight into the tables: through the ledger so many would take an hour, and the sweep reads balances alone.
FILL = """
SET session_replication_role = replica;
INSERT INTO partners_company (kind, name, slug, country, currency, time_zone, created_at)
SELECT 'partner', 'Partner ' || n, 'sweep-' || n, 'US', 'USD', (%(zones)s::text[])[n %% 3 + 1], %(now)s
  FROM generate_series(1, %(partners)s) n;
INSERT INTO partners_user (password, is_superuser, email, name, is_active, is_staff, created_at)
SELECT '!', false, 'owner' || n || '@sweep.example', 'Owner ' || n, true, false, %(now)s
  FROM generate_series(1, %(partners)s) n;
INSERT INTO partners_membership (user_id, company_id, role, created_at)
SELECT u.id, c.id, 'owner', %(now)s
  FROM generate_series(1, %(partners)s) n
  JOIN partners_user u ON u.email = 'owner' || n || '@sweep.example'
  JOIN partners_company c ON c.slug = 'sweep-' || n;
INSERT INTO funds_allocation (budget_id, partner_id, terms_id, name, reference, available, reserved, claimed, approved, paid,
                              lapsed, expires_on, granted_until, claim_by, created_at)
SELECT (%(budgets)s::bigint[])[n %% 3 + 1], c.id, (%(terms)s::bigint[])[n %% 3 + 1], 'Fund ' || f, n || '-' || f, 50000,
       0, 0, 0, 0, 0, day, day, day + 45, %(now)s::timestamptz - interval '200 days'
  FROM generate_series(1, %(partners)s) n
  JOIN partners_company c ON c.slug = 'sweep-' || n
 CROSS JOIN generate_series(1, %(each)s) f
 CROSS JOIN LATERAL (
       SELECT %(today)s::date + CASE WHEN (n * 7 + f) %% %(near)s = 0 THEN 10 + (n + f) %% 40 ELSE 400 + f END AS day) d;
SET session_replication_role = origin;
"""


def fill(w, funds: int) -> None:
    from django.db import connection

    from tests.cast import NOW, TODAY

    programs = [w.program(time_zone=zone, lead_days=0, activity_days=0) for zone in ZONES]
    budgets = [w.budget(program=program) for program in programs]
    with connection.cursor() as cursor:
        cursor.execute(
            FILL,
            {
                "zones": list(ZONES),
                "now": NOW,
                "today": TODAY,
                "partners": max(funds // FUNDS_OF_EACH, 1),
                "each": FUNDS_OF_EACH,
                "near": NEAR,
                "budgets": [budget.pk for budget in budgets],
                "terms": [program.terms_id for program in programs],
            },
        )
        for table in ("funds_allocation", "partners_company", "partners_user", "partners_membership"):
            cursor.execute(f"VACUUM (ANALYZE) {table}")


# Makes the rows that our sweep made, from the funds themselves; which days are due, and how far ahead, is read off those.
BARE = """
    INSERT INTO {table} (rule, lead, subject_id, title, audience, company_id, vendor_id, partner_id, allocation_id,
                            recipient_id, is_escalated, anchor, deadline, due_on, closes_at, amount, currency, step, step_id,
                            created_at)
    SELECT due.rule, due.lead, a.id, a.name, 'partner', a.partner_id, p.vendor_id, a.partner_id, a.id, m.user_id,
           false, due.day, due.day, due.day - due.lead, (due.day + 1)::timestamp AT TIME ZONE p.time_zone, a.available,
           p.currency, 'funds:allocation', a.id, %(now)s
      FROM funds_allocation a
      JOIN funds_budget b ON b.id = a.budget_id AND b.closed_at IS NULL
      JOIN programs_program p ON p.id = b.program_id
      JOIN partners_membership m ON m.company_id = a.partner_id AND m.ended_at IS NULL AND m.role IN ('owner', 'member')
      JOIN bench_days due ON due.zone = p.time_zone
                         AND due.day = CASE due.rule WHEN 'claim_by' THEN a.claim_by ELSE a.expires_on END
     WHERE a.available > 0 AND a.expires_on BETWEEN %(first)s AND %(last)s
    ON CONFLICT DO NOTHING
"""


# By time zone: it is tomorrow already in some.
DAYS = """
    CREATE TABLE bench_days AS
    SELECT DISTINCT r.rule, r.anchor AS day, r.lead, p.time_zone AS zone
      FROM reminders_reminder r
      JOIN funds_allocation a ON a.id = r.allocation_id
      JOIN funds_budget b ON b.id = a.budget_id
      JOIN programs_program p ON p.id = b.program_id
"""


def measure_sweep(turns: int) -> None:
    from django.db import connection, transaction

    from programs.days import Clock
    from reminders import actions
    from reminders.actions.reminding import remind, zones_of_matters
    from tests.cast import NOW, TODAY

    # Noon in UTC is past the morning in two of the zones; in the afternoon it is in all three.
    clock = Clock(NOW + timedelta(hours=4))
    zones = zones_of_matters()
    ours, whole = [], []
    pure: dict[str, list[float]] = {"bench_alike": [], "bench_bare": []}
    for turn in range(turns + 1):
        with connection.cursor() as cursor:
            # Answers go along, and are kept by a trigger.
            cursor.execute("SET session_replication_role = replica")
            cursor.execute("TRUNCATE reminders_digest, reminders_reminder CASCADE")
            cursor.execute("SET session_replication_role = origin")
            cursor.execute("CHECKPOINT")
        first, made = timed(lambda: remind(zones, clock))
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE reminders_reminder")
        second, mails = timed(lambda: actions.collect(clock=clock))
        with connection.cursor() as cursor:
            if turn == 0:
                cursor.execute("CREATE TABLE bench_alike (LIKE reminders_reminder INCLUDING ALL)")
                cursor.execute(
                    "CREATE TABLE bench_bare (LIKE reminders_reminder INCLUDING DEFAULTS INCLUDING IDENTITY)"
                )
                cursor.execute("ALTER TABLE bench_bare ADD UNIQUE (rule, subject_id, recipient_id, anchor, lead)")
                cursor.execute(DAYS)
                cursor.execute("ANALYZE bench_days")
            params = {"now": NOW, "first": TODAY - timedelta(days=60), "last": TODAY + timedelta(days=60)}
            for table, seconds in pure.items():
                cursor.execute(f"TRUNCATE {table}")
                cursor.execute("CHECKPOINT")
                start = time.perf_counter()
                with transaction.atomic():
                    cursor.execute(BARE.format(table=table), params)
                    same = cursor.rowcount
                seconds.append(time.perf_counter() - start)
                if same != made:
                    raise SystemExit(f"The sides did different work: {made} rows and {same}.")
        ours.append(first)
        whole.append(first + second)
        times = ", ".join(f"{seconds[-1]:.2f} s" for seconds in pure.values())
        print(f"  {made:,} reminders {first:.2f} s, {mails:,} mails {second:.2f} s; pure {times}", flush=True)
    for table, words in (("bench_alike", "a table like ours"), ("bench_bare", "a bare one")):
        # The first turn warms up.
        alone = statistics.median(a / b for a, b in list(zip(ours, pure[table], strict=True))[1:])
        together = statistics.median(a / b for a, b in list(zip(whole, pure[table], strict=True))[1:])
        print(
            f"sweep / pure INSERT … SELECT into {words}: {alone:.2f}; with the mails of the day: {together:.2f} "
            "(floor 2, goal 1.4)"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--funds", type=int, default=5_000_000)
    parser.add_argument("--mails", type=int, default=2_000)
    parser.add_argument("--turns", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="windfall-bench-") as folder, ExitStack() as stack:
        var = Path(folder)
        var.chmod(0o711)
        children = [postgres.prepare(var)]
        stack.callback(servers.stop, children, var)
        servers.start(children, var)
        w = set_up(var)
        seconds, _ = timed(lambda: fill(w, options.funds))
        print(f"{options.funds:,} funds, filled in {seconds:.0f} s", flush=True)
        measure_sweep(options.turns)
        measure_mail(options.mails, options.turns)


if __name__ == "__main__":
    main()
