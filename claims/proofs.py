"""Which files are taken as proof: sniffed, parsed and bounded before anything is kept."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Accepted:
    """A file that passed every check. `stored_name` is random; `name` is what the user called it, cleaned."""

    name: str
    stored_name: str
    kind: str
    content: bytes
    sha256: str
    pages: int
