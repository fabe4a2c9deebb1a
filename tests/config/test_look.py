"""The look: what the templates may contain, the error pages, and the sign-in and account pages under the strict CSP."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.template import loader
from django.test import Client, override_settings
from django.urls import path, reverse

import config.urls
from config import staticfiles
from tests.cast import PASSWORD

TEMPLATES = sorted(Path(settings.BASE_DIR, "templates").rglob("*.html"))
MAILS = {"digest.html"}  # a mail has no CSP, and mail readers know no style sheets of ours
INLINE = re.compile(r"""<style|<[^>]*\sstyle\s*=|<[^>{]*\son[a-z]+\s*=|javascript:""", re.IGNORECASE)
COMMENT = re.compile(r"{% comment %}.*?{% endcomment %}", re.DOTALL)
SCRIPT = re.compile(r"<script\b([^>]*)>", re.IGNORECASE)


def allowed_script(attributes: str) -> bool:
    """A script comes from a file, or is data that the browser never runs."""
    return " src=" in attributes or 'type="application/json"' in attributes


class Page(HTMLParser):
    """Collects what the CSP would refuse in a page."""

    def __init__(self, html: str):
        super().__init__()
        self.refused: list[str] = []
        self.headings = 0
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.headings += tag == "h1"
        names = {name for name, _ in attrs}
        kind = dict(attrs).get("type", "")
        if tag == "style" or "style" in names or any(name.startswith("on") for name in names):
            self.refused.append(self.get_starttag_text())
        if tag == "script" and "src" not in names and kind != "application/json":
            self.refused.append(self.get_starttag_text())


def assert_fits_csp(response) -> None:
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    page = Page(response.content.decode())
    assert page.refused == []
    assert page.headings == 1


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda p: str(p.relative_to(settings.BASE_DIR / "templates")))
def test_no_template_has_inline_script_or_style(template):
    text = COMMENT.sub("", template.read_text())
    if "mail" not in template.parts and template.name not in MAILS:
        assert INLINE.findall(text) == []
    assert [s for s in SCRIPT.findall(text) if not allowed_script(s)] == []


# Error pages


def refuse(request):
    raise PermissionDenied("Only an owner may invite people.")


def break_down(request):
    raise RuntimeError("broken")


def suspect(request):
    raise SuspiciousOperation


def urls_with_errors():
    class Urls:
        urlpatterns = [
            *config.urls.urlpatterns,
            path("refused", refuse),
            path("broken", break_down),
            path("suspicious", suspect),
        ]

    return Urls


@pytest.fixture
def errors():
    """A client, signed out, for addresses that go wrong."""
    with override_settings(ROOT_URLCONF=urls_with_errors()):
        yield Client(raise_request_exception=False)


@pytest.mark.django_db
@pytest.mark.parametrize("signed_in", [False, True])
def test_not_found(errors, w, signed_in):
    if signed_in:
        errors.force_login(w.owner)
    response = errors.get("/nowhere")
    assert response.status_code == 404
    assert_fits_csp(response)
    assert b"There is nothing here for you" in response.content
    assert (b"Sign out" in response.content) == signed_in


@pytest.mark.django_db
def test_refused_says_why(errors, w):
    errors.force_login(w.member)
    response = errors.get("/refused")
    assert response.status_code == 403
    assert_fits_csp(response)
    assert b"Only an owner may invite people." in response.content


@pytest.mark.django_db
@pytest.mark.parametrize(("address", "status"), [("/broken", 500), ("/suspicious", 400)])
def test_broken_and_unreadable_requests(errors, w, address, status):
    errors.force_login(w.owner)
    response = errors.get(address)
    assert response.status_code == status
    assert_fits_csp(response)


def test_broken_page_needs_no_database_and_no_collected_files():
    """It is what people see when either is missing (this test has no database fixture)."""
    manifest = {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}
    with override_settings(STORAGES=settings.STORAGES | {"staticfiles": manifest}, STATIC_ROOT="/nowhere"):
        html = loader.get_template("500.html").render()
    assert "It went wrong on our side" in html
    assert 'href="/static/css/windfall.css"' in html


@pytest.mark.django_db
def test_stale_form_token():
    client = Client(enforce_csrf_checks=True)
    response = client.post(reverse("account_login"), {"login": "a@b.example", "password": "x"})
    assert response.status_code == 403
    assert_fits_csp(response)
    assert b"This page was too old to send" in response.content


# Sign-in and account pages


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    [
        "login/",
        "signup/",
        "inactive/",
        "confirm-email/",
        "confirm-email/no-such-key/",
        "password/reset/",
        "password/reset/done/",
        "password/reset/key/1-no-such-key/",
        "password/reset/key/done/",
    ],
)
def test_pages_for_the_signed_out(client, address):
    response = client.get(f"/account/{address}")
    assert response.status_code == 200
    assert_fits_csp(response)


@pytest.fixture
def signed_in(client, w):
    """The owner, who has just signed in and shown once more that it is them."""
    EmailAddress.objects.create(user=w.owner, email=w.owner.email, verified=True, primary=True)
    client.post(reverse("account_login"), {"login": w.owner.email, "password": PASSWORD})
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


@pytest.mark.parametrize(
    "name",
    [
        "account_email",
        "account_change_password",
        "account_logout",
        "account_reauthenticate",
        "mfa_index",
        "mfa_activate_totp",
        "mfa_list_webauthn",
        "mfa_add_webauthn",
    ],
)
def test_account_pages(signed_in, name):
    response = signed_in.get(reverse(name))
    assert response.status_code == 200
    assert_fits_csp(response)


@pytest.mark.parametrize(
    "name",
    [
        "mfa_index",
        "mfa_deactivate_totp",
        "mfa_view_recovery_codes",
        "mfa_generate_recovery_codes",
        "mfa_reauthenticate",
    ],
)
def test_account_pages_with_two_factors(signed_in, w, name):
    TOTP.activate(w.owner, generate_totp_secret())
    RecoveryCodes.activate(w.owner)
    response = signed_in.get(reverse(name))
    assert response.status_code == 200
    assert_fits_csp(response)


@pytest.mark.parametrize("name", ["mfa_edit_webauthn", "mfa_remove_webauthn"])
def test_pages_of_a_passkey(signed_in, w, name):
    key = Authenticator.objects.create(
        user=w.owner, type=Authenticator.Type.WEBAUTHN, data={"name": "Office laptop", "credential": {}}
    )
    response = signed_in.get(reverse(name, kwargs={"pk": key.pk}))
    assert response.status_code == 200
    assert_fits_csp(response)


def test_second_factor_is_asked_for_at_sign_in(client, w):
    EmailAddress.objects.create(user=w.owner, email=w.owner.email, verified=True, primary=True)
    TOTP.activate(w.owner, generate_totp_secret())
    response = client.post(reverse("account_login"), {"login": w.owner.email, "password": PASSWORD}, follow=True)
    assert response.redirect_chain[-1][0] == reverse("mfa_authenticate")
    assert_fits_csp(response)


@pytest.mark.django_db
def test_wrong_password_is_said_beside_what_was_typed(client):
    response = client.post(reverse("account_login"), {"login": "owner@people.example", "password": "wrong"})
    assert_fits_csp(response)
    assert b'value="owner@people.example"' in response.content
    assert b"not correct" in response.content


@pytest.mark.django_db
def test_demo_sign_ins_are_listed_only_in_the_demo(client):
    assert b"owner@windfall.example" in client.get(reverse("account_login")).content
    with override_settings(DEMO=False):
        assert b"windfall.example" not in client.get(reverse("account_login")).content


# The front-end packages


def test_packages_are_served_without_links_to_source_maps(tmp_path):
    storage = ManifestStaticFilesStorage(location=tmp_path)
    found = {}
    for name, source in staticfiles.NodeModulesFinder().list([]):
        assert b"sourceMappingURL" not in source.open(name).read()
        found[name] = (source, name)
    for name, (source, inner) in found.items():
        with source.open(inner) as file:
            storage.save(name, file)
    processed = [result for _, _, result in storage.post_process(found)]
    assert set(found) == set(staticfiles.FILES)
    assert processed
    assert not [result for result in processed if isinstance(result, Exception)]


def test_only_listed_files_of_packages_are_served():
    assert finders.find("vendor/tabler/tabler.min.css")
    assert finders.find("vendor/tabler/package.json") is None
    assert finders.find("@tabler/core/package.json") is None


def test_missing_packages_are_a_warning_that_says_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setattr(staticfiles, "NODE_MODULES", tmp_path)
    with override_settings(STATIC_ROOT=tmp_path):
        (warning,) = staticfiles.front_end_is_installed()
        assert "npm ci" in warning.hint
        assert list(staticfiles.NodeModulesFinder().list([])) == []
        assert finders.find("vendor/tabler/tabler.min.css") is None


def test_installed_packages_need_no_warning():
    assert staticfiles.front_end_is_installed() == []


def test_lock_file_names_no_registry():
    lock = Path(settings.BASE_DIR, "package-lock.json").read_text()
    assert '"resolved"' not in lock
    assert '"integrity"' in lock
