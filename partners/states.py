"""Kinds of company and the roles that people hold in them. A leaf: imports no model."""

from django.db.models import TextChoices


class Kind(TextChoices):
    PARTNER = "partner", "Partner"
    VENDOR = "vendor", "Vendor"
    SITE = "site", "Windfall"


class Role(TextChoices):
    OWNER = "owner", "Owner"
    MEMBER = "member", "Member"
    MANAGER = "manager", "Channel manager"
    ADMIN = "admin", "Admin"
    FINANCE = "finance", "Finance"


# Which roles a company of each kind has. A database trigger holds memberships and invitations to it.
ROLES: dict[Kind, tuple[Role, ...]] = {
    Kind.PARTNER: (Role.OWNER, Role.MEMBER),
    Kind.VENDOR: (Role.MANAGER,),
    Kind.SITE: (Role.ADMIN, Role.FINANCE),
}

# The role that may invite and end memberships, and of which a company always keeps one.
KEEPER: dict[Kind, Role] = {Kind.PARTNER: Role.OWNER, Kind.VENDOR: Role.MANAGER, Kind.SITE: Role.ADMIN}
