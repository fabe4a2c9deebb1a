"""SPIFFs: entered once a sale, claimed and paid as their claim says, by hand or from a file."""

import io
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from claims import actions as claims
from funds import actions as funds
from funds.tables import read
from partners.models import Event
from partners.tables import MOST_ROWS, FileRefused
from plans.actions import spiffs
from plans.actions.sellers import SalesRefused
from plans.models import SpiffEarning
from plans.quarterly import sheet_of
from plans.spiff_files import SPIFFS
from tests.cast import NOW, TODAY
from tests.pages import queries, statuses, table, told
from tests.plans.selling import RUNNING, seller, spiff

pytestmark = pytest.mark.usefixtures("_at_now")
LIST = reverse("plans:spiffs")
NEW = reverse("plans:enter_spiff")
FILE = reverse("plans:spiffs_file")
HEAD = "sales_person,vendor,program,sale,earned_on,amount,paid_on\n"


@pytest.fixture
def owner(w, client):
    client.force_login(w.owner)
    return client


@pytest.fixture
def sal(w):
    return seller(w.brightpath, w.owner, "Sal")


@pytest.fixture
def program(w):
    return w.program(name="Partner SPIFF", kind="spiff")


def state(made: SpiffEarning) -> str:
    return SpiffEarning.objects.with_state().get(pk=made.pk).state


def on_claim(w, made: SpiffEarning, claim, **more) -> SpiffEarning:
    made.refresh_from_db()
    facts = {
        "earned_on": made.earned_on,
        "amount": made.amount,
        "paid_on": made.paid_on,
        "version": made.version,
    } | more
    return spiffs.change(spiff=made, claim=claim, by=w.owner, now=NOW, **facts)


class TestStates:
    def test_paid_with_its_claim(self, w, sal):
        """Earned, claimed while the claim stands, paid once all of it is."""
        fund = w.fund()
        made = spiff(sal, fund.program, w.owner, 500_00)
        assert state(made) == "earned"
        claim = w.submitted(fund)
        on_claim(w, made, claim)
        assert state(made) == "claimed"
        claim = claims.approve(claim=w.again(claim), version=claim.version, by=w.admin, now=NOW)
        assert state(made) == "claimed"
        claims.pay(claim=w.again(claim), version=claim.version, paid_on=TODAY, reference="R", by=w.finance, now=NOW)
        assert state(made) == "paid"

    def test_earned_again_when_its_claim_is_taken_back(self, w, sal):
        fund = w.fund()
        made, claim = spiff(sal, fund.program, w.owner), w.submitted(fund)
        on_claim(w, made, claim)
        claims.withdraw(claim=w.again(claim), by=w.owner, now=NOW)
        assert state(made) == "earned"

    def test_a_claim_that_is_paid_in_part_says_nothing_of_each(self, w, sal, owner):
        fund = w.fund()
        made, claim = spiff(sal, fund.program, w.owner), w.submitted(fund, costs=(1_000_00, 500_00))
        on_claim(w, made, claim)
        verdicts = {claim.lines.last().pk: claims.approving.Verdict(1, "other", "Too much.")}
        claim = claims.approve(claim=claim, version=claim.version, verdicts=verdicts, by=w.admin, now=NOW)
        claims.pay(claim=w.again(claim), version=claim.version, paid_on=TODAY, reference="R", by=w.finance, now=NOW)
        assert state(made) == "claimed"
        assert "for less than it asked" in owner.get(LIST).text

    def test_paid_by_hand(self, w, sal, program):
        assert state(spiff(sal, program, w.owner, paid_on=TODAY)) == "paid"

    def test_no_more_on_a_claim_than_it_asks_for(self, w, sal):
        fund = w.fund()
        claim = w.submitted(fund)  # asks for 500.00
        first, second = (spiff(sal, fund.program, w.owner, amount) for amount in (300_00, 200_01))
        on_claim(w, first, claim)
        with pytest.raises(SalesRefused, match="asks for less than the SPIFFs on it"):
            on_claim(w, second, claim)
        on_claim(w, second, claim, amount=200_00)
        with pytest.raises(SalesRefused, match="not filed"):
            on_claim(w, spiff(sal, fund.program, w.owner), w.draft(fund))
        with pytest.raises(SalesRefused, match="another program"):
            on_claim(w, spiff(sal, fund.program, w.owner), w.submitted())

    def test_a_quarter_adds_up(self, w, sal, program):
        """1,000.03 earned, of which 250.01 are paid, and nothing of the quarter before."""
        spiff(sal, program, w.owner, 250_01, paid_on=TODAY)
        spiff(sal, program, w.owner, 750_02)
        spiff(sal, program, w.owner, 99_00, earned_on=RUNNING.first - timedelta(days=1))
        (line,) = sheet_of(w.brightpath, w.owner, RUNNING).lines
        assert (line.earned, line.paid, line.open) == (1_000_03, 250_01, 750_02)


class TestOnce:
    def test_a_sale_counts_once_for_a_person(self, w, sal, program):
        spiff(sal, program, w.owner, reference="PO-1")
        for again in ("PO-1", "po-1"):
            with pytest.raises(SalesRefused, match="it counts once"):
                spiff(sal, program, w.owner, reference=again)
        spiff(sal, w.program(), w.owner, reference="PO-1")
        spiff(seller(w.brightpath, w.owner, "Pat"), program, w.owner, reference="PO-1")
        assert SpiffEarning.objects.count() == 3

    def test_not_even_twice_in_one_go(self, w, sal, program):
        new = [spiffs.NewSpiff(sal, program, sale, TODAY, 1) for sale in ("A", "a")]
        with pytest.raises(SalesRefused):
            spiffs.enter(partner=w.brightpath, new=new, by=w.owner, now=NOW)
        assert not SpiffEarning.objects.exists()


def test_on_days_that_can_be(w, sal, program):
    """Not only pages and files say so: whoever enters or changes one is asked."""
    tomorrow, yesterday = TODAY + timedelta(days=1), TODAY - timedelta(days=1)
    for days in (
        {"earned_on": tomorrow},
        {"earned_on": TODAY, "paid_on": tomorrow},
        {"earned_on": TODAY, "paid_on": yesterday},
    ):
        with pytest.raises(SalesRefused, match=r"still to come|after it was earned"):
            spiff(sal, program, w.owner, **days)
        made = spiff(sal, program, w.owner)
        with pytest.raises(SalesRefused, match=r"still to come|after it was earned"):
            on_claim(w, made, None, **days)
    assert {row.version for row in SpiffEarning.objects.all()} == {1}


class TestPages:
    def data(self, chosen_person, chosen_program, **more) -> dict:
        return {
            "person": chosen_person.pk,
            "program": chosen_program.pk,
            "reference": "PO-9",
            "earned_on": "2026-11-20",
            "amount": "1,250.50",
            "paid_on": "",
        } | more

    def test_entered_corrected_and_removed(self, w, owner, sal, program):
        page = owner.post(NEW, self.data(sal, program), follow=True)
        assert told(page) == ["The SPIFF of Sal for sale PO-9 is entered."]
        made = SpiffEarning.objects.get()
        assert (made.amount, made.currency, made.entered_by) == (1_250_50, "USD", w.owner)
        url = reverse("plans:spiff", args=[made.pk])
        assert 'value="1250.50"' in owner.get(url).text
        change = {"earned_on": "2026-11-20", "amount": "99", "claim": "", "paid_on": "", "version": 1}
        owner.post(url, change)
        assert "Somebody else changed this" in owner.post(url, change | {"amount": "5"}).text
        assert "Check the year." in owner.post(url, change | {"version": 2, "earned_on": "2000-12-31"}).text
        made.refresh_from_db()
        assert (made.amount, made.version) == (99_00, 2)
        owner.post(reverse("plans:remove_spiff", args=[made.pk]))
        assert not SpiffEarning.objects.exists()
        verbs = Event.objects.filter(subject="plans.spiffearning").order_by("pk").values_list("verb", flat=True)
        assert list(verbs) == ["entered a SPIFF", "changed a SPIFF", "removed a SPIFF"]

    def test_the_amount_is_in_the_programs_currency(self, w, owner, sal):
        yen = w.program(currency="JPY")
        assert "JPY has no decimals" in owner.post(NEW, self.data(sal, yen, amount="10.5")).text
        owner.post(NEW, self.data(sal, yen, amount="9000"))
        assert [(s.amount, s.currency) for s in SpiffEarning.objects.all()] == [(9000, "JPY")]

    @pytest.mark.parametrize(
        ("field", "value", "sentence"),
        [
            ("person", "999999", "Select a valid choice"),
            ("program", "x", "Select a valid choice"),
            ("reference", "", "This field is required"),
            ("reference", "=1+1", "begins as a formula"),
            ("earned_on", "2026-11-24", "That day is still to come"),
            ("earned_on", "2000-12-31", "Check the year."),
            ("earned_on", "1999-12-31", "Check the year"),
            ("paid_on", "2026-11-19", "It is paid after it was earned"),
            ("paid_on", "2026-12-01", "That day is still to come"),
            ("amount", "0", "above zero"),
            ("amount", "1.005", "is too fine"),
        ],
    )
    def test_what_is_wrong_is_said(self, owner, sal, program, field, value, sentence):
        page = owner.post(NEW, self.data(sal, program, **{field: value}))
        assert page.status_code == 400
        assert sentence in page.text
        assert not SpiffEarning.objects.exists()

    def test_signs_that_nobody_sees_make_no_other_sale(self, owner, sal, program):
        for reference in ("PO-9", "PO-9\u200b", "\u202ePO-9\n"):
            page = owner.post(NEW, self.data(sal, program, reference=reference))
        assert "it counts once" in page.text
        assert SpiffEarning.objects.get().reference == "PO-9"

    def test_only_what_the_partner_may_know(self, w, owner, sal):
        draft = w.program(publish=False)
        theirs = w.kept_program(partner=w.othertech, by=w.stranger, name="Umbra")
        ours = w.kept_program(name="Cobalt Print")
        for program in (draft, theirs):
            assert "Select a valid choice" in owner.post(NEW, self.data(sal, program)).text
            new = [spiffs.NewSpiff(sal, program, "X", TODAY, 1)]
            with pytest.raises(PermissionDenied):
                spiffs.enter(partner=w.brightpath, new=new, by=w.owner, now=NOW)
        assert "Umbra" not in owner.get(NEW).text
        owner.post(NEW, self.data(sal, ours))
        assert SpiffEarning.objects.get().program == ours

    def test_a_claim_is_named_on_its_page(self, w, owner, sal):
        fund = w.fund()
        made, claim = spiff(sal, fund.program, w.owner), w.submitted(fund)
        foreign = w.submitted(w.fund())
        url = reverse("plans:spiff", args=[made.pk])
        change = {"earned_on": "2026-11-13", "amount": "250", "paid_on": "", "version": 1}
        assert "Select a valid choice" in owner.post(url, change | {"claim": foreign.pk}).text
        both = owner.post(url, change | {"claim": claim.pk, "paid_on": "2026-11-20"})
        assert "leave one of the two empty" in both.text
        owner.post(url, change | {"claim": claim.pk})
        made.refresh_from_db()
        assert made.claim == claim
        assert "stays" in owner.post(reverse("plans:remove_spiff", args=[made.pk]), follow=True).text
        assert SpiffEarning.objects.count() == 1

    def test_filter_sort_and_sums(self, w, owner, sal, program):
        pat, euro = (
            seller(w.brightpath, w.owner, "Pat"),
            w.program(vendor=w.skylark, by=w.other_manager, currency="EUR"),
        )
        spiff(sal, program, w.owner, 100_00, reference="A-1", paid_on=TODAY)
        spiff(sal, program, w.owner, 50_05, reference="B-2", earned_on=TODAY - timedelta(days=100))
        spiff(pat, euro, w.owner, 7_00, reference="C-3")

        def sales(**asked):
            return [row.reference for row in owner.get(LIST, asked).context["page_obj"]]

        assert sales(q="b-") == ["B-2"]
        assert sales(person=pat.pk) == ["C-3"]
        assert sales(vendor=w.skylark.pk) == ["C-3"]
        assert sales(quarter="2026-3") == ["B-2"]
        assert sales(state="paid") == ["A-1"]
        assert sales(sort="amount") == ["C-3", "B-2", "A-1"]
        assert sales(sort="-sale") == ["C-3", "B-2", "A-1"]
        assert "No SPIFF fits" in owner.get(LIST, {"q": "nothing"}).text
        euros, dollars = owner.get(LIST).context["totals"]
        assert (euros["currency"], euros["all"], euros["earned"]) == ("EUR", 7_00, 7_00)
        assert (dollars["all"], dollars["paid"], dollars["earned"], dollars["claimed"]) == (150_05, 100_00, 50_05, 0)
        rows = {row["sale"]: row for row in table(owner.get(LIST, {"format": "csv"}))}
        assert (rows["A-1"]["amount"], rows["A-1"]["state"], rows["C-3"]["currency"]) == ("100.00", "Paid", "EUR")
        assert owner.get(LIST, {"format": "xlsx"}).status_code == 200

    def test_the_vendors_own_sale_stands_beside_it(self, w, owner, sal):
        earning = w.program(kind="coop", accrual_percent=3, earning_months=6)
        text = b"partner,reference,sold_on,amount\nbrightpath-test,S-1,2026-02-03,1234.50\n"
        file = SimpleUploadedFile("sales.csv", text)
        upload = funds.receive(budget=w.budget(earning), file=file, by=w.manager, now=NOW)
        funds.work(upload_id=upload.pk, now=NOW)
        funds.confirm(upload=upload, by=w.manager, now=NOW)
        funds.work(upload_id=upload.pk, now=NOW)
        spiff(sal, earning, w.owner, reference="S-1")
        spiff(sal, earning, w.owner, reference="S-2")
        page = owner.get(LIST).text
        assert page.count("in the vendor’s sales") == 1
        assert "$1,234.50 on 3 Feb 2026" in page

    def test_an_empty_page_says_what_to_do(self, w, owner, client):
        assert "Enter a SPIFF" in owner.get(LIST).text
        client.force_login(w.member)
        assert "No SPIFFs of yours" in client.get(LIST).text

    def test_the_same_number_of_queries_for_one_and_three(self, w, owner, sal, program):
        spiff(sal, program, w.owner)
        at_one = queries(owner, LIST)
        for name in ("Pat", "Kim"):
            spiff(seller(w.brightpath, w.owner, name), w.program(), w.owner)
        assert queries(owner, LIST) == at_one


class TestMembers:
    def test_they_see_what_is_theirs_and_change_nothing(self, w, client, sal, program):
        max_ = seller(w.brightpath, w.owner, "Max", user=w.member)
        other, own = spiff(sal, program, w.owner, 777_00), spiff(max_, program, w.owner, 5_00)
        client.force_login(w.member)
        page = client.get(LIST)
        assert [row.pk for row in page.context["page_obj"]] == [own.pk]
        assert [total["all"] for total in page.context["totals"]] == [5_00]
        for words in ("$777", ">Sal<", "Change<", "Enter a SPIFF"):
            assert words not in page.text
        assert statuses(client, "plans:spiff", own.pk) == (403, 403)
        assert statuses(client, "plans:spiff", other.pk) == (404, 404)
        assert statuses(client, "plans:remove_spiff", own.pk) == (405, 403)

    def test_nobody_outside_knows_of_it(self, w, sal, program):
        spiff(sal, program, w.owner)
        for user in (w.manager, w.admin, w.finance, w.stranger, w.other_manager):
            assert not SpiffEarning.objects.visible_to(user).exists()

    def test_by_the_acts_themselves(self, w, sal, program):
        made = spiff(sal, program, w.owner)
        facts = {"earned_on": TODAY, "amount": 1, "claim": None, "paid_on": None, "version": 1}
        for by in (w.member, w.manager, w.admin, w.stranger):
            with pytest.raises(PermissionDenied):
                spiff(sal, program, by)
            with pytest.raises(PermissionDenied):
                spiffs.change(spiff=made, by=by, now=NOW, **facts)
            with pytest.raises(PermissionDenied):
                spiffs.remove(spiff=made, by=by, now=NOW)
        with pytest.raises(PermissionDenied):
            spiffs.enter(
                partner=w.othertech, new=[spiffs.NewSpiff(sal, program, "X", TODAY, 1)], by=w.stranger, now=NOW
            )


def saved(book: Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


class TestFile:
    def upload(self, owner, text: str | bytes):
        content = text.encode() if isinstance(text, str) else text
        return owner.post(FILE, {"file": SimpleUploadedFile("spiffs.csv", content)})

    def row(self, **more) -> str:
        cells = {
            "sales_person": "sal",
            "vendor": "northgate cloud",
            "program": "Partner SPIFF",
            "sale": "PO-1",
            "earned_on": "2026-11-20",
            "amount": "250.00",
            "paid_on": "",
        } | more
        return ",".join(cells.values()) + "\n"

    def test_from_a_look_to_entered(self, w, owner, sal, program):
        text = HEAD + self.row() + self.row(sale="PO-2", amount='"1,000.05"', paid_on="2026-11-21")
        page = self.upload(owner, text)
        assert "Enter 2 SPIFFs?" in page.text
        assert not SpiffEarning.objects.exists()
        done = owner.post(FILE, {"parcel": page.context["parcel"]}, follow=True)
        assert told(done) == ["2 SPIFFs are entered."]
        assert sorted(SpiffEarning.objects.values_list("reference", "amount")) == [("PO-1", 250_00), ("PO-2", 1_000_05)]
        # Once more, by the same preview and by the same file: nothing counts twice.
        assert "Everything in this file is entered already" in self.upload(owner, text).text
        again = owner.post(FILE, {"parcel": page.context["parcel"]}, follow=True)
        assert again.status_code == 200
        assert SpiffEarning.objects.count() == 2

    @pytest.mark.parametrize(
        ("cells", "sentence"),
        [
            ({"sales_person": "Nobody"}, "This is none of your sales people."),
            ({"vendor": "Skylark Compute"}, "You have no program of this vendor and name."),
            ({"program": "Draft"}, "You have no program of this vendor and name."),
            ({"sale": ""}, "Name the sale"),
            ({"sale": "=1+1"}, "This begins with = as a formula does."),
            ({"sale": "PO-0"}, "Line 2 has this sale already"),
            ({"sale": "STANDS"}, "It is entered already, with $250.00"),
            ({"earned_on": ""}, "Write the day as in 2026-12-31."),
            ({"earned_on": "20.11.2026"}, "Write the day as year-month-day"),
            ({"earned_on": "2026-11-24"}, "That day is still to come."),
            ({"earned_on": "2000-12-31"}, "Check the year."),
            ({"paid_on": "2026-11-19"}, "It is paid after it was earned"),
            ({"amount": "0"}, "Enter an amount above zero."),
            ({"amount": "-5"}, "This begins with - as a formula does."),
            ({"amount": "1.005"}, "is too fine"),
            ({"amount": "x"}, "Enter an amount"),
        ],
    )
    def test_one_wrong_row_stops_all_of_it(self, w, owner, sal, program, cells, sentence):
        w.program(publish=False, name="Draft")
        spiff(sal, program, w.owner, reference="stands")
        page = self.upload(owner, HEAD + self.row(sale="po-0") + self.row(**cells))
        assert sentence in page.text
        assert not page.context["parcel"]
        assert SpiffEarning.objects.count() == 1

    @pytest.mark.parametrize("content", [b"", b"\x00\x01", b"a,b\n1,2\n", HEAD.encode(), b"PK\x03\x04xx"], ids=range(5))
    def test_what_is_no_such_table_is_refused(self, owner, content):
        assert self.upload(owner, content).status_code == 400

    def test_a_preview_of_somebody_else_is_worth_nothing(self, w, owner, client, sal, program):
        parcel = self.upload(owner, HEAD + self.row()).context["parcel"]
        client.force_login(w.stranger)
        assert "belongs to somebody else" in client.post(FILE, {"parcel": parcel}).text
        assert not SpiffEarning.objects.exists()

    def test_what_became_wrong_since_is_shown_again(self, w, owner, sal, program):
        parcel = self.upload(owner, HEAD + self.row()).context["parcel"]
        spiff(sal, program, w.owner, 1_00, reference="PO-1")
        assert "Something changed since you looked" in owner.post(FILE, {"parcel": parcel}).text
        assert SpiffEarning.objects.get().amount == 1_00

    def test_the_list_that_was_taken_away_comes_back(self, w, owner, sal, program):
        spiff(sal, program, w.owner, reference="PO-1")
        spiff(sal, program, w.owner, 1_000_05, reference="-2", paid_on=TODAY)
        yen = w.program(name="Yen SPIFF", kind="spiff", currency="JPY")
        spiff(sal, yen, w.owner, 70_000, reference="PO-3")
        text = b"".join(owner.get(LIST, {"format": "csv"}).streaming_content).decode("utf-8-sig")
        assert "'-2" in text
        assert "Everything in this file is entered already" in self.upload(owner, text).text
        page = self.upload(owner, text + self.row(sale="PO-4").strip() + ",usd,,\n")
        owner.post(FILE, {"parcel": page.context["parcel"]})
        assert sorted(SpiffEarning.objects.values_list("reference", flat=True)) == ["-2", "PO-1", "PO-3", "PO-4"]

    def test_as_a_workbook_too(self, w, owner, sal, program):
        spiff(sal, program, w.owner, reference="PO-1")
        spiff(sal, program, w.owner, 1_000_05, reference="-2", paid_on=TODAY)
        taken = b"".join(owner.get(LIST, {"format": "xlsx"}).streaming_content)
        assert "Everything in this file is entered already" in self.upload(owner, taken).text
        # As a spreadsheet holds it: days as days, figures as figures, also with a currency's sign, and blank rows between.
        day = date(2026, 11, 20)
        book = load_workbook(io.BytesIO(taken))
        book.active.append([])
        book.active.append(["Sal", "Northgate Cloud", "Partner SPIFF", 4711, day, 250, None, "USD"])
        book.active.append(["sal", "northgate cloud", "partner spiff", "PO-3", day, 99.9])
        book.active["F6"].number_format = '"$"#,##0.00'
        page = self.upload(owner, saved(book))
        assert "Enter 2 SPIFFs?" in page.text
        owner.post(FILE, {"parcel": page.context["parcel"]})
        made = SpiffEarning.objects.filter(earned_on=day, paid_on=None).exclude(reference="PO-1")
        assert sorted(made.values_list("reference", "amount")) == [("4711", 250_00), ("PO-3", 99_90)]

    def test_what_a_workbook_has_wrong_is_said_with_its_row(self, w, owner, sal, program):
        book = Workbook()
        book.active.append(HEAD.strip().split(","))
        book.active.append(["Sal", "Northgate Cloud", "Partner SPIFF", "PO-1", date(2026, 11, 20), "=A1+1"])
        book.active.append(["Sal", "Northgate Cloud", "Partner SPIFF", "PO-2", "soon", 5, None, "one too many"])
        page = self.upload(owner, saved(book))
        found = {(fault.line, fault.column): fault.words for fault in page.context["faults"]}
        assert "a formula without its result" in found[2, ""]
        assert "This row has 8 cells, but there are 7 columns." in found[3, ""]
        assert not page.context["parcel"]
        assert not SpiffEarning.objects.exists()

    def test_a_workbook_without_such_a_table_is_refused_in_words(self, owner):
        book = Workbook()
        assert "no table on any sheet" in self.upload(owner, saved(book)).text
        book.active.append(["a", "b"])
        assert "The first line must name the columns." in self.upload(owner, saved(book)).text
        book = Workbook()
        book.active.append(HEAD.strip().split(","))
        assert "has no rows" in self.upload(owner, saved(book)).text

    def test_notes_may_stand_on_a_sheet_before_the_table(self, w, owner, sal, program):
        book = Workbook()
        book.active.append(["How to fill this in"])
        table = book.create_sheet("SPIFFs")
        table.append(HEAD.strip().split(","))
        table.append(["Sal", "Northgate Cloud", "Partner SPIFF", "PO-1", date(2026, 11, 20), 5])
        hidden = book.create_sheet("Old", 0)
        hidden.append(HEAD.strip().split(","))
        hidden.sheet_state = "hidden"
        assert "Enter 1 SPIFF?" in self.upload(owner, saved(book)).text

    def test_a_workbook_holds_as_many_rows_as_a_csv_file(self, sal):
        book = Workbook(write_only=True)
        sheet = book.create_sheet()
        sheet.append(HEAD.strip().split(","))
        for number in range(MOST_ROWS):
            sheet.append(["Sal", "Northgate Cloud", "Partner SPIFF", f"PO-{number}", date(2026, 11, 20), 5])
        data = saved(book)
        assert len(read(data, SPIFFS)) == MOST_ROWS
        book = load_workbook(io.BytesIO(data))
        book.active.append(["Sal"])
        with pytest.raises(FileRefused, match="more than 5,001 lines"):
            read(saved(book), SPIFFS)

    def test_a_list_that_comes_back_with_something_else_is_not_taken_silently(self, w, owner, sal, program):
        spiff(sal, program, w.owner, reference="PO-1", earned_on=TODAY)
        head = f"{HEAD.strip()},currency\n"
        for cells, sentence in (
            ({"paid_on": str(TODAY), "currency": "USD"}, "It is entered already, without that day."),
            ({"paid_on": "", "currency": "EUR"}, "This program pays in USD."),
        ):
            page = self.upload(owner, head + self.row(earned_on=str(TODAY), **cells))
            assert sentence in page.text
            assert not page.context["parcel"]

    def test_the_file_to_fill_in_is_one_of_these(self, owner):
        text = b"".join(owner.get(reverse("plans:spiffs_template")).streaming_content).decode("utf-8-sig")
        assert text.startswith(HEAD.strip())
        assert "This is none of your sales people." in self.upload(owner, text).text
