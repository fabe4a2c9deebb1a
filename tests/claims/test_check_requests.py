"""`manage.py check_requests` finds a request that holds another amount than its claims leave it; the sweep ends what is over."""

import io
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection

from claims import actions as claims
from claims.models import FundRequest, Payment
from claims.states.requests import RequestStatus
from programs.days import Clock
from reminders.actions.sweeping import sweep
from tests.cast import NOW, balances
from tests.claims import paying
from tests.claims.asking import again, approved, claim_on

pytestmark = pytest.mark.usefixtures("kept")


def check() -> str:
    out = io.StringIO()
    call_command("check_requests", stdout=out)
    return out.getvalue()


def put_past_the_rules(request: FundRequest, change: str) -> None:
    """As the owner of the database could."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(f"UPDATE claims_fundrequest SET {change} WHERE id = %s", [request.pk])
        cursor.execute("SET LOCAL session_replication_role = origin")


def test_it_compares_each_request_with_its_claims(w):
    request = approved(w, w.fund(1_000_00), 800_00)
    claim_on(w, request, 100_00)
    assert check() == "1 request: each holds what its claims leave it\n"
    put_past_the_rules(request, "reserved = reserved - 1")
    out = io.StringIO()
    with pytest.raises(SystemExit):
        call_command("check_requests", stdout=out)
    assert out.getvalue() == f"request {request.pk}: it holds 34999, its claims leave it 35000\n"
    put_past_the_rules(request, "reserved = reserved + 1")


def test_the_sweep_ends_approvals_and_then_lapses_their_fund(w):
    fund = w.fund(1_000_00)
    request = approved(w, fund, 800_00)
    swept = sweep(clock=Clock(NOW, on=fund.claim_by + timedelta(days=1)))
    assert (again(request).status, swept.lapsed.skipped) == (RequestStatus.EXPIRED, [])
    assert balances(fund) == {"lapsed": 1_000_00}


def test_what_an_owner_gives_up_of_a_short_payment_is_not_the_requests_again(w):
    fund = w.fund(1_000_00)
    request = approved(w, fund, 800_00)
    paying.with_bank(w)
    claim = claim_on(w, request, 800_00)
    claims.approve(claim=claim, version=claim.version, by=w.second_admin, now=NOW)
    payment = Payment.objects.with_claim().get(claim=claim)
    paying.sent(w, payment)
    claims.settle(answers=[paying.arrived(payment, 300_00)], by=w.finance, now=NOW)
    short = paying.again(payment).short_pay
    claims.accept_short(short=short, words="That is enough.", by=w.owner, now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert balances(fund) == {"available": 700_00, "paid": 300_00}
    assert (w.again(claim).approved, again(request).reserved) == (300_00, 0)
    assert check() == "1 request: each holds what its claims leave it\n"
