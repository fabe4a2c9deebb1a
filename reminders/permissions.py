"""Who may nudge, who mends addresses, who sees how mail goes, who answers a reminder, and who says where a company's messages go.

Views, templates and actions ask these predicates.
"""

import rules

from partners.models import Company, Membership, User
from partners.permissions import is_admin, keeps
from partners.states import KEEPER, Kind
from programs.permissions import manages_vendor
from reminders.models import Matter, Reminder, Suppression
from reminders.rules import AUDIENCES, PARTNERS, VENDOR


@rules.predicate
def keeps_a_company_of(user: User, suppression: Suppression) -> bool:
    """Looks after the people of a company that the address's person works for."""
    theirs = Membership.objects.active().filter(user=suppression.user_id)
    mine = Membership.objects.active().filter(user=user, company__in=theirs.values("company"))
    return any(KEEPER[kind] == role for kind, role in mine.values_list("company__kind", "role"))


@rules.predicate
def is_a_partner_or_vendor(user: User, company: Company) -> bool:
    return company.kind != Kind.SITE


@rules.predicate
def is_a_vendor(user: User, company: Company) -> bool:
    return company.kind == Kind.VENDOR


@rules.predicate
def answers_it(user: User, about: Reminder | Matter) -> bool:
    """Was told of it, or acts where it is to do. News and a vendor's words need no answer."""
    if not about.needs_answer:
        return False
    if isinstance(about, Matter):
        return any(about.audience in AUDIENCES[role] for role in user.roles_in(about.company_id))
    return about.recipient_id == user.pk and Reminder.objects.visible_to(user).filter(pk=about.pk).exists()


@rules.predicate
def does_it(user: User, about: Reminder | Matter) -> bool:
    """A vendor's manager hears of money that its partner is about to lose, and cannot use it in its place."""
    return not (about.audience == VENDOR and about.rule in PARTNERS)


rules.add_perm("reminders.answer", answers_it)
rules.add_perm("reminders.take", answers_it & does_it)
rules.add_perm("reminders.nudge", manages_vendor)
# Of a company: when it is told, and what is much money.
rules.add_perm("reminders.choose", keeps)
# Of a vendor: its own words beside those of a rule.
rules.add_perm("reminders.word", keeps & is_a_vendor)
# Of a suppressed address. One's own is confirmed by its mail instead.
rules.add_perm("reminders.lift", keeps_a_company_of | is_admin)
rules.add_perm("reminders.see_mail", is_admin)
# Of a company.
rules.add_perm("reminders.manage_hooks", keeps & is_a_partner_or_vendor)
