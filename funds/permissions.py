"""Who may move which money. Views, templates and actions ask these same predicates."""

import rules

from funds.models import Allocation, Budget
from partners.models import User
from partners.states import Role
from programs.permissions import manages


@rules.predicate
def manages_budget(user: User, budget: Budget) -> bool:
    return Role.MANAGER in user.roles_in(budget.program.vendor_id)


@rules.predicate
def manages_allocation(user: User, allocation: Allocation) -> bool:
    return Role.MANAGER in user.roles_in(allocation.budget.program.vendor_id)


@rules.predicate
def works_for_partner(user: User, allocation: Allocation) -> bool:
    return bool(user.roles_in(allocation.partner_id) & {Role.OWNER, Role.MEMBER})


rules.add_perm("funds.add_budget", manages)
rules.add_perm("funds.fund_budget", manages_budget)
rules.add_perm("funds.allocate", manages_budget)
rules.add_perm("funds.manage_allocation", manages_allocation)


@rules.predicate
def owns_partner(user: User, allocation: Allocation) -> bool:
    return Role.OWNER in user.roles_in(allocation.partner_id)


rules.add_perm("funds.claim_from", works_for_partner)
rules.add_perm("funds.answer_terms", owns_partner)
