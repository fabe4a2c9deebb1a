"""Who may do what with a partner's plans. Views, templates and actions ask these; the database says them again."""

import rules

from partners.permissions import works_at, works_for_its_partner

# Of a partner: whoever acts for it agrees on next steps with its vendors, and ends any of them.
rules.add_perm("plans.agree", works_at)
rules.add_perm("plans.end_step", works_for_its_partner)
