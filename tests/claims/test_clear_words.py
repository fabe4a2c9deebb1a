"""What a forgetful or hostile person is told about requests, claims and bank details: one clear sentence, in its place."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from claims.models import BankDetails, Claim, FundRequest
from tests.claims import asking, paying
from tests.claims.asking import END, START
from tests.claims.test_bank_details import CHANGE, FORM, freshly
from tests.claims.typed import typed

TURNED, SHOWN = "\u202eevil\u202c \U0001f389 שלום", "evil \U0001f389 שלום"


def change(request, **more):
    said = {"starts_on": START, "ends_on": END, "place": "Berlin", "amount": "500.00", "reason": "Why not."}
    return {**said, "version": asking.again(request).version, **more}


def test_what_would_turn_the_text_around_it_is_left_out_of_titles_and_invoices(w, client):
    client.force_login(w.owner)
    fund = w.fund(5_000_00)
    client.post(reverse("claims:request_start", args=[fund.pk]), {"title": TURNED})
    assert FundRequest.objects.get().title == SHOWN
    client.post(reverse("claims:start", args=[fund.pk]), {"title": TURNED})
    claim = Claim.objects.get()
    client.post(
        reverse("claims:edit", args=[claim.pk]), typed(claim, {"supplier": TURNED, "what": TURNED}, title=TURNED)
    )
    assert (claim.lines.get().supplier, claim.lines.get().what) == (SHOWN, SHOWN)
    assert w.again(claim).title == SHOWN


def test_nothing_but_signs_that_nobody_sees_is_no_title(w, client):
    client.force_login(w.owner)
    page = client.post(reverse("claims:request_start", args=[w.fund(5_000_00).pk]), {"title": "\u202e \u200f"})
    assert page.status_code == 400
    assert "Give it a title" in page.text


def test_days_the_wrong_way_round_are_not_called_missing(w, client):
    request = asking.draft(w, w.fund(5_000_00))
    client.force_login(w.owner)
    days = {"starts_on": END + timedelta(days=2), "ends_on": END, "title": "X", "plan": "Y", "do": "submit"}
    lines = {"lines-TOTAL_FORMS": 0, "lines-INITIAL_FORMS": 0, "version": request.version}
    page = client.post(reverse("claims:request_edit", args=[request.pk]), days | lines)
    assert page.status_code == 400
    assert "It ends before it begins." in page.text
    assert "Say from when until when it runs." not in page.text


def test_a_change_asks_for_no_more_than_the_fund_has(w, client):
    request = asking.approved(w, w.fund(1_000_00))
    client.force_login(w.owner)
    address = reverse("claims:request_change", args=[request.pk])
    page = client.post(address, change(request, amount="1000.01"))
    assert page.status_code == 400
    assert "The fund has $500.00 left beside what is approved" in page.text
    assert client.post(address, change(request, amount="1000.00")).status_code == 302


def test_a_second_change_is_told_that_the_first_waits(w, client):
    request = asking.approved(w, w.fund(1_000_00))
    client.force_login(w.owner)
    address = reverse("claims:request_change", args=[request.pk])
    client.post(address, change(request, place="Bonn"))
    page = client.post(address, change(request, place="Ulm"), follow=True)
    assert "You have asked for a change already. Northgate Cloud decides on that first." in page.text
    assert asking.again(request).amendment["place"] == "Bonn"


@pytest.mark.parametrize(
    ("holder", "words"), [("\U0001f389", "Latin letters"), ("株式会社", "Latin letters"), (TURNED, "no bank takes")]
)
def test_an_account_holder_can_be_written_in_a_banks_order(w, client, holder, words):
    page = freshly(client, w.owner).post(CHANGE, FORM | {"holder": holder})
    assert page.status_code == 400
    assert words in page.text
    assert not BankDetails.objects.exists()


def test_a_holder_keeps_its_accents(w, client):
    freshly(client, w.owner).post(CHANGE, FORM | {"holder": "Société Générale Émile"})
    assert BankDetails.objects.get().holder == "Société Générale Émile"


def test_who_decides_on_a_page_of_before_reads_what_to_do(w, client):
    request = asking.filed(w, w.fund(5_000_00))
    client.force_login(w.manager)
    page = client.post(reverse("claims:request_approve", args=[request.pk]), {"amount": "500.00", "version": "0"})
    assert page.status_code == 400
    assert "This page was out of date. Look at what stands here now, then decide." in page.text


@pytest.mark.parametrize(("days", "words"), [(0, "at least a day"), (91, "more than 90 days ahead"), (3700, "90 days")])
def test_a_question_waits_for_a_day_that_can_be_meant(w, client, days, words):
    request = asking.filed(w, w.fund(5_000_00))
    client.force_login(w.manager)
    due = request.allocation.today(timezone.now()) + timedelta(days=days)
    said = {"ask-question": "Where?", "ask-due": due, "ask-version": request.version}
    page = client.post(reverse("claims:request_ask", args=[request.pk]), said)
    assert page.status_code == 400
    assert words in page.text
    assert asking.again(request).status == "submitted"


@pytest.mark.parametrize("day", ["2020-01-01", "2099-01-01"])
def test_an_instalment_is_not_due_in_another_age(w, client, day):
    payment = paying.due(w)
    client.force_login(w.finance)
    said = {"0-amount": "500.00", "0-due_on": day, "version": w.again(payment.claim).version}
    page = client.post(reverse("claims:split", args=[payment.claim_id]), said)
    assert page.status_code == 400
    assert "Check the year" in page.text


def test_whoever_accepts_a_short_payment_twice_is_told(w, client):
    short = paying.short(w)
    client.force_login(w.owner)
    address = reverse("claims:accept_short", args=[short.pk])
    assert "back in the fund" in client.post(address, {"words": "Enough."}, follow=True).text
    page = client.post(address, {"words": "Enough."}, follow=True)
    assert page.status_code == 200
    assert next(iter(page.context["messages"])).level_tag in ("error", "danger")
