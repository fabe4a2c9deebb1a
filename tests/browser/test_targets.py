"""An owner names who sells, sets a quarter's targets and enters SPIFFs; a member sees what is theirs."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.browser.conftest import all_signing_in, looks_right, press, sign_in
from tests.cast import World
from tests.claims.telling import told
from tests.plans.selling import RUNNING


@pytest.fixture
def w(transactional_db, settings, tmp_path) -> World:
    settings.MEDIA_ROOT = tmp_path
    return all_signing_in()


def test_from_nobody_to_a_quarter(w, open_browser):
    program = w.program(name="Partner SPIFF", kind="spiff")
    owner = sign_in(open_browser(), w.owner.email)
    owner.goto("/plans/")
    press(owner.get_by_role("link", name="Sales targets"))
    looks_right(owner)
    press(owner.get_by_role("link", name="Name your sales people"))
    looks_right(owner)
    for name, account in (("Max", "Member"), ("Sofia Reyes", "No account")):
        owner.get_by_label("Name").fill(name)
        owner.get_by_label("Account").select_option(account)
        press(owner.get_by_role("button", name="Add"))
    looks_right(owner)

    owner.goto(f"/targets/set/?quarter={RUNNING.key}")
    owner.get_by_label("Max: Leads").fill("20")
    owner.get_by_label("Max: Closed").fill("1,500.50")
    owner.get_by_label("Sofia Reyes: Meetings").fill("-1")
    press(owner.get_by_role("button", name="Keep these targets"))
    looks_right(owner)
    owner.get_by_label("Sofia Reyes: Meetings").fill("8")
    press(owner.get_by_role("button", name="Keep these targets"))
    expect(owner.get_by_text("2 targets of")).to_be_visible()

    # What Max filed brings leads by itself.
    told(w.submitted(by=w.member), by=w.owner, leads=12, revenue=900_00)
    owner.goto(f"/targets/?quarter={RUNNING.key}")
    expect(owner.get_by_role("img", name="Leads: 12 of 20 measured, 60%").first).to_be_visible()
    looks_right(owner)
    spiffs(owner, program)
    press(owner.get_by_role("link", name="Max").first)
    looks_right(owner)

    member = sign_in(open_browser(), w.member.email)
    member.goto(f"/targets/?quarter={RUNNING.key}")
    expect(member.get_by_text("$1,500.50").first).to_be_visible()
    expect(member.get_by_text("Sofia")).to_have_count(0)
    looks_right(member)
    member.goto("/spiffs/")
    expect(member.get_by_text("$250.00").first).to_be_visible()
    expect(member.get_by_text("$40.00")).to_have_count(0)
    looks_right(member)


def spiffs(page: Page, program) -> None:
    day = (timezone.now().date() - timedelta(days=3)).isoformat()
    page.goto("/spiffs/")
    looks_right(page)
    press(page.get_by_role("link", name="Enter a SPIFF").first)
    looks_right(page)
    page.locator("[name=person]").select_option("Max")
    page.locator("[name=program]").select_option(str(program.pk))
    page.locator("[name=reference]").fill("PO-1")
    page.get_by_label("Earned on").fill(day)
    page.get_by_label("Amount").fill("250")
    press(page.get_by_role("button", name="Enter it"))
    press(page.get_by_role("link", name="Enter many from a file"))
    looks_right(page)
    head = "sales_person,vendor,program,sale,earned_on,amount\n"
    row = f"Sofia Reyes,Northgate Cloud,Partner SPIFF,PO-2,{day},40.00\n"
    page.locator("input[type=file]").set_input_files(
        {"name": "spiffs.csv", "mimeType": "text/csv", "buffer": (head + row + row.replace("PO-2", "")).encode()}
    )
    press(page.get_by_role("button", name="Look at it"))
    expect(page.get_by_text("Name the sale")).to_be_visible()
    looks_right(page)
    page.locator("input[type=file]").set_input_files(
        {"name": "spiffs.csv", "mimeType": "text/csv", "buffer": (head + row).encode()}
    )
    press(page.get_by_role("button", name="Look at it again"))
    looks_right(page)
    press(page.get_by_role("button", name="Enter 1 SPIFF"))
    looks_right(page)
    press(page.get_by_role("link", name="Change PO-2 of Sofia Reyes"))
    looks_right(page)
    page.goto(f"/targets/?quarter={RUNNING.key}")
