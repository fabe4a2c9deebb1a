"""Exchange rates: kept by finance one by one or from a file, looked up by admins, each change an event."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from claims import actions
from claims.actions.rates import NewRate
from claims.models import ExchangeRate
from partners.models import Event
from tests.cast import NOW, TODAY
from tests.claims.lines_attacks import rate
from tests.pages import queries, table, told

pytestmark = pytest.mark.usefixtures("_at_now")
LIST = reverse("claims:rates")
FILE = reverse("claims:rates_file")
HEAD = "from,to,day,rate,source\n"


@pytest.fixture
def finance(w, client):
    client.force_login(w.finance)
    return client


def sent(**more) -> dict:
    return {"base": "EUR", "quote": "USD", "day": "2026-11-20", "rate": "1.0850", "source": "ECB"} | more


def upload(finance, text: str | bytes):
    content = text.encode() if isinstance(text, str) else text
    return finance.post(FILE, {"file": SimpleUploadedFile("rates.csv", content)})


def verbs() -> list[str]:
    return list(Event.objects.filter(subject="claims.exchangerate").order_by("id").values_list("verb", flat=True))


def test_finance_adds_changes_and_removes_a_rate(w, finance):
    page = finance.post(reverse("claims:rate_add"), sent(), follow=True)
    assert "EUR to USD on 20 Nov 2026 is kept." in told(page)[0]
    kept = ExchangeRate.objects.get()
    assert (kept.rate, kept.changed_by) == (Decimal("1.085"), w.finance)
    url = reverse("claims:rate", args=[kept.pk])
    assert 'value="1.0850"' in finance.get(url).text
    finance.post(url, sent(rate="1.09"))
    finance.post(reverse("claims:rate_remove", args=[kept.pk]))
    assert not ExchangeRate.objects.exists()
    assert verbs() == ["added a rate", "changed a rate", "removed a rate"]
    assert Event.objects.filter(subject="claims.exchangerate").last().data["rate"] == "1.0900"


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("quote", "EUR", "Choose another currency than the first."),
        ("quote", "XXX", "Select a valid choice."),
        ("day", "2026-11-24", "That day is still to come."),
        ("day", "1999-01-01", "Check the year"),
        ("rate", "0", "A rate is above zero and at most a billion."),
        ("rate", "-1", "Write the rate as in 1.0850."),
        ("rate", "1e5", "Write the rate as in 1.0850."),
        ("rate", "9999999999", "A rate is above zero and at most a billion."),
        ("rate", "1.00000000001", "A rate has 10 decimals at most."),
        ("source", "", "This field is required."),
        ("day", "2026-11-19", "There is a rate of EUR to USD on 19 Nov 2026 already: change that one."),
    ],
)
def test_what_is_wrong_is_said(finance, field, value, sentence):
    rate(day=TODAY - timedelta(days=4))
    page = finance.post(reverse("claims:rate_add"), sent(**{field: value}))
    assert page.status_code == 400
    assert sentence in str(page.context["form"].errors)
    assert ExchangeRate.objects.count() == 1


@pytest.mark.parametrize("who", ["owner", "manager", "admin"])
def test_nobody_else_keeps_rates(w, who):
    kept, by = rate(), getattr(w, who)
    with pytest.raises(PermissionDenied):
        actions.save_rate(rate=kept, by=by, now=NOW)
    with pytest.raises(PermissionDenied):
        actions.remove_rate(rate=kept, by=by, now=NOW)
    with pytest.raises(PermissionDenied):
        actions.import_rates(rates=[NewRate("EUR", "USD", TODAY, Decimal(1), "x")], by=by, now=NOW)


class TestFile:
    def test_from_a_look_to_kept(self, w, finance):
        rate(day=TODAY)
        rate("GBP", value="1.3", day=TODAY)
        text = HEAD + "eur,usd,2026-11-23,1.09,ECB\nGBP,USD,2026-11-23,1.3,ECB\nCHF,USD,2026-11-22,1.1,SNB\n"
        page = upload(finance, text)
        assert "Keep 2 rates?" in page.text
        assert "Instead of 1.085 (ECB)." in page.text
        assert "Kept already" in page.text
        assert ExchangeRate.objects.count() == 2
        done = finance.post(FILE, {"parcel": page.context["parcel"]}, follow=True)
        assert told(done) == ["2 rates of the file are kept."]
        assert ExchangeRate.objects.get(base="EUR").rate == Decimal("1.09")
        assert sorted(verbs()) == ["added a rate", "changed a rate"]
        # Once more: nothing is different.
        assert "Everything in this file is kept already" in upload(finance, text).text

    @pytest.mark.parametrize(
        ("row", "sentence"),
        [
            ("XXX,USD,2026-11-20,1,ECB", "This is no currency that is used here."),
            ("USD,USD,2026-11-20,1,ECB", "A rate is of two currencies."),
            ("EUR,USD,20.11.2026,1,ECB", "Write the day as year-month-day"),
            ("EUR,USD,,1,ECB", "Write the day as in 2026-12-31."),
            ("EUR,USD,2026-11-24,1,ECB", "That day is still to come."),
            ("EUR,USD,2026-11-20,1.0.1,ECB", "Write the rate as in 1.0850."),
            ("EUR,USD,2026-11-20,0,ECB", "A rate is above zero"),
            ("EUR,USD,2026-11-20,1,", "Say where it is published."),
            ("EUR,USD,2026-11-20,1,=1+1", "This begins with = as a formula does."),
            ("EUR,USD,2026-11-20,-1.08,ECB", "Write the rate as in 1.0850."),
            ("EUR,USD,2026-11-20,1,ECB\nEUR,USD,2026-11-20,2,ECB", "has this pair and day already."),
            ("EUR,USD,2026-11-20", "This row has 3 cells"),
        ],
    )
    def test_one_wrong_row_stops_all_of_it(self, finance, row, sentence):
        page = upload(finance, HEAD + "GBP,USD,2026-11-20,1.3,ECB\n" + row + "\n")
        assert sentence in page.text
        assert not page.context["parcel"]
        assert not ExchangeRate.objects.exists()

    @pytest.mark.parametrize(
        "content", [b"", b"\x00\x01", b"a,b\n1,2\n", HEAD.encode(), b"PK\x03\x04xx", b"%PDF-1.4"], ids=range(6)
    )
    def test_what_is_no_such_table_is_refused(self, finance, content):
        page = upload(finance, content)
        assert page.status_code == 400
        assert not ExchangeRate.objects.exists()

    def test_a_preview_of_somebody_else_is_worth_nothing(self, w, finance, client):
        parcel = upload(finance, HEAD + "EUR,USD,2026-11-20,1,ECB\n").context["parcel"]
        assert "too old or belongs to somebody else" in finance.post(FILE, {"parcel": parcel + "x"}).text
        assert not ExchangeRate.objects.exists()

    def test_what_became_wrong_since_is_shown_again(self, finance, monkeypatch):
        parcel = upload(finance, HEAD + "EUR,USD,2026-11-20,1,ECB\n").context["parcel"]

        def refused(**kwargs):
            raise actions.RateRefused("Somebody else added one of these rates just now.")

        monkeypatch.setattr(actions, "import_rates", refused)
        assert "Somebody else added one of these" in finance.post(FILE, {"parcel": parcel}).text

    def test_two_files_at_once_do_not_double_a_rate(self, w):
        new = NewRate("EUR", "USD", TODAY, Decimal(1), "x")
        actions.import_rates(rates=[new], by=w.finance, now=NOW)
        with pytest.raises(actions.RateRefused, match="Somebody else"):
            actions.import_rates(rates=[new._replace(base="GBP"), new._replace(base="GBP")], by=w.finance, now=NOW)
        assert ExchangeRate.objects.count() == 1


class TestList:
    @pytest.fixture
    def three(self):
        return [rate(day=TODAY), rate("GBP", value="1.3", day=TODAY - timedelta(days=9)), rate("CHF", "EUR", "0.95")]

    def test_filter_and_sort(self, finance, three):
        def bases(**asked):
            return [found.base for found in finance.get(LIST, asked).context["page_obj"]]

        assert bases(base="GBP") == ["GBP"]
        assert bases(quote="EUR") == ["CHF"]
        assert sorted(bases(since=TODAY.isoformat())) == ["CHF", "EUR"]
        assert bases(q="nothing") == []
        assert bases(sort="rate") == ["CHF", "EUR", "GBP"]
        assert bases(sort="-from") == ["GBP", "EUR", "CHF"]
        assert len(bases(sort="nonsense")) == 3
        assert "No rates here" in finance.get(LIST, {"q": "nothing"}).text

    def test_taken_away_it_can_be_brought_back(self, finance, three):
        rows = table(finance.get(LIST, {"format": "csv"}))
        assert {row["from"]: row["rate"] for row in rows} == {"EUR": "1.085", "GBP": "1.3", "CHF": "0.95"}
        assert finance.get(LIST, {"format": "xlsx"}).status_code == 200
        text = HEAD + "".join(",".join(row.values()) + "\n" for row in rows)
        assert "Everything in this file is kept already" in upload(finance, text).text

    def test_an_admin_looks_and_does_not_touch(self, w, client, three):
        client.force_login(w.admin)
        page = client.get(LIST).text
        assert "1.0850 USD" in page
        assert "Add a rate" not in page

    def test_the_same_number_of_queries_for_one_and_three(self, finance):
        rate(day=TODAY)
        at_one = queries(finance, LIST)
        rate("GBP")
        rate("CHF")
        assert queries(finance, LIST) == at_one

    def test_the_template_is_a_file_that_works(self, finance):
        content = b"".join(finance.get(reverse("claims:rates_template")).streaming_content)
        assert "Keep 1 rate?" in upload(finance, content).text
