"""Who may do what with a claim. Views, templates and actions ask these same predicates; the database says them again."""

import rules
from django.db.models import QuerySet

from claims.models import BankDetails, Claim, FundRequest, Payment, Reversal, ShortPay
from funds.permissions import keeps_allocation
from partners.models import Company, Membership, User
from partners.permissions import is_admin, is_finance, works_for_its_partner
from partners.states import KEEPER, Kind, Role


@rules.predicate
def filed_it(user: User, claim: Claim) -> bool:
    return claim.filed_by_id == user.pk


@rules.predicate
def decided_it(user: User, claim: Claim) -> bool:
    return user.pk in (claim.decided_by_id, claim.second_by_id)


@rules.predicate
def keeps_partner(user: User, company: Company) -> bool:
    """Looks after a partner or a vendor: may say where it is paid, or from where it pays."""
    return company.kind != Kind.SITE and KEEPER[Kind(company.kind)] in user.roles_in(company.pk)


@rules.predicate
def has_a_side(user: User, payment: Payment) -> bool:
    """Is of the payment's partner or vendor, or finance."""
    return bool(user.roles_in(payment.partner_id) or user.roles_in(payment.vendor_id)) or is_finance(user)


@rules.predicate
def owns_the_payee(user: User, short: ShortPay) -> bool:
    return Role.OWNER in user.roles_in(short.payment.partner_id)


@rules.predicate
def entered_them(user: User, details: BankDetails) -> bool:
    return details.entered_by_id == user.pk or bool(user.roles_in(details.company_id))


@rules.predicate
def proposed_it(user: User, reversal: Reversal) -> bool:
    return reversal.proposed_by_id == user.pk or bool(user.roles_in(reversal.claim.partner_id))


@rules.predicate
def decided_it_before(user: User, claim: Claim) -> bool:
    """Its decision was disputed: another reviewer looks at it now."""
    return claim.first_decided_by_id == user.pk


@rules.predicate
def approved_it_before(user: User, claim: Claim) -> bool:
    """Approved too what was disputed. They do not decide it anew; they may still approve too what somebody else decides."""
    return claim.first_second_by_id == user.pk


# Four eyes: who files, who decides and who pays are three people, and the latter two are strangers to the partner.
rules.add_perm("claims.file", works_for_its_partner)
outsider = is_admin & ~filed_it & ~works_for_its_partner
rules.add_perm("claims.review", outsider & ~decided_it_before & ~approved_it_before)
rules.add_perm("claims.approve_too", outsider & ~decided_it & ~decided_it_before)
rules.add_perm("claims.pay", is_finance & ~filed_it & ~decided_it & ~works_for_its_partner)
rules.add_perm("claims.start", works_for_its_partner)
rules.add_perm("claims.see_queue", is_admin)
rules.add_perm("claims.see_payments", is_finance)
rules.add_perm("claims.hold", has_a_side)
rules.add_perm("claims.read_remittance", works_for_its_partner | is_finance)
rules.add_perm("claims.accept_short", owns_the_payee)
rules.add_perm("claims.reverse", is_finance & ~works_for_its_partner)
rules.add_perm("claims.confirm_reversal", is_finance & ~proposed_it)
# Of a company: where it is paid, or pays from.
rules.add_perm("claims.enter_bank_details", keeps_partner)
rules.add_perm("claims.see_bank_details", keeps_partner | is_finance)
rules.add_perm("claims.check_bank_details", is_finance & ~entered_them)


@rules.predicate
def manages_asked(user: User, request: FundRequest) -> bool:
    return Role.MANAGER in user.roles_in(request.allocation.budget.program.vendor_id)


@rules.predicate
def filed_request(user: User, request: FundRequest) -> bool:
    return request.filed_by_id == user.pk


@rules.predicate
def approved_first(user: User, request: FundRequest) -> bool:
    return request.decided_by_id == user.pk


def other_managers(request: FundRequest) -> QuerySet[Membership]:
    """The vendor's managers who could say yes too: they neither approved nor filed it, and do not work for its partner."""
    active = Membership.objects.active()
    return (
        active.filter(company=request.allocation.budget.program.vendor_id, role=Role.MANAGER, user__is_active=True)
        .exclude(user__in=[request.decided_by_id, request.filed_by_id])
        .exclude(user__in=active.filter(company=request.partner_id).values("user"))
    )


@rules.predicate
def nobody_else_there(user: User, request: FundRequest) -> bool:
    """The vendor has no second manager who could look at it."""
    return not other_managers(request).exists()


@rules.predicate
def first_said_yes(user: User, request: FundRequest) -> bool:
    """To its change, by whoever approved it before: a second person's answer is waited for."""
    return "first" in (request.amendment or {})


@rules.predicate
def is_some_manager(user: User) -> bool:
    return Membership.objects.active().filter(user=user, role=Role.MANAGER).exists()


# A request is the partner's to make and the vendor's to decide: nobody does both, and nobody approves twice. Where a vendor has
# only one manager, an admin of Windfall is the second person.
decides = ~filed_request & ~works_for_its_partner
rules.add_perm("claims.start_request", works_for_its_partner & ~keeps_allocation)
rules.add_perm("claims.file_request", works_for_its_partner)
rules.add_perm("claims.decide_request", manages_asked & decides)
rules.add_perm("claims.approve_request_too", (manages_asked | is_admin & nobody_else_there) & ~approved_first & decides)
rules.add_perm(
    "claims.answer_change", (manages_asked | is_admin & first_said_yes & nobody_else_there & ~approved_first) & decides
)
rules.add_perm("claims.see_requests_queue", is_some_manager | is_admin)

# Rates of exchange.
rules.add_perm("claims.keep_rates", is_finance)
rules.add_perm("claims.see_rates", is_finance | is_admin)
# Of a claim or a request: whoever may file it tells what came of it.
rules.add_perm("claims.report", works_for_its_partner)
rules.add_perm("claims.see_changes", is_admin)
