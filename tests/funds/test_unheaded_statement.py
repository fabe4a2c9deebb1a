"""A statement without a line of headings: its columns are called by letters, a person says once what they hold."""

import pytest

from funds.models import Allocation, StatementLayout
from funds.statement_files.grids import grids_of
from funds.statement_files.said import Said
from funds.statement_files.understanding import of_grids, understand
from funds.statement_files.unheaded import lettered
from partners.tables import FileRefused
from tests.funds.test_upload_statement import workbook
from tests.funds.uploads import correct, page_address, received, record

pytestmark = pytest.mark.usefixtures("_at_now", "_files")
DATA = "Spring campaign;1.200,00;EUR;31.12.2026\nAutumn campaign;800,50;EUR;31.03.2027\n"
MEANT = {"c0": "name", "c1": "available", "c2": "currency", "c3": "expires_on"}


@pytest.fixture
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def owner(w, client):
    client.force_login(w.owner)
    return client


def left() -> dict[str, int]:
    return {fund.name: fund.available for fund in Allocation.objects.all()}


def taught(w, owner, content: str = DATA) -> None:
    upload = received(w, content.encode())
    correct(owner, upload, **MEANT)
    record(owner, upload)


def headings(owner, upload) -> list[tuple[str, str]]:
    layout = owner.get(page_address(upload)).context["layout"]
    return [(column.heading, str(column.meaning)) for column in layout.columns]


@pytest.mark.parametrize("content", [DATA, DATA.splitlines()[0], DATA.replace(";", "\t")])
def test_nothing_is_guessed_until_a_person_says_what_its_columns_hold(w, owner, content):
    upload = received(w, content.encode())
    page = owner.get(page_address(upload))
    assert headings(owner, upload) == [(f"Column {letter}", "other") for letter in "ABCD"]
    assert {row.skipped.reason for row in page.context["page_obj"]} == {"nobody has said yet what the columns hold"}
    assert len(page.context["page_obj"]) == len(content.splitlines())
    assert "the columns are called by letters" in page.content.decode()
    assert "/record/" not in page.content.decode()
    correct(owner, upload, **MEANT)
    record(owner, upload)
    assert left()["Spring campaign"] == 120000
    assert len(left()) == len(content.splitlines())


def test_the_next_one_is_read_by_itself(w, owner):
    taught(w, owner)
    later = received(w, DATA.replace("1.200,00", "700,00").encode() + b"Winter;5,00;EUR;31.12.2026\n")
    page = owner.get(page_address(later))
    assert "as many columns and no headings" in page.content.decode()
    assert (page.context["said"].remembered, page.context["totals"]) == (True, [("EUR", 150550)])
    record(owner, later)
    assert left() == {"Spring campaign": 70000, "Autumn campaign": 80050, "Winter": 500}
    assert StatementLayout.objects.count() == 1


@pytest.mark.parametrize(
    "other",
    [
        "Spring campaign;EUR;1.200,00;31.12.2026\n",  # in another order
        "Spring campaign;31.12.2026;EUR;1.200,00\n",
        "Topf;Qwx;W;Zzz\nSpring campaign;1.200,00;EUR;31.12.2026\n",  # headings that we do not know
        "Spring campaign;1.200,00;EUR;31.12.2026;x\n",  # one column more
    ],
)
def test_one_of_another_shape_is_asked_again(w, owner, other):
    taught(w, owner)
    upload = received(w, other.encode())
    page = owner.get(page_address(upload))
    assert not upload.as_said.remembered
    assert page.context["shown"].why_not
    assert "/record/" not in page.content.decode()


def test_one_with_headings_that_we_know_is_read_by_them(w, owner):
    taught(w, owner)
    upload = received(w, b"Available;Fund;Currency;Expires\n5,00;Spring;EUR;31.12.2026\n")
    assert not upload.as_said.remembered
    assert owner.get(page_address(upload)).context["totals"] == [("EUR", 500)]


def test_where_it_is_not_unmistakable_the_line_of_headings_is_asked(w, owner):
    content = "Our export\n" + DATA
    upload = received(w, content.encode())
    assert "No line has headings" in owner.get(page_address(upload)).content.decode()
    owner.post(page_address(upload), {"header": "0"})
    assert headings(owner, upload)[0] == ("Column A", "other")
    correct(owner, upload, **MEANT)
    assert [line.cells for line in owner.get(page_address(upload)).context["layout"].above] == [["Our export"]]
    record(owner, upload)
    later = received(w, content.replace("1.200,00", "700,00").encode())
    assert owner.get(page_address(later)).context["totals"] == [("EUR", 150050)]


def test_amounts_in_thousands_above_it_are_not_taken_for_whole_ones(w, owner):
    upload = received(w, b"Amounts in thousands\n" + DATA.encode())
    owner.post(page_address(upload), {"header": "0"})
    correct(owner, upload, **MEANT)
    reasons = {row.skipped.reason for row in owner.get(page_address(upload)).context["page_obj"]}
    assert all("is not written out" in reason for reason in reasons)


def test_of_a_workbook(w, owner):
    upload = received(w, workbook(Funds=[["A", 5, "USD", "2026-12-31"], ["B", 7.5, "USD", "2026-12-31"]]))
    correct(owner, upload, **MEANT)
    assert owner.get(page_address(upload)).context["totals"] == [("USD", 1250)]


def test_a_comma_within_amounts_parts_no_columns():
    tables = grids_of(b"A;1,200,300.00;5,000,000.00;USD\n")
    assert len(of_grids(tables, Said(unheaded=True)).layout.columns) == 4


def test_without_a_person_it_is_refused():
    with pytest.raises(FileRefused, match="This file has no headings"):
        understand(DATA.encode())


def test_letters_go_on_after_z():
    names = lettered(60)
    assert (names[0], names[25], names[26], names[59]) == ("Column A", "Column Z", "Column AA", "Column BH")
