"""Finance records a payment: once, with a date that can be and a reference; never by who filed or approved it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from claims import actions
from claims.models import Payment
from tests.cast import NOW, TODAY, balances

PAYMENTS = reverse("claims:payments")


def address(claim):
    return reverse("claims:pay", args=[claim.pk])


def form(claim, **changes):
    return {"version": claim.version, "paid_on": timezone.now().date().isoformat(), "reference": "WF-1"} | changes


def test_it_is_paid_once_and_told_to_the_partner(w, client):
    claim = w.approved()
    client.force_login(w.finance)
    assert "$500.00" in client.get(PAYMENTS, {"show": "held"}).text
    page = client.post(address(claim), form(claim), follow=True)
    assert "Paid $500.00 to Brightpath" in page.text
    assert balances(claim.allocation) == {"available": 4_500_00, "paid": 500_00}
    again = client.post(address(claim), form(claim, reference="WF-2"), follow=True)
    assert "marked as paid already" in again.text
    assert Payment.objects.get().reference == "WF-1"
    client.force_login(w.owner)
    paid_on = date_format(timezone.now().date())
    assert f"Paid on {paid_on}, reference WF-1." in client.get(reverse("claims:detail", args=[claim.pk])).text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"reference": ""}, "Enter the payment&#x27;s reference."),
        ({"reference": "x" * 81}, "at most 80 characters"),
        ({"paid_on": ""}, "Choose a day."),
        ({"paid_on": "soon"}, "Enter a day as in"),
        ({"paid_on": "2999-01-01"}, "Check the year"),
        ({"paid_on": (timezone.now().date() + timedelta(days=2)).isoformat()}, "still to come"),
        ({"paid_on": (TODAY - timedelta(days=1)).isoformat()}, "cannot have been paid before"),
        ({"version": "x"}, "out of date"),
        ({"version": "1"}, "changed after you opened the page"),
    ],
)
def test_what_cannot_be_is_refused_in_words(w, client, changes, words):
    claim = w.approved()
    client.force_login(w.finance)
    page = client.post(address(claim), form(claim, **changes))
    assert page.status_code in (400, 409)
    assert words in page.text
    assert not Payment.objects.filter(status="confirmed").exists()


@pytest.mark.parametrize(
    ("who", "status"),
    [("owner", 403), ("member", 403), ("manager", 403), ("admin", 403), ("stranger", 404), ("other_manager", 404)],
)
def test_only_finance_pays(w, client, who, status):
    claim = w.approved()
    client.force_login(getattr(w, who))
    assert client.post(address(claim), form(claim)).status_code == status
    assert client.get(PAYMENTS).status_code == 403


def test_what_is_not_approved_is_not_paid(w, client):
    claim = w.submitted()
    client.force_login(w.finance)
    page = client.post(address(claim), form(claim), follow=True)
    assert "not approved, so there is nothing to pay" in page.text
    with pytest.raises(actions.ClaimRefused):
        actions.pay(claim=claim, version=claim.version, paid_on=TODAY, reference="x", by=w.finance, now=NOW)


def test_the_list_filters_and_exports(w, client, django_assert_max_num_queries):
    client.force_login(w.finance)
    counts = []
    for more in (1, 2):
        for _ in range(more):
            w.approved()
        with django_assert_max_num_queries(25) as queries:
            page = client.get(PAYMENTS, {"show": "held", "currency": "USD"})
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert page.context["page_obj"].paginator.count == 3
    for narrowed, count in (
        ({"currency": "EUR"}, 0),
        ({"q": "brightp"}, 3),
        ({"q": "nobody"}, 0),
        ({"why": "no_account"}, 3),
        ({"why": "asked"}, 0),
        ({"due": "now"}, 3),
    ):
        found = client.get(PAYMENTS, {"show": "held"} | narrowed).context["page_obj"].paginator
        assert found.count == count, narrowed
    assert client.get(PAYMENTS, {"show": "paid"}).context["page_obj"].paginator.count == 0
    for kind in ("csv", "xlsx"):
        assert client.get(PAYMENTS, {"show": "held", "format": kind}).status_code == 200
    csv = client.get(PAYMENTS, {"show": "held", "format": "csv"})
    assert b"500.00" in b"".join(csv.streaming_content)
