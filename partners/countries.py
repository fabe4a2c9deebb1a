"""Countries by their ISO 3166 codes and English names. A leaf: imports no model."""

from collections.abc import Iterable
from functools import cache

from babel import Locale
from babel.numbers import get_territory_currencies

ENGLISH = Locale("en")
# "the United States", but "Germany".
WITH_ARTICLE = {
    "AE",
    "BS",
    "CD",
    "CF",
    "DO",
    "FO",
    "GB",
    "GM",
    "IM",
    "KM",
    "KY",
    "MH",
    "MV",
    "NL",
    "PH",
    "SB",
    "SC",
    "US",
}


@cache
def names() -> dict[str, str]:
    """Every country's name by its code: {"DE": "Germany", …}, by name."""
    found = {code: str(name) for code, name in ENGLISH.territories.items()}
    countries = {code: name for code, name in found.items() if len(code) == 2 and get_territory_currencies(code)}
    return dict(sorted(countries.items(), key=lambda item: item[1]))


@cache
def codes() -> dict[str, str]:
    """Every code by what people write for it: "de", "germany"."""
    by_name = {name.casefold(): code for code, name in names().items()}
    return by_name | {code.casefold(): code for code in names()} | {"uk": "GB", "usa": "US"}


def name_of(code: str) -> str:
    """("DE") gives "Germany"; a code that is none comes back as it is."""
    return names().get(code, code)


def in_words(code: str) -> str:
    """As it stands in a sentence: ("US") gives "the United States"."""
    return f"the {name_of(code)}" if code in WITH_ARTICLE else name_of(code)


def listed(codes: Iterable[str]) -> str:
    """("DE", "AT", "CH") gives "Austria, Germany and Switzerland"."""
    found = [in_words(code) for code in sorted(codes, key=name_of)]
    return found[0] if len(found) == 1 else f"{', '.join(found[:-1])} and {found[-1]}" if found else ""


def parse(text: str) -> tuple[list[str], list[str]]:
    """Codes or names with commas or line breaks between them: the codes, and what is no country."""
    words = [word.strip() for word in text.replace(";", ",").replace("\n", ",").split(",") if word.strip()]
    found = {word: codes().get(" ".join(word.split()).casefold()) for word in words}
    return sorted({code for code in found.values() if code}), [word for word, code in found.items() if not code]
