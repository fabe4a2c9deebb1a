"""Batches: who may put what into one, what the bank and the partner get, and the page's own numbers."""

import csv
import io
from datetime import timedelta
from pathlib import Path

import pytest
import sepaxml
import xmlschema
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from pypdf import PdfReader

from claims import actions, pain001, vault
from claims.bank_orders import bank_order
from claims.models import Batch, Payment
from tests.cast import NOW, TODAY
from tests.claims import paying

SCHEMA = xmlschema.XMLSchema(Path(sepaxml.__file__).parent / "schemas" / "pain.001.001.09.xsd")
NS = {"p": pain001.SPACE}


def new(w, **asked):
    return {"vendor": w.northgate.pk, "currency": "USD", "method": "bank"} | asked


def test_a_batch_is_made_sent_and_told(w, client):
    payments = [paying.due(w), paying.due(w)]
    client.force_login(w.finance)
    page = client.get(reverse("claims:new_batch"), new(w))
    assert page.text.count('name="payment"') == 2
    data = new(w, payment=[p.pk for p in payments], execute_on=(TODAY + timedelta(days=7)).isoformat())
    page = client.post(reverse("claims:new_batch"), data, follow=True)
    assert "holds 2 payments, $1,000.00" in page.text
    batch = Batch.objects.get()
    assert {w.again(p.claim).status for p in payments} == {"payable"}
    client.force_login(w.owner)
    page = client.get(reverse("claims:detail", args=[payments[0].claim_id]))
    assert f"Being paid, batch of {(TODAY + timedelta(days=7)):%-d %b %Y}" in page.text
    client.force_login(w.finance)
    stale = client.post(reverse("claims:send_batch", args=[batch.pk]), {"version": 7}, follow=True)
    assert "changed after you opened" in stale.text
    client.post(reverse("claims:take_out", args=[payments[1].pk]))
    assert w.again(payments[1].claim).status == "approved"
    client.post(reverse("claims:send_batch", args=[batch.pk]), {"version": batch.version})
    assert paying.again(payments[0]).status == "sent"
    gone = client.post(reverse("claims:take_out", args=[payments[0].pk]), follow=True)
    assert "cannot be changed any more" in gone.text


def test_a_dropped_batch_lets_go_of_all(w, client):
    payment = paying.due(w)
    batch = paying.batched(w, payment)
    client.force_login(w.finance)
    page = client.post(reverse("claims:drop_batch", args=[batch.pk]), follow=True)
    assert "1 payment wait" in page.text or "1 payments wait" in page.text
    assert (paying.again(payment).status, w.again(payment.claim).status) == ("pending", "approved")


def test_what_one_may_not_pay_is_left_out_and_said_why(w, client):
    """Somebody of finance was an admin when approving one of them."""
    ours, theirs = paying.due(w), paying.due(w)
    client.force_login(w.finance)
    paying.approved_too(ours, w.finance)
    data = new(w, payment=[ours.pk, theirs.pk], execute_on=TODAY.replace(year=TODAY.year + 1).isoformat())
    del data["execute_on"]
    made = actions.make_batch(
        vendor=w.northgate,
        currency="USD",
        method="bank",
        execute_on=TODAY,
        payment_ids=[ours.pk, theirs.pk],
        by=w.finance,
        now=NOW,
    )
    assert [(p.pk, words) for p, words in made.left_out] == [(ours.pk, "You approved this claim.")]
    page = client.get(reverse("claims:new_batch"), new(w))
    assert "You approved this claim." in page.text
    with pytest.raises(actions.ClaimRefused, match="Nothing is left"):
        paying.batched(w, paying.again(ours))


def test_a_credit_memo_needs_no_bank_details(w):
    payment = w.approved().payments.get()
    payment = paying.again(payment)
    with pytest.raises(actions.ClaimRefused, match="put it on hold"):
        paying.batched(w, payment)
    batch = paying.batched(w, payment, method="credit")
    assert (paying.again(payment).status, paying.again(payment).account) == ("batched", None)
    with pytest.raises(actions.ClaimRefused, match="does not go to a bank"):
        bank_order(batch)
    actions.drop_batch(batch=batch, by=w.finance, now=NOW)
    assert paying.again(payment).status == "on_hold"


@pytest.mark.parametrize("who", ["owner", "manager", "admin", "stranger"])
def test_only_finance_makes_batches(w, who):
    payment = paying.due(w)
    with pytest.raises(PermissionDenied):
        paying.batched(w, payment, by=getattr(w, who))


def test_the_order_keeps_to_its_schema_and_is_the_same_each_time(w, client):
    paying.with_payer(w, holder="Ñorthgate & Söhne <Cloud>", country="GB", bic="DEUTGB2L")
    payments = [paying.due(w), paying.due(w)]
    type(payments[0].claim).objects.filter(pk=payments[0].claim_id).update(title="Müller's «Tag» // & <b>Łódź</b> 日本")
    batch = paying.sent(w, *payments)
    client.force_login(w.finance)
    address = reverse("claims:bank_order", args=[batch.pk])
    content = client.get(address).content
    assert client.get(address).content == content
    SCHEMA.validate(content.decode())
    found = SCHEMA.to_dict(content.decode())["CstmrCdtTrfInitn"]
    (block,) = found["PmtInf"]
    assert (found["GrpHdr"]["NbOfTxs"], str(found["GrpHdr"]["CtrlSum"])) == ("2", "1000.00")
    assert block["Dbtr"]["Nm"] == "Northgate + Sohne Cloud"
    ids = [row["PmtId"]["EndToEndId"] for row in block["CdtTrfTxInf"]]
    assert ids == [payment.end_to_end for payment in payments]
    words = block["CdtTrfTxInf"][0]["RmtInf"]["Ustrd"][0]
    assert words.endswith("Muller's Tag / + b Lodz /b")
    assert paying.IBAN.encode() in content


def test_no_order_on_an_account_that_nobody_checked(w, client):
    """A manager could enter the account of somebody else."""
    details = paying.enter(w.northgate, w.manager)
    batch = paying.batched(w, paying.due(w))
    with pytest.raises(actions.ClaimRefused, match="Nobody has checked the account that Northgate Cloud pays from"):
        bank_order(batch)
    client.force_login(w.finance)
    response = client.get(reverse("claims:bank_order", args=[batch.pk]), follow=True)
    assert "Nobody has checked the account" in response.text
    actions.check_details(details=details, words="Called Nora.", by=w.finance, now=NOW)
    assert b"pain.001" in client.get(reverse("claims:bank_order", args=[batch.pk])).content


def test_the_order_in_euros_is_a_sepa_one(w):
    program = w.program(currency="EUR")
    paying.with_payer(w)
    payment = paying.due(w, w.fund(budget=w.budget(program)))
    content = bank_order(paying.batched(w, payment)).decode()
    SCHEMA.validate(content)
    (block,) = SCHEMA.to_dict(content)["CstmrCdtTrfInitn"]["PmtInf"]
    assert block["PmtTpInf"]["SvcLvl"][0]["Cd"] == "SEPA"
    assert block["ChrgBr"] == "SLEV"
    assert block["DbtrAgt"]["FinInstnId"]["Othr"]["Id"] == "NOTPROVIDED"


def test_the_order_to_the_united_states(w):
    us = {"kind": "us", "country": "US"}
    paying.with_payer(w, vault.Secrets("123456789", "021000021"), **us)
    payment = paying.due(w)
    details = paying.enter(w.brightpath, w.owner, vault.Secrets("000111222", "026009593", "12-3456789"), **us)
    actions.check_details(details=details, words="Called.", by=w.finance, now=NOW)
    content = bank_order(paying.batched(w, paying.again(payment))).decode()
    SCHEMA.validate(content)
    (row,) = SCHEMA.to_dict(content)["CstmrCdtTrfInitn"]["PmtInf"][0]["CdtTrfTxInf"]
    assert row["CdtrAgt"]["FinInstnId"]["ClrSysMmbId"]["MmbId"] == "026009593"
    assert row["CdtrAcct"]["Id"]["Othr"]["Id"] == "000111222"


def test_without_the_vendors_account_it_says_so(w, client):
    batch = paying.batched(w, paying.due(w))
    client.force_login(w.finance)
    page = client.get(reverse("claims:bank_order", args=[batch.pk]), follow=True)
    assert "has not entered the account that it pays from" in page.text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "-"),
        ("///", "-"),
        ("a//b/", "a/b"),
        ("Æther & Co_1", "AEther + Co-1"),
        ("x" * 200, "x" * 70),
        ("\x07a\n b", "a b"),
    ],
)
def test_the_letters_of_banks(text, expected):
    assert pain001.latin(text, 70) == expected


def test_the_table_masks_accounts_and_quotes_formulas(w, client):
    payment = paying.due(w)
    type(payment.claim).objects.filter(pk=payment.claim_id).update(title="=HYPERLINK(1)")
    batch = paying.batched(w, payment)
    client.force_login(w.finance)
    answer = client.get(reverse("claims:batch", args=[batch.pk]), {"format": "csv"})
    text = b"".join(answer.streaming_content).decode()
    (row,) = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    assert row["Title"] == "'=HYPERLINK(1)"
    assert (row["Amount"], paying.IBAN in text) == ("500.00", False)


def test_the_remittance_is_an_accessible_pdf_for_its_partner_alone(w, client):
    payment = paying.due(w)
    type(payment.claim).objects.filter(pk=payment.claim_id).update(title="#let x = 1 *Tag* $")
    batch = paying.batched(w, payment)
    address = reverse("claims:remittance", args=[batch.pk, w.brightpath.pk])
    client.force_login(w.owner)
    assert client.get(address).status_code == 404  # not before it is sent
    actions.send_batch(batch=batch, version=batch.version, by=w.finance, now=NOW)
    for who, status in (("owner", 200), ("member", 200), ("finance", 200), ("stranger", 404), ("manager", 404)):
        client.force_login(getattr(w, who))
        answer = client.get(address)
        assert answer.status_code == status, who
    client.force_login(w.owner)
    reader = PdfReader(io.BytesIO(client.get(address).content))
    text = " ".join(page.extract_text() for page in reader.pages)
    assert "#let x = 1 *Tag* $" in text
    assert "$500.00" in text
    assert paying.IBAN not in text
    assert "pdfuaid" in reader.trailer["/Root"]["/Metadata"].get_data().decode()


def test_the_pages_have_a_constant_number_of_queries(w, client, django_assert_max_num_queries):
    client.force_login(w.finance)
    counts = []
    for more in (1, 2):
        batch = paying.batched(w, *(paying.due(w) for _ in range(more + 1)))
        for _ in range(more):
            paying.due(w)
        pages = [
            reverse("claims:batches"),
            reverse("claims:batch", args=[batch.pk]),
            f"{reverse('claims:new_batch')}?vendor={w.northgate.pk}&currency=USD",
            f"{reverse('claims:payments')}?show=way",
            reverse("claims:payments"),
        ]
        found = []
        for page in pages:
            with django_assert_max_num_queries(30) as queries:
                assert client.get(page).status_code == 200
            found.append(len(queries))
        counts.append(found)
    assert counts[0] == counts[1]


def test_the_list_of_batches_filters_sorts_and_exports(w, client):
    paying.sent(w, paying.due(w))
    paying.batched(w, paying.due(w))
    client.force_login(w.finance)
    address = reverse("claims:batches")
    for asked, count in (({}, 2), ({"status": "sent"}, 1), ({"method": "credit"}, 0), ({"currency": "EUR"}, 0)):
        assert client.get(address, asked).context["page_obj"].paginator.count == count
    for sort in ("batch", "-vendor", "day", "-amount"):
        assert client.get(address, {"sort": sort}).status_code == 200
    assert b"500.00" in b"".join(client.get(address, {"format": "csv"}).streaming_content)
    assert Payment.objects.count() == 2
