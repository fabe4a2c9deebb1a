"""Who may do what with a partner's plans. Views, templates and actions ask these; the database says them again."""

from typing import Protocol

import rules

from partners.models import Company, User
from partners.permissions import PARTNER_ROLES, works_at, works_for_its_partner
from partners.states import Role
from plans.models import PlannedActivity, SalesPerson


@rules.predicate
def works_on_it(user: User, activity: PlannedActivity) -> bool:
    """For the partner whose plan it is."""
    return bool(user.roles_in(activity.company_id) & PARTNER_ROLES)


class OfSalesPerson(Protocol):
    person: SalesPerson


@rules.predicate
def owns(user: User, partner: Company) -> bool:
    return Role.OWNER in user.roles_in(partner.pk)


@rules.predicate
def owns_its_partner(user: User, person: SalesPerson) -> bool:
    return Role.OWNER in user.roles_in(person.partner_id)


@rules.predicate
def owns_partner_of_its_person(user: User, about: OfSalesPerson) -> bool:
    return owns_its_partner(user, about.person)


# Of a partner: whoever acts for it plans, agrees on next steps with its vendors, changes and ends any of them.
rules.add_perm("plans.plan", works_at)
rules.add_perm("plans.change", works_on_it)
rules.add_perm("plans.agree", works_at)
rules.add_perm("plans.change_step", works_for_its_partner)
rules.add_perm("plans.end_step", works_for_its_partner)
# Of a partner: everybody there looks at targets, and sees what is theirs; its owner sets them and names who sells.
rules.add_perm("plans.see_targets", works_at)
rules.add_perm("plans.set_targets", owns)
rules.add_perm("plans.change_person", owns_its_partner)
rules.add_perm("plans.change_spiff", owns_partner_of_its_person)
