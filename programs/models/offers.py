"""What is offered: vendors and their programs."""

from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pgtrigger
from django.db import models
from django.db.models import Exists, F, Q
from django.utils import timezone

from partners.models import Company, CompanyQuerySet, Membership, User, validate_time_zone
from partners.permissions import holds_site_role
from partners.states import Kind, Role
from partners.triggers import Protect, Trigger, lives, refuse
from programs.states import PROGRAM_TRANSITIONS, PROMISED, ProgramKind, ProgramStatus

if TYPE_CHECKING:
    from programs.models.terms import Terms


class VendorManager(models.Manager["Vendor"]):
    def get_queryset(self):
        return super().get_queryset().filter(kind=Kind.VENDOR, kept_by=None)


class Vendor(Company):
    """A company that sets money aside for its partners. `objects` are those on Windfall, as everybody may know them."""

    objects = VendorManager.from_queryset(CompanyQuerySet)()  # type: ignore[assignment, misc]

    class Meta:
        proxy = True

    def save(self, *args, **kwargs):
        self.kind = Kind.VENDOR
        super().save(*args, **kwargs)


def vendors_managed_by(user: User):
    """Ids of the vendors whose manager the user is, as a subquery."""
    return Membership.objects.active().filter(user=user, role=Role.MANAGER).values("company")


class ProgramQuerySet(models.QuerySet["Program"]):
    def published(self):
        return self.filter(status=ProgramStatus.PUBLISHED)

    def time_zones(self) -> list[str]:
        """Each zone in which some program's days end."""
        return list(self.order_by().values_list("time_zone", flat=True).distinct())

    def visible_to(self, user: User):
        """A manager sees the own vendor's programs, drafts too; Windfall's people every one; partners what is out.

        What a partner records of vendors of its own is seen by its people alone.
        """
        here = Membership.objects.at_partners(user)
        kept = Q(vendor__kept_by__in=here.values("company"))
        if holds_site_role(user):
            return self.filter(Q(vendor__kept_by=None) | kept)
        out = Q(Exists(here), vendor__kept_by=None, status__in=[ProgramStatus.PUBLISHED, ProgramStatus.CLOSED])
        return self.filter(Q(vendor__in=vendors_managed_by(user)) | out | kept)

    def as_seen_by(self, company: Company):
        """Of what a person sees, what belongs to the company worked in: others' books stay out of it."""
        return self.filter(Q(vendor__kept_by=None) | Q(vendor__kept_by=company.pk))


def columns(row: str) -> str:
    """The promised columns and the moment of the promise, of the trigger's OLD or NEW row."""
    names = ["vendor_id" if name == "vendor" else name for name in (*PROMISED, "published_at")]
    return ", ".join(f"{row}.{name}" for name in names)


FOREIGN_TERMS = "WF020"
# A program's terms are a version of its own, and published with it.
OWN_TERMS = f"""
    IF NOT EXISTS (
        SELECT FROM programs_terms t
         WHERE t.id = NEW.terms_id AND t.program_id = NEW.id
           AND (NEW.published_at IS NULL OR t.published_at IS NOT NULL)
    ) THEN
        {refuse(FOREIGN_TERMS, "these terms are of another program, or not published")}
    END IF;
    RETURN NEW;
"""

MONEY_STAYS = "WF022"
# An amount is a whole number of minor units of its program's currency: in another one it would be another amount. The tables of
# `funds` say whether there is any; their rows are locked, so that none is posted meanwhile.
SAME_MONEY = f"""
    PERFORM FROM funds_budget WHERE program_id = NEW.id ORDER BY id FOR UPDATE;
    IF EXISTS (
        SELECT FROM funds_budget b WHERE b.program_id = NEW.id
           AND (b.year_id IS NOT NULL OR EXISTS (SELECT FROM funds_movement m WHERE m.budget_id = b.id))
    ) THEN
        {refuse(MONEY_STAYS, "this program has money in its currency")}
    END IF;
    RETURN NEW;
"""


class Program(models.Model):
    """A vendor's offer: which kind of money, for how long, under which terms."""

    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="programs")
    name = models.CharField(max_length=120)
    kind = models.CharField("type", max_length=10, choices=ProgramKind)
    currency = models.CharField(max_length=3)
    starts_on = models.DateField("runs from")
    ends_on = models.DateField("runs until")
    terms = models.ForeignKey(
        "programs.Terms",
        models.PROTECT,
        null=True,
        related_name="+",
        help_text="What is granted next is granted under these: the draft's, then the latest published.",
    )
    time_zone = models.CharField(
        max_length=50,
        default="UTC",
        validators=[validate_time_zone],
        help_text="Where its deadlines end their day.",
    )
    status = models.CharField(max_length=10, choices=ProgramStatus, default=ProgramStatus.DRAFT)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    published_at = models.DateTimeField(null=True, blank=True)

    objects = ProgramQuerySet.as_manager()

    class Meta:
        ordering = ["vendor__name", "name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["vendor", "name"], name="one_program_of_a_name"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="program_ends_after_start"),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True) | Q(terms__isnull=False), name="published_with_terms"
            ),
        ]
        indexes = [models.Index(fields=["vendor", "status"], name="program_of_vendor")]
        triggers = [
            *lives(ProgramStatus.DRAFT, PROGRAM_TRANSITIONS),
            Protect(
                name="promised_terms_stay",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    f"OLD.published_at IS NOT NULL AND ROW({columns('OLD')}) IS DISTINCT FROM ROW({columns('NEW')})"
                ),
            ),
            Trigger(
                name="money_keeps_its_currency",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("currency", "vendor_id"),
                # Of a draft; what is published keeps it anyhow.
                condition=pgtrigger.Condition(
                    "OLD.published_at IS NULL AND (OLD.currency <> NEW.currency OR OLD.vendor_id <> NEW.vendor_id)"
                ),
                func=SAME_MONEY,
            ),
            Trigger(
                name="terms_are_its_own",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                condition=pgtrigger.Condition("NEW.terms_id IS NOT NULL"),
                func=OWN_TERMS,
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def current_terms(self) -> "Terms":
        """The draft's, then those in force. Every program has some from the moment in which it is saved."""
        if self.terms is None:
            raise ValueError("A program that is not saved yet has no terms.")
        return self.terms

    @property
    def names_amounts(self) -> bool:
        """Its terms name amounts, which mean something in this currency only."""
        return self.current_terms.names_amounts

    @property
    def has_had_money(self) -> bool:
        """Money of it has moved, or is planned in a year: its currency stays."""
        return self.pk is not None and self.budgets.filter(Q(year__isnull=False) | Q(movements__isnull=False)).exists()

    def today(self, now: datetime) -> date:
        """The date at `now` where the program's deadlines end their day."""
        return now.astimezone(ZoneInfo(self.time_zone)).date()
