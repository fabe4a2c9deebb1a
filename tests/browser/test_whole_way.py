"""The whole way of one activity through the pages, as four people: asked for and approved in advance, claimed from the approval,
asked about, approved in part, paid too little and then in full, its results reported and seen beside the money.

Arranged by actions: the program with its activity, the budget and the fund. `test_story.py` makes its own through the pages.
"""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from claims.models import Claim, FundRequest, Payment
from claims.states import ClaimStatus
from claims.states.requests import RequestStatus
from funds.models import Allocation
from funds.reconcile import reconcile
from programs import actions as programs
from programs.activities import ActivityKind, Shows
from tests.browser.conftest import all_signing_in, invoice, looks_right, press, sign_in
from tests.cast import PASSWORD, World, balances


@pytest.fixture
def w(transactional_db) -> World:
    return all_signing_in()


@pytest.fixture
def fund(w) -> Allocation:
    """$5,000.00 of a program that pays half of seminars, and only of those that it approved in advance."""
    today = timezone.now().date()
    seminar = programs.usual(ActivityKind.SEMINAR)
    seminar.proofs = [Shows.INVOICE.value]
    days = {"starts_on": today, "ends_on": today + timedelta(days=300)}
    program = w.program(name="Growth MDF", preapproval=True, activities=[seminar], **days)
    return w.fund(5_000_00, budget=w.budget(program, **days), expires_on=today + timedelta(days=90))


def test_from_asking_to_what_the_money_brought(w, fund, open_browser):
    owner, manager, admin, finance = (
        sign_in(open_browser(), person.email) for person in (w.owner, w.manager, w.admin, w.finance)
    )

    # The owner asks before spending; the vendor's manager sets the money aside.
    asked = ask_for_approval(owner, fund)
    assert balances(fund) == {"available": 5_000_00}
    approve_request(manager, asked)
    assert balances(fund) == {"available": 4_000_00, "reserved": 1_000_00}

    # A claim draws on it. The admin asks, the owner answers, and a part is approved: the rest is the request's again.
    claim = claim_from(owner, asked)
    assert balances(fund) == {"available": 4_000_00, "claimed": 1_000_00}
    ask(admin, claim)
    answer(owner)
    approve_in_part(admin, claim)
    assert balances(fund) == {"available": 4_000_00, "reserved": 100_00, "approved": 900_00}

    # It is held until bank details are there and checked.
    enter_bank_details(manager, "Northgate Cloud", "FR1420041010050500013M02606", "FR")
    enter_bank_details(owner, "Brightpath", "DE89370400440532013000", "DE")
    clear_the_hold(finance, claim)

    # $50.00 of it does not arrive; finance pays that too, and only then the claim is paid.
    send_a_batch(finance, "$900.00")
    read_the_bank_file(finance, claim, arrived="850.00")
    assert balances(fund) == {"available": 4_000_00, "reserved": 100_00, "approved": 50_00, "paid": 850_00}
    read_of_the_short_payment(owner, claim)
    pay_the_rest(finance, claim)
    send_a_batch(finance, "$50.00")
    record_by_hand(finance, claim)
    assert balances(fund) == {"available": 4_000_00, "reserved": 100_00, "paid": 900_00}
    read_the_story(owner, claim)

    # The owner tells what came of it and completes the request; the vendor's manager reads what the money brought.
    report_results(owner, asked)
    complete(owner, asked)
    assert balances(fund) == {"available": 4_100_00, "paid": 900_00}
    read_the_returns(manager)
    assert reconcile().differences == []


def ask_for_approval(page: Page, fund: Allocation) -> FundRequest:
    page.goto(f"/funds/{fund.pk}/")
    press(page.get_by_role("link", name="Ask for approval").first)
    looks_right(page)
    page.get_by_label("What you plan").fill("Cloud evening")
    press(page.get_by_role("button", name="Go on"))
    looks_right(page)
    # The activity runs today: what came of it can be told once it is over.
    today = timezone.now().date().isoformat()
    page.get_by_label("What kind of activity").select_option(label="Seminar or webinar")
    page.get_by_label("From", exact=True).fill(today)
    page.get_by_label("Until", exact=True).fill(today)
    page.get_by_label("Where", exact=True).fill("Berlin")
    page.get_by_label("How it goes, and what it will bring").fill("Forty guests, two talks.")
    for number, (what, amount) in enumerate((("Venue", "1,200"), ("Ads", "800"))):
        if number:
            page.get_by_role("button", name="Add a line").click()
        page.locator(f"[name=budget-{number}-what]").fill(what)
        page.locator(f"[name=budget-{number}-amount]").fill(amount)
    press(page.get_by_role("button", name="Ask for approval"))
    expect(page.get_by_text("Asked. Northgate Cloud decides on $1,000.00 now.")).to_be_visible()
    looks_right(page)
    return FundRequest.objects.get(title="Cloud evening")


def approve_request(page: Page, asked: FundRequest) -> None:
    page.goto("/requests/queue/")
    looks_right(page)
    press(page.get_by_role("link", name="Cloud evening"))
    looks_right(page)
    press(page.get_by_role("button", name="Approve", exact=True))
    expect(page.get_by_text("Approved $1,000.00 for Brightpath")).to_be_visible()
    asked.refresh_from_db()
    assert asked.status == RequestStatus.APPROVED


def claim_from(page: Page, asked: FundRequest) -> Claim:
    page.goto(f"/requests/{asked.pk}/")
    looks_right(page)
    press(page.get_by_role("button", name="File a claim"))
    expect(page.get_by_text(f"A claim on {asked.number}")).to_be_visible()
    day = (timezone.now().date() - timedelta(days=5)).isoformat()
    for number, (what, total) in enumerate((("Venue", "1,200"), ("Ads", "800"))):
        # What was approved stands there; the invoice says the rest.
        expect(page.locator(f"[name=lines-{number}-what]")).to_have_value(what)
        said = {"supplier": "Acme Media", "invoice_number": f"A-{number + 1}", "invoice_date": day, "total": total}
        for field, value in said.items():
            page.locator(f"[name=lines-{number}-{field}]").fill(value)
    expect(page.locator("#standing")).to_contain_text("$1,000.00")
    page.locator("#files").set_input_files([invoice("A-1", 1_200_00), invoice("A-2", 800_00)])
    press(page.get_by_role("button", name="Attach the chosen files"))
    for name in ("A-1.pdf", "A-2.pdf"):
        page.get_by_role("group", name=f"What {name} shows").get_by_label("Third-party invoice").check()
    looks_right(page)
    press(page.get_by_role("button", name="File the claim"))
    expect(page.get_by_text("Filed. $1,000.00 is with the reviewers now.")).to_be_visible()
    return Claim.objects.get(request=asked)


def ask(page: Page, claim: Claim) -> None:
    page.goto("/review/")
    press(page.get_by_role("link", name="Cloud evening"))
    page.get_by_text("Ask a question").click()
    page.get_by_label("Your question").fill("How many guests came?")
    page.get_by_label("To be answered by").fill((timezone.now().date() + timedelta(days=7)).isoformat())
    looks_right(page)
    press(page.get_by_role("button", name="Send the question"))
    expect(page.get_by_text("Your question is with Brightpath")).to_be_visible()


def answer(page: Page) -> None:
    page.goto("/")
    press(page.get_by_role("link", name="Answer"))
    question = page.get_by_role("region", name="Admin asks")
    expect(question).to_contain_text("How many guests came?")
    expect(question).to_contain_text("7 days")
    looks_right(page)
    page.get_by_label("Your answer").fill("Forty-two.")
    press(page.get_by_role("button", name="Send the answer"))
    expect(page.get_by_text("Your answer is with the reviewer")).to_be_visible()


def approve_in_part(page: Page, claim: Claim) -> None:
    page.goto(f"/claims/{claim.pk}/")
    expect(page.get_by_text("Forty-two.").first).to_be_visible()
    enlarge(page, "A-1.pdf")
    line = claim.lines.get(what="Ads")
    page.locator(f"[name=line-{line.pk}-accepted]").fill("300")
    page.locator(f"[name=line-{line.pk}-code]").select_option("not_eligible")
    page.locator(f"[name=line-{line.pk}-reason]").fill("Drinks are not covered.")
    press(page.get_by_role("button", name="Approve what is filled in"))
    expect(page.get_by_text("Approved $900.00")).to_be_visible()
    claim.refresh_from_db()
    assert claim.status == ClaimStatus.PARTLY_APPROVED


def enlarge(page: Page, name: str) -> None:
    """A page of a proof, over the whole screen, beside which its line is decided."""
    page.get_by_role("link", name=f"{name}, page 1").click()
    large = page.get_by_role("dialog", name=f"{name}, page 1")
    expect(large.get_by_role("img")).to_be_visible()
    large.get_by_role("button", name="Close").click()
    expect(large).to_have_count(0)


def enter_bank_details(page: Page, holder: str, iban: str, country: str) -> None:
    page.goto("/bank-details/")
    press(page.get_by_role("link", name="Enter them"))
    if "/reauthenticate/" in page.url:  # the sign-in of this story is too long ago
        page.locator("[name=password]").fill(PASSWORD)
        press(page.get_by_role("button", name="Go on"))
    looks_right(page)
    page.get_by_label("Account holder").fill(holder)
    page.get_by_label("Country of the account").select_option(country)
    page.locator("[name=iban]").fill(iban)
    page.get_by_label("Tax number").fill("DE123456789")
    press(page.get_by_role("button", name="Save"))
    expect(page.get_by_text("Saved: ")).to_be_visible()
    # Nobody sees more than its end, its owner neither.
    assert iban not in page.content()
    looks_right(page)


def clear_the_hold(page: Page, claim: Claim) -> None:
    page.goto("/payments/")
    press(page.get_by_role("link", name="On hold"))
    press(page.get_by_role("link", name="Cloud evening"))
    looks_right(page)
    press(page.get_by_role("link", name="Check the bank details"))
    looks_right(page)
    page.get_by_label("Whom you called, and what they said").fill("Olga, on the number of last year: ends in 3000.")
    press(page.get_by_role("button", name="They are right"))
    expect(page.get_by_text("1 payment can be made now.")).to_be_visible()
    assert Payment.objects.get(claim=claim).status == "pending"
    # The account that the vendor pays from is called back about too.
    page.goto("/payments/bank-details/")
    press(page.get_by_role("link", name="Northgate Cloud"))
    page.get_by_label("Whom you called, and what they said").fill(
        "Nora, on the number of the contract: ends in 3M02606."
    )
    press(page.get_by_role("button", name="They are right"))


def send_a_batch(page: Page, amount: str) -> None:
    page.goto("/payments/")
    press(page.get_by_role("link", name="Choose payments of Northgate Cloud in USD"))
    expect(page.get_by_role("checkbox", name="Cloud evening")).to_be_checked()
    looks_right(page)
    press(page.get_by_role("button", name="Make the batch"))
    expect(page.get_by_text(f"holds 1 payment, {amount}.")).to_be_visible()
    looks_right(page)
    with page.expect_download() as order:
        page.get_by_role("link", name="File for the bank").click()
    assert "DE89370400440532013000" in order.value.path().read_text()
    page.get_by_role("button", name="Mark as sent").click()
    press(page.get_by_role("dialog").get_by_role("button", name="Sent", exact=True))
    expect(page.get_by_text("is at the bank.")).to_be_visible()
    looks_right(page)


def read_the_bank_file(page: Page, claim: Claim, arrived: str) -> None:
    payment = Payment.objects.get(claim=claim)
    today = timezone.now().date().isoformat()
    content = f"end_to_end;amount;date;status;reference\n{payment.end_to_end};{arrived};{today};executed;B-00007\n"
    press(page.get_by_role("link", name="Read the bank's answer"))
    looks_right(page)
    page.get_by_label("CSV or camt.054 file").set_input_files(
        {"name": "bank.csv", "mimeType": "text/csv", "buffer": content.encode()}
    )
    press(page.get_by_role("button", name="Look at it"))
    expect(page.get_by_text("$50.00 short")).to_be_visible()
    looks_right(page)
    press(page.get_by_role("button", name="Record it"))
    expect(page.get_by_text("Recorded: 1 paid, 1 of them short.")).to_be_visible()
    looks_right(page)


def read_of_the_short_payment(page: Page, claim: Claim) -> None:
    page.goto(f"/claims/{claim.pk}/")
    press(page.get_by_role("region", name="Payment").get_by_role("link", name="$900.00"))
    expect(page.get_by_text("$50.00 did not arrive")).to_be_visible()
    expect(page.get_by_role("button", name="Accept $850.00")).to_be_visible()
    looks_right(page)


def pay_the_rest(page: Page, claim: Claim) -> None:
    page.goto("/payments/short/")
    press(page.get_by_role("link", name="Cloud evening"))
    page.get_by_label("Why it fell short").fill("A bank between kept its fee.")
    looks_right(page)
    press(page.get_by_role("button", name="Pay $50.00 too"))
    expect(page.get_by_text("A bank between kept its fee.").first).to_be_visible()
    claim.refresh_from_db()
    assert (claim.status, claim.paid) == (ClaimStatus.PAYABLE, 850_00)


def record_by_hand(page: Page, claim: Claim) -> None:
    press(page.get_by_role("link", name="Cloud evening"))
    page.get_by_label("Reference", exact=True).fill("B-00008")
    looks_right(page)
    press(page.get_by_role("button", name="Record it"))
    expect(page.get_by_text("Paid $50.00 to Brightpath")).to_be_visible()
    claim.refresh_from_db()
    assert (claim.status, claim.paid) == (ClaimStatus.PAID, 900_00)


def read_the_story(page: Page, claim: Claim) -> None:
    page.goto(f"/claims/{claim.pk}/")
    expect(page.get_by_text("$900.00 was paid.")).to_be_visible()
    story = page.locator(".timeline")
    for words in ("Paid", "Approved in part", "Forty-two.", "How many guests came?", "Filed", "Draft begun"):
        expect(story).to_contain_text(words)
    expect(page.get_by_text("Drinks are not covered.").first).to_be_visible()
    looks_right(page)


def report_results(page: Page, asked: FundRequest) -> None:
    # The claim's page leads to the results of the request that it draws on.
    press(page.get_by_role("link", name="What came of it"))
    expect(page).to_have_url(f"/requests/{asked.pk}/results/")
    looks_right(page)
    press(page.get_by_role("link", name="Report results").first)
    looks_right(page)
    page.get_by_label("Leads: Measured").fill("12")
    page.get_by_label("Leads: Where it is read").fill("CRM export")
    page.get_by_label("Revenue won: Measured").fill("4,500")
    page.get_by_label("Revenue won: Where it is read").fill("CRM export")
    page.get_by_label("Revenue won: Claimed").fill("1,800")
    press(page.get_by_role("button", name="Report", exact=True))
    expect(page.get_by_text("Reported. Northgate Cloud sees what came of it.")).to_be_visible()
    looks_right(page)


def complete(page: Page, asked: FundRequest) -> None:
    page.goto(f"/requests/{asked.pk}/")
    page.get_by_role("button", name="Everything is claimed: complete it").click()
    press(page.get_by_role("dialog").get_by_role("button", name="Complete", exact=True))
    asked.refresh_from_db()
    assert asked.status == RequestStatus.COMPLETED


def read_the_returns(page: Page) -> None:
    page.goto("/reports/returns/")
    looks_right(page)
    row = page.get_by_role("row").filter(has_text="Seminar or webinar")
    # Paid, cost in all, leads; measured, for each 1 paid and of cost; claimed, for each 1 paid.
    told = ["$900.00", "$2,000.00", "12", "$4,500.00", "5.00", "2.25", "$1,800.00", "2.00"]
    expect(row.get_by_role("cell")).to_have_text(told)
