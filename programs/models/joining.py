"""Who may join a program, and who has: tiers, certifications, the rules of a program, enrolments."""

from collections.abc import Iterable

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from partners.models import Membership, Partner, User
from partners.permissions import holds_site_role
from partners.triggers import Protect, Trigger, follows, refuse
from programs.eligibility import Level, Needed, Rules
from programs.models.offers import Program, Vendor, vendors_managed_by
from programs.states import ENROLMENT_BIRTHS, ENROLMENT_TRANSITIONS, EnrolmentStatus, Way

FOREIGN = "WF040"
NOT_OUT = "WF041"


def of_one_vendor(name: str, condition: str, *columns: str) -> Trigger:
    """What a row names belongs to the same vendor as the row. `condition` is true where it does."""
    return Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.UpdateOf(*columns),
        func=f"IF NOT ({condition}) THEN {refuse(FOREIGN, 'this belongs to another vendor')} END IF; RETURN NEW;",
    )


def stays(name: str, *columns: str) -> Protect:
    changed = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in columns)
    return Protect(name=name, operation=pgtrigger.Update, condition=pgtrigger.Condition(changed))


class OfVendorQuerySet(models.QuerySet):
    def visible_to(self, user: User):
        """The vendor's own settings: its managers'."""
        return self.filter(vendor__in=vendors_managed_by(user))


class Tier(models.Model):
    """A level that a vendor gives its partners, as in Gold. A higher rank is a higher level."""

    vendor = models.ForeignKey(Vendor, models.CASCADE, related_name="tiers")
    name = models.CharField(max_length=40)
    rank = models.PositiveSmallIntegerField()

    objects = OfVendorQuerySet.as_manager()

    class Meta:
        ordering = ["vendor", "rank"]
        constraints = [
            models.UniqueConstraint(fields=["vendor", "name"], name="one_tier_of_a_name"),
            # Two tiers change places in one statement.
            models.UniqueConstraint(
                fields=["vendor", "rank"], name="one_tier_of_a_rank", deferrable=models.Deferrable.DEFERRED
            ),
        ]
        triggers = [stays("tier_stays_its_vendors", "vendor_id")]

    def __str__(self) -> str:
        return self.name

    @property
    def level(self) -> Level:
        return Level(self.rank, self.name)


class TierHeld(models.Model):
    """The tier that a partner has with a vendor: one at a time. What it was before stands in the events."""

    vendor = models.ForeignKey(Vendor, models.CASCADE, related_name="+")
    partner = models.ForeignKey(Partner, models.CASCADE, related_name="tiers_held")
    tier = models.ForeignKey(Tier, models.PROTECT, related_name="held")
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["partner", "vendor"], name="one_tier_with_a_vendor")]
        indexes = [models.Index(fields=["vendor", "tier"], name="tier_held_of_vendor")]
        triggers = [
            of_one_vendor(
                "tier_is_the_vendors",
                "EXISTS (SELECT FROM programs_tier WHERE id = NEW.tier_id AND vendor_id = NEW.vendor_id)",
                "tier_id",
                "vendor_id",
            )
        ]

    def __str__(self) -> str:
        return f"{self.partner}: {self.tier}"


class Certification(models.Model):
    """What a vendor certifies of a partner, and how one gets it."""

    vendor = models.ForeignKey(Vendor, models.CASCADE, related_name="certifications")
    name = models.CharField(max_length=80)
    how = models.CharField("how to get it", max_length=300, blank=True)
    link = models.URLField("where to get it", max_length=300, blank=True)

    objects = OfVendorQuerySet.as_manager()

    class Meta:
        ordering = ["vendor", "name"]
        constraints = [models.UniqueConstraint(fields=["vendor", "name"], name="one_certification_of_a_name")]
        triggers = [stays("certification_stays_its_vendors", "vendor_id")]

    def __str__(self) -> str:
        return self.name

    @property
    def needed(self) -> Needed:
        return Needed(self.pk, self.name, self.how, self.link)


class CertificationHeld(models.Model):
    """A partner's certification, valid until the end of `held_until` in each program's time zone; None is for good."""

    partner = models.ForeignKey(Partner, models.CASCADE, related_name="certifications_held")
    certification = models.ForeignKey(Certification, models.PROTECT, related_name="held")
    held_until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["partner", "certification"], name="certified_once")]

    def __str__(self) -> str:
        return f"{self.partner}: {self.certification}"


class Eligibility(models.Model):
    """Whom a program is for, and how they join it. It may change at any time; who has joined stays.

    A program without a row has the fields' defaults: every partner may ask.
    """

    program = models.OneToOneField(Program, models.CASCADE, related_name="eligibility", primary_key=True)
    way = models.CharField("how partners join", max_length=10, choices=Way, default=Way.ASKING)
    least_tier = models.ForeignKey(Tier, models.PROTECT, null=True, blank=True, related_name="programs")
    countries = ArrayField(models.CharField(max_length=2), default=list, blank=True)
    certifications = models.ManyToManyField(
        Certification, through="NeededCertification", related_name="programs", blank=True
    )

    class Meta:
        verbose_name_plural = "eligibilities"
        constraints = [models.CheckConstraint(condition=Q(way__in=Way.values), name="way_of_joining")]
        triggers = [
            of_one_vendor(
                "least_tier_is_the_vendors",
                "NEW.least_tier_id IS NULL OR EXISTS (SELECT FROM programs_tier t JOIN programs_program p "
                "ON p.vendor_id = t.vendor_id WHERE t.id = NEW.least_tier_id AND p.id = NEW.program_id)",
                "least_tier_id",
                "program_id",
            )
        ]

    def __str__(self) -> str:
        return f"who may join {self.program}"

    def rules(self, certifications: Iterable[Certification]) -> Rules:
        """In the words of `programs.eligibility`. `certifications` are those that it asks for."""
        return Rules(
            vendor=self.program.vendor.name,
            way=Way(self.way),
            least=self.least_tier.level if self.least_tier else None,
            countries=tuple(self.countries),
            certifications=tuple(certification.needed for certification in certifications),
        )


class NeededCertification(models.Model):
    eligibility = models.ForeignKey(Eligibility, models.CASCADE)
    certification = models.ForeignKey(Certification, models.PROTECT)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["eligibility", "certification"], name="needed_once")]
        triggers = [
            of_one_vendor(
                "certification_is_the_vendors",
                "EXISTS (SELECT FROM programs_certification c JOIN programs_program p ON p.vendor_id = c.vendor_id "
                "WHERE c.id = NEW.certification_id AND p.id = NEW.eligibility_id)",
                "certification_id",
                "eligibility_id",
            )
        ]


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    def joined(self):
        return self.filter(status=EnrolmentStatus.JOINED)

    def waiting(self):
        """Asked for, and not answered yet."""
        return self.filter(status=EnrolmentStatus.ASKED)

    def of_partner(self, company):
        return self.filter(partner_id=company.pk)

    def of_vendor(self, company):
        return self.filter(program__vendor_id=company.pk)

    def visible_to(self, user: User):
        """The partner's people, the vendor's managers, and Windfall's people."""
        if holds_site_role(user):
            return self
        mine = Membership.objects.at_partners(user).values("company")
        return self.filter(Q(partner__in=mine) | Q(program__vendor__in=vendors_managed_by(user)))


class Enrolment(models.Model):
    """A partner in a program, or on its way in or out. Whoever holds money of a program is in it."""

    program = models.ForeignKey(Program, models.PROTECT, related_name="enrolments")
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="enrolments")
    status = models.CharField(max_length=10, choices=EnrolmentStatus)
    note = models.CharField("your sentence to the vendor", max_length=500, blank=True)
    reason_code = models.CharField(max_length=30, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    asked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(default=timezone.now)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        ordering = ["-changed_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["program", "partner"], name="one_enrolment"),
            models.CheckConstraint(condition=Q(status__in=EnrolmentStatus.values), name="enrolment_status"),
            models.CheckConstraint(
                condition=~Q(status__in=[EnrolmentStatus.DECLINED, EnrolmentStatus.ENDED]) | ~Q(reason=""),
                name="enrolment_refused_with_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["partner", "status"], name="enrolment_of_partner"),
            models.Index(
                fields=["program", "asked_at"], condition=Q(status=EnrolmentStatus.ASKED), name="enrolment_waiting"
            ),
        ]
        triggers = [
            Protect(
                name="begins_asked_or_joined",
                operation=pgtrigger.Insert,
                condition=pgtrigger.Condition(
                    f"NEW.status NOT IN ({', '.join(repr(s.value) for s in ENROLMENT_BIRTHS)})"
                ),
            ),
            follows(ENROLMENT_TRANSITIONS),
            stays("enrolment_is_of_one", "program_id", "partner_id"),
            Protect(name="is_never_deleted", operation=pgtrigger.Delete),
            Trigger(
                name="into_what_is_out",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=f"""
                    IF NOT EXISTS (SELECT FROM programs_program WHERE id = NEW.program_id AND published_at IS NOT NULL) THEN
                        {refuse(NOT_OUT, "nobody joins a program that is not published")}
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partner} in {self.program}"
