"""The bank's answer: looked at row by row, recorded all or nothing, and the same file twice does nothing twice."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from claims.models import Payment, ShortPay
from claims.pain001 import SPACE
from funds.models import Movement
from partners.models import Event
from tests.cast import TODAY, balances
from tests.claims import paying

ADDRESS = reverse("claims:bank_file")
HEADER = "end_to_end;amount;date;status;reference;reason"


def upload(client, text, name="bank.csv"):
    data = text if isinstance(text, bytes) else text.encode()
    return client.post(ADDRESS, {"file": SimpleUploadedFile(name, data)})


def line(payment, amount="500.00", status="executed", reference="", reason="", day=TODAY):
    return f"{payment.end_to_end};{amount};{day};{status};{reference};{reason}"


def sheet(*lines):
    return "\n".join([HEADER, *lines])


@pytest.fixture
def three(w):
    payments = [paying.due(w) for _ in range(3)]
    paying.sent(w, *payments)
    return payments


@pytest.mark.usefixtures("_at_now")
def test_it_is_shown_then_recorded_once(w, client, three, django_assert_max_num_queries):
    full, short, failed = three
    client.force_login(w.finance)
    text = sheet(line(full, reference="F-1"), line(short, "450.00"), line(failed, "0", "rejected", reason="AC04"))
    page = upload(client, text)
    assert (page.status_code, Payment.objects.filter(status="sent").count()) == (200, 3)
    assert "$50.00 short" in page.text
    parcel = page.context["parcel"]
    for _ in range(3):
        with django_assert_max_num_queries(75):
            done = client.post(ADDRESS, {"parcel": parcel}, follow=True)
    assert "3 recorded before" in done.text
    assert [paying.again(p).status for p in three] == ["confirmed", "confirmed", "failed"]
    assert Movement.objects.filter(act="pay").count() == 2
    assert (ShortPay.objects.count(), Payment.objects.filter(instead_of=failed).count()) == (1, 1)
    assert Event.objects.filter(verb="confirmed").count() == 2
    assert balances(full.claim.allocation)["paid"] == 500_00
    assert paying.again(full).reference == "F-1"
    again = upload(client, text)
    assert "All of it was recorded before" in again.text
    assert not again.context["parcel"]


@pytest.mark.usefixtures("_at_now")
@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"amount": "500.01"}, "more than was sent"),
        ({"amount": "0"}, "nothing is a failure"),
        ({"amount": "abc"}, "Enter an amount"),
        ({"amount": "1.234"}, "too fine"),
        ({"status": "perhaps"}, "Write executed or failed."),
        ({"day": "2026-13-01"}, "no such day"),
        ({"day": "2026-11-30"}, "still to come"),
        ({"day": "2026-11-01"}, "cannot have been paid before"),
        ({"day": ""}, "The day is missing."),
        ({"reference": "=1+1"}, "as a formula does"),
        ({"reference": "x" * 81}, "longer than 80"),
    ],
)
def test_a_wrong_row_is_named_and_nothing_is_recorded(w, client, three, change, words):
    client.force_login(w.finance)
    page = upload(client, sheet(line(three[0]), line(three[1], **change)))
    assert page.status_code == 400
    assert words in page.text
    assert "Line 3" in page.text
    assert not page.context["parcel"]
    assert Payment.objects.filter(status="sent").count() == 3


@pytest.mark.usefixtures("_at_now")
def test_ids_that_are_none_and_rows_that_stand_twice(w, client, three):
    client.force_login(w.finance)
    waits, by_hand = paying.due(w), paying.due(w)
    paying.batched(w, waits)
    rows = [
        line(three[0]),
        line(three[0]),
        "WF-99999999999999999999;1;2026-11-23;executed;;",
        "hello;1;2026-11-23;executed;;",
    ]
    page = upload(client, sheet(*rows, line(waits), line(by_hand)))
    for words in ("stands in line 2 too", "has this id", "not marked as sent yet"):
        assert words in page.text
    assert page.context["counts"]["wrong"] == 5


@pytest.mark.parametrize(
    "text",
    ["", "hello", "%PDF-1.4", "a;b\n1;2", HEADER, "<a", "<a/>", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "\x00\x01"],
)
def test_what_is_no_bank_file(w, client, text):
    client.force_login(w.finance)
    page = upload(client, text)
    assert page.status_code == 400
    assert "field" in page.text or "file" in page.text


@pytest.mark.usefixtures("_at_now")
def test_a_parcel_of_somebody_else_is_refused(w, client, three):
    client.force_login(w.finance)
    parcel = upload(client, sheet(line(three[0]))).context["parcel"]
    client.force_login(paying.colleague(w))
    page = client.post(ADDRESS, {"parcel": parcel})
    assert (page.status_code, "belongs to somebody else" in page.text) == (400, True)
    assert Payment.objects.filter(status="sent").count() == 3


@pytest.mark.usefixtures("_at_now")
def test_four_eyes_per_row(w, client, three):
    paying.approved_too(three[0], paying.colleague(w))
    client.force_login(paying.colleague(w))
    page = upload(client, sheet(line(three[0]), line(three[1])))
    assert "You approved this claim. Somebody else records it." in page.text


@pytest.mark.usefixtures("_at_now")
def test_a_camt_notification_says_the_same(w, client, three):
    full, short, failed = three

    def entry(payment, amount, returned=""):
        return (
            f"<Ntry><BookgDt><Dt>{TODAY}</Dt></BookgDt><NtryDtls><TxDtls><Refs><AcctSvcrRef>BANK-1</AcctSvcrRef><EndToEndId>"
            f'{payment.end_to_end}</EndToEndId></Refs><Amt Ccy="USD">{amount}</Amt>{returned}</TxDtls></NtryDtls></Ntry>'
        )

    space = SPACE.replace("pain.001.001.09", "camt.054.001.08")
    returned = "<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>"
    entries = entry(full, "500.00") + entry(short, "1.00") + entry(failed, "500.00", returned)
    said = f"<Ntfctn>{entries}</Ntfctn>"
    text = f'<?xml version="1.0"?><Document xmlns="{space}"><BkToCstmrDbtCdtNtfctn>{said}</BkToCstmrDbtCdtNtfctn></Document>'
    client.force_login(w.finance)
    page = upload(client, text, "camt054.xml")
    assert page.context["counts"] == {"arrived": 1, "short": 1, "failed": 1, "standing": 0, "wrong": 0}
    client.post(ADDRESS, {"parcel": page.context["parcel"]})
    assert paying.again(failed).failure == "AC04"
    assert paying.again(full).reference == "BANK-1"
    assert paying.again(short).received == 1_00


@pytest.mark.usefixtures("_at_now")
def test_many_rows_cost_as_many_queries_as_few(w, client, django_assert_max_num_queries):
    client.force_login(w.finance)
    fund, counts = w.fund(1_000_000_00), []
    for many in (2, 6):
        payments = [paying.due(w, fund) for _ in range(many)]
        paying.sent(w, *payments)
        parcel = upload(client, sheet(*(line(p) for p in payments))).context["parcel"]
        with django_assert_max_num_queries(75) as queries:
            client.post(ADDRESS, {"parcel": parcel})
        counts.append(len(queries))
        assert {paying.again(p).status for p in payments} == {"confirmed"}
    assert counts[0] == counts[1]


@pytest.mark.parametrize("encoding", ["xyz", "rot13", "hex", "shift_jis", "utf-7"])
def test_xml_of_letters_that_nobody_writes_is_refused_in_words(w, client, encoding):
    client.force_login(w.finance)
    page = upload(client, f'<?xml version="1.0" encoding="{encoding}"?><Document/>', "bank.xml")
    assert (page.status_code, "This XML cannot be read" in page.text) == (400, True)
