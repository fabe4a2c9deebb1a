"""Where a company has Windfall write to, and each message."""

import pgtrigger
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from partners.models import Company, Membership, User
from partners.states import KEEPER, Kind, Role
from partners.triggers import Protect, Trigger, differs, lives, refuse
from reminders.chat.states import (
    HOOK_TRANSITIONS,
    MOST_ATTEMPTS,
    MOST_HOOKS,
    POST_TRANSITIONS,
    HookStatus,
    PostKind,
    PostStatus,
    Shape,
)
from reminders.models.nudges import Nudge

NOT_ITS_KEEPER = "WF095"
KEPT = " OR ".join(f"(c.kind = '{kind}' AND m.role = '{role}')" for kind, role in KEEPER.items() if kind != Kind.SITE)
BY_ITS_KEEPER = f"""
    IF NOT EXISTS (
        SELECT FROM partners_membership m JOIN partners_company c ON c.id = m.company_id
         WHERE c.id = NEW.company_id AND m.user_id = NEW.made_by_id AND m.ended_at IS NULL AND ({KEPT})
    ) THEN
        {refuse(NOT_ITS_KEEPER, "only who looks after the company lets messages be sent for it")}
    END IF;
    RETURN NEW;
"""


class ChatHookQuerySet(models.QuerySet["ChatHook"]):
    def visible_to(self, user: User):
        """Those of the companies that the user keeps: a message says what money is due."""
        kept = Membership.objects.active().filter(user=user, role__in=[Role.OWNER, Role.MANAGER])
        return self.filter(company__in=kept.values("company"))

    def not_ended(self):
        return self.exclude(status=HookStatus.ENDED)


class ChatHook(models.Model):
    """An address to which messages of a company go. It says what money is due, so the company's keeper alone makes one.

    `secret` holds the address and what messages are signed with (`reminders/chat/vault.py`): whoever has the address of a chat
    may write into it, so neither stands anywhere in clear. Of the address people see the host.
    """

    company = models.ForeignKey(Company, models.PROTECT, related_name="chat_hooks")
    slot = models.SmallIntegerField(help_text="Its place among the company's few.")
    name = models.CharField(max_length=60, help_text="What people call the place, as in #funding.")
    shape = models.CharField(max_length=10, choices=Shape)
    host = models.CharField(max_length=253)
    secret = models.TextField(editable=False)
    daily = models.BooleanField("what is due, each morning", default=True)
    nudges = models.BooleanField("what a vendor writes, at once", default=False)
    status = models.CharField(max_length=10, choices=HookStatus, default=HookStatus.LIVE)
    missed = models.PositiveSmallIntegerField(default=0, help_text="Messages in a row that never arrived.")
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    key = models.UUIDField(unique=True, editable=False, help_text="Of the page that it was made by: once.")

    objects = ChatHookQuerySet.as_manager()

    class Meta:
        ordering = ["slot", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(slot__gte=1, slot__lte=MOST_HOOKS), name="few_hooks"),
            models.UniqueConstraint(
                fields=["company", "slot"], condition=~Q(status=HookStatus.ENDED), name="one_hook_in_a_slot"
            ),
            models.CheckConstraint(condition=Q(shape__in=Shape.values), name="hook_shape"),
            models.CheckConstraint(condition=Q(status__in=HookStatus.values), name="hook_status"),
            models.CheckConstraint(condition=Q(daily=True) | Q(nudges=True), name="hook_tells_something"),
            models.CheckConstraint(condition=~Q(name="") & ~Q(host="") & ~Q(secret=""), name="hook_is_whole"),
        ]
        triggers = [
            *lives(HookStatus.LIVE, HOOK_TRANSITIONS),
            Trigger(name="made_by_its_keeper", when=pgtrigger.Before, operation=pgtrigger.Insert, func=BY_ITS_KEEPER),
            # `secret` alone may be written anew, when a key is rotated: what is in it names its company.
            Protect(
                name="place_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    differs(("company_id", "slot", "shape", "host", "made_by_id", "made_at", "key"))
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ChatPost(models.Model):
    """One message: the row makes it once. It is claimed with a lease, and the same to the byte at each attempt."""

    # Its unique constraint begins with it.
    hook = models.ForeignKey(ChatHook, models.PROTECT, related_name="posts", db_index=False)
    kind = models.CharField(max_length=10, choices=PostKind)
    day = models.DateField(help_text="Where the company is.")
    nudge = models.ForeignKey(
        Nudge, models.PROTECT, null=True, related_name="+", help_text="The first of those that were written together."
    )
    status = models.CharField(max_length=10, choices=PostStatus, default=PostStatus.PENDING)
    body = models.TextField(blank=True, help_text="As it was sent, from the first attempt on.")
    attempts = models.PositiveSmallIntegerField(default=0)
    leased_until = models.DateTimeField()
    trouble = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["hook", "day"], condition=Q(kind=PostKind.DUE), name="one_summary_a_day"),
            models.UniqueConstraint(
                fields=["hook", "nudge"], condition=Q(kind=PostKind.NUDGE), name="one_message_of_a_nudge"
            ),
            models.UniqueConstraint(
                fields=["hook"], condition=Q(kind=PostKind.TEST, status=PostStatus.PENDING), name="one_test_under_way"
            ),
            models.CheckConstraint(condition=Q(kind__in=PostKind.values), name="post_kind"),
            models.CheckConstraint(
                condition=Q(kind=PostKind.NUDGE, nudge__isnull=False) | ~Q(kind=PostKind.NUDGE) & Q(nudge=None),
                name="post_of_its_nudge",
            ),
            models.CheckConstraint(condition=Q(status__in=PostStatus.values), name="post_status"),
            models.CheckConstraint(condition=Q(attempts__lte=MOST_ATTEMPTS), name="post_attempts"),
            models.CheckConstraint(
                condition=~Q(status=PostStatus.SENT)
                | Q(sent_at__isnull=False, sent_at__gte=F("created_at")) & ~Q(body=""),
                name="post_sent_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["hook", "-id"], name="post_of_hook"),
            models.Index(fields=["leased_until"], condition=Q(status=PostStatus.PENDING), name="post_to_send"),
            # Made in the order of time: old ones are found by a few pages.
            BrinIndex(fields=["created_at"], autosummarize=True, name="post_by_time"),
        ]
        triggers = [
            *lives(PostStatus.PENDING, POST_TRANSITIONS),
            Protect(
                name="message_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    differs(("hook_id", "kind", "day", "nudge_id", "created_at"))
                    + " OR OLD.body <> '' AND OLD.body <> NEW.body"
                ),
            ),
            Protect(
                name="what_waits_is_sent",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Q(old__status=PostStatus.PENDING),
            ),
        ]

    def __str__(self) -> str:
        return f"{PostKind(self.kind).label}, {self.day}"

    @property
    def message_id(self) -> str:
        """The same at each attempt: whoever gets it twice can tell."""
        return f"msg_{self.pk}"
