"""Which bank details can be right: check digits and lengths of IBAN, BIC and US routing numbers. A leaf.

Sources: ISO 13616 (IBAN registry, release 99: lengths), ISO 7064 mod 97-10, ISO 9362 (BIC), ABA routing number check digit.
"""

import re

LENGTHS = (
    "AD:24 AE:23 AL:28 AT:20 AZ:28 BA:20 BE:16 BG:22 BH:22 BI:27 BR:29 BY:28 CH:21 CR:22 CY:28 CZ:24 DE:22 DJ:27 DK:18 "
    "DO:28 EE:20 EG:29 ES:24 FI:18 FK:18 FO:18 FR:27 GB:22 GE:22 GI:23 GL:18 GR:27 GT:28 HR:21 HU:28 IE:22 IL:23 IQ:23 "
    "IS:26 IT:27 JO:30 KW:30 KZ:20 LB:28 LC:32 LI:21 LT:20 LU:20 LV:21 LY:25 MC:27 MD:24 ME:22 MK:19 MN:20 MR:27 MT:31 "
    "MU:30 NI:28 NL:18 NO:15 OM:23 PK:24 PL:28 PS:29 PT:25 QA:29 RO:24 RS:22 RU:33 SA:24 SC:31 SD:18 SE:24 SI:19 SK:24 "
    "SM:27 SO:23 ST:25 SV:28 TL:23 TN:24 TR:26 UA:29 VA:22 VG:24 XK:20 YE:30"
)
IBAN_LENGTHS = {part[:2]: int(part[3:]) for part in LENGTHS.split()}
# Where an account in euros is reached without a BIC (EPC409-09).
COUNTRIES = (
    "AD AL AT BE BG CH CY CZ DE DK EE ES FI FR GB GI GR HR HU IE IS IT LI LT LU LV MC MD ME MK MT NL NO PL PT RO RS SE SI "
    "SK SM VA"
)
SEPA = frozenset(COUNTRIES.split())


class WrongNumber(ValueError):
    """Its words are for the user."""


def bare(text: str) -> str:
    return re.sub(r"[\s.\-\u00a0]", "", text).upper()


def iban(text: str) -> str:
    """Without blanks, in capitals. WrongNumber for a country, length or check digits that cannot be."""
    number = bare(text)
    if not re.fullmatch(r"[A-Z]{2}\d{2}[0-9A-Z]{8,30}", number, re.ASCII):
        raise WrongNumber("An IBAN begins with two letters and two digits, as in DE89 3704 0044 0532 0130 00.")
    wanted = IBAN_LENGTHS.get(number[:2])
    if wanted is None:
        raise WrongNumber(f"No country with IBANs has the letters {number[:2]}.")
    if len(number) != wanted:
        raise WrongNumber(f"An IBAN of {number[:2]} has {wanted} signs; this one has {len(number)}.")
    if int("".join(str(int(sign, 36)) for sign in number[4:] + number[:4])) % 97 != 1:
        raise WrongNumber("This IBAN's check digits do not fit: one of its signs is mistyped.")
    return number


def bic(text: str) -> str:
    number = bare(text)
    if not re.fullmatch(r"[A-Z]{4}[A-Z]{2}[0-9A-Z]{2}([0-9A-Z]{3})?", number, re.ASCII):
        raise WrongNumber("A BIC has 8 or 11 signs, as in COBADEFF.")
    return number


def routing(text: str) -> str:
    """A US routing number: nine digits with the ABA's check digit."""
    number = bare(text)
    if not re.fullmatch(r"\d{9}", number, re.ASCII):
        raise WrongNumber("A routing number has nine digits.")
    weighted = sum(weight * int(digit) for weight, digit in zip((3, 7, 1) * 3, number, strict=True))
    if weighted % 10 or number == "000000000":
        raise WrongNumber("This routing number's check digit does not fit: one of its digits is mistyped.")
    return number


def us_account(text: str) -> str:
    number = bare(text)
    if not re.fullmatch(r"\d{4,17}", number, re.ASCII):
        raise WrongNumber("A US account number has 4 to 17 digits.")
    return number


def tax_id(text: str) -> str:
    number = bare(text).replace("/", "")
    if not re.fullmatch(r"[0-9A-Z]{5,20}", number, re.ASCII):
        raise WrongNumber("A tax number has 5 to 20 letters and digits, as in 12-3456789 or DE123456789.")
    return number
