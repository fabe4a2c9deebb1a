"""`manage.py check_requests` finds a request that holds another amount than its claims leave it; the sweep ends what is over."""

import io
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection

from claims.states.requests import RequestStatus
from programs.days import Clock
from reminders.actions.sweeping import sweep
from tests.cast import NOW, balances
from tests.claims.asking import again, approved, claim_on

pytestmark = pytest.mark.usefixtures("kept")


def check() -> str:
    out = io.StringIO()
    call_command("check_requests", stdout=out)
    return out.getvalue()


def test_it_compares_each_request_with_its_claims(w):
    request = approved(w, w.fund(1_000_00), 800_00)
    claim_on(w, request, 100_00)
    assert check() == "1 request: each holds what its claims leave it\n"
    with connection.cursor() as cursor:
        cursor.execute("UPDATE claims_fundrequest SET reserved = reserved - 1 WHERE id = %s", [request.pk])
    out = io.StringIO()
    with pytest.raises(SystemExit):
        call_command("check_requests", stdout=out)
    assert out.getvalue() == f"request {request.pk}: it holds 34999, its claims leave it 35000\n"


def test_the_sweep_ends_approvals_and_then_lapses_their_fund(w):
    fund = w.fund(1_000_00)
    request = approved(w, fund, 800_00)
    swept = sweep(clock=Clock(NOW, on=fund.claim_by + timedelta(days=1)))
    assert (again(request).status, swept.lapsed.skipped) == (RequestStatus.EXPIRED, [])
    assert balances(fund) == {"lapsed": 1_000_00}
