"""What people answered: until when they put a matter off and why, and who works on it."""

from datetime import datetime
from functools import reduce
from operator import or_

import pgtrigger
from django.db import models
from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet
from django.utils import timezone

from partners.models import Company, Membership, User
from partners.triggers import APPEND_ONLY, Trigger, differs, listed, refuse
from plans.models import AgreedStep
from reminders.replying.states import MOST_REASON, Kind
from reminders.rules import AUDIENCES, PARTNERS, ROLE_AUDIENCES, RULES
from reminders.states import Rule

NO_ANSWER_TO_IT, SLEEPS_TOO_LONG = "WF120", "WF121"
NEWS = listed([*(rule for rule, spec in RULES.items() if spec.news), Rule.NUDGE])
# The matter that an answer is about, where no reminder stands between them.
OF_ITS_MATTER = """
        SELECT FROM reminders_matter m
         WHERE m.rule = NEW.rule AND m.subject_id = NEW.subject_id AND m.company_id = NEW.company_id AND m.anchor = NEW.anchor"""
# By whom it was told, of that very matter, about who acts there too. Vendors hear of a partner's money; they don't use it. What
# nobody was told of yet is answered by who acts there: it is in their queue.
ANSWERS_ITS_MATTER = f"""
    IF NEW.reminder_id IS NULL THEN
        IF NEW.rule IN ({NEWS}) OR NOT EXISTS ({OF_ITS_MATTER} AND m.audience = NEW.audience) THEN
            {refuse(NO_ANSWER_TO_IT, "there is nothing to do that this would answer")}
        END IF;
    ELSIF NOT EXISTS (
        SELECT FROM reminders_reminder r
         WHERE r.id = NEW.reminder_id AND r.recipient_id = NEW.by_id AND r.rule = NEW.rule AND r.subject_id = NEW.subject_id
           AND r.company_id = NEW.company_id AND r.audience = NEW.audience AND r.anchor = NEW.anchor
           AND r.rule NOT IN ({NEWS})
           AND (NEW.kind = '{Kind.LATER}' OR NOT (r.audience = 'vendor' AND r.rule IN ({listed(PARTNERS)})))
    ) THEN
        {refuse(NO_ANSWER_TO_IT, "only who was told of it answers")}
    END IF;
    IF NEW.ended_at IS NOT NULL OR 1 <= (
        SELECT count(*) FROM unnest(ARRAY[NEW.by_id, NEW.user_id]) AS person (id)
         WHERE NOT EXISTS (
            SELECT FROM partners_membership m
              JOIN (VALUES {", ".join(f"('{role}', '{audience}')" for role, audience in ROLE_AUDIENCES)})
                AS stands (role, audience) ON stands.role = m.role AND stands.audience = NEW.audience
              JOIN partners_user u ON u.id = m.user_id AND u.is_active
             WHERE m.user_id = person.id AND m.company_id = NEW.company_id AND m.ended_at IS NULL)
    ) THEN
        {refuse(NO_ANSWER_TO_IT, "only who acts there answers, about people who do")}
    END IF;
    RETURN NEW;
"""
# It comes back a day before the last one begins, or earlier: that is 48 hours before it closes, or an hour more or less.
WAKES_IN_TIME = f"""
    IF EXISTS (
        SELECT FROM reminders_reminder r
         WHERE r.id = NEW.reminder_id AND (NEW.until >= r.deadline OR r.closes_at - NEW.ends_at < interval '30 hours')
    ) THEN
        {refuse(SLEEPS_TOO_LONG, "it comes back before its last day")}
    END IF;
    IF NEW.reminder_id IS NULL AND EXISTS ({OF_ITS_MATTER}
           AND (NEW.until >= m.deadline
                OR ((m.deadline + 1)::timestamp AT TIME ZONE m.zone) - NEW.ends_at < interval '30 hours')
    ) THEN
        {refuse(SLEEPS_TOO_LONG, "it comes back before its last day")}
    END IF;
    RETURN NEW;
"""
WRITTEN = (
    *(
        "id",
        "reminder_id",
        "rule",
        "subject_id",
        "company_id",
        "audience",
        "anchor",
        "kind",
        "user_id",
        "by_id",
        "until",
    ),
    *("ends_at", "reason", "by_mail", "at"),
)
ONLY_ENDS = f"""
    IF TG_OP = 'DELETE' THEN
        {refuse(APPEND_ONLY, "an answer stays as it was given")}
    END IF;
    IF OLD.ended_at IS NOT NULL OR NEW.ended_at IS NULL OR {differs(WRITTEN)} THEN
        {refuse(APPEND_ONLY, "an answer stays as it was given, and ends once")}
    END IF;
    RETURN NEW;
"""


def acts_there(user: User | OuterRef) -> Exists:
    """Of rows with a company and an audience: the user acts there still, in such a role."""
    return somebody_acts_there(Q(user=user))


def somebody_acts_there(who: Q) -> Exists:
    there = Membership.objects.active().filter(who, user__is_active=True, company=OuterRef("company"))
    there = there.annotate(audience=ExpressionWrapper(OuterRef("audience"), output_field=CharField()))
    roles = (Q(role=role, audience__in=audiences) for role, audiences in AUDIENCES.items())
    return Exists(there.filter(reduce(or_, roles)))


# What is one matter, for one company's people.
MATTER = ("rule", "subject_id", "company", "anchor")


def of_the_same() -> Q:
    """In a subquery of rows about matters: about the same one."""
    return Q(**{name: OuterRef(name) for name in MATTER})


class ReplyQuerySet(models.QuerySet["Reply"]):
    def visible_to(self, user: User):
        """One's own answers, and those that name one."""
        return self.filter(Q(by=user) | Q(user=user))

    def standing(self, now: datetime):
        """What counts at that moment. Who works on something and left does so no more."""
        return self.filter(Q(ends_at=None) | Q(ends_at__gt=now), acts_there(OuterRef("user")), ended_at=None)

    def sleeps(self):
        return self.filter(kind=Kind.LATER)

    def works(self):
        return self.filter(kind=Kind.WORKING)

    def of_each(self):
        """In a subquery of reminders: the answers to the same matter."""
        return self.filter(of_the_same())


class Reply(models.Model):
    """Somebody's answer to a matter: to a reminder of it, or from the queue, where none was sent. It stays as it was given, and
    ends once.

    Put off (`later`): `user` hears and sees nothing of it until the day `until`, which begins at `ends_at`; colleagues read the
    `reason`. Worked on (`working`): `user` does it, and colleagues hear of it again at the rule's `owner_lead`, or after
    `ends_at` where it has none.
    """

    reminder = models.ForeignKey(
        "reminders.Reminder",
        models.PROTECT,
        null=True,
        related_name="replies",
        db_index=False,
        help_text="None: the queue.",
    )
    rule = models.CharField(max_length=20, choices=Rule)
    subject_id = models.BigIntegerField()
    company = models.ForeignKey(Company, models.PROTECT, related_name="+", db_index=False)
    audience = models.CharField(max_length=10)
    anchor = models.DateField()
    kind = models.CharField(max_length=10, choices=Kind)
    user = models.ForeignKey(User, models.PROTECT, related_name="+", help_text="Who hears later, or works on it.")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    until = models.DateField(null=True, help_text="The day on which it comes back, where the matter is.")
    ends_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=MOST_REASON, blank=True, help_text="Why it was put off.")
    by_mail = models.BooleanField(default=False, help_text="By the link in a mail, which answers once.")
    at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    objects = ReplyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "replies"
        constraints = [
            models.UniqueConstraint(
                fields=["subject_id", "user", "rule", "company", "anchor"],
                condition=Q(kind=Kind.LATER, ended_at=None),
                name="put_off_once",
            ),
            models.UniqueConstraint(
                fields=["subject_id", "rule", "company", "anchor"],
                condition=Q(kind=Kind.WORKING, ended_at=None),
                name="one_works_on_it",
            ),
            models.UniqueConstraint(
                fields=["reminder", "kind"], condition=Q(by_mail=True, user=F("by")), name="link_answers_once"
            ),
            models.UniqueConstraint(
                fields=["reminder"], condition=Q(by_mail=True) & ~Q(user=F("by")), name="link_hands_once"
            ),
            models.CheckConstraint(
                condition=Q(kind=Kind.LATER, user=F("by"), until__isnull=False, ends_at__isnull=False)
                | Q(kind=Kind.WORKING, until=None),
                name="reply_kind",
            ),
            models.CheckConstraint(condition=Q(by_mail=False) | Q(reminder__isnull=False), name="link_of_a_reminder"),
            models.CheckConstraint(condition=Q(reason="") | Q(kind=Kind.LATER), name="reason_to_put_off"),
            models.CheckConstraint(
                condition=(Q(ends_at=None) | Q(ends_at__gt=F("at"))) & (Q(ended_at=None) | Q(ended_at__gte=F("at"))),
                name="reply_ends_after_it_began",
            ),
        ]
        indexes = [
            models.Index(fields=["company"], condition=Q(ended_at=None), name="reply_standing"),
            models.Index(fields=["ends_at"], condition=Q(kind=Kind.LATER, ended_at=None), name="reply_to_wake"),
        ]
        triggers = [
            Trigger(
                name="answers_its_matter",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=ANSWERS_ITS_MATTER,
            ),
            Trigger(
                name="wakes_in_time",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                condition=pgtrigger.Condition(f"NEW.kind = '{Kind.LATER}'"),
                func=WAKES_IN_TIME,
            ),
            Trigger(
                name="only_ends",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func=ONLY_ENDS,
            ),
            Trigger(
                name="no_truncate",
                level=pgtrigger.Statement,
                when=pgtrigger.Before,
                operation=pgtrigger.Truncate,
                func=refuse(APPEND_ONLY, "an answer stays as it was given"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.get_kind_display().lower()}: {self.rule} {self.subject_id}"


def sleeping(now: datetime) -> QuerySet[Reply]:
    """In a subquery of reminders: that its recipient put it off."""
    return Reply.objects.standing(now).of_each().sleeps().filter(user=OuterRef("recipient"))


def working(now: datetime) -> QuerySet[Reply]:
    """In a subquery of reminders: who said that they work on it."""
    return Reply.objects.standing(now).of_each().works()


def with_a_colleague(now: datetime) -> Q:
    """Of reminders: somebody else said since that they work on it, or was handed the step that it is about. Whom the sweep tells
    after that is meant to hear of it: it has come back to them, or they stand in for who is away.
    """
    others = working(now).filter(at__gte=OuterRef("created_at")).exclude(user=OuterRef("recipient"))
    handed = AgreedStep.objects.filter(pk=OuterRef("subject_id"), handed_at__gte=OuterRef("created_at"))
    handed = handed.exclude(person=OuterRef("recipient"))
    return Q(Exists(others), is_escalated=False) | Q(Exists(handed), is_escalated=False, rule=Rule.STEP)
