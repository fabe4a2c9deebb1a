"""The measurement of sales still runs, with few lines; its speed is not judged here, its memory is."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
MOST_MEMORY = 500  # MB, for a file of any size


def run(*options: str) -> list[str]:
    own = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "WINDFALL_VAR")}
    done = subprocess.run(
        [sys.executable, "bench/accruals.py", "--rounds", "1", "--volatile", *options],
        cwd=ROOT,
        env=own,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_it_prints_its_ratios_and_reads_50_000_lines_within_its_memory():
    heading, checked, without_key, both, memory = run("--lines", "50000")
    assert heading.startswith("50,000 lines")
    assert checked.startswith("checked / raw COPY")
    assert without_key.startswith("checked / raw COPY without a key")
    assert both.startswith("checked and posted / raw COPY")
    assert int(memory.split()[-1].replace(",", "")) < MOST_MEMORY
