"""Where a partner is paid: entered by its owner after a fresh sign-in, sealed, masked, checked before it is used."""

import json
import time

import pytest
from allauth.account.internal.flows import login
from allauth.account.internal.userkit import user_id_to_str
from cryptography.fernet import Fernet
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse

from claims import account_numbers as numbers
from claims import actions, vault
from claims.models import BankDetails
from partners.models import Event, Membership
from partners.states import Role
from tests.cast import NOW
from tests.claims import paying
from tests.claims.paying import IBAN

OWN, CHANGE = reverse("claims:bank_details"), reverse("claims:change_details")
FORM = {"holder": "Brightpath GmbH", "country": "DE", "kind": "iban", "iban": IBAN, "tax_id": "DE 123 456 789"}
US = {"holder": "Brightpath Inc", "country": "US", "kind": "us", "routing": "021000021", "account": "123456789"}


def freshly(client, user):
    """Signed in, and asked for the password a moment ago."""
    client.force_login(user)
    session = client.session
    record = {"method": "password", "at": time.time(), "reauthenticated": True}
    session[login.AUTHENTICATION_METHODS_SESSION_KEY] = [record]
    session[login._AUTHENTICATION_METHODS_USER_SESSION_KEY] = user_id_to_str(user)
    session.save()
    return client


def test_the_owner_enters_them_and_nobody_sees_more_than_their_end(w, client, django_capture_on_commit_callbacks):
    page = freshly(client, w.owner).get(OWN)
    assert "No bank details yet" in page.text
    with django_capture_on_commit_callbacks(execute=True):
        page = client.post(CHANGE, FORM, follow=True)
    assert "IBAN ending in 3000" in page.text
    assert "ending in 6789" in page.text
    client.force_login(w.finance)
    pages = [
        page.text,
        client.get(reverse("claims:new_details")).text,
        client.get(reverse("claims:company_details", args=[w.brightpath.pk])).text,
        mail.outbox[0].body,
        *(
            b"".join(client.get(reverse("claims:new_details"), {"format": kind})).decode("latin-1")
            for kind in ("csv", "xlsx")
        ),
        *(json.dumps(event.data) + event.reason for event in Event.objects.all()),
    ]
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(to_jsonb(d)::text, '') FROM claims_bankdetails d")
        pages.append(cursor.fetchone()[0])
    assert not [text for text in pages if IBAN in text or "DE123456789" in text]
    details = BankDetails.objects.get()
    assert vault.opened(details.secret, company_id=w.brightpath.pk) == vault.Secrets(IBAN, tax_id="DE123456789")
    assert "DE89" not in repr(vault.opened(details.secret, company_id=w.brightpath.pk))
    assert mail.outbox[0].to == ["owner@people.example"]


def test_a_change_needs_a_fresh_sign_in_and_keeps_nothing_of_what_was_typed(w, client):
    client.force_login(w.owner)
    for answer in (client.get(CHANGE), client.post(CHANGE, FORM)):
        assert answer["Location"].startswith(reverse("account_reauthenticate"))
    assert not BankDetails.objects.exists()
    assert IBAN not in json.dumps(dict(client.session.items()), default=str)


@pytest.mark.parametrize("who", ["member", "finance", "admin"])
def test_only_who_looks_after_it(w, client, who):
    freshly(client, getattr(w, who))
    assert client.get(OWN).status_code == 403
    assert client.post(CHANGE, FORM).status_code == 403


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"iban": "DE89370400440532013001"}, "check digits do not fit"),
        ({"iban": "DE8937040044053201300"}, "has 22 signs"),
        ({"iban": "XX89370400440532013000"}, "No country with IBANs"),
        ({"iban": "hello"}, "begins with two letters"),
        ({"iban": ""}, "Enter the IBAN."),
        ({"country": "FR"}, "This IBAN is of DE"),
        ({"holder": ""}, "Enter the account holder."),
        ({"holder": "A\x00B"}, "Null characters"),
        ({"bic": "DEUT"}, "8 or 11 signs"),
        ({"tax_id": "12"}, "5 to 20"),
        ({"iban": "AE070331234567890123456", "country": "AE"}, "a BIC is needed"),
        (US | {"routing": "021000022"}, "check digit does not fit"),
        (US | {"routing": "02100002"}, "nine digits"),
        (US | {"account": "12"}, "4 to 17 digits"),
        (US | {"country": "DE"}, "in the United States"),
        ({"kind": "other"}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_right_is_refused_in_words(w, client, change, words):
    page = freshly(client, w.owner).post(CHANGE, FORM | change)
    assert page.status_code == 400
    assert words in page.text
    assert not BankDetails.objects.exists()


def test_an_account_in_the_united_states(w, client):
    assert freshly(client, w.owner).post(CHANGE, US).status_code == 302
    details = BankDetails.objects.get()
    assert details.masked == "US account ending in 6789"
    assert vault.opened(details.secret, company_id=w.brightpath.pk).routing == "021000021"


@pytest.mark.parametrize(
    "number", ["GB82 WEST 1234 5698 7654 32", "NO93 8601 1117 947", "MT84MALT011000012345MTLCAST001S"]
)
def test_right_numbers_are_taken_as_people_write_them(number):
    assert numbers.iban(number.lower()) == number.replace(" ", "")


def test_a_change_holds_what_waits_and_takes_it_out_of_its_batch(w):
    waits, in_batch, at_bank = (paying.due(w) for _ in range(3))
    paying.batched(w, in_batch)
    paying.sent(w, at_bank)
    new = paying.enter(w.brightpath, w.owner, vault.Secrets("NL91ABNA0417164300", tax_id="NL123456789"), country="NL")
    for payment in (waits, in_batch):
        assert paying.again(payment).status == "on_hold"
        assert [hold.code for hold in payment.holds.filter(closed_at=None)] == ["new_account"]
    assert paying.again(in_batch).batch is None
    assert w.again(in_batch.claim).status == "approved"
    assert paying.again(at_bank).status == "sent"
    assert BankDetails.objects.filter(company=w.brightpath.pk).count() == 2
    assert actions.check_details(details=new, words="Called Olga.", by=w.finance, now=NOW) == 2
    with pytest.raises(actions.ClaimRefused, match="already"):
        actions.check_details(details=new, words="Called Olga.", by=w.finance, now=NOW)


def test_without_a_tax_number_payments_wait(w):
    details = paying.enter(w.brightpath, w.owner, vault.Secrets(IBAN))
    actions.check_details(details=details, words="Called.", by=w.finance, now=NOW)
    payment = w.approved().payments.get()
    assert [hold.code for hold in payment.holds.all()] == ["no_tax_id"]


def test_who_entered_them_neither_checks_them_nor_pays_to_them(w):
    """The owner is finance's too, and has left the partner since."""
    details = paying.enter(w.brightpath, w.owner)
    Membership.objects.create(user=w.owner, company=w.finance.memberships.get().company, role=Role.FINANCE)
    with pytest.raises(PermissionDenied):
        actions.check_details(details=details, words="Called myself.", by=w.owner, now=NOW)
    actions.check_details(details=details, words="Called Olga.", by=w.finance, now=NOW)
    claim = w.submitted(by=w.member)
    actions.approve(claim=claim, version=claim.version, by=w.admin, now=NOW)
    Membership.objects.create(user=w.member, company=w.brightpath, role=Role.OWNER)
    Membership.objects.filter(user=w.owner, company=w.brightpath.pk).update(ended_at=NOW)
    payment = paying.again(claim.payments.get())
    with pytest.raises(actions.ClaimRefused, match="You entered the bank details"):
        paying.batched(w, payment, by=w.owner)


def test_keys_are_rotated(w, settings):
    details = paying.enter(w.brightpath, w.owner)
    settings.BANK_DETAILS_KEYS = [Fernet.generate_key().decode()]
    assert vault.opened(details.secret, company_id=w.brightpath.pk).account == IBAN
    call_command("rotate_bank_keys")
    settings.SECRET_KEY = "another one altogether"
    details.refresh_from_db()
    assert vault.opened(details.secret, company_id=w.brightpath.pk).account == IBAN
    settings.BANK_DETAILS_KEYS = []
    with pytest.raises(vault.Unreadable):
        vault.opened(details.secret, company_id=w.brightpath.pk)
    with pytest.raises(CommandError, match="No key opens"):
        call_command("rotate_bank_keys")


def test_what_was_swapped_behind_our_back_is_not_paid_to(w):
    """One company's sealed account, copied by SQL to another's row, opens for nobody."""
    ours, theirs = paying.enter(w.brightpath, w.owner), paying.enter(w.othertech, w.stranger)
    BankDetails.objects.filter(pk=ours.pk).update(secret=theirs.secret)
    ours.refresh_from_db()
    with pytest.raises(vault.Unreadable):
        vault.opened(ours.secret, company_id=ours.company_id)


def test_the_list_filters_sorts_and_has_a_constant_number_of_queries(w, client, django_assert_max_num_queries):
    client.force_login(w.finance)
    address = reverse("claims:new_details")
    counts = []
    for companies in ([(w.brightpath, w.owner)], [(w.othertech, w.stranger), (w.northgate, w.manager)]):
        for company, by in companies:
            paying.enter(company, by)
        with django_assert_max_num_queries(20) as queries:
            page = client.get(address)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert page.context["page_obj"].paginator.count == 3
    for asked, count in (({"checked": "yes"}, 0), ({"kind": "vendor"}, 1), ({"q": "other"}, 1), ({"q": "none"}, 0)):
        assert client.get(address, asked).context["page_obj"].paginator.count == count
    for sort in ("company", "-entered", "checked"):
        assert client.get(address, {"sort": sort}).status_code == 200
