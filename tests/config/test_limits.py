"""What is too large is refused before it is read."""

import io

import pytest
from django.test import RequestFactory
from django.urls import reverse

from config.limits import MOST_BYTES


class Endless(io.RawIOBase):
    """A body that must not be touched."""

    def readable(self):
        raise AssertionError("somebody reads it")

    def read(self, *args):
        raise AssertionError("somebody reads it")


@pytest.mark.parametrize("stated", [str(MOST_BYTES + 1), "9" * 30, "-1", "many"])
def test_too_much_is_refused_unread(client, stated):
    response = client.generic("POST", reverse("account_login"), **{"CONTENT_LENGTH": stated, "wsgi.input": Endless()})
    assert response.status_code == 413
    assert "A proof may have 10 MB, a file of sales 100 MB" in response.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("stated", ["", "0", "11"])
def test_what_is_not_is_read(client, stated):
    response = client.generic("POST", reverse("account_login"), b"login=&x=12", CONTENT_LENGTH=stated)
    assert response.status_code == 200


def test_without_a_length_nothing_is_read():
    request = RequestFactory().post("/", b"login=1", content_type="application/x-www-form-urlencoded")
    del request.META["CONTENT_LENGTH"]
    fresh = type(request)(request.environ)
    assert fresh.POST == {}
