"""What a person said of a statement, or what was remembered of the last one of its shape: kept as JSON beside its file."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from funds.statement_files.words import Meaning

# The file tells another order of its days than the last one: a person is asked.
ASK = "ask"


@dataclass(frozen=True, slots=True)
class Said:
    """Empty where nobody said anything: then the file itself tells.

    `taught`: what columns hold, by their keys. `order`: which comes first in a day, or ASK. `mark`: what stands before the
    decimals. `currency`: what is meant where the file names none. `identity`: what tells funds apart. `header`: the number of the
    line with the headings; `unheaded`: none has them. `program`: into which one the funds go. `last_day`: of funds for which the
    file names none. `stated_on`: the day of the statement. `remembered`: all of this was said of an earlier file.
    """

    taught: Mapping[str, Meaning] = field(default_factory=dict)
    order: str = ""
    mark: str = ""
    currency: str = ""
    identity: tuple[Meaning, ...] = ()
    header: int = 0
    unheaded: bool = False
    sheet: str = ""
    program: str = ""
    last_day: date | None = None
    stated_on: date | None = None
    remembered: bool = False

    def as_json(self) -> dict[str, Any]:
        """Only what was said."""
        days = {name: str(day) for name in ("last_day", "stated_on") if (day := getattr(self, name))}
        plain = {name: value for name, value in asdict(self).items() if value and name not in days}
        if self.taught:
            plain["taught"] = {key: str(meaning) for key, meaning in self.taught.items()}
        if self.identity:
            plain["identity"] = [str(meaning) for meaning in self.identity]
        return plain | days

    @classmethod
    def of_json(cls, data: Mapping[str, Any]) -> "Said":
        known = dict(data)
        known["taught"] = {key: Meaning(value) for key, value in data.get("taught", {}).items()}
        known["identity"] = tuple(Meaning(value) for value in data.get("identity", ()))
        for name in ("last_day", "stated_on"):
            if name in known:
                known[name] = date.fromisoformat(known[name])
        return cls(**known)
