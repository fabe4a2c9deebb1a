"""The other side of `approvals.py`: the same decision kept with django-hordak. Run by a Python of its own that has it installed.

    python bench/hordak_approvals.py SOCKET_FOLDER USER DATABASE FUNDS

Each line on stdin is a number of claims to approve, one transaction each, and `least` or `whole`: only the claim, the transfer
and an event; or all that an approval writes: also its line, the step into review, the payment that waits for bank details, an
event of each. The answer is a line with the seconds that it took.
"""

import sys
import time
from datetime import UTC, datetime

import django
from django.conf import settings

FOLDER, USER, DATABASE, FUNDS = sys.argv[1:]
settings.configure(
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "mptt", "hordak"],
    DATABASES={
        "default": {"ENGINE": "django.db.backends.postgresql", "HOST": FOLDER, "USER": USER, "NAME": DATABASE},
    },
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    DEFAULT_CURRENCY="USD",
    HORDAK_CURRENCIES=["USD"],
    HORDAK_INTERNAL_CURRENCY="USD",
    USE_TZ=True,
)
django.setup()

from django.core.management import call_command  # noqa: E402 - after the set-up
from django.db import connection, models, transaction  # noqa: E402
from hordak.models import Account, AccountType  # noqa: E402
from moneyed import Money  # noqa: E402


class Claim(models.Model):
    status = models.CharField(max_length=20, default="submitted")
    version = models.PositiveIntegerField(default=1)
    asked = models.BigIntegerField(default=1_000_00)
    approved = models.BigIntegerField(null=True)
    claimed_account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    approved_account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    decided_by = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "bench"


class Line(models.Model):
    claim = models.ForeignKey(Claim, models.PROTECT, related_name="lines")
    asked = models.BigIntegerField(default=1_000_00)
    status = models.CharField(max_length=10, default="pending")
    accepted = models.BigIntegerField(null=True)

    class Meta:
        app_label = "bench"


class Payment(models.Model):
    claim = models.ForeignKey(Claim, models.PROTECT, related_name="payments")
    amount = models.BigIntegerField()
    status = models.CharField(max_length=20)
    due_on = models.DateField()

    class Meta:
        app_label = "bench"


class Hold(models.Model):
    payment = models.ForeignKey(Payment, models.PROTECT)
    code = models.CharField(max_length=20)
    opened_at = models.DateTimeField()

    class Meta:
        app_label = "bench"


class Event(models.Model):
    at = models.DateTimeField()
    actor = models.BigIntegerField(db_index=True)
    verb = models.CharField(max_length=30)
    claim = models.ForeignKey(Claim, models.PROTECT)
    from_state = models.CharField(max_length=20)
    to_state = models.CharField(max_length=20)
    data = models.JSONField(default=dict)

    class Meta:
        app_label = "bench"


def set_up() -> list[tuple[Account, Account]]:
    """The tables, and of each fund the accounts of what is claimed and of what is approved."""
    call_command("migrate", verbosity=0)
    with connection.schema_editor() as editor:
        for model in (Claim, Line, Payment, Hold, Event):
            editor.create_model(model)

    def account(name: str) -> Account:
        return Account.objects.create(name=name, type=AccountType.liability, currencies=["USD"])

    return [(account(f"claimed {n}"), account(f"approved {n}")) for n in range(int(FUNDS))]


def approve(pk: int, now: datetime) -> None:
    with transaction.atomic():
        claims = Claim.objects.select_related("claimed_account", "approved_account")
        claim = claims.select_for_update(of=("self",)).get(pk=pk)
        if claim.status != "submitted":
            raise SystemExit(f"Claim {pk} is {claim.status}.")
        claim.status, claim.approved, claim.version = "approved", claim.asked, claim.version + 1
        claim.decided_by, claim.decided_at = 1, now
        claim.save()
        amount = Money(claim.asked, "USD") / 100
        claim.claimed_account.transfer_to(claim.approved_account, amount, description=f"Claim {pk}", date=now.date())
        told(claim, "approved", "submitted", "approved", now).save()


def told(claim: Claim, verb: str, before: str, after: str, now: datetime) -> Event:
    data = {"amount": claim.approved}
    return Event(at=now, actor=1, verb=verb, claim=claim, from_state=before, to_state=after, data=data)


def approve_whole(pk: int, now: datetime) -> None:
    with transaction.atomic():
        claims = Claim.objects.select_related("claimed_account", "approved_account")
        claim = claims.select_for_update(of=("self",)).get(pk=pk)
        if claim.status != "submitted":
            raise SystemExit(f"Claim {pk} is {claim.status}.")
        claim.status, claim.version = "in_review", claim.version + 1
        claim.save()
        claim.approved = 0
        for line in claim.lines.all():
            line.status, line.accepted = "accepted", line.asked
            line.save()
            claim.approved += line.accepted
        claim.status, claim.version = "approved", claim.version + 1
        claim.decided_by, claim.decided_at = 1, now
        claim.save()
        amount = Money(claim.approved, "USD") / 100
        claim.claimed_account.transfer_to(claim.approved_account, amount, description=f"Claim {pk}", date=now.date())
        if not claim.payments.exclude(status="called_off").exists():
            payment = Payment.objects.create(claim=claim, amount=claim.approved, status="on_hold", due_on=now.date())
            Hold.objects.create(payment=payment, code="no_account", opened_at=now)
        steps = (("taken", "submitted", "in_review"), ("approved", "in_review", "approved"), ("planned", "", "on_hold"))
        Event.objects.bulk_create(told(claim, *step, now) for step in steps)


def main() -> None:
    funds = set_up()
    print("ready", flush=True)
    for line in sys.stdin:
        number, how = line.split()
        chosen = [funds[n % len(funds)] for n in range(int(number))]
        made = Claim.objects.bulk_create(Claim(claimed_account=a, approved_account=b) for a, b in chosen)
        Line.objects.bulk_create(Line(claim=claim) for claim in made)
        act = approve_whole if how == "whole" else approve
        start = time.perf_counter()
        for claim in made:
            act(claim.pk, datetime.now(UTC))
        print(time.perf_counter() - start, flush=True)


if __name__ == "__main__":
    main()
