"""A bank account or tax number that a partner shares with a supplier or another company: found, and told to the right people."""

import json

import pytest
import typst
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse

from claims import actions, fingerprints, readings, vault
from claims.models import BankDetails, FingerprintKey, Proof, RowChange
from claims.reading.marks import ACCOUNT, TAX, Mark, marks_in
from claims.reading.text import text_of
from claims.signs import signs_of
from programs.bounds import bounded
from tests.cast import NOW, accepted_file
from tests.claims import paying
from tests.claims.invoices import paper
from tests.claims.paying import IBAN

OTHER_IBAN, OWN_TAX, OTHER_TAX = "NL91ABNA0417164300", "DE123456789", "NL123456789B01"


def invoice(*lines: str) -> bytes:
    """A PDF that reads as an invoice and says these lines too."""
    said = ["Lumen House GmbH", "Invoice number: L-7", "Amount due: 1,000.00 USD", *lines]
    return typst.compile(" \\ ".join(said).replace("#", "\\#").encode())


def claim_with(w, *lines, name="rechnung.pdf", shows=None):
    """A filed claim whose file says these lines."""
    claim = w.draft(w.fund(50_000_00), costs=(1_000_07,))
    claim.lines.update(supplier="Lumen House")
    proof = actions.attach(claim=claim, accepted=accepted_file(invoice(*lines), name), by=w.owner, now=NOW)
    if shows is not None:
        Proof.objects.filter(pk=proof.pk).update(shows=shows)
    readings.read_proof(proof, claim.partner)
    return w.again(actions.submit(claim=w.again(claim), by=w.owner, now=NOW))


def words(w, claim, user=None):
    return {
        sign.words
        for sign in signs_of([w.again(claim)], seen_by=user or w.admin)[claim.pk]
        if sign.code in ("shared_details", "own_details")
    }


# what stands on a file


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("IBAN: DE89 3704 0044 0532 0130 00  BIC: COBADEFF", [(ACCOUNT, IBAN)]),
        ("IBAN DE89370400440532013000 BIC COBADEFF", [(ACCOUNT, IBAN)]),
        ("IBAN DE89370400440532013001", []),
        ("Routing: 021000021   Account no.: 12-3456 789", [(ACCOUNT, "021000021123456789")]),
        ("Routing: 021000022   Account no.: 123456789", []),
        ("Account: 123456789", []),
        ("USt-IdNr. DE 123 456 789", [(TAX, OWN_TAX)]),
        ("VAT Reg No GB123456789 Thank you", [(TAX, "GB123456789")]),
        ("VAT: NL123456789B01", [(TAX, OTHER_TAX)]),
        ("Federal Tax ID: 12-3456789", [(TAX, "123456789")]),
        ("CIF B12345678", [(TAX, "B12345678")]),
        ("MWST-Nr. CHE-123.456.789", [(TAX, "CHE123456789")]),
        ("VAT 20%   1,234,567.00", []),
        ("VAT 1234567.00", []),
        ("vat is added where it is due", []),
        ("cifra 12345678", []),
        ("", []),
    ],
)
def test_accounts_and_tax_numbers_are_found_in_a_text(text, marks):
    assert marks_in(text) == [Mark(*mark) for mark in marks]


@pytest.mark.parametrize(
    ("name", "number"), [("German", OWN_TAX), ("English", "GB123456789"), ("Spanish", "B12345678")]
)
def test_they_are_found_in_an_invoice(name, number):
    assert marks_in(bounded(text_of, paper(name))) == [Mark(TAX, number)]


def test_a_long_text_is_read_in_no_time():
    assert len(marks_in("IBAN DE89 3704 0044 0532 0130 00 VAT " + "1 " * 15_000 + "account 1234 " * 2_000)) <= 20


# how they are kept


def test_the_same_number_has_the_same_fingerprint_and_nobody_reads_it_from_that(w):
    ours, theirs = paying.enter(w.brightpath, w.owner), paying.enter(w.othertech, w.stranger)
    assert (ours.account_print, ours.tax_print) == (theirs.account_print, theirs.tax_print)
    assert len({ours.account_print, ours.tax_print, ""}) == 3
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(to_jsonb(d)::text, '') FROM claims_bankdetails d")
        [row] = cursor.fetchone()
    assert not [number for number in (IBAN, OWN_TAX) if number in row]
    changes = json.dumps([row.becomes for row in RowChange.objects.filter(table="claims_bankdetails")])
    assert ours.account_print not in changes
    assert "hidden" in changes


def test_another_key_gives_other_fingerprints(w):
    before = fingerprints.of([Mark(TAX, OWN_TAX)])
    FingerprintKey.objects.update(secret=vault.new_fingerprint_key())
    assert fingerprints.of([Mark(TAX, OWN_TAX)]) != before


def test_they_outlive_a_rotation_of_the_keys(w, settings):
    claim = claim_with(w, f"IBAN {IBAN}")
    settings.BANK_DETAILS_KEYS = [Fernet.generate_key().decode()]
    call_command("rotate_bank_keys")
    settings.SECRET_KEY = "another one altogether"
    paying.enter(w.brightpath, w.owner)
    paying.enter(w.othertech, w.stranger)
    assert words(w, claim) == {
        "rechnung.pdf names Brightpath's own bank account, and no other",
        "Brightpath has the same bank account as Othertech",
        "Brightpath has the same tax number as Othertech",
    }


def test_without_its_key_details_are_entered_all_the_same(w, settings, caplog):
    paying.enter(w.brightpath, w.owner)
    settings.SECRET_KEY = "another one altogether"
    details = paying.enter(w.othertech, w.stranger)
    assert (details.account_print, details.tax_print) == ("", "")
    assert "opens the key of fingerprints" in caplog.text
    with pytest.raises(CommandError, match="No key opens"):
        call_command("rotate_bank_keys")


def test_a_key_of_fingerprints_is_nobodys_bank_details(w):
    details = paying.enter(w.brightpath, w.owner)
    BankDetails.objects.filter(pk=details.pk).update(secret=FingerprintKey.objects.get().secret)
    details.refresh_from_db()
    with pytest.raises(vault.Unreadable):
        vault.opened(details.secret, company_id=details.company_id)
    with pytest.raises(vault.Unreadable):
        vault.fingerprint("1", TAX, vault.sealed(paying.SECRETS, company_id=1))


# the signs


def test_an_invoice_that_is_paid_to_the_partner_itself(w):
    paying.enter(w.brightpath, w.owner)
    assert words(w, claim_with(w, f"IBAN: {IBAN}")) == {
        "rechnung.pdf names Brightpath's own bank account, and no other"
    }
    assert words(w, claim_with(w, f"VAT no. {OWN_TAX}")) == {
        "rechnung.pdf names Brightpath's own tax number, and no other"
    }


def test_details_that_it_had_before_count_too(w):
    paying.enter(w.brightpath, w.owner)
    paying.enter(w.brightpath, w.owner, vault.Secrets(OTHER_IBAN, tax_id=OTHER_TAX), country="NL")
    assert len(words(w, claim_with(w, f"IBAN {IBAN}"))) == 1
    assert len(words(w, claim_with(w, f"IBAN {OTHER_IBAN}"))) == 1


def test_a_customers_number_beside_its_suppliers_is_no_sign(w):
    paying.enter(w.brightpath, w.owner)
    assert words(w, claim_with(w, f"VAT no. {OTHER_TAX}", f"Your VAT no. {OWN_TAX}")) == set()
    assert words(w, claim_with(w, f"Pay to {OTHER_IBAN}", f"Paid from {IBAN}")) == set()


def test_nor_is_a_file_that_is_no_invoice(w):
    paying.enter(w.brightpath, w.owner)
    assert words(w, claim_with(w, f"IBAN {IBAN}", shows=["photos"])) == set()


def test_a_supplier_or_partner_that_is_another_company_is_named_to_windfalls_people_alone(w, client):
    paying.enter(w.brightpath, w.owner, vault.Secrets(IBAN, tax_id=OTHER_TAX))
    paying.enter(w.othertech, w.stranger)
    claim = claim_with(w, f"VAT no. {OWN_TAX}")
    told = {"rechnung.pdf names the tax number of Othertech", "Brightpath has the same bank account as Othertech"}
    assert words(w, claim) == words(w, claim, w.finance) == told
    assert words(w, claim, w.manager) == set()
    page = {}
    for who in (w.admin, w.manager, w.owner):
        client.force_login(who)
        page[who] = client.get(reverse("claims:detail", args=[claim.pk])).text
    assert "the tax number of Othertech" in page[w.admin]
    assert not [who for who in (w.manager, w.owner) if "Othertech" in page[who] or "has the same" in page[who]]


def test_what_is_the_partners_own_its_vendor_reads_too(w):
    paying.enter(w.brightpath, w.owner)
    claim = claim_with(w, f"IBAN {IBAN}")
    assert words(w, claim, w.manager) == words(w, claim)


def test_any_number_of_claims_takes_the_same_queries(w, django_assert_max_num_queries):
    counts = []
    paying.enter(w.brightpath, w.owner)
    paying.enter(w.othertech, w.stranger)
    claims = []
    for _ in range(2):
        claims += [w.again(claim_with(w, f"IBAN {IBAN}", f"{len(claims)}"))]
        with django_assert_max_num_queries(25) as queries:
            signs_of(claims, seen_by=w.admin)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_finance_reads_it_before_it_says_that_details_are_right(w, client):
    paying.enter(w.brightpath, w.owner)
    client.force_login(w.finance)
    address = reverse("claims:company_details", args=[w.brightpath.pk])
    assert "the same bank account" not in client.get(address).text
    paying.enter(w.othertech, w.stranger)
    page = client.get(address).text
    assert "Brightpath has the same bank account as Othertech." in page
    assert "Brightpath has the same tax number as Othertech." in page
