"""People before the live server, each with a profile of the browser that `tests/conftest.py` starts."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Locator, Page

from dashboards.demo import papers
from partners.models import User
from partners.sign_in import verified_user
from tests.cast import PASSWORD, World, world


def pytest_collection_modifyitems(items) -> None:
    """Each file has its worker and its Chromium; of a test for each app each has its own."""
    for item in items:
        if "tests/browser/" in str(item.path):
            item.add_marker(pytest.mark.browser)
            app = item.callspec.params.get("app", "") if hasattr(item, "callspec") else ""
            item.add_marker(pytest.mark.xdist_group(f"{item.path.stem} {app}".strip()))


@pytest.fixture(autouse=True)
def _at_the_casts_time(_at_now) -> None:
    """What the cast has is of that time: a year later nothing of it would be left to act on."""


@pytest.fixture
def open_browser(chromium: Browser, live_server) -> Iterator[Callable[..., BrowserContext]]:
    """A fresh browser profile: one for each person of a story. Scripts' errors and CSP violations fail the test."""
    contexts, complaints = [], []

    def open_one(width: int = 1280, height: int = 900, **options) -> BrowserContext:
        context = chromium.new_context(base_url=live_server.url, viewport={"width": width, "height": height}, **options)
        context.set_default_timeout(15_000)
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        context.on("console", lambda said: said.type == "error" and complaints.append(said.text))
        contexts.append(context)
        return context

    yield open_one
    for context in contexts:
        context.close()
    # A page that was refused on purpose (400, 403, 409) is no complaint.
    serious = [words for words in complaints if "Failed to load resource" not in words]
    assert not serious, serious


def all_signing_in() -> World:
    """The cast, all of whom have shown their addresses."""
    cast = world()
    for user in User.objects.all():
        verified_user(user.email, user.name, PASSWORD)
    return cast


def sign_in(context: BrowserContext, email: str, password: str = PASSWORD) -> Page:
    page = context.new_page()
    page.goto("/account/login/")
    page.locator("[name=login]").fill(email)
    page.locator("[name=password]").fill(password)
    press(page.get_by_role("button", name="Sign in", exact=True))
    return page


def press(control: Locator) -> None:
    """Click what leads to another page, and wait for that: what comes next never looks at the old one, or at half of the new."""
    with control.page.expect_navigation():
        control.click()


# Tables that are wider than what holds them, where that neither scrolls nor grows.
CUT = """[...document.querySelectorAll("table")].filter(table => table.scrollWidth > table.parentElement.clientWidth + 2
    && getComputedStyle(table.closest(".sheet") ?? table.parentElement).overflowX === "visible").length"""


def looks_right(page: Page) -> None:
    """axe finds nothing at 1280 and at 360 px; and there, and between them, nothing is wider than the window or cut off."""
    before = page.viewport_size
    for width in (1280, 1040, 800, 360):
        page.set_viewport_size({"width": width, "height": 900})
        wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0, f"{page.url} is {wide} px too wide at {width} px"
        assert not page.evaluate(CUT), f"{page.url} cuts a table off at {width} px"
        if width not in (1280, 360):
            continue
        found = Axe().run(page)
        assert found.violations_count == 0, f"{page.url} at {width} px\n{found.generate_report()}"
    page.set_viewport_size(before)


def invoice(number: str, amount: int) -> dict:
    """A PDF of Acme Media to Brightpath, dated five days ago, as a file to choose; `amount` in cents."""
    day = timezone.now().date() - timedelta(days=5)
    content = papers.invoice(
        supplier="Acme Media", number=number, day=day, partner="Brightpath", what="Ads", amount=amount, currency="USD"
    )
    return {"name": f"{number}.pdf", "mimeType": "application/pdf", "buffer": content}
