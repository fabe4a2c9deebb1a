"""What every act on people does the same way: lock the company first, then what it changes."""

from partners.models import Company
from partners.states import ROLES, Kind, Role


class PeopleRefused(Exception):
    """The state of the company, its people or its invitations does not allow it. Its words are for the user."""


def locked(company: Company) -> Company:
    return Company.objects.select_for_update(no_key=True).get(pk=company.pk)


def check_role(company: Company, role: str) -> Role:
    if role not in ROLES[Kind(company.kind)]:
        raise PeopleRefused(f"{company} has no such role.")
    return Role(role)
