"""A partner begins a claim on one of its funds."""

from django.urls import reverse

from claims.models import Claim
from tests.cast import balances


def test_starting_says_what_was_begun_already(w, client):
    draft = w.draft()
    client.force_login(w.owner)
    url = reverse("claims:start", args=[draft.allocation_id])
    assert draft.title in client.get(url).text
    assert client.post(url, {"title": ""}).status_code == 400
    assert client.post(url, {"title": "x" * 121}).status_code == 400
    assert client.post(url, {"title": "Second"}).status_code == 302
    for who, status in (("stranger", 404), ("other_manager", 404), ("manager", 403), ("admin", 403)):
        client.force_login(getattr(w, who))
        assert client.get(url).status_code == status, who


def test_a_draft_moves_no_money_and_opens_at_once(w, client):
    fund = w.fund(5_000_00)
    client.force_login(w.member)
    page = client.post(reverse("claims:start", args=[fund.pk]), {"title": "  Webinar  "}, follow=True)
    claim = Claim.objects.get()
    assert page.redirect_chain[-1][0] == reverse("claims:edit", args=[claim.pk])
    assert (claim.title, claim.created_by, claim.partner) == ("Webinar", w.member, w.brightpath)
    assert balances(fund) == {"available": 5_000_00}


def test_a_second_click_finds_the_same_draft(w, client):
    url = reverse("claims:start", args=[w.fund().pk])
    client.force_login(w.owner)
    first, second = client.post(url, {"title": "Webinar"}), client.post(url, {"title": "Webinar"})
    assert first.url == second.url
    client.post(url, {"title": "Another"})
    assert Claim.objects.count() == 2


def test_what_was_typed_stays_with_the_error(w, client):
    client.force_login(w.owner)
    page = client.post(reverse("claims:start", args=[w.fund().pk]), {"title": "Ü" * 121})
    assert page.status_code == 400
    assert "Ü" * 121 in page.text
    page = client.post(reverse("claims:start", args=[w.fund().pk]), {"title": "\x00"})
    assert page.status_code == 400
    assert "Give the claim a title" in page.text
