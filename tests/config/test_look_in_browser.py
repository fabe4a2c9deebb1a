"""What windfall.js adds to a page, in a real browser and under the real CSP."""

import re

import pytest
from allauth.account.models import EmailAddress
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.template import engines
from django.test import override_settings
from django.urls import path
from playwright.sync_api import expect

import config.urls
from tests.cast import PASSWORD

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("test_look_in_browser"),
    pytest.mark.django_db(transaction=True),
]

PAGE = """
{% extends "base.html" %}
{% block title %}Sample{% endblock %}
{% block heading %}Sample{% endblock %}
{% block content %}
  <form role="search"><label>Search <input type="search" name="q"></label></form>
  <ol class="queue" data-queue>
    {% for name in names %}
      <li class="queue-row" data-row>
        <div class="queue-what"><a href="/opened/{{ name }}">{{ name }}</a><p>Start it</p></div>
        <span class="deadline deadline-near">30 Nov · 7 days</span><div class="money">$12.00</div>
        <div class="queue-do">{% include "partials/status_badge.html" with label="At risk" tone="risk" %}</div>
      </li>
    {% endfor %}
  </ol>
  <form id="reject" method="post" action="/acted/" data-confirm="$4,000 goes back to Brightpath's fund."
        data-confirm-title="Reject this claim?" data-confirm-tone="danger">
    {% csrf_token %}<button class="btn btn-danger">Reject</button>
  </form>
  <form id="plain" method="post" action="/slow/">{% csrf_token %}<button class="btn">Send</button></form>
  <form id="draft" method="post" action="/acted/" data-autosave="/save/">
    {% csrf_token %}<label>Title <input class="form-control" name="title"></label>
    <p id="total">$0.00</p>
    <div class="dropzone" data-dropzone><label>Proof <input class="form-control" type="file" name="proof" multiple></label></div>
    <p data-autosave-status></p><button class="btn btn-primary">File it</button>
  </form>
{% endblock %}
"""


class Site:
    """The pages of these tests, and what was posted to them."""

    def __init__(self):
        self.posted: list[tuple[str, dict]] = []
        self.save_answers: list[HttpResponse] = []
        self.urlpatterns = [
            path("sample/", self.sample),
            path("acted/", self.take),
            path("slow/", self.take),
            path("save/", self.save),
            path("opened/<name>", self.opened),
            *config.urls.urlpatterns,
        ]

    @staticmethod
    @login_not_required
    def sample(request):
        template = engines["django"].from_string(PAGE)
        return HttpResponse(template.render({"names": ["Northgate", "Skylark", "Kestrel"]}, request))

    @staticmethod
    @login_not_required
    def opened(request, name):
        return HttpResponse(f"<title>{name}</title>")

    def _take(self, request):
        self.posted.append((request.path, request.POST.dict() | request.FILES.dict()))
        if request.path == "/slow/":
            return HttpResponse(status=204)  # the browser stays on the page
        return HttpResponse("<title>Acted</title>")

    def _save(self, request):
        self.posted.append((request.path, request.POST.dict() | request.FILES.dict()))
        return self.save_answers.pop(0) if self.save_answers else HttpResponse('<p id="total">$9.00</p>')

    @property
    def take(self):
        return login_not_required(lambda request: self._take(request))

    @property
    def save(self):
        return login_not_required(lambda request: self._save(request))


@pytest.fixture
def site():
    site = Site()
    with override_settings(ROOT_URLCONF=site):
        yield site


@pytest.fixture
def page(chromium, live_server, site):
    """The sample page. A refusal by the CSP, or a script that breaks, fails the test."""
    context = chromium.new_context(base_url=live_server.url, viewport={"width": 1280, "height": 800}, locale="en-US")
    page = context.new_page()
    trouble: list[str] = []
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on("console", lambda message: "Security Policy" in message.text and trouble.append(message.text))
    page.goto("/sample/")
    yield page
    context.close()
    assert trouble == []


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_accessible_and_within_the_screen(page, colours, width):
    page.emulate_media(color_scheme=colours)
    page.set_viewport_size({"width": width, "height": 800})
    for address in ("/sample/", "/account/login/", "/account/password/reset/", "/nowhere"):
        page.goto(address)
        expect(page.locator("html")).to_have_attribute("data-bs-theme", colours)
        assert [v["id"] for v in Axe().run(page).response["violations"]] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_colours_are_chosen_and_kept(page):
    html = page.locator("html")
    expect(html).to_have_attribute("data-bs-theme", "light")
    page.evaluate("windfallTheme.toggle()")
    page.reload()
    expect(html).to_have_attribute("data-bs-theme", "dark")
    page.evaluate("windfallTheme.toggle()")
    assert page.evaluate("localStorage.length") == 0, "back to what the system says, which is followed again"
    page.emulate_media(color_scheme="dark")
    expect(html).to_have_attribute("data-bs-theme", "dark")


def test_keys_search_move_and_open(page):
    page.keyboard.press("/")
    expect(page.locator("[name=q]")).to_be_focused()
    page.keyboard.type("j")
    expect(page.locator("[name=q]")).to_have_value("j")
    page.evaluate("document.activeElement.blur()")
    for key in "jjjk":
        page.keyboard.press(key)
    expect(page.get_by_role("link", name="Skylark")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_title("Skylark")


def test_destructive_act_is_asked_about(page, site):
    page.get_by_role("button", name="Reject").click()
    dialog = page.get_by_role("dialog", name="Reject this claim?")
    expect(dialog).to_contain_text("$4,000 goes back to Brightpath's fund.")
    expect(dialog.get_by_role("button", name="Cancel")).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    assert site.posted == []
    page.get_by_role("button", name="Reject").click()
    dialog.get_by_role("button", name="Reject").click()
    expect(page).to_have_title("Acted")
    assert [address for address, _ in site.posted] == ["/acted/"]


def test_form_is_sent_once(page, site):
    page.evaluate("document.querySelectorAll('#plain button').forEach(b => { b.click(); b.click(); b.click(); })")
    page.wait_for_timeout(500)
    assert [address for address, _ in site.posted] == ["/slow/"]


def test_draft_saves_itself_without_its_files(page, site):
    page.locator("[name=proof]").set_input_files({"name": "invoice.pdf", "mimeType": "application/pdf", "buffer": b"x"})
    expect(page.locator(".file-list")).to_contain_text("invoice.pdf")
    page.locator("[name=title]").fill("Webinar in May")
    status = page.locator("[data-autosave-status]")
    expect(status).to_have_text(re.compile(r"Saved \d\d:\d\d"))
    expect(page.locator("#total")).to_have_text("$9.00")
    ((address, fields),) = site.posted
    assert address == "/save/"
    assert fields["title"] == "Webinar in May"
    assert "proof" not in fields


def test_several_files_are_dropped_at_once(page):
    page.locator("[data-dropzone]").evaluate(
        """zone => {
            const dragged = new DataTransfer();
            for (const name of ["A-1.pdf", "A-2.pdf"]) dragged.items.add(new File(["x"], name));
            zone.dispatchEvent(new DragEvent("drop", {dataTransfer: dragged, bubbles: true, cancelable: true}));
        }"""
    )
    assert page.locator("[name=proof]").evaluate("field => Array.from(field.files, file => file.name)") == [
        "A-1.pdf",
        "A-2.pdf",
    ]
    expect(page.locator(".file-list li")).to_contain_text(["A-1.pdf", "A-2.pdf"])


def test_draft_that_cannot_be_saved_says_why(page, site):
    site.save_answers = [HttpResponse("Mia changed this draft. Reload it.", status=409, content_type="text/plain")]
    page.locator("[name=title]").fill("Webinar")
    expect(page.locator("[data-autosave-status]")).to_have_text("Mia changed this draft. Reload it.")


def test_draft_is_saved_again_after_the_connection_is_back(page, site):
    page.context.set_offline(True)
    page.locator("[name=title]").fill("Webinar")
    status = page.locator("[data-autosave-status]")
    expect(status).to_contain_text("no connection")
    page.context.set_offline(False)
    expect(status).to_have_text(re.compile("Saved"), timeout=10_000)
    assert site.posted[-1][1]["title"] == "Webinar"


def test_what_was_typed_last_is_saved_on_the_way_out(page, site):
    page.locator("[name=title]").type("Webinar")
    page.goto("/opened/elsewhere")
    page.wait_for_timeout(300)
    assert site.posted[-1][1]["title"] == "Webinar"


def test_menu_on_a_narrow_screen_works_with_and_without_javascript(chromium, live_server, w, client):
    client.force_login(w.owner)
    session = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    for javascript in (True, False):
        context = chromium.new_context(viewport={"width": 360, "height": 740}, java_script_enabled=javascript)
        context.add_cookies([session])
        page = context.new_page()
        page.goto(f"{live_server.url}/account/email/")
        menu = page.locator("#menu")
        expect(menu).not_to_be_visible()
        page.get_by_text("Menu", exact=True).click()
        expect(menu).to_be_visible()
        page.get_by_text("Close the menu").click()
        expect(menu).not_to_be_visible()
        context.close()


def test_passkey_is_added_and_signs_in(chromium, live_server, w):
    """allauth's scripts, under our CSP, with the browser's virtual authenticator."""
    EmailAddress.objects.create(user=w.owner, email=w.owner.email, verified=True, primary=True)
    context = chromium.new_context(base_url=live_server.url.replace("127.0.0.1", "localhost"))
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    authenticator = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": authenticator})

    page.goto("/account/login/?next=/account/2fa/webauthn/add/")
    page.get_by_label("Email").fill(w.owner.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Name").fill("Office laptop")
    page.get_by_label("Passwordless").check()
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()

    page.goto("/account/logout/")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("You have signed out.")).to_be_visible()
    page.goto("/account/login/?next=/account/2fa/webauthn/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("rowheader", name="Office laptop")).to_be_visible()
    context.close()
