"""People sign in with their address and password; the demo's people only in the demo."""

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from partners.sign_in import verified_user

LOGIN = reverse("account_login")
PASSWORD = "a long and quiet river"
WRONG = b"not correct"


def sign_in(client, email, password=PASSWORD):
    return client.post(LOGIN, {"login": email, "password": password})


def is_in(client) -> bool:
    return client.get(reverse("partners:switch")).status_code == 200


@pytest.fixture
def anna(db):
    return verified_user("Anna@People.Example", "Anna", PASSWORD)


def test_the_address_in_any_case(client, anna):
    assert anna.email == "anna@people.example"
    assert sign_in(client, " ANNA@people.EXAMPLE ").status_code == 302
    assert is_in(client)


def test_verified_user_twice_is_one(anna):
    again = verified_user("anna@people.example", "Other", "other")
    assert again == anna
    assert again.name == "Anna"
    assert again.check_password(PASSWORD)
    assert anna.emailaddress_set.get().verified


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("anna@people.example", "wrong"),
        ("nobody@people.example", PASSWORD),
        ("anna@people.example", "x" * 5000),
        ("anna@people.example", "a\x00b"),
        ("anna", PASSWORD),
        ("", ""),
        ("a" * 5000 + "@people.example", PASSWORD),
    ],
)
def test_wrong_or_odd(client, anna, email, password):
    assert sign_in(client, email, password).status_code == 200
    assert not is_in(client)


def test_an_account_that_is_shut(client, anna):
    anna.is_active = False
    anna.save()
    sign_in(client, anna.email)
    assert not is_in(client)


def test_too_many_wrong_passwords(client, anna):
    for _ in range(10):
        sign_in(client, anna.email, "wrong")
    response = sign_in(client, anna.email)
    assert b"Too many failed" in response.content or response.status_code == 429
    assert not is_in(client)


# The demo's people


@pytest.fixture
def demo(db):
    return verified_user("owner@windfall.example", "Olivia", "windfall-demo")


def test_the_demo_signs_in(client, demo):
    assert sign_in(client, demo.email, "windfall-demo").status_code == 302
    assert is_in(client)


def test_outside_the_demo_the_right_password_looks_wrong(client, demo):
    with override_settings(DEMO=False):
        right = sign_in(client, demo.email, "windfall-demo")
        wrong = sign_in(Client(), demo.email, "something else")
    assert right.status_code == wrong.status_code == 200
    assert WRONG in right.content
    assert WRONG in wrong.content
    assert not is_in(client)


def test_a_session_of_the_demo_ends_with_it(client, demo):
    client.force_login(demo)
    assert is_in(client)
    with override_settings(DEMO=False):
        assert not is_in(client)


# Mails


def test_password_reset_by_mail(client, anna, mailoutbox):
    client.post(reverse("account_reset_password"), {"email": "ANNA@people.example"})
    (message,) = mailoutbox
    assert message.subject == "Choose a new password"
    assert "Hello from" not in message.body
    assert "example.com" not in message.body
    link = next(line for line in message.body.splitlines() if line.startswith("http"))
    page = client.get(link, follow=True)
    form = page.redirect_chain[-1][0]
    client.post(form, {"password1": "another quiet river", "password2": "another quiet river"})
    assert sign_in(Client(), anna.email, "another quiet river").status_code == 302


def test_password_reset_of_nobody(client, db, mailoutbox):
    response = client.post(reverse("account_reset_password"), {"email": "nobody@people.example"})
    assert response.status_code == 302
    (message,) = mailoutbox
    assert message.subject == "There is no account for this address"
    assert "invitation" in message.body
