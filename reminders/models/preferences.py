"""What one person wants of reminders: which way each kind takes, when their morning is, how many mails a day at most."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils import timezone

from partners.models import User, validate_time_zone
from partners.states import Role
from partners.triggers import Trigger, refuse
from reminders.states import Rule
from reminders.ways import LANGUAGES, MONEY, MOST_A_DAY, USUAL_A_DAY, Way, reads_besides

LAST_READER = "WF100"
# An owner whom nobody else reads beside hears of money that lapses.
MONEY_HAS_A_READER = f"""
    IF EXISTS (
        SELECT FROM partners_membership own
         WHERE own.user_id = NEW.user_id AND own.role = '{Role.OWNER}' AND own.ended_at IS NULL
           AND NOT {reads_besides("own.company_id", "NEW.user_id", "NEW.rule")}
    ) THEN
        {refuse(LAST_READER, "nobody else there reads of this money")}
    END IF;
    RETURN NEW;
"""


class Delivery(models.Model):
    """How mail reaches one person. Without a row: the morning of their company, and the usual of everything."""

    user = models.OneToOneField(User, models.CASCADE, primary_key=True, related_name="delivery")
    time_zone = models.CharField(
        max_length=50, blank=True, validators=[validate_time_zone], help_text="Empty: that of their company."
    )
    language = models.CharField(max_length=10, blank=True, help_text="Of dates and amounts. Empty: as pages show them.")
    most_a_day = models.SmallIntegerField(default=USUAL_A_DAY, help_text="Mails, the day's own among them.")

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [
            models.CheckConstraint(condition=Q(most_a_day__range=(1, MOST_A_DAY)), name="delivery_most_a_day"),
            models.CheckConstraint(condition=Q(language__in=[*LANGUAGES]), name="delivery_language"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.most_a_day} a day"


class Preference(models.Model):
    """Which way reminders of one rule reach one person. Without a row: in the day's mail."""

    user = models.ForeignKey(User, models.CASCADE, related_name="preferences", db_index=False)
    rule = models.CharField(max_length=20, choices=Rule)
    way = models.CharField(max_length=10, choices=Way)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "rule"], name="one_way_a_rule"),
            models.CheckConstraint(condition=Q(way__in=Way.values), name="preference_way"),
            models.CheckConstraint(condition=Q(rule__in=Rule.values), name="preference_rule"),
        ]
        triggers = [
            Trigger(
                name="money_has_a_reader",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                condition=pgtrigger.Q(new__way=Way.OFF, new__rule__in=[*MONEY]),
                func=MONEY_HAS_A_READER,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.get_rule_display()}: {self.get_way_display()}"
