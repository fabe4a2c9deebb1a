"""A partner plans a quarter: types, is told at once what is wrong, drags a card, and makes requests of it."""

import pytest
from playwright.sync_api import Page, expect

from plans.models import PlannedActivity
from tests.browser.conftest import all_signing_in, looks_right, press, sign_in
from tests.cast import World
from tests.plans.planning import IN_JANUARY, funding_of, planned


@pytest.fixture
def w(transactional_db) -> World:
    return all_signing_in()


@pytest.fixture
def page(w, open_browser) -> Page:
    return sign_in(open_browser(), w.owner.email)


def test_plan_drag_and_ask(w, page):
    growth = w.fund(name="Northgate growth", budget=w.budget(w.program(preapproval=True, lead_days=3)))
    cobalt = w.kept_fund()
    page.goto("/plans/")
    looks_right(page)
    press(page.get_by_role("link", name="Plan an activity").first)
    looks_right(page)
    page.get_by_label("What you plan").fill("Cloud evening")
    page.get_by_label("What kind of activity").select_option("seminar")
    page.get_by_label("From", exact=True).fill("2027-01-05")
    page.get_by_label("Until", exact=True).fill("2027-01-05")
    page.get_by_label("What it costs in all").fill("8,000")
    page.get_by_label("How it goes").fill("Forty customers, two talks, one demo.")
    standing = page.locator("#plan-standing")
    expect(standing).to_contain_text("all of $8,000.00 would be yours to pay")
    page.get_by_label("Fund", exact=True).select_option(str(growth.pk))
    page.get_by_label("Pays", exact=True).fill("9,000")
    expect(page.locator("#plan-standing")).to_contain_text("more than it costs")
    page.get_by_label("Pays", exact=True).fill("2,000")
    expect(page.locator("#plan-standing")).to_contain_text("$4,000.00 of it has no fund yet")
    page.get_by_role("button", name="Add a fund").click()
    page.get_by_label("Fund", exact=True).last.select_option(str(cobalt.pk))
    expect(page.locator("#plan-standing")).to_contain_text("This works as planned.")
    # What is typed is kept: the browser may go, and all of it stands there again.
    expect(page.locator("[data-autosave-status]")).to_contain_text("Kept for you")
    page.reload()
    expect(page.get_by_label("What you plan")).to_have_value("Cloud evening")
    expect(page.get_by_label("Fund", exact=True).nth(1)).to_have_value(str(cobalt.pk))
    looks_right(page)
    press(page.get_by_role("button", name="Save", exact=True).last)
    expect(page.get_by_role("heading", name="Cloud evening")).to_be_visible()
    looks_right(page)
    press(page.get_by_role("link", name="Ask Cobalt Print in its portal"))
    looks_right(page)
    expect(page.get_by_label("What you ask for", exact=False)).to_have_value("2000.00")
    press(page.get_by_role("button", name="Note it"))
    looks_right(page)
    page.get_by_label("It said").select_option("reduced")
    page.get_by_label("How much it approved").fill("1,500")
    press(page.get_by_role("button", name="Note it"))
    expect(page.get_by_text("Approved for less, $1,500.00")).to_be_visible()
    press(page.get_by_role("button", name="Ask Northgate Cloud for approval").first)
    expect(page.get_by_text("Complete. You can ask for it.")).to_be_visible()
    page.goto("/plans/?year=2027")
    expect(page.get_by_text(": draft")).to_be_visible()
    looks_right(page)


def test_a_card_is_dragged_to_another_quarter(w, page):
    planned(w, (w.kept_fund(), 500_00), **IN_JANUARY)
    page.goto("/plans/?year=2027")
    card, third = page.locator("[data-plan-card]"), page.locator("[data-plan-quarter='2027-3']")
    with page.expect_navigation():
        card.drag_to(third, source_position={"x": 5, "y": 5})
    expect(third.locator("[data-plan-card]")).to_contain_text("Cloud evening")
    expect(page.get_by_text("stands in Q3 2027 now")).to_be_visible()
    # By keyboard: the select of the card, and its button.
    page.get_by_label("Move «Cloud evening» to quarter").select_option("2027-4")
    press(page.get_by_role("button", name="Move"))
    expect(page.locator("[data-plan-quarter='2027-4'] [data-plan-card]")).to_have_count(1)
    assert PlannedActivity.objects.get().when == "Q4 2027"
    looks_right(page)


def test_the_sheet_is_copied_field_by_field(w, open_browser):
    funding = funding_of(planned(w, (w.kept_fund(), 500_00), **IN_JANUARY))
    page = sign_in(open_browser(permissions=["clipboard-read", "clipboard-write"]), w.owner.email)
    page.goto(f"/plans/fundings/{funding.pk}/sheet/")
    page.get_by_role("button", name="Copy Title").click()
    expect(page.get_by_text("Copied.", exact=True)).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "Cloud evening"


def test_without_a_script(w, open_browser):
    """Rows, moving and saving are plain forms."""
    w.kept_fund()
    page = sign_in(open_browser(java_script_enabled=False), w.owner.email)
    page.goto("/plans/new/?quarter=2027-1")
    page.get_by_label("What you plan").fill("Plain evening")
    page.get_by_label("What it costs in all").fill("1,000")
    page.get_by_label("Fund", exact=True).select_option(index=1)
    press(page.get_by_role("button", name="Save", exact=True).last)
    expect(page.get_by_text("stands in your plan")).to_be_visible()
    page.goto("/plans/?year=2027")
    page.get_by_label("Move «Plain evening» to quarter").select_option("2027-2")
    press(page.get_by_role("button", name="Move"))
    expect(page.get_by_text("stands in Q2 2027 now")).to_be_visible()
