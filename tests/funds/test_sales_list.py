"""Single sales: a manager finds one among its partners', a partner's people read their own, nobody others'."""

import pytest
from django.urls import reverse

from tests.funds.sales import coop, sold
from tests.pages import queries, table

pytestmark = pytest.mark.usefixtures("_at_now")
LINES = [
    "Brightpath,S-1,2026-02-03,100",
    "Brightpath,S-2,2026-07-04,-20.50",
    "othertech,S-3,2026-02-05,5000",
]
PAGE = "funds:sales"


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def listed(client, **chosen) -> list[str]:
    return [sale.reference for sale in client.get(reverse(PAGE), chosen).context["page_obj"]]


def test_a_manager_filters_and_sorts(w, client):
    first = sold(w, coop(w), *LINES)
    second = sold(w, first.budget, "othertech,S-4,2026-02-06,7")
    client.force_login(w.manager)
    assert listed(client) == ["S-2", "S-4", "S-3", "S-1"]
    assert listed(client, sort="amount") == ["S-2", "S-4", "S-1", "S-3"]
    assert listed(client, sort="-partner") == ["S-4", "S-3", "S-2", "S-1"]
    assert listed(client, partner=w.brightpath.pk) == ["S-2", "S-1"]
    assert listed(client, period="2026-07-01_2026-12-31") == ["S-2"]
    assert listed(client, upload=second.pk) == ["S-4"]
    assert listed(client, upload=first.pk, partner=w.othertech.pk) == ["S-3"]
    assert listed(client, program=first.program.pk, q="s-1") == ["S-1"]
    assert "No sale fits" in client.get(reverse(PAGE), {"q": "zzz"}).content.decode()


def test_what_cannot_be_chosen_is_said_and_narrows_nothing(w, client):
    sold(w, coop(w), *LINES)
    client.force_login(w.manager)
    for wrong in ({"partner": "x"}, {"upload": "0"}, {"period": "2026"}, {"period": "x_y"}, {"program": "-1"}):
        page = client.get(reverse(PAGE), wrong)
        assert page.status_code == 200
        assert page.context["filter"].form.errors


def test_it_is_taken_away_as_a_table(w, client):
    sold(w, coop(w), *LINES)
    client.force_login(w.manager)
    rows = table(client.get(reverse(PAGE), {"format": "csv", "sort": "day"}))
    assert [(row["Reference"], row["Amount"], row["Partner"], row["File"]) for row in rows] == [
        ("S-1", "100.00", "Brightpath", "sales.csv"),
        ("S-3", "5000.00", "Othertech", "sales.csv"),
        ("S-2", "-20.50", "Brightpath", "sales.csv"),
    ]
    assert client.get(reverse(PAGE), {"format": "xlsx"}).status_code == 200


def test_a_partner_reads_its_own_and_no_file(w, client):
    upload = sold(w, coop(w), *LINES)
    client.force_login(w.owner)
    assert listed(client) == ["S-2", "S-1"]
    assert listed(client, partner=w.othertech.pk, upload=upload.pk) == ["S-2", "S-1"]
    (first, _) = table(client.get(reverse(PAGE), {"format": "csv"}))
    assert set(first) == {"Day", "Reference", "Program", "Currency", "Amount"}
    fund = upload.budget.allocations.get(partner=w.brightpath, accrual__starts_on__month=1)
    html = client.get(reverse("funds:allocation", args=[fund.pk])).content.decode()
    assert "See the 1 sale<" in html
    assert listed(client, program=upload.program.pk, period=fund.accrual.period.key) == ["S-1"]


def test_other_vendors_see_nothing_and_windfalls_people_all(w, client):
    sold(w, coop(w), *LINES)
    client.force_login(w.other_manager)
    assert "No sales yet" in client.get(reverse(PAGE)).content.decode()
    client.force_login(w.stranger)
    assert listed(client) == ["S-3"]  # its owner's own
    client.force_login(w.finance)
    assert len(listed(client)) == 3


def test_it_is_reached_from_where_it_is_looked_for(w, client):
    upload = sold(w, coop(w), *LINES)
    client.force_login(w.manager)
    for name, pk, link in (
        ("funds:sales_uploads", upload.budget_id, f"?program={upload.program.pk}"),
        ("funds:sales_upload", upload.pk, f"?upload={upload.pk}"),
        ("funds:partner", w.brightpath.pk, f"?partner={w.brightpath.pk}"),
    ):
        assert reverse(PAGE) + link in client.get(reverse(name, args=[pk])).content.decode(), name


def test_the_same_queries_for_one_and_for_three(w, client):
    budget = coop(w)
    sold(w, budget, LINES[0])
    client.force_login(w.manager)
    one = queries(client, reverse(PAGE))
    sold(w, budget, *LINES[1:])
    assert queries(client, reverse(PAGE)) == one
