"""Each rule of the database refuses with a code of its own, so that code which catches one never speaks of another."""

import re
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parent.parent
APPS = ("partners", "programs", "funds", "claims", "plans", "reminders", "dashboards")


def test_no_two_rules_share_a_code():
    named = defaultdict(set)
    for app in APPS:
        for path in (ROOT / app).rglob("*.py"):
            if "migrations" not in path.parts:
                for name, code in re.findall(r'^(\w+) = "(WF\d{3})"', path.read_text(), re.MULTILINE):
                    named[code].add(f"{path.relative_to(ROOT)} {name}")
    assert len(named) > 30
    assert {code: sorted(names) for code, names in named.items() if len(names) > 1} == {}
