"""From the owner's home to a filed claim with the invoice at hand: in a minute, and in eight clicks at most."""

import time
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from claims.models import Claim
from dashboards.demo import papers
from tests.browser.conftest import all_signing_in, looks_right, press, sign_in

MOST_CLICKS, MOST_SECONDS = 8, 60


class Hand:
    """Clicks, and counts them."""

    def __init__(self, page: Page):
        self.page, self.clicks = page, 0

    def press(self, control: Locator) -> None:
        self.clicks += 1
        press(control)

    def choose(self, file: dict) -> None:
        """Two clicks: one opens the system's window, one takes the file."""
        self.clicks += 2
        self.page.locator("#files").set_input_files(file)


def test_a_claim_from_the_invoice_at_hand(transactional_db, open_browser):
    w = all_signing_in()
    today = timezone.now().date()
    budget = w.budget(w.program(starts_on=today - timedelta(days=200), ends_on=today + timedelta(days=200)))
    w.fund(budget=budget, expires_on=today + timedelta(days=30))
    content = papers.invoice(
        supplier="Acme Media",
        number="A-77",
        day=today - timedelta(days=5),
        partner="Brightpath",
        what="Ads",
        amount=1_200_00,
        currency="USD",
    )
    page = sign_in(open_browser(), w.owner.email)
    page.goto("/")
    started, hand = time.monotonic(), Hand(page)
    fund = page.get_by_role("link", name="File a claim")
    hand.press(fund.first if fund.count() else page.get_by_role("link", name="Market development").first)
    if "/claim/" not in page.url:
        hand.press(page.get_by_role("link", name="File a claim").first)
    hand.choose({"name": "A-77.pdf", "mimeType": "application/pdf", "buffer": content})
    hand.press(page.get_by_role("button", name="Go on"))
    expect(page.get_by_text("The invoice says: number A-77")).to_be_visible()
    hand.press(page.get_by_role("button", name="Use these"))
    hand.press(page.get_by_role("button", name="File the claim"))
    expect(page.get_by_text("Filed. $600.00 is with the reviewers now.")).to_be_visible()
    assert hand.clicks <= MOST_CLICKS
    assert time.monotonic() - started < MOST_SECONDS
    claim = Claim.objects.get()
    assert (claim.title, claim.lines.get().invoice_number) == ("Acme Media A-77", "A-77")


def test_the_pages_look_right(transactional_db, open_browser):
    w = all_signing_in()
    draft = w.draft(w.fund(), costs=(1_000_00, 200_00, 300_00))
    filed = w.submitted()
    page = sign_in(open_browser(), w.owner.email)
    invoice = filed.lines.get().invoice_id
    for address in (
        f"/claims/{draft.pk}/edit/",
        f"/funds/{draft.allocation_id}/claim/",
        "/invoices/",
        f"/invoices/{invoice}/",
    ):
        page.goto(address)
        looks_right(page)
    finance = sign_in(open_browser(), w.finance.email)
    for address in ("/rates/", "/rates/new/", "/rates/file/"):
        finance.goto(address)
        looks_right(finance)
