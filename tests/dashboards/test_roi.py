"""What the money brings: revenue measured and claimed apart, per type of activity, program and partner, per currency."""

import pytest
from django.urls import reverse

from claims import actions as claims
from claims.actions import outcomes
from claims.actions.outcomes import Told
from dashboards.reports import roi
from programs import actions as programs
from programs.activities import ActivityKind
from tests.cast import NOW, TODAY
from tests.pages import queries, table

RETURNS = reverse("dashboards:returns")


def paid(w, kind=ActivityKind.SEMINAR, cost=1_000_00, **program):
    activity = programs.usual(kind)
    activity.proofs = []
    by = program.get("by") or w.manager
    fund = w.fund(budget=w.budget(w.program(activities=[activity], **program), by=by), by=by)
    claim = w.approved(fund, costs=(cost,))
    claims.pay(claim=claim, version=claim.version, paid_on=TODAY, reference="R", by=w.finance, now=NOW)
    return w.again(claim)


def tell(w, claim, number=0, measured=None, claimed=None, leads=None):
    results = [
        *([Told("revenue", "measured", measured, "CRM")] if measured is not None else []),
        *([Told("revenue", "claimed", claimed)] if claimed is not None else []),
        *([Told("leads", "measured", leads, "CRM")] if leads is not None else []),
    ]
    outcomes.report(about=claim, number=number, results=results, by=w.owner, now=NOW)


def row(rows, name):
    return next(row for row in rows if row["name"] == name)


def test_only_the_latest_report_counts_and_what_is_not_known_is_in_no_return(w):
    seminar, ad, silent = paid(w), paid(w, ActivityKind.DIGITAL_AD), paid(w)
    tell(w, seminar, measured=9_999_00, leads=1)
    tell(w, seminar, number=1, measured=2_000_00, claimed=500_00, leads=8)
    tell(w, ad, claimed=1_000_00)
    scope = roi.Scope(w.manager, w.northgate)
    rows = roi.returns(scope, "activity")
    seminars = row(rows, "Seminar or webinar")
    assert (seminars["activities"], seminars["told"]) == (2, 1)
    assert (seminars["paid"], seminars["paid_told"], seminars["cost_told"]) == (1_000_00, 500_00, 1_000_00)
    assert (seminars["measured"], seminars["claimed"], seminars["leads"]) == (2_000_00, 500_00, 8)
    assert (seminars["measured_return"], seminars["claimed_return"], seminars["measured_of_cost"]) == (4.0, 1.0, 2.0)
    assert row(rows, "Digital ad")["measured_return"] is None
    (total,) = roi.totals(rows)
    assert (total["paid"], total["measured"], total["claimed"]) == (1_500_00, 2_000_00, 1_500_00)
    assert round(total["told_share"]) == 67
    assert silent.paid == 500_00


def test_what_is_not_paid_is_not_there_and_currencies_stay_apart(w):
    unpaid = w.approved()
    tell(w, unpaid, measured=5_000_00)
    dollars, euros = paid(w), paid(w, currency="EUR")
    tell(w, dollars, measured=100_00)
    tell(w, euros, measured=300_00)
    rows = roi.returns(roi.Scope(w.manager, w.northgate), "partner")
    assert [(r["name"], r["currency"], r["measured"]) for r in rows] == [
        ("Brightpath", "EUR", 300_00),
        ("Brightpath", "USD", 100_00),
    ]


def test_the_page_splits_narrows_sorts_and_exports(w, client):
    claim = paid(w, name="Growth fund")
    paid(w, ActivityKind.DIGITAL_AD)
    tell(w, claim, measured=2_000_00, claimed=500_00)
    client.force_login(w.manager)
    text = client.get(RETURNS).text
    assert "Seminar or webinar" in text
    assert "4.00 for each 1.00 paid" in text
    assert "1 of 1 activity with results" in text
    assert "Growth fund" in client.get(RETURNS, {"by": "program"}).text
    narrowed = client.get(RETURNS, {"program": claim.program.pk, "by": "partner", "q": "bright"})
    assert [r["name"] for r in narrowed.context["page_obj"]] == ["Brightpath"]
    assert "Nothing was paid there" in client.get(RETURNS, {"q": "nobody"}).text
    for sort in ("name", "-paid", "measured_return", "claimed", "nonsense"):
        assert client.get(RETURNS, {"sort": sort, "months": "3"}).status_code == 200
    (line,) = [r for r in table(client.get(RETURNS, {"format": "csv"})) if r["Type of activity"].startswith("Sem")]
    assert (line["Paid"], line["Revenue measured"], line["Measured per 1 paid"]) == ("500.00", "2000.00", "4.0")
    assert b"".join(client.get(RETURNS, {"format": "xlsx"}).streaming_content).startswith(b"PK")
    client.force_login(w.other_manager)
    assert "Nothing was paid yet" in client.get(RETURNS).text


def test_the_managers_home_says_what_she_gets_for_it(w, client):
    tell(w, paid(w), measured=2_000_00)
    client.force_login(w.manager)
    text = client.get(reverse("dashboards:home")).text
    assert "What you get for it" in text
    assert "4.00 for each 1.00 paid" in text


def test_the_partner_sees_its_own_by_vendor(w, client):
    tell(w, paid(w), measured=2_000_00)
    client.force_login(w.owner)
    text = client.get(reverse("claims:results")).text
    assert "$2,000.00" in text
    rows = roi.returns(roi.Scope(w.owner, w.brightpath, of_partner=True), "vendor")
    assert [(r["name"], r["measured"]) for r in rows] == [("Northgate Cloud", 2_000_00)]
    assert "Northgate Cloud" in client.get(RETURNS).text
    assert "Seminar or webinar" in client.get(RETURNS, {"by": "activity"}).text
    client.force_login(w.stranger)
    assert "Northgate" not in client.get(RETURNS).text


@pytest.mark.parametrize("by", ["activity", "program", "partner"])
def test_queries_are_constant(w, client, by):
    client.force_login(w.manager)
    counts = []
    for more in (1, 2):
        for _ in range(more):
            tell(w, paid(w), measured=1_00)
        counts.append(queries(client, f"{RETURNS}?by={by}"))
    assert counts[0] == counts[1]
