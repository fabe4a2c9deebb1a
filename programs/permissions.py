"""Who may do what with programs. Views, templates and actions ask these same predicates."""

import rules

from partners.models import Company, User
from partners.states import Role
from programs.models import Program


@rules.predicate
def manages_vendor(user: User, vendor: Company) -> bool:
    return Role.MANAGER in user.roles_in(vendor.pk)


@rules.predicate
def manages(user: User, program: Program) -> bool:
    return Role.MANAGER in user.roles_in(program.vendor_id)


rules.add_perm("programs.create", manages_vendor)
rules.add_perm("programs.change", manages)
