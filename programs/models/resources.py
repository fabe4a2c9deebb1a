"""What vendors share with partners, and what partners do with it."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, Count, Exists, ExpressionWrapper, F, OuterRef, Q, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from partners.models import Company, Membership, Partner, User
from partners.permissions import holds_site_role
from partners.triggers import Protect, Trigger, lives, refuse
from programs.activities import ActivityKind
from programs.days import Days
from programs.models.offers import Program, Vendor, vendors_managed_by
from programs.resources.languages import PATTERN, language_name
from programs.resources.links import LONGEST_LINK, host_of
from programs.resources.states import (
    RESOURCE_TRANSITIONS,
    TAKEN,
    Act,
    ResourceKind,
    ResourceStatus,
    Standing,
    standing,
)
from programs.states import FileKind, ProgramStatus
from programs.terms import SOON_DAYS

FOREIGN_PROGRAM = "WF034"
OF_ITS_VENDOR = f"""
    IF NOT EXISTS (SELECT FROM programs_program WHERE id = NEW.program_id AND vendor_id = NEW.vendor_id) THEN
        {refuse(FOREIGN_PROGRAM, "this program is of another vendor")}
    END IF;
    RETURN NEW;
"""


class ResourceQuerySet(models.QuerySet["Resource"]):
    def visible_to(self, user: User):
        """A manager sees all of the own vendor; Windfall's people all; partners what is published, of vendors with a program."""
        if holds_site_role(user):
            return self
        is_partner = Membership.objects.at_partners(user)
        return self.filter(Q(vendor__in=vendors_managed_by(user)) | Q(Exists(is_partner)) & shared())

    def shared(self):
        """What partners see."""
        return self.filter(shared())

    def for_program(self, program: Program):
        """Those of this program, and those for all programs of its vendor."""
        return self.filter(Q(program=program) | Q(program=None), vendor=program.vendor_id)

    def on_shelf(self, day: date):
        """What partners can have on that day, the newest first."""
        begun, lasts = Q(valid_from=None) | Q(valid_from__lte=day), Q(valid_until=None) | Q(valid_until__gte=day)
        return self.shared().filter(begun, lasts).order_by("-published_at", "title", "pk")

    def serving(self, activity: str):
        """Those for this kind of activity, and those for any."""
        return self.filter(Q(activities__contains=[activity]) | Q(activities=[]))

    def with_standing(self, days: Days):
        """Gives filters and orders `stands`: what `standing` says of each, asked in SQL.

        `days` names the vendors' time zones that are at each day now.
        """
        here = Case(
            *(When(vendor__time_zone__in=zones, then=Value(day)) for day, zones in days.items()),
            default=Value(min(days, default=date.max)),
            output_field=models.DateField(),
        )
        soon = ExpressionWrapper(F("here") + SOON_DAYS, output_field=models.DateField())
        stands = Case(
            When(status=ResourceStatus.DRAFT, then=Value(Standing.DRAFT)),
            When(status=ResourceStatus.RETIRED, then=Value(Standing.RETIRED)),
            When(valid_from__gt=F("here"), then=Value(Standing.COMING)),
            When(valid_until__lt=F("here"), then=Value(Standing.EXPIRED)),
            When(valid_until__lte=F("soon"), then=Value(Standing.ENDING)),
            default=Value(Standing.CURRENT),
            output_field=models.CharField(),
        )
        return self.alias(here=here, soon=soon).alias(stands=stands)

    def with_reach(self):
        """Adds how often partners took each (`taken`), how many did (`reached`) and how many used it (`users`)."""
        return self.annotate(
            taken=told(Q(act__in=TAKEN), Sum("count")),
            reached=told(Q(), Count("partner", distinct=True)),
            users=told(Q(act=Act.USED), Count("partner", distinct=True)),
        )

    def with_own(self, company: Company):
        """Adds how often this partner took each (`taken`) and used it (`used`)."""
        mine = Q(partner=company.pk)
        return self.annotate(
            taken=told(mine & Q(act__in=TAKEN), Sum("count")), used=told(mine & Q(act=Act.USED), Sum("count"))
        )


def shared() -> Q:
    published = Program.objects.filter(status=ProgramStatus.PUBLISHED, vendor=OuterRef("vendor"))
    return Q(Exists(published), status=ResourceStatus.PUBLISHED) & (
        Q(program=None) | Q(program__published_at__isnull=False)
    )


def told(which: Q, total: models.Aggregate) -> Coalesce:
    """A total over the uses of a resource, 0 where there is none."""
    uses = ResourceUse.objects.order_by().filter(which, resource=OuterRef("pk")).values("resource")
    return Coalesce(Subquery(uses.values(total=total)), 0, output_field=models.BigIntegerField())


class Resource(models.Model):
    """A campaign kit, a playbook, a course …: a file kept here or a link to where it is. Of one version at a time."""

    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="resources")
    program = models.ForeignKey(
        Program, models.PROTECT, null=True, blank=True, related_name="resources", help_text="None: all of the vendor's."
    )
    kind = models.CharField(max_length=15, choices=ResourceKind)
    title = models.CharField(max_length=120)
    words = models.TextField("what it is", max_length=2000, blank=True)
    language = models.CharField(max_length=20, help_text="BCP 47, as in pt-BR.")
    activities = ArrayField(
        models.CharField(max_length=20, choices=ActivityKind), default=list, blank=True, help_text="None: any activity."
    )
    valid_from = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True, help_text="The last day on which partners may use it.")
    link = models.CharField(max_length=LONGEST_LINK, blank=True)
    file = models.FileField(upload_to="resources", max_length=200, blank=True)
    name = models.CharField(max_length=160, blank=True, help_text="The file's, as the manager called it, cleaned.")
    file_kind = models.CharField(max_length=20, choices=FileKind, blank=True)
    size = models.PositiveIntegerField(default=0, help_text="Bytes.")
    sha256 = models.CharField(max_length=64, blank=True)
    pages = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveIntegerField(default=1, help_text="Goes up with each new file or link.")
    status = models.CharField(max_length=10, choices=ResourceStatus, default=ResourceStatus.DRAFT)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    published_at = models.DateTimeField(null=True, blank=True)

    objects = ResourceQuerySet.as_manager()

    class Meta:
        ordering = ["title", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(file="", link__startswith="https://") | ~Q(file="") & Q(link=""),
                name="resource_file_or_link",
            ),
            models.CheckConstraint(
                condition=Q(file="", file_kind="", sha256="", size=0) | ~Q(file="") & Q(file_kind__in=FileKind.values),
                name="resource_file_kind",
            ),
            models.CheckConstraint(condition=Q(valid_until__gte=F("valid_from")), name="resource_valid_in_order"),
            models.CheckConstraint(condition=Q(kind__in=ResourceKind.values), name="resource_kind"),
            models.CheckConstraint(condition=Q(language__regex=PATTERN), name="resource_language"),
            models.CheckConstraint(
                condition=Q(activities__contained_by=ActivityKind.values), name="resource_activities"
            ),
            models.CheckConstraint(
                condition=Q(status=ResourceStatus.DRAFT) | Q(published_at__isnull=False), name="resource_published_once"
            ),
        ]
        indexes = [models.Index(fields=["vendor", "status"], name="resource_of_vendor")]
        triggers = [
            *lives(ResourceStatus.DRAFT, RESOURCE_TRANSITIONS),
            Protect(name="vendor_is_fixed", operation=pgtrigger.Update, condition=pgtrigger.AnyChange("vendor")),
            Trigger(
                name="program_is_of_its_vendor",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("program_id", "vendor_id"),
                condition=pgtrigger.Condition("NEW.program_id IS NOT NULL"),
                func=OF_ITS_VENDOR,
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def language_name(self) -> str:
        return language_name(self.language)

    @property
    def host(self) -> str:
        """Where its link leads; empty for a file."""
        return host_of(self.link)

    @property
    def activity_names(self) -> list[str]:
        """What it serves, in words; none for any activity."""
        return [ActivityKind(activity).label for activity in self.activities]

    def today(self, now: datetime) -> date:
        """The date at `now` where its vendor's days end."""
        return now.astimezone(ZoneInfo(self.vendor.time_zone)).date()

    def standing(self, today: date) -> Standing:
        return standing(self.status, self.valid_from, self.valid_until, today)


class ResourceUseQuerySet(models.QuerySet["ResourceUse"]):
    def of_partner(self, company: Company):
        return self.filter(partner=company.pk)


class ResourceUse(models.Model):
    """How often a partner did one thing with a resource. It only goes up, by `programs.resources.actions.use` alone."""

    resource = models.ForeignKey(Resource, models.PROTECT, related_name="uses")
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="resource_uses")
    act = models.CharField(max_length=10, choices=Act)
    activity = models.CharField(
        max_length=20, choices=ActivityKind, blank=True, help_text="What it was used for, where the partner said so."
    )
    count = models.PositiveIntegerField(default=1)
    first_at = models.DateTimeField()
    first_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    last_at = models.DateTimeField()
    last_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = ResourceUseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["resource", "partner", "act", "activity"], name="one_use_of_a_kind"),
            models.CheckConstraint(
                condition=Q(act=Act.USED, activity__in=["", *ActivityKind.values]) | Q(act__in=TAKEN, activity=""),
                name="use_kind",
            ),
        ]
        indexes = [models.Index(fields=["partner", "-last_at"], name="use_of_partner")]
        triggers = [
            Protect(
                name="starts_at_one",
                operation=pgtrigger.Insert,
                condition=pgtrigger.Condition("NEW.count <> 1 OR NEW.last_at <> NEW.first_at"),
            ),
            Protect(
                name="goes_up_by_one",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "NEW.count <> OLD.count + 1 OR NEW.last_at < OLD.last_at OR "
                    "ROW(NEW.resource_id, NEW.partner_id, NEW.act, NEW.activity, NEW.first_at, NEW.first_by_id) "
                    "IS DISTINCT FROM "
                    "ROW(OLD.resource_id, OLD.partner_id, OLD.act, OLD.activity, OLD.first_at, OLD.first_by_id)"
                ),
            ),
            Protect(name="is_never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.get_act_display()} {self.count}"
