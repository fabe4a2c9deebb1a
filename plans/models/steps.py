"""What people of a partner agreed with a vendor to do next: who, by when, and what became of it."""

from datetime import date

import pgtrigger
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce, Trim
from django.utils import timezone

from partners.models import Company, Membership, Partner, User
from partners.states import ROLES, Kind
from partners.triggers import APPEND_ONLY, Trigger, differs, refuse
from programs.models import Vendor

NOT_ITS_PEOPLE, FOREIGN_VENDOR, SAYS_WHEN = "WF140", "WF141", "WF142"
# A day farther off than this is a typing mistake.
LONGEST = 366  # days
MOST_WORDS = 300  # characters

ROLES_THERE = ", ".join(f"'{role}'" for role in ROLES[Kind.PARTNER])
# Whoever does it, agreed on it or ended it acts for the partner at that moment.
ITS_PEOPLE = f"""
    IF EXISTS (
        SELECT FROM unnest(ARRAY[%s]) AS person (id)
         WHERE person.id IS NOT NULL AND NOT EXISTS (
            SELECT FROM partners_membership m JOIN partners_user u ON u.id = m.user_id AND u.is_active
             WHERE m.user_id = person.id AND m.company_id = NEW.partner_id AND m.ended_at IS NULL
               AND m.role IN ({ROLES_THERE}))
    ) THEN
        {refuse(NOT_ITS_PEOPLE, "only who acts for the partner agrees on a step, does it or ends it")}
    END IF;
"""
AGREED = f"""
    {ITS_PEOPLE % "NEW.person_id, NEW.agreed_by_id"}
    IF NEW.done_at IS NOT NULL OR NEW.dropped_at IS NOT NULL OR NEW.handed_at IS NOT NULL OR NEW.moved_on IS NOT NULL THEN
        {refuse(APPEND_ONLY, "a step begins open, with its first day and person")}
    END IF;
    IF NOT EXISTS (
        SELECT FROM partners_company v WHERE v.id = NEW.vendor_id AND v.kind = '{Kind.VENDOR}'
           AND (v.kept_by_id IS NULL OR v.kept_by_id = NEW.partner_id)
    ) THEN
        {refuse(FOREIGN_VENDOR, "a step is agreed with a vendor on Windfall or in the own books")}
    END IF;
    RETURN NEW;
"""
WRITTEN = ("id", "partner_id", "vendor_id", "words", "agreed_on", "agreed_by_id", "at")
MOVES = ("person_id", "handed_at", "due_on", "moved_on")
# While it is open its day and its person may change, each with when it did, which never goes back; or else it ends.
CHANGES = f"""
    IF TG_OP = 'DELETE' THEN
        {refuse(APPEND_ONLY, "what was agreed stays on record")}
    END IF;
    IF OLD.done_at IS NOT NULL OR OLD.dropped_at IS NOT NULL OR {differs(WRITTEN)}
       OR (NEW.done_at IS NOT NULL OR NEW.dropped_at IS NOT NULL) AND {differs(MOVES)} THEN
        {refuse(APPEND_ONLY, "what was agreed stays as it was, and is done or dropped once")}
    END IF;
    IF NEW.person_id = OLD.person_id AND NEW.handed_at IS DISTINCT FROM OLD.handed_at
       OR NEW.person_id <> OLD.person_id AND (NEW.handed_at IS NULL OR NEW.handed_at < coalesce(OLD.handed_at, OLD.at))
       OR NEW.due_on = OLD.due_on AND NEW.moved_on IS DISTINCT FROM OLD.moved_on
       OR NEW.due_on <> OLD.due_on AND (NEW.moved_on IS NULL OR NEW.moved_on < coalesce(OLD.moved_on, OLD.agreed_on)) THEN
        {refuse(SAYS_WHEN, "a step is moved or handed over together with when that was")}
    END IF;
    IF NEW.person_id <> OLD.person_id THEN
        {ITS_PEOPLE % "NEW.person_id"}
    END IF;
    {ITS_PEOPLE % "NEW.done_by_id, NEW.dropped_by_id"}
    RETURN NEW;
"""

# The day on which its day was chosen.
SETTLED_ON = Coalesce("moved_on", "agreed_on")


class AgreedStepQuerySet(models.QuerySet["AgreedStep"]):
    def visible_to(self, user: User):
        """The partner's people alone: the vendor and Windfall read nothing of it."""
        return self.filter(partner__in=Membership.objects.at_partners(user).values("company"))

    def of_partner(self, company: Company):
        return self.filter(partner_id=company.pk)

    def open(self):
        return self.filter(done_at=None, dropped_at=None)

    def overdue(self, today: date):
        return self.open().filter(due_on__lt=today)

    def with_people(self):
        """With its vendor, its person, and who ended it, in the same query."""
        return self.select_related("vendor", "person", "agreed_by", "done_by", "dropped_by")


class AgreedStep(models.Model):
    """A next step that came of a review with a vendor. Open, it may move to another day or person; it is done or dropped once."""

    partner = models.ForeignKey(Partner, models.PROTECT, related_name="agreed_steps", db_index=False)
    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="+")
    words = models.CharField("what was agreed", max_length=MOST_WORDS)
    person = models.ForeignKey(User, models.PROTECT, related_name="+", help_text="Who does it.")
    due_on = models.DateField("by when")
    agreed_on = models.DateField(help_text="The day of the review, where the partner is.")
    agreed_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField(default=timezone.now)
    moved_on = models.DateField(null=True, help_text="When its day was last moved, where the partner is. None: never.")
    handed_at = models.DateTimeField(null=True, help_text="When it was last handed to another person. None: never.")
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    dropped_at = models.DateTimeField(null=True)
    dropped_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)

    objects = AgreedStepQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(words="") & Q(words=Trim("words")), name="step_has_words"),
            models.CheckConstraint(
                condition=Q(due_on__gte=SETTLED_ON, due_on__lte=SETTLED_ON + LONGEST), name="step_due_in_a_year"
            ),
            models.CheckConstraint(
                condition=Q(done_at=None, done_by=None) | Q(done_at__isnull=False, done_by__isnull=False),
                name="step_done_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(dropped_at=None, dropped_by=None) | Q(dropped_at__isnull=False, dropped_by__isnull=False),
                name="step_dropped_by_somebody",
            ),
            models.CheckConstraint(condition=Q(done_at=None) | Q(dropped_at=None), name="step_done_or_dropped"),
            models.UniqueConstraint(
                fields=["partner", "vendor", "person", "due_on", "words"],
                condition=Q(done_at=None, dropped_at=None),
                name="one_open_step_of_the_same",
            ),
        ]
        indexes = [
            models.Index(fields=["partner", "due_on"], name="step_of_partner"),
            models.Index(fields=["due_on"], condition=Q(done_at=None, dropped_at=None), name="step_open"),
        ]
        triggers = [
            Trigger(name="agreed_by_its_people", when=pgtrigger.Before, operation=pgtrigger.Insert, func=AGREED),
            Trigger(
                name="done_or_dropped_once",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func=CHANGES,
            ),
            Trigger(
                name="no_truncate",
                level=pgtrigger.Statement,
                when=pgtrigger.Before,
                operation=pgtrigger.Truncate,
                func=refuse(APPEND_ONLY, "what was agreed stays on record"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.words}, {self.due_on}"

    @property
    def is_open(self) -> bool:
        return self.done_at is None and self.dropped_at is None

    @property
    def seen(self) -> str:
        """What can change of it, as a form shows it: who sends the form says by this what they saw."""
        return f"{self.person_id} {self.due_on}"

    def is_overdue(self, today: date) -> bool:
        return self.is_open and self.due_on < today
