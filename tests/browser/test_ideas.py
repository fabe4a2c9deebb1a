"""An owner finds on a fund's page what could be done with it, and a click later stands before a request that is filled in."""

import re
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import expect

from claims.models import FundRequest
from programs.activities import ActivityKind
from programs.models import Activity
from tests.browser.conftest import all_signing_in, looks_right, press, sign_in


def test_from_idle_money_to_a_request_in_a_click(transactional_db, open_browser):
    w = all_signing_in()
    today = timezone.now().date()
    webinar = Activity(kind=ActivityKind.SEMINAR, name="Customer webinar", activity_days=10)
    ads = Activity(kind=ActivityKind.DIGITAL_AD, name="Search ads", activity_days=10, claim_cap=500_00)
    days = {"starts_on": today - timedelta(days=200), "ends_on": today + timedelta(days=200)}
    program = w.program(activities=[ads, webinar], preapproval=True, lead_days=7, **days)
    fund = w.fund(2_000_00, budget=w.budget(program), expires_on=today + timedelta(days=60))
    page = sign_in(open_browser(), w.owner.email)
    page.goto(f"/funds/{fund.pk}/")
    # Fetched into the fund's own page.
    expect(page.get_by_role("heading", name="Customer webinar")).to_be_visible()
    expect(page.get_by_text("It uses $500.00 of the idle $2,000.00: a claim gets no more.")).to_be_visible()
    looks_right(page)
    press(page.get_by_role("link", name="Ideas for all funds"))
    looks_right(page)
    press(page.get_by_role("button", name=re.compile("Use this ?: Customer webinar")))
    asked = FundRequest.objects.get()
    assert page.url.endswith(f"/requests/{asked.pk}/edit/")
    expect(page.locator("[name=title]")).to_have_value("Customer webinar with Northgate Cloud")
    expect(page.get_by_text("A draft, filled in.")).to_be_visible()
    press(page.get_by_role("button", name="Ask for approval"))
    asked.refresh_from_db()
    assert (asked.status, asked.cost, asked.asked) == ("submitted", 4_000_00, 2_000_00)
