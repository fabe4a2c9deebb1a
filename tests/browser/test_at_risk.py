"""An owner reads her home, puts a row of her queue off with a reason and hands another to her colleague, who does it."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from claims.models import Claim, ExchangeRate
from tests.browser.conftest import all_signing_in, looks_right, press, sign_in
from tests.cast import World

WHY = "The venue answers on Friday."


@pytest.fixture
def w(transactional_db) -> World:
    return all_signing_in()


@pytest.fixture
def money(w) -> None:
    """Two funds, one in euros, and one of a vendor that the partner records itself."""
    today = timezone.now().date()
    ExchangeRate.objects.create(base="EUR", quote="USD", day=today, rate="1.1", source="ECB")
    program = w.program(currency="EUR", preapproval=True, ends_on=today + timedelta(days=400))
    w.fund(8_000_00, budget=w.budget(program), name="Euro events", expires_on=today + timedelta(days=60))
    w.fund(
        5_000_00,
        budget=w.budget(w.program(ends_on=today + timedelta(days=400))),
        name="Cloud fund",
        expires_on=today + timedelta(days=9),
    )
    w.kept_fund(expires_on=today + timedelta(days=40))


@pytest.mark.usefixtures("money")
def test_from_the_home_to_a_colleagues_claim(w, open_browser):
    page = sign_in(open_browser(), w.owner.email)
    expect(page.get_by_role("heading", level=1)).to_contain_text("is still yours to claim")
    expect(page.get_by_text("at rates of")).to_be_visible()
    looks_right(page)
    press(page.get_by_role("link", name="All that is to do"))
    expect(page.locator("[data-row]")).to_have_count(3)
    expect(page.locator("[data-row]").first).to_contain_text("Cloud fund")
    looks_right(page)

    press(page.get_by_role("link", name="Put off or hand over Euro events"))
    looks_right(page)
    page.get_by_label("Why").fill(WHY)
    press(page.get_by_role("button", name="Put it off"))
    expect(page.locator("[data-row]")).to_have_count(2)
    press(page.get_by_role("link", name="Put off 1"))
    expect(page.get_by_text(WHY)).to_be_visible()
    page.goto("/")
    expect(page.locator(".queue").first).not_to_contain_text("Euro events")

    press(page.get_by_role("link", name="Put off or hand over Cloud fund"))
    page.locator("[name=to]").select_option(label="Member")
    press(page.get_by_role("button", name="Hand it over"))
    expect(page.get_by_text("Member works on it")).to_be_visible()

    theirs = sign_in(open_browser(color_scheme="dark"), w.member.email)
    expect(theirs.get_by_text("Owner handed this to you")).to_be_visible()
    expect(theirs.get_by_text("Owner put it off until")).to_contain_text(WHY)
    looks_right(theirs)
    theirs.goto("/risk/")
    looks_right(theirs)
    press(theirs.get_by_role("link", name="File a claim Cloud fund"))
    theirs.locator("[name=title]").fill("Cloud webinar")
    press(theirs.get_by_role("button", name="Go on"))
    assert Claim.objects.get().created_by == w.member
