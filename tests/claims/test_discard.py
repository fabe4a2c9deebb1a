"""A partner throws a draft away; what was ever filed stays on record."""

import pytest
from django.urls import reverse

from claims import actions
from claims.models import Claim
from partners.models import Event
from tests.cast import NOW


def test_a_draft_is_discarded_with_its_files_and_a_filed_claim_is_not(
    w, client, kept, django_capture_on_commit_callbacks
):
    draft, claim = w.draft(), w.submitted()
    client.force_login(w.owner)
    before = len(list((kept / "proofs").iterdir()))
    with django_capture_on_commit_callbacks(execute=True):
        page = client.post(reverse("claims:discard", args=[draft.pk]), follow=True)
    assert "is gone. No money had moved." in page.text
    assert len(list((kept / "proofs").iterdir())) == before - 1
    assert client.post(reverse("claims:discard", args=[draft.pk])).status_code == 404
    page = client.post(reverse("claims:discard", args=[claim.pk]), follow=True)
    assert "stays on record" in page.text


def test_who_threw_it_away_is_kept(w):
    claim = w.draft()
    story = Event.objects.about(claim)
    actions.discard(claim=claim, by=w.member)
    assert story.latest("id").verb == "discarded"
    assert story.latest("id").actor == w.member


def test_a_reopened_claim_cannot_be_discarded(w, client):
    claim = w.submitted()
    actions.withdraw(claim=claim, by=w.owner, now=NOW)
    actions.reopen(claim=claim, by=w.owner, now=NOW)
    client.force_login(w.owner)
    assert "Discard" not in client.get(reverse("claims:edit", args=[claim.pk])).text
    client.post(reverse("claims:discard", args=[claim.pk]))
    assert Claim.objects.filter(pk=claim.pk).exists()


@pytest.mark.parametrize(("who", "status"), [("manager", 404), ("admin", 404), ("finance", 404), ("stranger", 404)])
def test_others_do_not_even_see_the_draft(w, client, who, status):
    claim = w.draft()
    client.force_login(getattr(w, who))
    assert client.post(reverse("claims:discard", args=[claim.pk])).status_code == status
    assert Claim.objects.filter(pk=claim.pk).exists()
