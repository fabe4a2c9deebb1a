"""Signing in with a passkey and with an authenticator app, in a real browser."""

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from playwright.sync_api import Page, expect

from partners.models import Membership
from partners.sign_in import verified_user
from partners.states import Role
from tests.browser.conftest import looks_right, press, sign_in
from tests.cast import PASSWORD, world

pytestmark = pytest.mark.django_db(transaction=True)
FINGERPRINT_READER = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def anna():
    user = verified_user("anna@people.example", "Anna", PASSWORD)
    Membership.objects.create(user=user, company=world().brightpath, role=Role.OWNER)
    return user


def sign_out(page: Page) -> None:
    page.goto("/account/logout/")
    press(page.get_by_role("main").get_by_role("button", name="Sign out"))
    page.wait_for_url("**/account/login/**")


def prove_once_more(page: Page) -> None:
    """Windfall asks for the password again before a key is changed, unless it was just given."""
    if "/reauthenticate/" in page.url:
        page.locator("[name=password]").fill(PASSWORD)
        press(page.get_by_role("button", name="Go on"))


def code_of(secret: str) -> str:
    """What an authenticator app shows now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def test_passkey_is_added_and_signs_in(open_browser, anna):
    page = sign_in(open_browser(), anna.email)
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": FINGERPRINT_READER})

    page.goto("/account/2fa/webauthn/add/")
    prove_once_more(page)
    looks_right(page)
    page.get_by_label("Name").fill("Office laptop")
    page.get_by_label("Passwordless").check()
    page.get_by_role("button", name="Add", exact=True).click()
    page.wait_for_url(lambda url: not url.endswith("/add/"))
    page.goto("/account/2fa/webauthn/")
    expect(page.get_by_role("rowheader", name="Office laptop")).to_be_visible()
    looks_right(page)

    sign_out(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/")
    expect(page.get_by_text("anna@people.example")).to_be_attached()


def test_authenticator_app_is_set_up_and_asked_for(open_browser, anna):
    page = sign_in(open_browser(), anna.email)
    page.goto("/account/2fa/totp/activate/")
    prove_once_more(page)
    looks_right(page)
    secret = page.locator("kbd.secret").inner_text()
    page.get_by_label("code").fill("000000")
    press(page.get_by_role("button", name="Turn on"))
    expect(page.get_by_text("Incorrect code.")).to_be_visible()
    page.get_by_label("code").fill(code_of(secret))
    press(page.get_by_role("button", name="Turn on"))
    page.wait_for_url("**/recovery-codes/**")
    assert Authenticator.objects.filter(user=anna, type=Authenticator.Type.TOTP).exists()

    sign_out(page)
    page.locator("[name=login]").fill(anna.email)
    page.locator("[name=password]").fill(PASSWORD)
    press(page.get_by_role("button", name="Sign in", exact=True))
    page.wait_for_url("**/account/2fa/authenticate/**")
    looks_right(page)
    # A code works once: the app would show another one half a minute later.
    cache.clear()
    page.get_by_label("code").fill(code_of(secret))
    press(page.get_by_role("button", name="Sign in", exact=True))
    page.wait_for_url("**/")
    expect(page.get_by_text("anna@people.example")).to_be_attached()
