"""One line of the owner's queue."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Row:
    """A fund, a claim or a request: what to do, by when, how much it brings, and the button for it."""

    title: str
    vendor: str
    words: str
    by: date
    today: date
    amount: int
    currency: str
    url: str
    button: str
    button_url: str
    at_risk: bool
    urgency: tuple

    @property
    def tone(self) -> str:
        if not self.at_risk:
            return ""
        return "tone-lost" if (self.by - self.today).days <= 7 else "tone-risk"
