"""How one person's mail writes dates and amounts: as in their language. Its words are English in all of them. A leaf."""

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_currency
from django.utils.formats import date_format

from programs import money


@dataclass(frozen=True, slots=True)
class Form:
    """Of one of `ways.LANGUAGES`; "" is how Windfall's pages write."""

    language: str = ""

    @property
    def locale(self) -> Locale:
        return Locale.parse(self.language, sep="-")

    def day(self, day: date) -> str:
        """30 Nov 2026; 30.11.2026 in German."""
        return written(day, self.language)

    def money(self, amount: int, currency: str) -> str:
        """(500000, "EUR") gives €5,000.00; 5.000,00 € in German."""
        if not self.language:
            return money.show(amount, currency)
        text = format_currency(money.major(amount, currency), currency, locale=self.locale)
        # A code needs a space before the figures, a sign does not.
        return re.sub(r"(?<=[^\W\d])(?=\d)", "\u00a0", text)


@lru_cache(maxsize=1000)
def written(day: date, language: str) -> str:
    """A morning's mails name the same few days again and again."""
    return format_date(day, "medium", Form(language).locale) if language else date_format(day)
