"""The languages that a resource may be in: BCP 47 codes, shown by their names. A leaf: imports no model."""

from babel import Locale, UnknownLocaleError

ENGLISH = Locale("en")
# Of no one language: brand assets without words, a kit in many languages.
MANY = "mul"
SPOKEN = (
    "ar bg cs da de de-AT de-CH el en en-AU en-GB en-US es es-419 es-MX et fi fr fr-CA he hi hr hu id it ja kk ko lt lv ms nb "
    "nl nl-BE pl pt pt-BR ro ru sk sl sr sv th tr uk vi zh-Hans zh-Hant"
)
# What the database takes: a language, then a script or a region, as in zh-Hans or pt-BR.
PATTERN = r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"


def language_name(code: str) -> str:
    """«Portuguese (Brazil)» for pt-BR; the code itself where nobody knows it."""
    if code == MANY:
        return "Several languages"
    try:
        return Locale.parse(code, sep="-").get_display_name(ENGLISH) or code
    except (UnknownLocaleError, ValueError):
        return code


# As a form and a filter offer them, by name.
LANGUAGES = [
    (MANY, language_name(MANY)),
    *sorted(((code, language_name(code)) for code in SPOKEN.split()), key=lambda c: c[1]),
]
