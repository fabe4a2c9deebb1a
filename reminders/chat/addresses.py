"""Which addresses messages may go to: public ones on the internet, and no other. A leaf: imports no model.

What a name stands for is asked when it is connected to, and the connection goes to the very address that was looked at: a name
that stands for another one a moment later (DNS rebinding) gains nothing.
"""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

LONGEST = 1000
# Not places of the internet, though Python may call them global: protocols' own, and Oracle's machines' secrets (192.0.0.0/24),
# relays into IPv6, and what Azure's machines ask for their secrets.
NOT_PLACES = [ip_network(net) for net in ("192.0.0.0/24", "192.88.99.0/24", "168.63.129.16/32")]
# The internet's part of IPv6. So all that stands for an IPv4 address is out (::ffff:0:0/96, 64:ff9b::/96, 64:ff9b:1::/48), and of
# the part itself Teredo and other protocols (2001::/23), documentation, 6to4.
UNICAST = ip_network("2000::/3")
NOT_UNICAST = [ip_network(net) for net in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")]


class Refused(Exception):
    """Nothing is sent there. Its words are for the user."""


def is_public(text: str) -> bool:
    try:
        address = ip_address(text)
    except ValueError:
        return False
    if isinstance(address, IPv6Address):
        return is_public_6(address)
    return is_public_4(address)


def is_public_4(address: IPv4Address) -> bool:
    return address.is_global and not address.is_multicast and not any(address in net for net in NOT_PLACES)


def is_public_6(address: IPv6Address) -> bool:
    return (
        address.scope_id is None
        and address in UNICAST
        and address.is_global
        and not any(address in net for net in NOT_UNICAST)
    )


def is_let_through(host: str, port: int) -> bool:
    """Named in a setting that only tests and developers' machines have."""
    return f"{host}:{port}" in settings.CHAT_MAY_REACH


def checked(url: str) -> SplitResult:
    """The parts of an address that may be written to; Refused with words for anything but plain https to a public place."""
    if len(url) > LONGEST or not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        raise Refused("That is no address of a chat. Copy it as the chat shows it.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Refused("That is no address of a chat. Copy it as the chat shows it.") from None
    if not parts.hostname:
        raise Refused("The address has to begin with https:// and a name.")
    if is_let_through(parts.hostname, port or 443) and parts.scheme in ("http", "https"):
        return parts
    if parts.scheme != "https":
        raise Refused("The address has to begin with https://.")
    if parts.username is not None or parts.password is not None:
        raise Refused("The address must not hold a name and password.")
    if port not in (None, 443):
        raise Refused("The address must not name a port.")
    if is_number(parts.hostname) and not is_public(parts.hostname):
        raise Refused("That is no public place on the internet.")
    if not is_number(parts.hostname) and "." not in parts.hostname:
        raise Refused("The name has to be one on the internet, as in hooks.example.com.")
    return parts


def is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
