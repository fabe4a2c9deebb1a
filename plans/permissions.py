"""Who may do what with a partner's plans. Views, templates and actions ask these; the database says them again."""

import rules

from partners.models import User
from partners.permissions import PARTNER_ROLES, works_at, works_for_its_partner
from plans.models import PlannedActivity


@rules.predicate
def works_on_it(user: User, activity: PlannedActivity) -> bool:
    """For the partner whose plan it is."""
    return bool(user.roles_in(activity.company_id) & PARTNER_ROLES)


# Of a partner: whoever acts for it plans, agrees on next steps with its vendors, and ends any of them.
rules.add_perm("plans.plan", works_at)
rules.add_perm("plans.change", works_on_it)
rules.add_perm("plans.agree", works_at)
rules.add_perm("plans.end_step", works_for_its_partner)
