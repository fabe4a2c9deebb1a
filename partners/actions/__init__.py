"""What people do with companies and the people in them."""

from partners.actions.companies import choose_currency, create_company
from partners.actions.invitations import accept, find, find_by_hash, has_address, hash_of, invite, withdraw_invitation
from partners.actions.memberships import change_role, end_membership, is_last_keeper
from partners.actions.steps import PeopleRefused

__all__ = [
    "PeopleRefused",
    "accept",
    "change_role",
    "choose_currency",
    "create_company",
    "end_membership",
    "find",
    "find_by_hash",
    "has_address",
    "hash_of",
    "invite",
    "is_last_keeper",
    "withdraw_invitation",
]
