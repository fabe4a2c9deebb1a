"""Who may do what with programs. Views, templates and actions ask these same predicates."""

import rules

from partners.models import Company, User
from partners.states import Role
from programs.models import Enrolment, Program


@rules.predicate
def manages_vendor(user: User, vendor: Company) -> bool:
    return Role.MANAGER in user.roles_in(vendor.pk)


@rules.predicate
def manages(user: User, program: Program) -> bool:
    return Role.MANAGER in user.roles_in(program.vendor_id)


@rules.predicate
def works_at(user: User, partner: Company) -> bool:
    return bool(user.roles_in(partner.pk) & {Role.OWNER, Role.MEMBER})


@rules.predicate
def is_partners(user: User, enrolment: Enrolment) -> bool:
    return bool(user.roles_in(enrolment.partner_id) & {Role.OWNER, Role.MEMBER})


@rules.predicate
def manages_its_program(user: User, enrolment: Enrolment) -> bool:
    return Role.MANAGER in user.roles_in(enrolment.program.vendor_id)


rules.add_perm("programs.create", manages_vendor)
# Of a vendor: its tiers and certifications, and who has them.
rules.add_perm("programs.manage_partners", manages_vendor)
# Of a partner: it asks and joins.
rules.add_perm("programs.join", works_at)
# Of an enrolment.
rules.add_perm("programs.leave", is_partners)
rules.add_perm("programs.answer_request", manages_its_program)
rules.add_perm("programs.change", manages)
