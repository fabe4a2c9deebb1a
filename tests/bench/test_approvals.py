"""The measurement of approvals still runs, with tiny numbers and without what it would install: its figures are not judged."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_it_prints_every_ratio_it_can():
    own = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "WINDFALL_VAR")}
    # Nowhere to install from: the other side is left out, and said so.
    nowhere = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(ROOT / "docs"), "PIP_CONFIG_FILE": os.devnull}
    done = subprocess.run(
        [sys.executable, "bench/approvals.py", "--claims", "4", "--turns", "2", "--volatile"],
        cwd=ROOT,
        env=own | nowhere,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    said, _, *rows = done.stdout.splitlines()
    assert said == "django-hordak==2.0.0 can't be installed here: there is no comparison with it."
    assert [row[:44].strip() for row in rows] == [
        "one approval / pgbench",
        "4 in one call / pgbench",
        "4 in one call / one by one",
    ]
