"""Which links are taken: ones that show where they lead, and lead there safely. A leaf: imports no model.

A link is kept as it will be followed: in plain ASCII, its host in the form that browsers look up. So a look-alike host
in other letters shows as what it is (xn--…).
"""

import re
from ipaddress import ip_address
from urllib.parse import quote, urlsplit

LONGEST_LINK = 1000
LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
# What a browser would read in another way than we do, or not at all.
UNCLEAR = re.compile(r"[\x00-\x20\x7f\\<>\"^`{|}]")
# Everything else that is not ASCII is percent-encoded, and what is encoded already stays as it is.
KEPT = "!#$%&'()*+,/:;=?@[]~"


class LinkRefused(ValueError):
    """The link is not taken. Its words are for the user."""


def checked(text: str) -> str:
    """The link as it is kept. LinkRefused with what to do about it."""
    link = text.strip()
    if UNCLEAR.search(link) or any(not c.isprintable() for c in link):
        raise LinkRefused("This link has blanks or signs that no address has. Copy it from the address bar once more.")
    if not link.lower().startswith("https://"):
        raise LinkRefused("Enter a link that begins with https://.")
    try:
        parts = urlsplit(link)
        port = parts.port
    except ValueError:
        raise LinkRefused("This is not a web address. Copy it from the address bar once more.") from None
    if "@" in parts.netloc:
        raise LinkRefused("Leave the name and password out of the link: everybody who opens it would read them.")
    host = public_host(parts.hostname or "")
    address = host if port in (None, 443) else f"{host}:{port}"
    rest = parts._replace(scheme="", netloc="", path=parts.path or "/").geturl()
    kept = f"https://{address}{quote(rest, safe=KEPT)}"
    if len(kept) > LONGEST_LINK:
        raise LinkRefused(f"This link is longer than {LONGEST_LINK:,} characters. Use a shorter one.")
    return kept


def public_host(name: str) -> str:
    """The host as browsers look it up. LinkRefused for none, for a bare IP address and for names of an own network."""
    try:
        host = name.rstrip(".").encode("idna").decode().lower()
    except UnicodeError:
        host = ""
    labels = host.split(".")
    if len(labels) < 2 or len(host) > 253 or not all(LABEL.fullmatch(label) for label in labels):
        raise LinkRefused("This link names no site that partners can reach, as in https://www.example.com/kit.")
    if is_address(host) or labels[-1].isdecimal() or labels[-1] in ("local", "localhost", "internal"):
        raise LinkRefused("Partners can't reach this address: use one with a public name.")
    return host


def is_address(host: str) -> bool:
    try:
        return bool(ip_address(host))
    except ValueError:
        return False


def host_of(link: str) -> str:
    """Where a kept link leads, to be shown beside it."""
    return urlsplit(link).netloc
