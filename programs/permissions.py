"""Who may do what with programs. Views, templates and actions ask these same predicates."""

import rules

from partners.models import Company, User
from partners.permissions import is_admin, works_at, works_for_its_partner
from partners.states import ROLES, Kind, Role
from programs.models import Enrolment, Link, Program, Resource


@rules.predicate
def manages_vendor(user: User, vendor: Company) -> bool:
    return Role.MANAGER in user.roles_in(vendor.pk)


@rules.predicate
def manages(user: User, program: Program) -> bool:
    return Role.MANAGER in user.roles_in(program.vendor_id)


@rules.predicate
def manages_its_program(user: User, enrolment: Enrolment) -> bool:
    return Role.MANAGER in user.roles_in(enrolment.program.vendor_id)


@rules.predicate
def works_at_partner(user: User, company: Company) -> bool:
    """Owner or member of this partner: may record vendors for it."""
    return bool(user.roles_in(company.pk) & set(ROLES[Kind.PARTNER]))


@rules.predicate
def keeps_vendor(user: User, vendor: Company) -> bool:
    """Works for the partner that records this vendor for itself."""
    return vendor.kept_by_id is not None and bool(user.roles_in(vendor.kept_by_id) & set(ROLES[Kind.PARTNER]))


@rules.predicate
def keeps_books(user: User, program: Program) -> bool:
    return keeps_vendor(user, program.vendor)


@rules.predicate
def owns_books(user: User, link: Link) -> bool:
    return link.kept.kept_by_id is not None and Role.OWNER in user.roles_in(link.kept.kept_by_id)


rules.add_perm("programs.record_vendor", works_at_partner)
rules.add_perm("programs.keep_vendor", keeps_vendor)
rules.add_perm("programs.keep_books", keeps_books)
rules.add_perm("programs.propose_link", is_admin)
rules.add_perm("programs.answer_link", owns_books)
rules.add_perm("programs.create", manages_vendor)
# Of a vendor: its tiers and certifications, and who has them.
rules.add_perm("programs.manage_partners", manages_vendor)
# Of a partner: it asks and joins.
rules.add_perm("programs.join", works_at)
# Of an enrolment.
rules.add_perm("programs.leave", works_for_its_partner)
rules.add_perm("programs.answer_request", manages_its_program)
rules.add_perm("programs.change", manages)


@rules.predicate
def manages_resource(user: User, resource: Resource) -> bool:
    return Role.MANAGER in user.roles_in(resource.vendor_id)


# Of a vendor, of a resource, and of the partner that uses one.
rules.add_perm("programs.add_resource", manages_vendor)
rules.add_perm("programs.change_resource", manages_resource)
rules.add_perm("programs.use_resource", works_at)
