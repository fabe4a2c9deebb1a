"""Who may nudge. Views, templates and actions ask this predicate."""

import rules

from programs.permissions import manages_vendor

rules.add_perm("reminders.nudge", manages_vendor)
