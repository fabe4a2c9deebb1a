"""An owner sits down with a vendor: reads the review, agrees on a step with a colleague, prints it; the colleague is reminded."""

import io
import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect
from pypdf import PdfReader

from plans.models import AgreedStep
from programs.days import Clock
from reminders.actions import sweep
from tests.browser.conftest import all_signing_in, looks_right, press, sign_in
from tests.cast import World


@pytest.fixture
def w(transactional_db, settings, tmp_path) -> World:
    settings.MEDIA_ROOT = tmp_path
    made = all_signing_in()
    now = timezone.now()
    made.fund(4_200_00, name="Spring money", expires_on=now.date() + timedelta(days=20))
    made.submitted(made.fund(500_00))
    made.resource(title="Firewall kit")
    made.kept_fund(available=900_00)
    return made


def words(content: bytes) -> str:
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    return re.sub(r"\s+", " ", text.replace("\u200b", ""))


def test_from_the_review_to_a_step_that_is_done(w, open_browser):
    owner = sign_in(open_browser(), w.owner.email)
    press(owner.get_by_role("link", name="Vendors", exact=True))
    looks_right(owner)
    expect(owner.get_by_role("article")).to_have_count(2)
    press(owner.get_by_role("link", name="Northgate Cloud", exact=True))
    expect(owner.get_by_role("list").filter(has_text="lapses on").get_by_role("listitem")).to_have_count(5)
    looks_right(owner)

    # Agreed, with a colleague and a day.
    due = timezone.now().date() + timedelta(days=5)
    owner.get_by_label("What was agreed").fill("Send the plan for spring")
    owner.get_by_label("Who does it").select_option(label="Member")
    owner.get_by_label("By when").fill(due.isoformat())
    press(owner.get_by_role("button", name="Agree on it"))
    expect(owner.get_by_text("Agreed. Member is reminded in time.")).to_be_visible()
    looks_right(owner)

    # On paper, by the button and by the browser.
    with owner.expect_download() as download:
        owner.get_by_role("link", name="Print as PDF").click()
    made = download.value.path().read_bytes()
    assert len(PdfReader(io.BytesIO(made)).pages) == 2
    assert "Send the plan for spring" in words(made)
    printed = words(owner.pdf())
    assert "Send the plan for spring" in printed
    assert "Agree on it" not in printed

    # The colleague is reminded, and lands on the step.
    sweep(clock=Clock(timezone.now()))
    member = sign_in(open_browser(), w.member.email)
    member.goto("/inbox/")
    press(member.get_by_role("link", name=re.compile("Send the plan for spring")).first)
    step = AgreedStep.objects.get()
    expect(member).to_have_url(re.compile(f"/steps/{step.pk}/"))
    looks_right(member)
    press(member.get_by_role("button", name="Done", exact=True))
    step.refresh_from_db()
    assert step.done_by == w.member
    press(member.get_by_role("link", name="Agreed steps").first)
    expect(member.get_by_text("Nothing is open")).to_be_visible()
    looks_right(member)
