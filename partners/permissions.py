"""Who may do what with people and companies. Views, templates and actions ask these same predicates."""

from typing import Protocol

import rules

from partners.models import Company, Membership, User
from partners.states import KEEPER, ROLES, Kind, Role

PARTNER_ROLES = frozenset(ROLES[Kind.PARTNER])


@rules.predicate
def keeps(user: User, company: Company) -> bool:
    """Holds the role that looks after the company's people: a partner's owner, a vendor's manager, Windfall's admin."""
    return KEEPER[Kind(company.kind)] in user.roles_in(company.pk)


@rules.predicate
def is_a_partner(user: User, company: Company) -> bool:
    return company.kind == Kind.PARTNER


@rules.predicate
def works_at(user: User, partner: Company) -> bool:
    """As an owner or a member of a partner, who both act for it."""
    return bool(user.roles_in(partner.pk) & PARTNER_ROLES)


class OfPartner(Protocol):
    partner_id: int


@rules.predicate
def works_for_its_partner(user: User, about: OfPartner) -> bool:
    """For the partner whose fund, claim, request, enrolment or ask this is."""
    return bool(user.roles_in(about.partner_id) & PARTNER_ROLES)


def holds_site_role(user: User, *roles: Role) -> bool:
    """Is one of Windfall's people, in one of these roles, or in any."""
    wanted = roles or (Role.ADMIN, Role.FINANCE)
    return user.holds_at(Kind.SITE, wanted)


@rules.predicate
def is_admin(user: User) -> bool:
    return holds_site_role(user, Role.ADMIN)


@rules.predicate
def is_finance(user: User) -> bool:
    return holds_site_role(user, Role.FINANCE)


@rules.predicate
def is_own(user: User, membership: Membership) -> bool:
    return membership.user_id == user.pk


@rules.predicate
def keeps_its_company(user: User, membership: Membership) -> bool:
    return user.has_perm("partners.manage_team", membership.company)


# Who works in a company: invites, withdraws invitations, ends memberships, changes roles. Of a company.
rules.add_perm("partners.manage_team", keeps | is_admin)
# Of a membership: one may always leave.
rules.add_perm("partners.end_membership", is_own | keeps_its_company)
rules.add_perm("partners.change_role", keeps_its_company)
rules.add_perm("partners.create_company", is_admin)
# Of a partner: in which currency its people read sums over all vendors.
rules.add_perm("partners.choose_currency", keeps & is_a_partner)
