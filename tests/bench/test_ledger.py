"""The measurement of the ledger still runs, with tiny numbers: what it prints is not judged here."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_it_prints_every_ratio():
    own = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "WINDFALL_VAR")}
    done = subprocess.run(
        [sys.executable, "bench/ledger.py", "--seconds", "0.2", "--rounds", "1", "--movements", "50", "--volatile"],
        cwd=ROOT,
        env=own,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    rows = done.stdout.splitlines()[1:]
    assert [row.split(",")[0].split(" / ")[0] for row in rows] == [
        "one posting",
        "one posting",
        "500 a statement",
        "1000 a statement",
        "balance read",
    ]
