"""Addresses that mail does not reach: what the mail service told, and to whom nothing is mailed until it is mended."""

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone

from partners.models import Company, Membership, User
from partners.triggers import Protect, Trigger, append_only, differs, refuse
from reminders.ways import Trouble

LIFTED_ONCE = "WF102"
FIXED = ("id", "address", "user_id", "trouble", "said", "event_id", "at")
# A suppression ends once, and what it says stays.
ONLY_LIFTED = f"""
    IF OLD.lifted_at IS NOT NULL OR {differs(FIXED)} THEN
        {refuse(LIFTED_ONCE, "a suppressed address is lifted once, and what was said of it stays")}
    END IF;
    RETURN NEW;
"""


class MailEvent(models.Model):
    """What a mail service told us of one mail: it did not arrive, or its reader complained. Told again, it is the same row."""

    key = models.CharField(max_length=64, unique=True, help_text="A hash of what makes it this event and no other.")
    service = models.CharField(max_length=30)
    trouble = models.CharField(max_length=15, choices=Trouble)
    address = models.EmailField(max_length=254)
    message_id = models.CharField(max_length=300, blank=True)
    said = models.CharField(max_length=300, blank=True, help_text="In the other side's words.")
    happened_at = models.DateTimeField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(trouble__in=Trouble.values), name="mail_event_trouble"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.address}: {self.get_trouble_display()}"


class SuppressionQuerySet(models.QuerySet["Suppression"]):
    def open(self):
        """Those that stand, of addresses that are still in use by their person."""
        return self.filter(lifted_at=None, address=F("user__email"))

    def visible_to(self, user: User):
        """One's own, and one's colleagues'; all of them to an admin."""
        people = Membership.objects.active().filter(company__in=Company.objects.visible_to(user))
        return self.filter(Q(user=user) | Q(user__in=people.values("user")))


class Suppression(models.Model):
    """No reminder is mailed to this address, until somebody lifts it."""

    address = models.EmailField(max_length=254)
    user = models.ForeignKey(User, models.PROTECT, related_name="suppressions")
    trouble = models.CharField(max_length=15, choices=Trouble)
    said = models.CharField(max_length=300, blank=True)
    event = models.OneToOneField(MailEvent, models.PROTECT, related_name="suppression")
    at = models.DateTimeField(default=timezone.now)
    asked_at = models.DateTimeField(
        null=True, blank=True, help_text="When a mail to confirm the address was last sent."
    )
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = SuppressionQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["address"], condition=Q(lifted_at=None), name="suppressed_once"),
            models.CheckConstraint(condition=Q(address=Lower(F("address"))), name="suppressed_is_lowercase"),
            models.CheckConstraint(
                condition=Q(trouble__in=[Trouble.BOUNCE, Trouble.COMPLAINT, Trouble.REFUSED]),
                name="suppression_trouble",
            ),
            models.CheckConstraint(
                condition=Q(lifted_at=None, lifted_by=None) | Q(lifted_at__isnull=False, lifted_by__isnull=False),
                name="lifted_by_somebody",
            ),
        ]
        triggers = [
            Trigger(name="only_lifted", when=pgtrigger.Before, operation=pgtrigger.Update, func=ONLY_LIFTED),
            Protect(name="is_never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.address}: {self.get_trouble_display()}"
