"""Who may do what with a claim. Views, templates and actions ask these same predicates; the database says them again."""

import rules

from claims.models import Claim
from funds.permissions import works_for_partner
from partners.models import User
from partners.permissions import is_admin, is_finance
from partners.states import Role


@rules.predicate
def works_for_claimant(user: User, claim: Claim) -> bool:
    return bool(user.roles_in(claim.partner_id) & {Role.OWNER, Role.MEMBER})


@rules.predicate
def filed_it(user: User, claim: Claim) -> bool:
    return claim.filed_by_id == user.pk


@rules.predicate
def decided_it(user: User, claim: Claim) -> bool:
    return claim.decided_by_id == user.pk


# Four eyes: who files, who decides and who pays are three people, and the latter two are strangers to the partner.
rules.add_perm("claims.file", works_for_claimant)
rules.add_perm("claims.review", is_admin & ~filed_it & ~works_for_claimant)
rules.add_perm("claims.pay", is_finance & ~filed_it & ~decided_it & ~works_for_claimant)
rules.add_perm("claims.start", works_for_partner)
rules.add_perm("claims.see_queue", is_admin)
rules.add_perm("claims.see_payments", is_finance)
