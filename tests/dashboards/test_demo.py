"""`manage.py demo`: eight vendors, twelve partners, every balance state and every claim status, through the actions."""

from collections.abc import Iterator

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Sum
from django.test import override_settings
from django.utils import timezone

from claims.models import Claim, Invoice, Proof
from claims.signs import signs_of
from claims.states import ClaimStatus
from dashboards.reports import peers
from funds.asks import ExtensionRequest, Proposal
from funds.models import Accrual, Allocation, Budget, Movement, SalesUpload, StatementUpload
from funds.reconcile import reconcile
from funds.states import ALLOCATION_BUCKETS
from partners.models import Partner, User
from plans.models import SpiffEarning
from programs.models import Vendor
from reminders.models import Nudge, Reminder

# It is made once, so one worker looks at it.
pytestmark = pytest.mark.xdist_group("demo")
SIGN_INS = {"owner": "owner", "member": "member", "manager": "manager", "admin": "admin", "finance": "finance"}


def test_it_is_refused_outside_the_demo(db, settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="passwords are public"):
        call_command("demo")
    assert not Partner.objects.exists()


def test_it_refuses_more_partners_than_any_vendor_has(db):
    with pytest.raises(CommandError, match="100,000 at most"):
        call_command("demo", partners=100_001)


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[None]:
    """All of it, for the tests of this module; gone after them."""
    files = tmp_path_factory.mktemp("files")
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=files), transaction.atomic():
        call_command("demo")
        yield
        transaction.set_rollback(True)


@pytest.fixture
def demo(made, db) -> None:
    """As it was made: what a test does to it is undone."""


def test_it_shows_everything(demo, rf, settings):
    assert Vendor.objects.count() == 8
    assert Partner.objects.count() == 12
    assert Partner.objects.values("currency").distinct().count() >= 6
    assert 85 <= Allocation.objects.count() <= 120
    sums = Allocation.objects.aggregate(**{bucket.value: Sum(bucket.value) for bucket in ALLOCATION_BUCKETS})
    assert all(sums.values()), sums
    assert set(Claim.objects.values_list("status", flat=True)) == set(ClaimStatus.values)
    assert not Claim.objects.exclude(status=ClaimStatus.DRAFT).filter(proofs=None).exists()
    assert set(Proof.objects.values_list("kind", flat=True)) == {"application/pdf", "image/png", "image/jpeg"}
    brightpath = Partner.objects.get(slug="brightpath")
    assert brightpath.allocations.values("budget__program__vendor").distinct().count() == 7
    assert reconcile().differences == []
    # A portal's file changed a fund of the vendor that it records itself, and how it was read is remembered.
    upload = StatementUpload.objects.get()
    assert [change["amounts"] for change in upload.changes] == [
        {"available": [640000, 315000], "claimed": [0, 120000], "paid": [0, 205000]}
    ]
    assert upload.recorded_at
    assert upload.vendor.statement_layouts.count() == 1
    # One vendor has bettered its terms, another asks for other ones.
    assert brightpath.allocations.filter(terms__number=2).exists()
    assert brightpath.allocations.exclude(offered_terms=None).exists()
    # A vendor wrote to its partner, and last year says what may lapse this year.
    assert Nudge.objects.get().reminders.count() == 2
    assert Budget.objects.filter(ends_on__lt=timezone.localdate(), allocations__lapsed__gt=0).exists()
    # Two vendors share an invoice, in another currency for one of them, and two partners share a bank account.
    (shared,) = (invoice for invoice in Invoice.objects.all() if invoice.lines.count() == 2)
    assert sorted(line.invoice_currency for line in shared.lines.all()) == ["", "USD"]
    signs = [
        sign
        for found in signs_of(
            Claim.objects.with_fund(), seen_by=User.objects.get(email="admin@windfall.example")
        ).values()
        for sign in found
    ]
    assert {sign.words for sign in signs if sign.code == "shared_details"} == {
        "Al Noor Digital has the same bank account as Blue Fen Networks",
        "Blue Fen Networks has the same bank account as Al Noor Digital",
    }
    # Sales earned money in two programs, and a file waits that names somebody whom nobody knows.
    assert sorted(SalesUpload.objects.values_list("status", flat=True)) == ["posted", "posted", "wrong"]
    assert Accrual.objects.filter(posted__gt=0).count() == 6
    # Somebody asks for more time, plans are ready, and money has lapsed that they could use.
    assert ExtensionRequest.objects.open().count() == 1
    assert Proposal.objects.open().count() == 2
    assert Allocation.objects.filter(lapsed__gt=0, budget__program__vendor__slug="northgate-cloud").exists()
    # Three SPIFFs of sales people, in each state.
    states = SpiffEarning.objects.with_state().values_list("state", flat=True)
    assert sorted(states) == ["claimed", "earned", "paid"]
    # Enough partners dealt with more than one vendor for most figures of all vendors to be told, beside one vendor's own.
    northgate = Vendor.objects.get(slug="northgate-cloud")
    told = peers.peers([northgate.pk], timezone.now())
    assert len(told[northgate.pk]) >= 4
    assert {"decide", "first_pass", "used"} <= set(told[peers.ALL])
    # The inbox is not empty before the worker's first round.
    assert Reminder.objects.filter(recipient__email="owner@windfall.example", read_at=None).count() >= 3
    for login, role in SIGN_INS.items():
        user = authenticate(rf.post("/"), email=f"{login}@windfall.example", password="windfall-demo")
        assert user is not None, login
        assert role in user.memberships.active().values_list("role", flat=True)
    settings.DEMO = False
    assert authenticate(rf.post("/"), email="owner@windfall.example", password="windfall-demo") is None
    settings.DEMO = True
    before = (Allocation.objects.count(), Claim.objects.count(), Movement.objects.count())
    call_command("demo")
    assert (Allocation.objects.count(), Claim.objects.count(), Movement.objects.count()) == before


def test_it_lets_more_partners_take_part(demo):
    call_command("demo", partners=40)
    assert Partner.objects.count() == 40
    assert Allocation.objects.filter(reference__startswith="CROWD-").count() == 2 * 28
    assert reconcile().differences == []
    call_command("demo", partners=40)
    assert Partner.objects.count() == 40
