"""Who may move which money. Views, templates and actions ask these same predicates."""

import rules

from funds.asks import ExtensionRequest, Proposal
from funds.models import Allocation, Budget, StatementUpload, Year
from partners.models import User
from partners.permissions import works_at, works_for_its_partner
from partners.states import ROLES, Kind, Role
from programs.permissions import keeps_books, manages, manages_vendor


@rules.predicate
def manages_budget(user: User, budget: Budget) -> bool:
    return Role.MANAGER in user.roles_in(budget.program.vendor_id)


@rules.predicate
def manages_year(user: User, year: Year) -> bool:
    return Role.MANAGER in user.roles_in(year.vendor_id)


@rules.predicate
def manages_allocation(user: User, allocation: Allocation) -> bool:
    return Role.MANAGER in user.roles_in(allocation.budget.program.vendor_id)


@rules.predicate
def keeps_allocation(user: User, allocation: Allocation) -> bool:
    """The fund is of a vendor that the user's company records for itself."""
    return keeps_books(user, allocation.budget.program)


@rules.predicate
def keeps_statement(user: User, upload: StatementUpload) -> bool:
    """Works for the partner whose books the uploaded statement is for."""
    return bool(user.roles_in(upload.kept_by_id) & set(ROLES[Kind.PARTNER]))


rules.add_perm("funds.record_statement", keeps_allocation)
rules.add_perm("funds.keep_statement", keeps_statement)
rules.add_perm("funds.open_year", manages_vendor)
rules.add_perm("funds.change_year", manages_year)
rules.add_perm("funds.add_budget", manages)
rules.add_perm("funds.fund_budget", manages_budget)
rules.add_perm("funds.allocate", manages_budget)
rules.add_perm("funds.accrue", manages_budget)
rules.add_perm("funds.manage_allocation", manages_allocation)


@rules.predicate
def owns_partner(user: User, allocation: Allocation) -> bool:
    return Role.OWNER in user.roles_in(allocation.partner_id)


rules.add_perm("funds.claim_from", works_for_its_partner)
rules.add_perm("funds.answer_terms", owns_partner)
# A vendor that is not on Windfall is asked elsewhere.
rules.add_perm("funds.ask_for_time", works_for_its_partner & ~keeps_allocation)


@rules.predicate
def manages_asked_fund(user: User, request: ExtensionRequest) -> bool:
    return manages_allocation(user, request.allocation)


@rules.predicate
def manages_asked_program(user: User, proposal: Proposal) -> bool:
    return manages(user, proposal.program)


# Of a partner: to say that it has a plan ready.
rules.add_perm("funds.propose", works_at)
rules.add_perm("funds.withdraw_ask", works_for_its_partner)
rules.add_perm("funds.answer_request", manages_asked_fund)
rules.add_perm("funds.answer_proposal", manages_asked_program)
