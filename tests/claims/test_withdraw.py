"""A partner takes a filed claim back before it is decided."""

import pytest
from django.urls import reverse

from claims import actions
from tests.cast import NOW, balances


def test_withdrawing_gives_the_money_back_once(w, client):
    claim = w.submitted()
    client.force_login(w.member)
    url = reverse("claims:withdraw", args=[claim.pk])
    page = client.post(url, {"reason": "Wrong invoice"}, follow=True)
    assert "Withdrawn. $500.00 went back to the fund." in page.text
    assert "Wrong invoice" in page.text
    client.post(url)
    assert balances(claim.allocation) == {"available": 5_000_00}


@pytest.mark.parametrize("reason", ["x" * 501, "a\x00b"])
def test_a_reason_that_cannot_be_kept_is_said_beside_it_and_nothing_is_done(w, client, reason):
    claim = w.submitted()
    client.force_login(w.owner)
    page = client.post(reverse("claims:withdraw", args=[claim.pk]), {"reason": reason})
    assert page.status_code == 400
    assert page.context["withdraw"].errors["reason"]
    assert w.again(claim).status == "submitted"


def test_a_decided_claim_is_not_withdrawn(w, client):
    claim = w.approved()
    client.force_login(w.owner)
    assert "Withdraw" not in client.get(reverse("claims:detail", args=[claim.pk])).text
    page = client.post(reverse("claims:withdraw", args=[claim.pk]), follow=True)
    assert "This claim is approved: that is not possible any more." in page.text
    assert balances(claim.allocation) == {"available": 4_500_00, "approved": 500_00}


def test_with_an_open_question_it_can_be_withdrawn_too(w):
    claim = w.submitted()
    claim = actions.ask(claim=claim, version=claim.version, question="Photos?", by=w.admin, now=NOW)
    assert actions.withdraw(claim=claim, by=w.owner, now=NOW).status == "withdrawn"


@pytest.mark.parametrize(("who", "status"), [("manager", 403), ("admin", 403), ("finance", 403), ("stranger", 404)])
def test_only_the_partners_people_withdraw(w, client, who, status):
    claim = w.submitted()
    client.force_login(getattr(w, who))
    assert client.post(reverse("claims:withdraw", args=[claim.pk])).status_code == status
    assert w.again(claim).status == "submitted"
