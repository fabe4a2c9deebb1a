"""An owner with no vendor on Windfall uploads the three statements, and sees on the home what is still to claim."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import all_signing_in, looks_right, press, sign_in
from tests.funds.uploads import SIMPLE, STATEMENTS

FILES = {
    "Northgate direct": ("northgate-coop-balance.csv", "$26,422.65 more is yours to claim."),
    "Skylark direct": ("skylark-fund-requests.csv", "$6,750.50 more is yours to claim."),
    "Harborline Networks": ("harborline-wallet.csv", "€36,324.59 more is yours to claim."),
}


@pytest.fixture
def page(transactional_db, open_browser, settings, tmp_path) -> Page:
    settings.MEDIA_ROOT = tmp_path
    w = all_signing_in()
    return sign_in(open_browser(), w.owner.email)


def upload(page: Page, vendor: str, file) -> None:
    page.locator("[name=vendor]").fill(vendor)
    page.locator("[name=file]").set_input_files(file)
    press(page.get_by_role("button", name="Look at it"))


def test_the_three_statements_stand_on_the_home(page):
    page.goto("/")
    expect(page.get_by_role("heading", name="Bring your vendors’ statements")).to_be_visible()
    looks_right(page)
    press(page.get_by_role("link", name="Upload a statement"))
    for vendor, (name, gained) in FILES.items():
        page.goto("/vendors/statements/new/")
        upload(page, vendor, STATEMENTS / name)
        expect(page.get_by_role("heading", name=f"What {vendor}’s statement says")).to_be_visible()
        looks_right(page)
        if page.get_by_text("no last day.").count():
            page.get_by_label("Last day, where none is named").fill("2026-12-31")
            # Read at once, without a click.
            expect(page.get_by_text("no last day.")).to_have_count(0)
        press(page.get_by_role("button", name="Record it"))
        expect(page.get_by_text(gained)).to_be_visible()
    looks_right(page)
    page.goto("/")
    expect(page.locator("h1")).to_contain_text("still yours to claim")
    for figure in ("$33,173.15", "€36,324.59"):
        expect(page.locator("h1")).to_contain_text(figure)
    for vendor in FILES:
        expect(page.get_by_role("link", name=vendor)).to_be_visible()


def test_a_correction_is_read_at_once_and_the_pages_look_right(page):
    page.goto("/vendors/statements/new/")
    looks_right(page)
    upload(page, "Cobalt", {"name": "odd.csv", "mimeType": "text/csv", "buffer": b"Fund,Qwx,Zzz\nA,10.00,2026-12-31\n"})
    expect(page.get_by_role("heading", name="Which line has the headings?")).to_be_visible()
    looks_right(page)
    page.get_by_role("radio").first.check()
    press(page.get_by_role("button", name="Read it so"))
    page.get_by_label("Qwx").select_option("available")
    expect(page.get_by_text("1 line: no currency is named")).to_be_visible()
    page.get_by_label("Zzz").select_option("expires_on")
    page.get_by_label("Currency").select_option("USD")
    expect(page.get_by_text(re.compile(r"1 fund\b.*\$10\.00"))).to_be_visible()
    page.get_by_label("Zzz").select_option("available")
    expect(page.get_by_text("cannot both be")).to_be_visible()
    looks_right(page)
    page.goto("/vendors/statements/new/")
    upload(page, "Cobalt", {"name": "wallet.csv", "mimeType": "text/csv", "buffer": SIMPLE})
    press(page.get_by_role("button", name="Record it"))
    for address in ("/vendors/", "/vendors/statements/"):
        page.goto(address)
        looks_right(page)
    press(page.get_by_role("link", name="wallet.csv"))
    looks_right(page)
