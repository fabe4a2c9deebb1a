"""Being in a company: leaving it, being let go, another role."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from partners.actions.steps import PeopleRefused, check_role, locked
from partners.events import event, record
from partners.models import Membership, User
from partners.states import KEEPER, Kind


def locked_membership(membership: Membership, *, by: User, permission: str) -> Membership:
    """The membership as it stands now, its company locked first. PermissionDenied, or PeopleRefused once it has ended."""
    company = locked(membership.company)
    fresh = Membership.objects.select_for_update(of=("self",)).select_related("user").get(pk=membership.pk)
    fresh.company = company
    if fresh.ended_at:
        raise PeopleRefused(f"{fresh.user} is not in {company} any more.")
    if not by.has_perm(permission, fresh):
        raise PermissionDenied
    return fresh


def is_last_keeper(membership: Membership) -> bool:
    """Nobody else would be left to look after the company's people."""
    keeper = KEEPER[Kind(membership.company.kind)]
    others = membership.company.memberships.active().filter(role=keeper).exclude(pk=membership.pk)
    return membership.role == keeper and not others.exists()


def keep_a_keeper(membership: Membership, what: str) -> None:
    if is_last_keeper(membership):
        role = membership.get_role_display().lower()
        raise PeopleRefused(
            f"{membership.user} is the last {role} of {membership.company} and {what}. Give that role to another first."
        )


def end_membership(*, membership: Membership, by: User, now: datetime) -> Membership:
    """End it, or leave: access is gone with the person's next click, and a person without any company is signed out.

    PeopleRefused for the last one who looks after the company's people; the database refuses that too.
    """
    with transaction.atomic():
        membership = locked_membership(membership, by=by, permission="partners.end_membership")
        keep_a_keeper(membership, "cannot leave")
        membership.ended_at = now
        membership.save(update_fields=["ended_at"])
        person = membership.user
        if not person.memberships.active().exists():
            person.signed_out_at = now
            person.save(update_fields=["signed_out_at"])
        verb = "left" if by.pk == person.pk else "ended"
        data = {"role": membership.role}
        record([event(verb=verb, about=membership, by=by, company_id=membership.company_id, data=data, at=now)])
    return membership


def change_role(*, membership: Membership, role: str, by: User, now: datetime) -> Membership:
    """PeopleRefused for a role that such a company has not, and for the last one who looks after its people."""
    with transaction.atomic():
        membership = locked_membership(membership, by=by, permission="partners.change_role")
        before, after = membership.role, check_role(membership.company, role)
        if before == after:
            raise PeopleRefused(f"{membership.user} is {membership.get_role_display().lower()} already.")
        keep_a_keeper(membership, "keeps that role")
        membership.role = after
        membership.save(update_fields=["role"])
        record(
            [
                event(
                    verb="changed role",
                    about=membership,
                    by=by,
                    company_id=membership.company_id,
                    from_state=before,
                    to_state=after,
                    at=now,
                )
            ]
        )
    return membership
