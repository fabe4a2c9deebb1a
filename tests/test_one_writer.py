"""A status has one writer, an action. Whoever adds a place that assigns one meets this list, and the place that is there."""

import ast
import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parent.parent
APPS = ("partners", "programs", "funds", "claims", "plans", "reminders", "dashboards", "config")
# In how many places a file gives something another status than it was born with.
WRITERS = {
    "programs/actions/offers.py": 1,  # a program
    "programs/actions/keeping.py": 1,  # a program of a partner's own books, which is published at once
    "programs/actions/joining.py": 2,  # an enrolment; any number that a grant brings in
    "programs/actions/linking.py": 1,  # a link
    "programs/resources/actions.py": 2,  # a resource, and as it is born
    "funds/actions/asking.py": 1,  # what a partner asks for
    "funds/actions/extending.py": 1,  # and is granted by extending
    "funds/actions/regranting.py": 1,  # or by lapsed money
    "funds/actions/accruing/posting.py": 1,  # no change: the program as it is locked
    "funds/actions/accruing/uploads.py": 1,  # a file of sales
    "claims/actions/moves.py": 1,  # a claim, a fund request
    "claims/actions/together.py": 3,  # claims and their lines, many at once, as `moves` and `verdicts` have them
    "claims/actions/payments.py": 2,  # a payment; one that is born on hold
    "claims/actions/batching.py": 1,  # a batch
    "claims/actions/settling.py": 2,  # a short payment, a reversal
    "claims/actions/verdicts.py": 2,  # a line
    "claims/actions/filing.py": 1,  # lines of a claim that is reopened
    "claims/actions/retaking.py": 1,  # lines of one that is disputed
    "claims/actions/looking.py": 1,  # a proof
    "claims/actions/proving.py": 3,  # a proof that is replaced, taken off, or brought back
    "claims/actions/packets.py": 3,  # a packet
    "plans/actions/planning.py": 1,  # an activity of a plan
    "reminders/actions/mailing.py": 3,  # a digest
    "reminders/chat/actions.py": 1,  # a place to write to, by its keeper
    "reminders/chat/outbox.py": 2,  # a message; a place where none arrives
}


def places(tree: ast.Module) -> int:
    found = 0
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr == "status" and isinstance(node.ctx, ast.Store):
            found += 1
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "update":
            found += any(keyword.arg == "status" for keyword in node.keywords)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found += len(re.findall(r"\bSET\s+(?:\w+ = [^,]+,\s*)*status = ", node.value))
    return found


def test_only_these_assign_a_status():
    found = Counter()
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            if "migrations" not in path.parts and (here := places(ast.parse(path.read_text()))):
                found[str(path.relative_to(ROOT))] = here
    assert dict(found) == WRITERS
