"""The measurement of the owner's home still runs, shortly; its figures are not judged."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_it_prints_both_ratios():
    own = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "WINDFALL_VAR")}
    done = subprocess.run(
        [sys.executable, "bench/home.py", "--seconds", "0.3", "--rounds", "1", "--queries", "--volatile"],
        cwd=ROOT,
        env=own,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    *queries, heading, _, home, anew = done.stdout.splitlines()
    assert queries[-1].endswith("queries")
    assert heading.startswith("10 vendors, 60 funds, 40 open items")
    assert home.startswith("home / hello:")
    assert anew.startswith("home written anew / hello:")
