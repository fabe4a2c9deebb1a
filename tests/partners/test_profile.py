"""A person changes the name that others see."""

import pytest
from django.urls import reverse

URL = reverse("partners:profile")


def test_change_the_name(client, w):
    client.force_login(w.owner)
    assert b'value="Owner"' in client.get(URL).content
    response = client.post(URL, {"name": "  Anna\r\n Berg ", "email": "evil@people.example", "is_staff": "on"})
    assert response["Location"] == URL
    w.owner.refresh_from_db()
    assert (w.owner.name, w.owner.email, w.owner.is_staff) == ("Anna Berg", "owner@people.example", False)


@pytest.mark.parametrize(
    ("name", "words"), [("", "Enter your name"), ("\x00\x01", "Enter your name"), ("x" * 101, "at most 100")]
)
def test_bad_names(client, w, name, words):
    client.force_login(w.owner)
    response = client.post(URL, {"name": name})
    assert response.status_code == 400
    assert words in response.content.decode()
    w.owner.refresh_from_db()
    assert w.owner.name == "Owner"
