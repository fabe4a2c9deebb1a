"""A channel manager grants many shares from a file: looks first, then grants all or nothing."""

import random
from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from funds import actions
from funds.grant_plans import GRANTS, plan
from funds.models import Allocation, Budget
from partners.models import Partner
from partners.states import Role
from partners.tables import MOST_ROWS, FileRefused, read
from programs import actions as programs
from tests.cast import NOW, TODAY, person
from tests.pages import errors, table, told

pytestmark = pytest.mark.usefixtures("_at_now")

GOOD = """partner,amount,reference,name,expires_on,claim_by
Brightpath,"1,250.00",F-1,Autumn push,2026-12-31,2027-01-31
othertech,900,F-2,,,
"""


def url(budget) -> str:
    return reverse("funds:allocate_file", args=[budget.pk])


def upload(client, budget, content: str | bytes, name: str = "grants.csv"):
    content = content.encode() if isinstance(content, str) else content
    return client.post(url(budget), {"file": SimpleUploadedFile(name, content)})


def confirm(client, budget, preview):
    return client.post(url(budget), {"parcel": preview.context["parcel"]}, follow=True)


def faults(response) -> list[tuple[int, str, str]]:
    return [(fault.line, fault.column, fault.words) for fault in response.context["faults"]]


def refused(client, budget, content: str | bytes) -> str:
    (words,) = errors(upload(client, budget, content))["file"]
    return words


def unallocated(budget) -> int:
    return Budget.objects.get(pk=budget.pk).unallocated


def rows(*lines: str) -> str:
    return "\n".join(["partner,amount,reference,name,expires_on,claim_by", *lines])


def test_the_preview_grants_nothing_and_the_confirmation_all(w, client):
    budget = w.budget(w.program(claim_window_days=45), amount=10_000_00)
    client.force_login(w.manager)
    preview = upload(client, budget, GOOD)
    assert preview.context["counts"] == {"new": 2, "standing": 0, "wrong": 0}
    assert preview.context["plan"].left == 7_850_00
    for words in ("Grant $2,150.00 in 2 funds?", "$7,850.00", "of $10,000.00 now", "Autumn push"):
        assert words in preview.text
    assert (Allocation.objects.count(), unallocated(budget)) == (0, 10_000_00)

    response = confirm(client, budget, preview)
    assert told(response) == ["You granted $2,150.00 in 2 funds to 2 partners."]
    assert unallocated(budget) == 7_850_00
    found = {a.reference: a for a in Allocation.objects.all()}
    assert (found["F-1"].available, str(found["F-1"].claim_by)) == (1_250_00, "2027-01-31")
    second = found["F-2"]
    assert (second.name, str(second.expires_on), str(second.claim_by)) == (
        budget.program.name,
        "2026-12-31",
        "2027-02-14",
    )


def test_a_repeated_confirmation_and_a_second_upload_double_nothing(w, client):
    budget = w.budget(amount=10_000_00)
    client.force_login(w.manager)
    preview = upload(client, budget, GOOD)
    confirm(client, budget, preview)
    assert (
        told(confirm(client, budget, preview))[-1]
        == "All of this was granted before: nothing was granted a second time."
    )
    again = upload(client, budget, GOOD)
    assert again.context["counts"] == {"new": 0, "standing": 2, "wrong": 0}
    assert "Everything in this file was granted before" in again.text
    assert again.context["parcel"] == ""
    assert (Allocation.objects.count(), unallocated(budget)) == (2, 7_850_00)


def test_a_longer_file_grants_only_what_is_new_in_it(w, client):
    budget = w.budget(amount=10_000_00)
    client.force_login(w.manager)
    confirm(client, budget, upload(client, budget, GOOD))
    preview = upload(client, budget, GOOD + "Brightpath,100,F-3,,,\n")
    assert preview.context["counts"] == {"new": 1, "standing": 2, "wrong": 0}
    confirm(client, budget, preview)
    assert (Allocation.objects.count(), unallocated(budget)) == (3, 7_750_00)


def test_a_standing_reference_with_another_amount_or_partner_is_an_error(w, client):
    budget = w.budget(amount=10_000_00)
    client.force_login(w.manager)
    confirm(client, budget, upload(client, budget, GOOD))
    preview = upload(client, budget, rows("Brightpath,1250.01,F-1,,,", "Brightpath,900,F-2,,,"))
    new = "A new grant needs a reference of its own."
    assert faults(preview) == [
        (2, "reference", f"This reference was granted before, with another amount. {new}"),
        (3, "reference", f"This reference was granted before, to another partner. {new}"),
    ]


def test_one_wrong_row_holds_back_all(w, client):
    budget = w.budget(amount=10_000_00)
    client.force_login(w.manager)
    preview = upload(client, budget, GOOD + "Nobody,1,F-9,,,\n")
    assert preview.context["counts"] == {"new": 2, "standing": 0, "wrong": 1}
    assert preview.context["parcel"] == ""
    assert "1 row needs a correction" in preview.text
    assert not Allocation.objects.exists()


def test_a_file_for_more_than_there_is_says_how_much_is_short(w, client):
    budget = w.budget(amount=2_000_00)
    client.force_login(w.manager)
    preview = upload(client, budget, GOOD)
    assert "$150.00 more than there is" in preview.text
    assert preview.context["parcel"] == ""


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        (",5,R,,,", "partner", "Name a partner."),
        ("Nobody,5,R,,,", "partner", "There is no partner of this name."),
        ("Northgate Cloud,5,R,,,", "partner", "There is no partner of this name."),
        ("=cmd(),5,R,,,", "partner", "This begins with = as a formula does. Write plain text."),
        ("Brightpath,,R,,,", "amount", "Enter an amount, as in 1,250.00."),
        ("Brightpath,0,R,,,", "amount", "The amount must be above zero."),
        ("Brightpath,-5,R,,,", "amount", "The amount must be above zero."),
        ("Brightpath,1.005,R,,,", "amount", "USD has 2 decimals: 1.005 is too fine."),
        ('Brightpath,"1.250,00",R,,,', "amount", "Enter an amount, as in 1,250.00."),
        ("Brightpath,=1+1,R,,,", "amount", "Enter an amount, as in 1,250.00."),
        ("Brightpath,99999999999999,R,,,", "amount", "That is more than any fund holds."),
        ("Brightpath,5,,,,", "reference", "Give the grant a reference of its own."),
        (f"Brightpath,5,{'R' * 61},,,", "reference", "This is longer than 60 letters."),
        ("Brightpath,5,@SUM(A1),,,", "reference", "This begins with @ as a formula does. Write plain text."),
        (f"Brightpath,5,R,{'n' * 121},,", "name", "This is longer than 120 letters."),
        ("Brightpath,5,R,+1,,", "name", "This begins with + as a formula does. Write plain text."),
        ("Brightpath,5,R,,31.12.2026,", "expires_on", "Write the day as year-month-day, as in 2026-12-31."),
        ("Brightpath,5,R,,12/31/2026,", "expires_on", "Write the day as year-month-day, as in 2026-12-31."),
        ("Brightpath,5,R,,2026-02-30,", "expires_on", "There is no such day."),
        ("Brightpath,5,R,,9999-12-31,", "expires_on", "Check the year."),
        ("Brightpath,5,R,,2026-11-22,", "expires_on", "That day has passed: the partner could not use the money."),
        (
            "Brightpath,5,R,,2026-12-31,2026-12-30",
            "claim_by",
            "Claims are taken at least until the money's last day: 31 Dec 2026 or later.",
        ),
        ("Brightpath,5,R,,,soon", "claim_by", "Write the day as year-month-day, as in 2026-12-31."),
        ("Brightpath,5,R", "", "This row has 3 cells, but there are 6 columns."),
        ("Brightpath,5,R,,,,,x", "", "This row has 8 cells, but there are 6 columns."),
    ],
)
def test_a_wrong_cell_is_named_with_its_line_and_column(w, client, row, column, words):
    budget = w.budget()
    client.force_login(w.manager)
    assert faults(upload(client, budget, rows("Othertech,5,OK-1,,,", row))) == [(3, column, words)]


def test_a_fraction_of_a_yen_is_refused(w, client):
    budget = w.budget(w.program(currency="JPY"))
    client.force_login(w.manager)
    assert faults(upload(client, budget, rows("Brightpath,12.5,R,,,"))) == [
        (2, "amount", "JPY has no decimals: 12.5 is too fine.")
    ]


def test_a_reference_stands_once_in_a_file(w, client):
    budget = w.budget()
    client.force_login(w.manager)
    twice = upload(client, budget, rows("Brightpath,5,R,,,", "Othertech,5,R,,,"))
    assert faults(twice) == [(3, "reference", "This reference stands in line 2 already.")]


def test_two_partners_of_one_name_are_told_apart(w, client):
    Partner.objects.create(name="Brightpath", slug="brightpath-uk")
    budget = w.budget()
    client.force_login(w.manager)
    ((_, column, words),) = faults(upload(client, budget, rows("Brightpath,5,R,,,", "brightpath-uk,5,R2,,,")))
    assert column == "partner"
    assert words.startswith("Several partners have this name. Write the short name:")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_files_of_all_spreadsheets_are_read(encoding, delimiter, ending):
    text = ending.join([delimiter.join(("Partner", " AMOUNT ", "reference", "Expires on")), ""])
    text += delimiter.join(('"Müller; Söhne, KG"', "1250.50", "R-1", "2026-12-31")) + ending
    (row,) = read(text.encode(encoding), GRANTS)
    assert row.fault == ""
    assert (row.cells["partner"], row.cells["amount"]) == ("Müller; Söhne, KG", "1250.50")
    assert (row.cells["expires_on"], row.cells["claim_by"]) == ("2026-12-31", "")


def test_blank_lines_empty_columns_at_the_end_and_excels_hint_do_no_harm():
    text = "sep=;\n\npartner;amount;reference;;\n;;;;\nBrightpath;5;R-1;;\n\n"
    (row,) = read(text.encode(), GRANTS)
    assert (row.line, row.fault, row.cells["reference"]) == (5, "", "R-1")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"   \r\n ", "The file is empty."),
        (b"\xef\xbb\xbf", "The file is empty."),
        (b"\x00\x00\x00\x00", "The file is empty."),
        (b"PK\x03\x04\x14\x00\x06\x00", "This is an Excel workbook or a zip archive."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "This is an old Excel workbook."),
        (b"%PDF-1.7\n%\xe2\xe3", "This is a PDF."),
        (b"\x89PNG\r\n\x1a\n", "This is a picture."),
        (b"\xff\xd8\xff\xe0", "This is a picture."),
        (b"\x1f\x8b\x08", "This is a compressed file."),
        (b"partner,amount,reference\nA\x00B,5,R", "The file holds bytes that are no text."),
        (b"partner,amount,reference\n\x81\x8d\x8f,5,R", "The file's letters cannot be read."),
        (b"\xff\xfe\x00", "The file holds bytes that are no text."),
        (b"partner,amount,reference\n", "The file names its columns but has no rows."),
        (b"partner,amount,reference", "The file names its columns but has no rows."),
        (b"Brightpath,5,R-1\n", "Missing: partner, amount, reference."),
        (b"partner,amount\nBrightpath,5\n", "Missing: reference."),
        (b"partner,amount,reference,amount\n", "The column amount stands twice."),
        (b"partner,amount,reference,Partner\n", "The column partner stands twice."),
        (b"partner,amount,reference,expire_on\n", "The column expire_on is not known."),
        (b"partner,,amount,reference\n", "A column has no name."),
        (b'partner,amount,reference\n"Brightpath,5,R-1\n', "look at its quotation marks"),
        (b'partner,amount,reference\n"Bright"path,5,R-1\n', "look at its quotation marks"),
        (b"partner,amount,reference\n" + b"x" * 200_000 + b",5,R\n", "cannot be read at line 2"),
        (b"<html><body>partner</body></html>", "Missing: partner, amount, reference."),
        (b"\x7fELF\x02\x01\x01" + bytes(range(256)), "The file's letters cannot be read."),
    ],
)
def test_what_is_no_table_of_grants_is_refused_in_words(w, client, content, words):
    budget = w.budget()
    client.force_login(w.manager)
    assert words in refused(client, budget, content)
    assert not Allocation.objects.exists()


SPLINTERS = [
    b"",
    b",",
    b";",
    b'"',
    b"\n",
    b"\r",
    b"\x00",
    b"\xff\xfe",
    b"=1+1",
    b"-",
    b"9" * 40,
    b"\xe2\x80\xae",
    b"\t",
    b"sep=;\n",
]


def test_five_hundred_broken_files_are_read_or_refused_in_words(w):
    """Good files with splinters in random places: each is refused, or each of its rows is granted or named."""
    budget = w.budget(amount=10_000_00)
    chance = random.Random(9)
    kept = 0
    for _ in range(500):
        content = bytearray(GOOD.encode(chance.choice(["utf-8", "utf-16", "cp1252"])))
        for _ in range(chance.randint(1, 4)):
            place = chance.randrange(len(content))
            content[place : place + chance.randint(0, 3)] = chance.choice(SPLINTERS)
        try:
            found = plan(read(bytes(content), GRANTS), budget=budget, today=TODAY)
        except FileRefused:
            continue
        kept += 1
        for planned in found.rows:
            assert bool(planned.grant) != bool(planned.errors)
            assert all(words.endswith(".") for words in planned.errors.values())
        if found.is_ready:
            assert found.left == 10_000_00 - sum(grant.amount for grant in found.grants) >= 0
    assert 50 < kept < 450
    assert not Allocation.objects.exists()


def test_a_missing_and_an_empty_file(w, client):
    budget = w.budget()
    client.force_login(w.manager)
    assert errors(client.post(url(budget), {}))["file"] == ["Choose a file."]
    assert errors(client.post(url(budget), {"file": "text"}))["file"] == ["Choose a file."]
    assert refused(client, budget, b"") == "The file is empty."


def test_a_file_that_is_too_large(w, client):
    budget = w.budget()
    client.force_login(w.manager)
    assert refused(client, budget, b"x" * (2 * 1024 * 1024 + 1)) == "The file is larger than 2 MB. Split it in two."


def test_too_many_rows():
    lines = [f"Brightpath,5,R-{number}" for number in range(MOST_ROWS + 1)]
    assert len(read("\n".join(["partner,amount,reference", *lines[:-1]]).encode(), GRANTS)) == MOST_ROWS
    with pytest.raises(FileRefused, match="more than 5,000 rows"):
        read("\n".join(["partner,amount,reference", *lines]).encode(), GRANTS)


def test_five_thousand_rows_are_granted_at_once(w, client):
    budget = w.budget(amount=5_000_00)
    client.force_login(w.manager)
    lines = [f"{'Brightpath' if number % 2 else 'othertech'},1.00,R-{number},,," for number in range(MOST_ROWS)]
    preview = upload(client, budget, rows(*lines))
    assert preview.context["counts"]["new"] == MOST_ROWS
    response = confirm(client, budget, preview)
    assert told(response) == ["You granted $5,000.00 in 5000 funds to 2 partners."]
    assert (Allocation.objects.count(), unallocated(budget)) == (MOST_ROWS, 0)


def test_what_changed_between_preview_and_confirmation_is_found(w, client):
    budget = w.budget(amount=3_000_00)
    client.force_login(w.manager)
    preview = upload(client, budget, GOOD)
    w.fund(1_000_00, budget=budget)
    response = confirm(client, budget, preview)
    assert "Something changed since you looked" in response.text
    assert Allocation.objects.count() == 1

    actions.fund(budget=budget, amount=5_000_00, key="more", by=w.manager, at=NOW)
    other = rows("Othertech,3,F-1,,,")
    confirm(client, budget, upload(client, budget, other))
    response = confirm(client, budget, preview)
    assert "Something changed since you looked" in response.text
    assert Allocation.objects.count() == 2


def test_a_program_that_was_closed_meanwhile_grants_nothing(w, client):
    budget = w.budget()
    client.force_login(w.manager)
    preview = upload(client, budget, GOOD)
    programs.close(program=budget.program, by=w.manager, now=NOW)
    response = confirm(client, budget, preview)
    assert "Nothing was granted. This program is closed" in response.text
    assert not Allocation.objects.exists()
    assert upload(client, budget, GOOD).context["parcel"] == ""


@pytest.mark.parametrize("parcel", ["", "x", "a:b:c", "\x00", "e" * 100_000])
def test_a_forged_confirmation_grants_nothing(w, client, parcel):
    budget = w.budget()
    client.force_login(w.manager)
    response = client.post(url(budget), {"parcel": parcel})
    assert "Upload the file again" in told(response)[0]
    assert not Allocation.objects.exists()


def test_a_confirmation_is_for_one_budget_one_person_and_one_hour(w, client):
    budget, other = w.budget(), w.budget()
    client.force_login(w.manager)
    preview = upload(client, budget, GOOD)
    assert "Upload the file again" in told(confirm(client, other, preview))[0]
    client.force_login(person("colleague", w.northgate, Role.MANAGER))
    assert "Upload the file again" in told(confirm(client, budget, preview))[0]
    client.force_login(w.manager)
    with time_machine.travel(NOW + timedelta(hours=2)):
        assert "Upload the file again" in told(confirm(client, budget, preview))[0]
    assert not Allocation.objects.exists()


def test_another_partners_people_cannot_use_a_managers_parcel(w, client):
    budget = w.budget()
    client.force_login(w.manager)
    preview = upload(client, budget, GOOD)
    for who, answer in [(w.other_manager, 404), (w.owner, 404), (w.admin, 403), (w.finance, 403)]:
        client.force_login(who)
        assert client.post(url(budget), {"parcel": preview.context["parcel"]}).status_code == answer
    assert not Allocation.objects.exists()


def test_a_file_to_fill_in(w, client):
    budget = w.budget(w.program(currency="JPY"))
    client.force_login(w.manager)
    response = client.get(reverse("funds:allocate_template", args=[budget.pk]))
    content = b"".join(response.streaming_content)
    assert content.decode("utf-8-sig").splitlines()[0] == "partner,amount,reference,name,expires_on,claim_by"
    # Sent back as it is, it grants nothing: its example is no partner.
    preview = upload(client, budget, content)
    assert faults(preview) == [(2, "partner", "There is no partner of this name.")]
    client.force_login(w.owner)
    assert client.get(reverse("funds:allocate_template", args=[budget.pk])).status_code == 404


def test_the_funds_of_a_budget_can_be_read_back_as_a_table(w, client):
    budget = w.budget()
    client.force_login(w.manager)
    confirm(client, budget, upload(client, budget, GOOD))
    found = table(client.get(reverse("funds:budget", args=[budget.pk]), {"format": "csv"}))
    assert sorted((row["Reference"], row["Granted"]) for row in found) == [("F-1", "1250.00"), ("F-2", "900.00")]


def test_queries_of_a_preview_do_not_grow_with_its_rows(w, client, django_assert_max_num_queries):
    budget = w.budget()
    client.force_login(w.manager)
    with django_assert_max_num_queries(14):
        upload(client, budget, rows(*(f"Brightpath,1,R-{number},,," for number in range(3))))
    with django_assert_max_num_queries(14):
        upload(client, budget, rows(*(f"Brightpath,1,R-{number},,," for number in range(300))))
