"""Where a company is paid, or pays from. What the bank needs is encrypted; pages show its end."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from claims import payment_triggers as rules
from claims import record_triggers
from partners.models import Company, User
from partners.triggers import differs

PRINT_LENGTH = 33


class AccountKind(models.TextChoices):
    IBAN = "iban", "IBAN"
    US = "us", "US account"


class BankDetails(models.Model):
    """One state of a company's bank details. A change is a new row; the one before is only marked as replaced.

    `secret` holds account, routing and tax number (`claims/vault.py`): never in events, logs or exports in clear. `account_print`
    and `tax_print` are their fingerprints (`claims/fingerprints.py`): equal for equal numbers, and nobody reads these from them.
    """

    company = models.ForeignKey(Company, models.PROTECT, related_name="bank_details")
    kind = models.CharField(max_length=4, choices=AccountKind)
    holder = models.CharField("account holder", max_length=70)
    country = models.CharField("country of the account", max_length=2)
    bic = models.CharField("BIC", max_length=11, blank=True)
    last4 = models.CharField(max_length=4)
    tax_last4 = models.CharField(max_length=4, blank=True, help_text="Empty: no tax number was given.")
    secret = models.TextField(editable=False)
    account_print = models.CharField(
        max_length=PRINT_LENGTH, editable=False, blank=True, default="", db_default="", db_index=True
    )
    tax_print = models.CharField(
        max_length=PRINT_LENGTH, editable=False, blank=True, default="", db_default="", db_index=True
    )
    entered_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(default=timezone.now)
    checked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    checked_at = models.DateTimeField(null=True)
    checked_words = models.CharField("how you checked it", max_length=500, blank=True)
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-entered_at", "-id"]
        verbose_name_plural = "bank details"
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=AccountKind.values), name="details_kind"),
            models.CheckConstraint(
                condition=Q(last4__regex=r"^[0-9A-Z]{4}$", tax_last4__regex=r"^[0-9A-Z]{0,4}$"),
                name="details_show_their_end",
            ),
            models.CheckConstraint(condition=Q(holder__gt="", secret__gt=""), name="details_are_whole"),
            models.CheckConstraint(
                condition=Q(checked_at=None, checked_by=None, checked_words="")
                | Q(checked_at__isnull=False, checked_by__isnull=False, checked_at__gte=F("entered_at"))
                & ~Q(checked_words=""),
                name="details_checked_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["company"], condition=Q(replaced_at=None), name="one_state_of_bank_details"
            ),
        ]
        triggers = [
            record_triggers.written_down(hidden=("account_print", "tax_print")),
            rules.entered_by_its_owner,
            rules.checked_by_outsiders,
            # `secret` alone may be written anew, when a key is rotated: what is in it names its company.
            rules.stays(
                "company_id",
                "kind",
                "holder",
                "country",
                "bic",
                "last4",
                "tax_last4",
                "entered_by_id",
                "entered_at",
                once=" OR OLD.account_print <> '' AND "
                + differs(("account_print", "tax_print"))
                + " OR OLD.replaced_at IS NOT NULL AND "
                + differs(("replaced_at",))
                + " OR OLD.checked_at IS NOT NULL AND "
                + differs(("checked_by_id", "checked_at", "checked_words")),
            ),
            *rules.kept(),
        ]

    def __str__(self) -> str:
        return self.masked

    @property
    def masked(self) -> str:
        """As pages and files show it: "IBAN ending in 3000"."""
        return f"{self.get_kind_display()} ending in {self.last4}"

    @property
    def tax_masked(self) -> str:
        return f"ending in {self.tax_last4}" if self.tax_last4 else "not given"

    @property
    def is_checked(self) -> bool:
        return self.checked_at is not None


class FingerprintKey(models.Model):
    """The one key of all fingerprints, made by chance and sealed by the vault's keys.

    Those may be rotated: this one stays, so that what was fingerprinted before still matches.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    secret = models.TextField(editable=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1) & ~Q(secret=""), name="one_fingerprint_key")]
        triggers = [record_triggers.written_down(), *rules.kept()]

    def __str__(self) -> str:
        return "the key of all fingerprints"
