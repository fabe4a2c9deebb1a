"""Who may nudge, who mends addresses, and who sees how mail goes. Views, templates and actions ask these predicates."""

import rules

from partners.models import Membership, User
from partners.permissions import is_admin
from partners.states import KEEPER
from programs.permissions import manages_vendor
from reminders.models import Suppression


@rules.predicate
def keeps_a_company_of(user: User, suppression: Suppression) -> bool:
    """Looks after the people of a company that the address's person works for."""
    theirs = Membership.objects.active().filter(user=suppression.user_id)
    mine = Membership.objects.active().filter(user=user, company__in=theirs.values("company"))
    return any(KEEPER[kind] == role for kind, role in mine.values_list("company__kind", "role"))


rules.add_perm("reminders.nudge", manages_vendor)
# Of a suppressed address. One's own is confirmed by its mail instead.
rules.add_perm("reminders.lift", keeps_a_company_of | is_admin)
rules.add_perm("reminders.see_mail", is_admin)
