"""What a vendor adds to a reminder's text, in words of its own: one, or two that are told to half of its partners each."""

import pgtrigger
from django.db import models
from django.db.models import F, Func, IntegerField, OuterRef, Q, Value
from django.db.models.functions import Abs
from django.utils import timezone

from partners.models import User
from partners.triggers import APPEND_ONLY, Protect, Trigger, differs, refuse
from programs.models import Vendor
from reminders.models.timings import OF_A_VENDOR
from reminders.rules import MAY_WORD
from reminders.states import MOST_WORDING, Rule

WRITTEN = ("id", "vendor_id", "rule", "half", "text", "by_id", "since")
ONLY_ENDS = f"""
    IF OLD.ended_at IS NOT NULL OR {differs(WRITTEN)} THEN
        {refuse(APPEND_ONLY, "words that were told stay as they were, and end once")}
    END IF;
    RETURN NEW;
"""
# SQL: the words that went with a reminder, or step of reminders, `s`.
OF_A_STEP = """
    SELECT w.text FROM reminders_wording w
     WHERE w.vendor_id = s.vendor_id AND w.rule = s.rule AND w.since <= s.created_at
       AND (w.ended_at IS NULL OR w.ended_at > s.created_at)
     ORDER BY w.half = mod(s.partner_id, 2) DESC LIMIT 1"""


class WordingQuerySet(models.QuerySet["Wording"]):
    def standing(self):
        return self.filter(ended_at=None)

    def of_each(self):
        """In a subquery of reminders: those of which one went with each, that of the partner's half first."""
        then = Q(ended_at=None) | Q(ended_at__gt=OuterRef("created_at"))
        found = self.filter(then, vendor=OuterRef("vendor"), rule=OuterRef("rule"), since__lte=OuterRef("created_at"))
        its = Func(OuterRef("partner_id"), Value(2), function="mod", output_field=IntegerField())
        return found.annotate(its=its).order_by(Abs(F("half") - F("its")))


class Wording(models.Model):
    """A vendor's own words beside those of a rule, to its partners' people, from a moment on and until another.

    With two that stand at once, the one of a `half` goes to the partners whose id leaves that rest when halved. Which of them
    went with a reminder follows from when it was made and to whom, so what they bring can be compared.
    """

    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="+", db_index=False)
    rule = models.CharField(max_length=20, choices=Rule)
    half = models.SmallIntegerField()
    text = models.CharField(max_length=MOST_WORDING)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    since = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = WordingQuerySet.as_manager()

    class Meta:
        ordering = ["rule", "half", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["vendor", "rule", "half"], condition=Q(ended_at=None), name="one_wording_at_a_time"
            ),
            models.CheckConstraint(condition=Q(rule__in=MAY_WORD), name="wording_rule"),
            models.CheckConstraint(condition=Q(half__in=(0, 1)), name="wording_half"),
            models.CheckConstraint(condition=~Q(text=""), name="wording_says_something"),
            models.CheckConstraint(condition=Q(ended_at=None) | Q(ended_at__gte=F("since")), name="wording_ends_later"),
        ]
        indexes = [models.Index(fields=["vendor", "rule", "since"], name="wording_of_a_rule")]
        triggers = [
            Trigger(
                name="wording_of_a_vendor",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=OF_A_VENDOR,
            ),
            Trigger(name="wording_only_ends", when=pgtrigger.Before, operation=pgtrigger.Update, func=ONLY_ENDS),
            Protect(name="wording_stays", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.vendor}, {self.get_rule_display().lower()}: {self.text}"
