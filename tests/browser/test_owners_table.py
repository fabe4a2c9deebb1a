"""The owner's table, by an owner none of whose vendors is on Windfall: from statements to a plan, a request and the pack."""

import io

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.browser.conftest import all_signing_in, looks_right, press, sign_in
from tests.browser.test_bring_statements import FILES, upload
from tests.funds.uploads import STATEMENTS

VENDOR = "Northgate direct"


@pytest.fixture
def page(transactional_db, open_browser, settings, tmp_path) -> Page:
    settings.MEDIA_ROOT = tmp_path
    w = all_signing_in()
    return sign_in(open_browser(), w.owner.email)


def test_twenty_minutes_at_the_table(page):
    bring_statements(page)
    use_a_suggestion(page)
    plan_a_quarter(page)
    print_the_pack(page)


def bring_statements(page: Page) -> None:
    for vendor, (name, gained) in FILES.items():
        page.goto("/vendors/statements/new/")
        upload(page, vendor, STATEMENTS / name)
        if page.get_by_text("no last day.").count():
            page.get_by_label("Last day, where none is named").fill("2026-12-31")
            expect(page.get_by_text("no last day.")).to_have_count(0)
        press(page.get_by_role("button", name="Record it"))
        expect(page.get_by_text(gained)).to_be_visible()
    # The money at risk of all three, in one order.
    page.goto("/risk/")
    for vendor in FILES:
        expect(page.locator(".queue-row", has_text=vendor).first).to_be_visible()
    looks_right(page)


def use_a_suggestion(page: Page) -> None:
    """It goes into the plan, and all that the vendor's portal wants to know stands there to be copied."""
    page.goto("/ideas/")
    looks_right(page)
    mine = page.locator("section", has_text=VENDOR).filter(has=page.locator(".idea")).first
    press(mine.get_by_role("button", name="Use this").first)
    expect(page.get_by_role("heading", name=f"A request to {VENDOR}")).to_be_visible()
    looks_right(page)
    press(page.get_by_role("button", name="Note it"))
    expect(page.get_by_role("heading", name=f"What did {VENDOR} say?")).to_be_visible()


def plan_a_quarter(page: Page) -> None:
    page.goto("/plans/new/?quarter=2026-4")
    page.get_by_label("What you plan").fill("Winter breakfast")
    page.get_by_label("What it costs in all").fill("2,000")
    expect(page.locator("#plan-standing")).to_contain_text("$2,000.00")
    press(page.get_by_role("button", name="Save", exact=True).last)
    page.goto("/plans/?year=2026")
    expect(page.locator("[data-plan-quarter='2026-4']")).to_contain_text("Winter breakfast")
    looks_right(page)


def print_the_pack(page: Page) -> None:
    page.goto("/reviews/")
    expect(page.get_by_role("article")).to_have_count(len(FILES))
    looks_right(page)
    response = page.request.get("/reviews/pdf/")
    text = " ".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(response.body())).pages)
    for vendor in FILES:
        assert vendor in text.replace("\u200b", "")
