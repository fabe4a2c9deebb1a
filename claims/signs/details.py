"""Bank accounts and tax numbers that the partner shares with a supplier or with another company, found by their fingerprints."""

from collections.abc import Collection, Iterable, Iterator

from django.db.models import Q

from claims.models import BankDetails, Proof
from claims.reading.marks import ACCOUNT, TAX
from claims.signs.cases import MOST, Case, Cases, Sign, grouped
from partners.models import Company
from programs.activities import Shows

# Fingerprints, each with the ids and names of the companies that have it.
Owners = dict[str, list[tuple[int, str]]]
MOST_NAMES = 4
CALLED = {ACCOUNT: "bank account", TAX: "tax number"}


def shared_details(cases: Cases) -> Iterator[tuple[Case, Sign]]:
    """An invoice that is paid to the partner itself, and what belongs to another company too.

    That other one is named to Windfall's people alone. All that a company ever entered counts, also what it replaced since.
    """
    own = of_companies(cases.partners)
    invoices = {case.claim.pk: [proof for proof in case.proofs if is_invoice(proof)] for case in cases}
    wanted = {*own, *(mark for files in invoices.values() for proof in files for mark in proof.marks)}
    others = owners(wanted) if cases.names_companies else {}
    for case in cases:
        partner = case.claim.partner
        of_partner = {mark for mark, companies in own.items() if partner.pk in dict(companies)}
        for words in shared_words(partner, of_partner, others):
            yield case, Sign("shared_details", words)
        for proof in invoices[case.claim.pk]:
            for kind, called in CALLED.items():
                named = {mark for mark in proof.marks if mark[0] == kind}
                # A customer's number stands beside its supplier's on many invoices: alone it is the supplier's.
                if named and named <= of_partner:
                    yield case, Sign("own_details", f"{proof.name} names {partner.name}'s own {called}, and no other")
                for mark in sorted(named - of_partner):
                    if names := strangers(others, mark, partner.pk):
                        yield case, Sign("shared_details", f"{proof.name} names the {called} of {listed(names)}")


def is_invoice(proof: Proof) -> bool:
    """By what its partner says that it shows, and by what it says itself."""
    said = proof.read or {}
    return (not proof.shows or Shows.INVOICE in proof.shows) and ("number" in said or "total" in said)


def pairs(details: Iterable[BankDetails]) -> Iterator[tuple[str, tuple[int, str]]]:
    """Each fingerprint with the id and the name of its company."""
    for one in details:
        for mark in filter(None, (one.account_print, one.tax_print)):
            yield mark, (one.company_id, one.company.name)


def of_companies(companies: Collection[int]) -> Owners:
    return grouped(pairs(BankDetails.objects.filter(company__in=companies).select_related("company")))


def owners(marks: Collection[str]) -> Owners:
    """Whose they are."""
    if not marks:
        return {}
    found = BankDetails.objects.filter(Q(account_print__in=marks) | Q(tax_print__in=marks)).select_related("company")
    return grouped(pairs(found[:MOST]))


def strangers(found: Owners, mark: str, company: int) -> list[str]:
    return sorted({name for owner, name in found.get(mark, ()) if owner != company})


def shared_words(company: Company, marks: Iterable[str], found: Owners) -> Iterator[str]:
    for mark in sorted(marks):
        if names := strangers(found, mark, company.pk):
            yield f"{company.name} has the same {CALLED[mark[0]]} as {listed(names)}"


def listed(names: list[str]) -> str:
    """ "Acme, Blue and 3 more": a reviewer who has read of some has read enough."""
    named, more = names[:MOST_NAMES], len(names) - MOST_NAMES
    named += [f"{more} more"] if more > 0 else []
    return " and ".join(filter(None, (", ".join(named[:-1]), named[-1])))


def shared_with(company: Company) -> list[str]:
    """With whom a company shares an account or a tax number, in words for Windfall's people."""
    own = of_companies([company.pk])
    return list(shared_words(company, own, owners(own)))
