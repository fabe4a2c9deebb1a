"""A rejected or withdrawn claim is corrected and filed again, with the reasons in sight."""

import pytest
from django.urls import reverse

from claims import actions
from claims.actions.verdicts import Verdict
from tests.cast import NOW, balances


@pytest.fixture
def rejected(w):
    claim = w.submitted(costs=(1_000_00, 200_00))
    actions.reject(
        claim=claim, version=claim.version, code="missing_proof", reason="No photo of the stand.", by=w.admin, now=NOW
    )
    return w.again(claim)


def test_the_reason_stands_where_it_is_fixed(w, client, rejected):
    client.force_login(w.owner)
    page = client.get(reverse("claims:detail", args=[rejected.pk])).text
    assert "No photo of the stand." in page
    assert "Correct and file again" in page
    page = client.post(reverse("claims:reopen", args=[rejected.pk]), follow=True)
    assert page.redirect_chain[-1][0] == reverse("claims:edit", args=[rejected.pk])
    assert "No photo of the stand." in page.text
    assert "Proof is missing" in page.text
    assert "Only your company sees it" not in page.text


def test_all_that_was_typed_is_there_and_it_can_be_filed_again(w, client, rejected):
    client.force_login(w.owner)
    page = client.post(reverse("claims:reopen", args=[rejected.pk]), follow=True).text
    for line in rejected.lines.all():
        assert line.invoice_number in page
    claim = actions.submit(claim=w.again(rejected), by=w.member, now=NOW)
    assert (claim.decided_by, claim.approved, claim.asked) == (None, None, 600_00)
    assert balances(claim.allocation) == {"available": 4_400_00, "claimed": 600_00}


def test_what_is_paid_in_part_cannot_be_reopened(w, client):
    claim = w.submitted()
    line = claim.lines.get()
    verdicts = {line.pk: Verdict(300_00, "not_eligible", "No drinks.")}
    actions.approve(claim=claim, version=claim.version, by=w.admin, now=NOW, verdicts=verdicts)
    client.force_login(w.owner)
    page = client.get(reverse("claims:detail", args=[claim.pk])).text
    assert "No drinks." in page
    assert "Correct and file again" not in page
    page = client.post(reverse("claims:reopen", args=[claim.pk]), follow=True)
    assert "that is not possible any more" in page.text


def test_a_second_click_changes_nothing(w, client, rejected):
    client.force_login(w.owner)
    url = reverse("claims:reopen", args=[rejected.pk])
    client.post(url)
    version = w.again(rejected).version
    assert client.post(url, follow=True).status_code == 200
    assert w.again(rejected).version == version


@pytest.mark.parametrize(("who", "status"), [("manager", 403), ("admin", 403), ("finance", 403), ("stranger", 404)])
def test_only_the_partners_people_reopen(w, client, rejected, who, status):
    client.force_login(getattr(w, who))
    assert client.post(reverse("claims:reopen", args=[rejected.pk])).status_code == status
