"""From the mail to what it asks for: its link leads through the sign-in to the very step; its answers need no sign-in."""

import re
from datetime import date, timedelta
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.utils import timezone
from playwright.sync_api import Page, expect

from claims.models import Claim
from claims.states import ClaimStatus
from funds.models import Allocation
from partners.models import User
from programs.days import Clock
from reminders import actions
from reminders.models import Reminder, Reply
from tests.browser.conftest import all_signing_in, looks_right, press
from tests.cast import PASSWORD, World

STEP = "Finish the claim and file it"


@pytest.fixture
def w(transactional_db) -> World:
    return all_signing_in()


@pytest.fixture
def draft(w) -> Claim:
    """The member's, untouched for a week, of a fund that has time."""
    fund = w.fund(5_000_00, name="Cloud fund", expires_on=in_days(100), claim_by=in_days(200))
    Allocation.objects.filter(pk=fund.pk).update(created_at=timezone.now() - timedelta(days=60))
    made = w.draft(fund, by=w.member)
    Claim.objects.filter(pk=made.pk).update(changed_at=timezone.now() - timedelta(days=8))
    return made


def in_days(days: int) -> date:
    return timezone.now().date() + timedelta(days=days)


def letter_to(user: User) -> mail.EmailMultiAlternatives:
    """What the day's round mails: swept, collected and sent."""
    clock = Clock(timezone.now(), on=timezone.now().date())
    actions.sweep(clock=clock)
    actions.collect(clock=clock)
    actions.send(digest_ids=actions.to_send(clock), clock=clock)
    return next(m for m in mail.outbox if m.to == [user.email])


def follow(page: Page, message: mail.EmailMultiAlternatives, words: str) -> None:
    """What the HTML of the mail shows under these words, and its text has too, opened on this server."""
    html = message.alternatives[0].content
    (found,) = set(re.findall(rf'<a [^>]*href="([^"]+)"[^>]*>{re.escape(words)}</a>', html))
    assert found in message.body
    page.goto(urlsplit(found).path)


def test_from_the_mail_to_done(w, draft, open_browser):
    page = open_browser().new_page()
    follow(page, letter_to(w.member), STEP)
    expect(page).to_have_url(re.compile("/account/login/"))
    page.locator("[name=login]").fill(w.member.email)
    page.locator("[name=password]").fill(PASSWORD)
    press(page.get_by_role("button", name="Sign in", exact=True))
    assert urlsplit(page.url).path == f"/claims/{draft.pk}/edit/"
    page.goto("/inbox/?show=open")
    expect(page.get_by_role("row", name=draft.title)).to_be_visible()
    looks_right(page)

    page.get_by_role("row", name=draft.title).get_by_role("link", name=draft.title).click()
    press(page.get_by_role("button", name="File the claim"))
    assert w.again(draft).status == ClaimStatus.SUBMITTED
    page.goto("/inbox/?show=open")
    expect(page.get_by_role("row", name=draft.title)).to_have_count(0)
    page.goto("/inbox/?show=done")
    expect(page.get_by_role("row", name=draft.title)).to_contain_text("Done")
    assert Reminder.objects.open_count(w.member) == 0


def test_put_off_from_the_mail_and_back_in_the_inbox(w, draft, open_browser):
    page = open_browser(width=360).new_page()
    message = letter_to(w.member)
    follow(page, message, "Remind me later")
    looks_right(page)
    assert not Reply.objects.exists()
    page.get_by_label(re.compile("In a week")).check()
    press(page.get_by_role("button", name="Remind me then"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("You hear of it on")
    assert Reply.objects.get().until == in_days(7)
    assert actions.collect(clock=Clock(timezone.now() + timedelta(days=1))) == 0
    follow(page, message, "Remind me later")
    expect(page.get_by_role("heading", level=1)).to_have_text("You put this off already")

    # Nobody was signed in by that; signed in, the inbox has it under "Later".
    page.goto("/inbox/?show=later")
    page.locator("[name=login]").fill(w.member.email)
    page.locator("[name=password]").fill(PASSWORD)
    press(page.get_by_role("button", name="Sign in", exact=True))
    row = page.get_by_role("row", name=draft.title)
    expect(row).to_contain_text("Until")
    press(row.get_by_role("button", name="Have it back now"))
    page.goto("/inbox/?show=open")
    row.get_by_text("Answer", exact=True).click()
    press(row.get_by_role("button", name=re.compile("^Tomorrow")))
    expect(page.get_by_text(re.compile("^Put off until"))).to_be_visible()
    assert Reply.objects.filter(ended_at=None).get().until == in_days(1)


def test_handed_on_from_the_mail(w, draft, open_browser):
    page = open_browser(width=360).new_page()
    follow(page, letter_to(w.member), "Hand it to a colleague")
    looks_right(page)
    page.get_by_label("Who does it").select_option(label="Owner")
    press(page.get_by_role("button", name="Hand it over"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Owner does it now")
    assert Reminder.objects.filter(recipient=w.owner, rule="draft_claim").count() == 1
