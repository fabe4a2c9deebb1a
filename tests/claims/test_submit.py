"""A partner files a claim: its money moves to `claimed`, or a sentence says what is missing."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connections
from django.urls import reverse
from django.utils import timezone

from claims import actions
from claims.actions.filing import Entry
from claims.checks import wanting
from claims.states import ClaimStatus
from funds import actions as funds
from partners.models import Event
from tests.cast import NOW, TODAY, balances, world
from tests.claims.typed import typed


def test_it_moves_what_is_asked_and_tells_the_story(w):
    fund = w.fund(5_000_00)
    claim = w.draft(fund, costs=(1_000_00, 301_00))
    claim = actions.submit(claim=claim, by=w.member, now=NOW)
    assert (claim.status, claim.filed_by, claim.asked) == ("submitted", w.member, 650_50)
    assert balances(fund) == {"available": 4_349_50, "claimed": 650_50}
    assert [e.verb for e in Event.objects.about(claim)] == ["started", "attached", "submitted"]


def test_pre_approved_money_is_used_first(w):
    fund = w.fund(5_000_00)
    funds.reserve(allocation=fund, amount=300_00, key="k", by=w.manager, reason="Webinar", at=NOW)
    claim = actions.submit(claim=w.draft(fund), by=w.owner, now=NOW)
    assert claim.from_reserved == 300_00
    assert balances(fund) == {"available": 4_500_00, "claimed": 500_00}


def test_through_the_page(w, client):
    claim = w.draft(w.fund(5_000_00, expires_on=timezone.now().date() + timedelta(days=30)))
    client.force_login(w.owner)
    page = client.post(reverse("claims:edit", args=[claim.pk]), typed(claim, {}, do="submit"), follow=True)
    assert "Filed. $500.00 is with the reviewers now." in page.text
    assert w.again(claim).status == "submitted"


def refused(w, claim, now=NOW) -> str:
    with pytest.raises(actions.ClaimRefused) as refusal:
        actions.submit(claim=claim, by=w.owner, now=now)
    assert w.again(claim).status == "draft"
    return str(refusal.value)


def test_more_than_the_fund_has_is_refused_in_words(w):
    fund = w.fund(100_00)
    assert "You ask for $500.00, and this fund has $100.00 left" in refused(w, w.draft(fund))
    assert balances(fund) == {"available": 100_00}


def test_without_lines_or_proof(w):
    claim = actions.start(allocation=w.fund(), title="Empty", by=w.owner, now=NOW)
    words = refused(w, claim)
    assert "Add at least one line" in words
    assert "Attach at least one proof" in words


def test_a_share_of_nothing(w):
    claim = w.draft(w.fund(), costs=(1,))
    assert "is nothing" in refused(w, claim)


def test_the_last_day_counts_until_its_end_in_the_programs_zone(w):
    budget = w.budget(w.program(time_zone="Pacific/Auckland", claim_window_days=0))
    tomorrow = NOW + timedelta(days=1)
    fund = w.fund(budget=budget, expires_on=tomorrow.date())
    # 12:00 UTC on the 24th is already the 25th in Auckland; 10:00 UTC is not.
    assert "The last day to file was" in refused(w, w.draft(fund), now=tomorrow)
    assert actions.submit(claim=w.draft(fund), by=w.owner, now=tomorrow - timedelta(hours=2)).status == "submitted"


def test_an_invoice_of_tomorrow(w):
    claim = w.draft()
    entries = [Entry("Ads", "Acme", "1", TODAY + timedelta(days=1), 100_00)]
    actions.save(claim=claim, title="x", entries=entries, by=w.owner, now=NOW)
    assert "An invoice is dated in the future." in wanting(w.again(claim), NOW)


def test_a_repeated_click_files_once(w):
    claim = w.draft()
    actions.submit(claim=claim, by=w.owner, now=NOW)
    with pytest.raises(actions.ClaimRefused):
        actions.submit(claim=claim, by=w.owner, now=NOW)
    assert balances(claim.allocation)["claimed"] == 500_00


def test_a_stale_page_files_nothing(w):
    claim = w.draft()
    with pytest.raises(actions.ClaimChanged):
        actions.submit(claim=claim, by=w.owner, now=NOW, version=claim.version - 1)


def test_what_a_colleague_changed_in_between_is_not_filed_unseen(w, client, monkeypatch):
    """The page's own save and its filing are two steps: a save by somebody else between them refuses the filing."""
    claim = w.draft(w.fund(5_000_00, expires_on=timezone.now().date() + timedelta(days=30)))
    submit = actions.submit

    def after_a_colleague(**given):
        entries = [Entry("Not seen", "Acme", "9", TODAY, 4_000_00)]
        actions.save(claim=claim, title="Theirs", entries=entries, by=w.member, now=NOW)
        return submit(**given)

    monkeypatch.setattr(actions, "submit", after_a_colleague)
    client.force_login(w.owner)
    page = client.post(reverse("claims:edit", args=[claim.pk]), typed(claim, {"what": "Mine"}, do="submit"))
    assert page.status_code == 400
    assert "Somebody else changed this claim meanwhile" in page.text
    assert "Mine" in page.text
    assert w.again(claim).status == "draft"
    assert balances(claim.allocation) == {"available": 5_000_00}


@pytest.mark.django_db(transaction=True)
def test_two_claims_of_eighty_percent_at_once_exactly_one_wins():
    w = world()
    fund = w.fund(1_000_00)
    drafts = [w.draft(fund, costs=(1_600_00,)), w.draft(fund, costs=(1_600_00,))]
    together = threading.Barrier(2, timeout=20)

    def file(claim):
        try:
            together.wait()
            actions.submit(claim=claim, by=w.owner, now=NOW)
        except actions.ClaimRefused:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(file, drafts)) == [False, True]
    assert balances(fund) == {"available": 200_00, "claimed": 800_00}


def test_the_database_stands_behind_the_words(w, monkeypatch):
    """Should the check ever miss it, the ledger refuses, and the partner reads a sentence."""
    fund = w.fund(100_00)
    claim = w.draft(fund)
    monkeypatch.setattr("claims.actions.filing.still_open", lambda found: [])
    assert "this fund has less left" in refused(w, claim).lower()
    assert balances(fund) == {"available": 100_00}


@pytest.mark.parametrize("who", ["manager", "admin", "finance", "stranger"])
def test_only_the_partners_people_file(w, who):
    with pytest.raises(PermissionDenied):
        actions.submit(claim=w.draft(), by=getattr(w, who), now=NOW)


def test_withdrawn_corrected_and_filed_again(w):
    fund = w.fund(5_000_00)
    funds.reserve(allocation=fund, amount=300_00, key="k", by=w.manager, reason="Webinar", at=NOW)
    claim = actions.submit(claim=w.draft(fund), by=w.owner, now=NOW)
    actions.withdraw(claim=claim, by=w.member, now=NOW, reason="Wrong invoice")
    assert balances(fund) == {"available": 4_700_00, "reserved": 300_00}
    claim = actions.reopen(claim=claim, by=w.owner, now=NOW)
    assert claim.status == ClaimStatus.DRAFT
    claim = actions.submit(claim=claim, by=w.owner, now=NOW)
    assert balances(fund) == {"available": 4_500_00, "claimed": 500_00}
