"""In which currency a partner's people read sums: its owner chooses."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from partners import actions
from partners.models import Event
from tests.cast import NOW
from tests.pages import told

PAGE = reverse("partners:currency")


def test_an_owner_chooses(w, client):
    client.force_login(w.owner)
    assert client.get(PAGE).context["form"].initial == {"currency": "USD"}
    assert "Sums in USD" in client.get(reverse("partners:team")).text
    answer = client.post(PAGE, {"currency": "EUR"}, follow=True)
    assert told(answer) == ["Sums over all vendors are shown in EUR now."]
    w.brightpath.refresh_from_db()
    assert w.brightpath.currency == "EUR"
    event = Event.objects.get(verb="chose currency")
    assert (event.actor, event.data) == (w.owner, {"from": "USD", "to": "EUR"})


def test_the_same_again_is_no_event(w):
    actions.choose_currency(company=w.brightpath, currency="USD", by=w.owner, now=NOW)
    assert not Event.objects.filter(verb="chose currency").exists()


def test_what_is_no_currency_is_refused(w, client):
    client.force_login(w.owner)
    assert client.post(PAGE, {"currency": "XXX"}).status_code == 400


def test_nobody_else(w):
    for user in (w.member, w.stranger, w.manager, w.admin):
        with pytest.raises(PermissionDenied):
            actions.choose_currency(company=w.brightpath, currency="EUR", by=user, now=NOW)
    with pytest.raises(PermissionDenied):
        actions.choose_currency(company=w.northgate, currency="EUR", by=w.manager, now=NOW)
