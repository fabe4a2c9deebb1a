"""The whole story through the pages, as four people: granted, filed, asked about, decided in part, paid; and a reminder."""

import io
import json
from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Page, expect

from claims.models import Claim
from claims.states import ClaimStatus
from funds.models import Allocation
from funds.reconcile import reconcile
from tests.browser.conftest import all_signing_in, invoice, looks_right, press, sign_in
from tests.cast import World, balances


@pytest.fixture
def w(transactional_db) -> World:
    return all_signing_in()


def test_from_a_program_to_money_in_the_bank(w, open_browser, settings):
    today = timezone.now().date()
    expires = today + timedelta(days=30)

    # The channel manager creates a program, publishes it, funds it and grants two partners their share.
    manager = sign_in(open_browser(), w.manager.email)
    looks_right(manager)
    publish_a_program(manager, today)
    fund_the_budget(manager, today)
    grant_one(manager, expires)
    grant_by_file(manager, expires)
    fund = Allocation.objects.get(partner=w.brightpath)
    assert balances(fund) == {"available": 5_000_00}

    # The owner sees it, files a claim with its proof, and cannot ask for more than there is.
    owner = sign_in(open_browser(), w.owner.email)
    expect(owner.get_by_role("heading", level=1)).to_contain_text("$5,000.00")
    looks_right(owner)
    claim = file_a_claim(owner, fund)
    assert balances(fund) == {"available": 4_250_00, "claimed": 750_00}

    # The admin asks; the owner answers; the admin approves a part.
    admin = sign_in(open_browser(), w.admin.email)
    looks_right(admin)
    ask(admin, claim)
    answer(owner, claim)
    approve_in_part(admin, claim)
    assert balances(fund) == {"available": 4_300_00, "approved": 700_00}

    # Finance pays, and the owner reads every step.
    finance = sign_in(open_browser(), w.finance.email)
    looks_right(finance)
    pay(finance, claim)
    assert balances(fund) == {"available": 4_300_00, "paid": 700_00}
    read_the_story(owner, claim)

    # What is left is reminded of, and lapses when its day has passed.
    counts = sweep(expires - timedelta(days=7))
    assert counts["reminders"] > 0
    assert any(w.owner.email in message.to for message in mail.outbox)
    assert sweep(expires - timedelta(days=7))["reminders"] == 0
    owner.goto("/inbox/")
    expect(owner.get_by_text("$4,300.00").first).to_be_visible()
    looks_right(owner)
    assert sweep(fund.claim_by + timedelta(days=1))["lapsed"] == {"USD": 4_300_00 + 1_000_00}
    assert balances(fund) == {"paid": 700_00, "lapsed": 4_300_00}
    assert reconcile().differences == []


def publish_a_program(page: Page, today) -> None:
    page.goto("/programs/")
    looks_right(page)
    press(page.get_by_role("link", name="Create a program").first)
    looks_right(page)
    page.get_by_label("Name").fill("Growth MDF")
    page.get_by_label("Type").select_option("mdf")
    page.get_by_label("Runs from").fill(today.isoformat())
    page.get_by_label("Runs until").fill((today + timedelta(days=300)).isoformat())
    press(page.locator("main form .btn-primary"))
    looks_right(page)
    page.get_by_label("Terms, in your words").fill("For activities that win new customers. Proof: invoice and photos.")
    press(page.locator("main form .btn-primary"))
    looks_right(page)
    press(page.get_by_role("link", name="Go on"))
    expect(page.get_by_text("For activities that win new customers.")).to_be_visible()
    looks_right(page)
    press(page.get_by_role("link", name="Publish"))
    looks_right(page)
    press(page.locator("main form .btn-primary"))
    expect(page.get_by_role("link", name="Add a budget").first).to_be_visible()
    looks_right(page)


def fund_the_budget(page: Page, today) -> None:
    press(page.get_by_role("link", name="Add a budget").first)
    looks_right(page)
    page.locator("[name=name]").fill("This year")
    press(page.locator("main form .btn-primary"))
    press(page.get_by_role("link", name="Put money in").first)
    looks_right(page)
    page.locator("[name=amount]").fill("20,000")
    press(page.locator("main form .btn-primary"))
    expect(page.get_by_text("$20,000.00").first).to_be_visible()
    looks_right(page)


def grant_one(page: Page, expires) -> None:
    press(page.get_by_role("link", name="Grant a share").first)
    looks_right(page)
    page.locator("[name=partner]").fill("Brightpath")
    page.locator("[name=amount]").fill("5000")
    page.locator("[name=name]").fill("Growth MDF, winter")
    page.locator("[name=expires_on]").fill(expires.isoformat())
    page.locator("[name=claim_by]").fill((expires + timedelta(days=30)).isoformat())
    press(page.locator("main form .btn-primary"))
    expect(page.get_by_text("$15,000.00").first).to_be_visible()
    looks_right(page)


def grant_by_file(page: Page, expires) -> None:
    rows = f"partner,amount,reference,name,expires_on\nothertech,1000.00,F-1,Growth MDF,{expires.isoformat()}\n"
    page.locator("summary", has_text="More").click()
    press(page.get_by_role("link", name="Grant from a file"))
    looks_right(page)
    page.locator("input[type=file]").set_input_files(
        {"name": "grants.csv", "mimeType": "text/csv", "buffer": rows.encode()}
    )
    press(page.locator("main form .btn-primary"))
    expect(page.get_by_text("Othertech").first).to_be_visible()
    looks_right(page)
    press(page.get_by_role("button", name="Grant $1,000.00"))
    expect(page.get_by_text("$14,000.00").first).to_be_visible()


def file_a_claim(page: Page, fund: Allocation) -> Claim:
    page.goto(f"/funds/{fund.pk}/")
    looks_right(page)
    press(page.get_by_role("link", name="File a claim").first)
    looks_right(page)
    page.get_by_label("What it was for").fill("Customer breakfast")
    press(page.get_by_role("button", name="Go on"))
    looks_right(page)
    day = (timezone.now().date() - timedelta(days=5)).isoformat()
    for field, value in (
        ("what", "Venue"),
        ("supplier", "Acme Media"),
        ("invoice_number", "A-1"),
        ("invoice_date", day),
    ):
        page.locator(f"[name=lines-0-{field}]").fill(value)
    # More than the fund has: said at once, and not filed.
    page.locator("[name=lines-0-total]").fill("99,000")
    expect(page.locator("#standing")).to_contain_text("$49,500.00")
    press(page.get_by_role("button", name="File the claim"))
    expect(page.get_by_role("alert").first).to_contain_text("Not filed yet")
    looks_right(page)
    page.locator("[name=lines-0-total]").fill("1,200")
    for field, value in (("what", "Ads"), ("supplier", "Acme Media"), ("invoice_number", "A-2"), ("invoice_date", day)):
        page.locator(f"[name=lines-1-{field}]").fill(value)
    page.locator("[name=lines-1-total]").fill("300")
    expect(page.locator("#standing")).to_contain_text("$750.00")
    # Nothing typed is lost when the page is left and opened again.
    expect(page.locator("[data-autosave-status]")).to_contain_text("Saved")
    page.goto(page.url)
    expect(page.locator("[name=lines-1-what]")).to_have_value("Ads")
    page.locator("#files").set_input_files([invoice("A-1", 1_200_00), invoice("A-2", 300_00)])
    press(page.get_by_role("button", name="Attach the chosen files"))
    expect(page.get_by_role("link", name="A-2.pdf").first).to_be_visible()
    looks_right(page)
    press(page.get_by_role("button", name="File the claim"))
    expect(page.get_by_text("Filed. $750.00 is with the reviewers now.")).to_be_visible()
    looks_right(page)
    return Claim.objects.get(title="Customer breakfast")


def ask(page: Page, claim: Claim) -> None:
    page.goto("/review/")
    looks_right(page)
    press(page.get_by_role("link", name="Customer breakfast"))
    looks_right(page)
    picture = page.get_by_role("img", name="A-1.pdf, page 1")
    picture.scroll_into_view_if_needed()
    assert picture.evaluate("i => i.decode().then(() => i.naturalWidth)") > 300
    page.get_by_text("Ask a question").click()
    page.get_by_label("Your question").fill("How many guests came?")
    press(page.get_by_role("button", name="Send the question"))
    expect(page.get_by_text("Your question is with Brightpath")).to_be_visible()


def answer(page: Page, claim: Claim) -> None:
    page.goto("/")
    press(page.get_by_role("link", name="Answer"))
    expect(page.get_by_text("How many guests came?").first).to_be_visible()
    looks_right(page)
    page.get_by_label("Your answer").fill("Forty-two.")
    press(page.get_by_role("button", name="Send the answer"))
    expect(page.get_by_text("Your answer is with the reviewer")).to_be_visible()


def approve_in_part(page: Page, claim: Claim) -> None:
    page.goto(f"/claims/{claim.pk}/")
    line = claim.lines.last()
    page.locator(f"[name=line-{line.pk}-accepted]").fill("100")
    press(page.get_by_role("button", name="Approve what is filled in"))
    expect(page.get_by_text("Choose why less is accepted.")).to_be_visible()
    looks_right(page)
    page.locator(f"[name=line-{line.pk}-code]").select_option("not_eligible")
    page.locator(f"[name=line-{line.pk}-reason]").fill("Drinks are not covered.")
    press(page.get_by_role("button", name="Approve what is filled in"))
    expect(page.get_by_text("Approved $700.00")).to_be_visible()
    claim.refresh_from_db()
    assert claim.status == ClaimStatus.PARTLY_APPROVED


def pay(page: Page, claim: Claim) -> None:
    page.goto("/payments/")
    looks_right(page)
    # No bank details are entered: it waits on hold, and is paid by hand.
    press(page.get_by_role("link", name="On hold"))
    press(page.get_by_role("link", name="Customer breakfast"))
    looks_right(page)
    page.goto(f"/claims/{claim.pk}/")
    page.get_by_label("Reference").fill("WF-2026-0001")
    press(page.get_by_role("button", name="Mark as paid"))
    expect(page.get_by_text("Paid $700.00")).to_be_visible()


def read_the_story(page: Page, claim: Claim) -> None:
    page.goto(f"/claims/{claim.pk}/")
    story = page.locator(".timeline")
    for words in (
        "Paid",
        "WF-2026-0001",
        "Approved in part",
        "Forty-two.",
        "How many guests came?",
        "Filed",
        "Draft begun",
    ):
        expect(story).to_contain_text(words)
    expect(page.get_by_text("Drinks are not covered.").first).to_be_visible()
    looks_right(page)


def sweep(day) -> dict:
    out = io.StringIO()
    call_command("sweep", "--on", day.isoformat(), stdout=out)
    return json.loads(out.getvalue())
