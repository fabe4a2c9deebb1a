"""The home of an owner for whom no vendor on Windfall has anything: it leads to the statements of others."""

import pytest
from django.urls import reverse

from tests.funds.uploads import received, record

pytestmark = pytest.mark.usefixtures("_at_now")
HOME = reverse("dashboards:home")
UPLOAD = reverse("funds:upload_statement")


def test_an_empty_home_leads_to_the_upload(w, client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    for person in (w.owner, w.member):
        client.force_login(person)
        page = client.get(HOME).content.decode()
        assert "Bring your vendors’ statements" in page
        assert f'href="{UPLOAD}"' in page
    record(client, received(w, by=w.member))
    page = client.get(HOME).content.decode()
    assert "Bring your vendors’ statements" not in page
    assert "$300.00" in page
    assert "recorded by you" in page


def test_a_home_with_money_does_not(w, client):
    w.fund()
    client.force_login(w.owner)
    page = client.get(HOME).content.decode()
    assert "No vendor’s money stands here yet" not in page
    # Others can be brought beside it.
    assert f'href="{UPLOAD}"' in page
