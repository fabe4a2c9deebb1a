"""Who: people, the companies they work for, the roles they hold there, and the record of what they did."""

import zoneinfo
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager

import pgtrigger
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone

from partners.role_triggers import KEEPER_IS_A_PARTNER, keeps_a_keeper, role_fits_kind
from partners.states import ROLES, Kind, Role
from partners.triggers import Protect, Trigger, append_only


def validate_time_zone(name: str) -> None:
    if name not in zoneinfo.available_timezones():
        raise ValidationError("There is no time zone of that name. An example: Europe/Berlin.")


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save()
        return user

    def get_by_natural_key(self, email: str | None) -> "User":
        return self.get(email=(email or "").lower())

    def admins(self):
        """Who decides at Windfall today."""
        held = Membership.objects.active().filter(company__kind=Kind.SITE, role=Role.ADMIN)
        return self.filter(is_active=True, pk__in=held.values("user"))


class User(AbstractBaseUser, PermissionsMixin):
    email = models.EmailField(max_length=254, unique=True)
    name = models.CharField(max_length=100)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)
    # (company, its kind, role) of each role held, while `roles_at_hand`.
    _held: list[tuple[int, str, str]] | None = None

    signed_out_at = models.DateTimeField(null=True, blank=True, help_text="Sessions from before it are over.")

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]
    objects = UserManager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(email=Lower(F("email"))), name="email_is_lowercase"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def _get_session_auth_hash(self, secret=None):
        """What Django compares in each request: with `signed_out_at` in it, setting that ends every session at once."""
        own = super()._get_session_auth_hash(secret=secret)  # type: ignore[misc]
        return f"{own}{self.signed_out_at.timestamp()}" if self.signed_out_at else own

    @contextmanager
    def roles_at_hand(self, held: Iterable[tuple[int, str, str]] | None = None) -> Iterator[None]:
        """Inside, all roles are read once: for an act that asks the same of many objects. `held`: they were read already."""
        before = self._held
        if held is None:
            held = self.memberships.active().values_list("company_id", "company__kind", "role")
        self._held = list(held)
        try:
            yield
        finally:
            self._held = before

    def holds_at(self, kind: str, roles: Collection[str]) -> bool:
        """One of these roles in a company of this kind."""
        if self._held is not None:
            return any(at == kind and role in roles for _, at, role in self._held)
        return self.memberships.active().filter(company__kind=kind, role__in=roles).exists()

    def roles_in(self, company_id: int) -> set[str]:
        if self._held is not None:
            return {role for company, _, role in self._held if company == company_id}
        return set(self.memberships.active().filter(company_id=company_id).values_list("role", flat=True))


class CompanyQuerySet(models.QuerySet["Company"]):
    def joined_by(self, user: User):
        """Companies in which the user holds a role today."""
        return self.filter(pk__in=Membership.objects.active().filter(user=user).values("company"))

    def on_windfall(self):
        """Those that take part: without the vendors that partners record for themselves."""
        return self.filter(kept_by=None)

    def visible_to(self, user: User):
        """One's own companies; every company that takes part to an admin of Windfall."""
        is_admin = user.memberships.active().filter(company__kind=Kind.SITE, role=Role.ADMIN).exists()
        return self.on_windfall() if is_admin else self.joined_by(user)


class Company(models.Model):
    """A partner, a vendor, or Windfall itself (`site`), whose people are its admins and finance."""

    kind = models.CharField(max_length=10, choices=Kind)
    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=60, unique=True)
    country = models.CharField(max_length=2, blank=True, help_text="Two letters, as in DE.")
    currency = models.CharField(max_length=3, default="USD", help_text="What the company counts in.")
    time_zone = models.CharField(max_length=50, default="UTC", validators=[validate_time_zone])
    kept_by = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="kept",
        help_text="The partner that records this vendor for itself; nobody else knows of it. None: it is on Windfall.",
    )
    retired_at = models.DateTimeField(null=True, blank=True, editable=False, help_text="Its keeper has put it away.")
    created_at = models.DateTimeField(default=timezone.now)

    objects = CompanyQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "companies"
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="company_kind"),
            models.CheckConstraint(condition=Q(currency__regex=r"^[A-Z]{3}$"), name="company_currency"),
            models.UniqueConstraint(fields=["kind"], condition=Q(kind=Kind.SITE), name="one_site"),
            models.CheckConstraint(condition=Q(kept_by=None) | Q(kind=Kind.VENDOR), name="kept_is_a_vendor"),
            models.CheckConstraint(condition=Q(retired_at=None) | Q(kept_by__isnull=False), name="retired_is_kept"),
            # Two partners may keep vendors of one name: each in its own books.
            models.UniqueConstraint(
                "kept_by", Lower("name"), condition=Q(kept_by__isnull=False), name="one_kept_vendor_of_a_name"
            ),
        ]
        triggers = [
            Protect(
                name="kind_is_fixed",
                operation=pgtrigger.UpdateOf("kind"),
                condition=pgtrigger.Q(old__kind__df=pgtrigger.F("new__kind")),
            ),
            Protect(
                name="keeper_is_fixed",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.kept_by_id IS DISTINCT FROM NEW.kept_by_id"),
            ),
            Protect(name="is_never_deleted", operation=pgtrigger.Delete),
            Trigger(
                name="kept_by_a_partner",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                condition=pgtrigger.Condition("NEW.kept_by_id IS NOT NULL"),
                func=KEEPER_IS_A_PARTNER,
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_kept(self) -> bool:
        """A vendor that a partner records for itself, which is not on Windfall or was not when the books began."""
        return self.kept_by_id is not None


class PartnerManager(models.Manager["Partner"]):
    def get_queryset(self):
        return super().get_queryset().filter(kind=Kind.PARTNER)


class Partner(Company):
    """A company that sells and runs the activities: it claims."""

    objects = PartnerManager.from_queryset(CompanyQuerySet)()  # type: ignore[assignment, misc]

    class Meta:
        proxy = True

    def save(self, *args, **kwargs):
        self.kind = Kind.PARTNER
        super().save(*args, **kwargs)


class MembershipQuerySet(models.QuerySet["Membership"]):
    def active(self):
        return self.filter(ended_at=None)

    def at_partners(self, user: User):
        """The user's own at partners, where they see what the partner has."""
        return self.active().filter(user=user, role__in=ROLES[Kind.PARTNER])

    def visible_to(self, user: User):
        """Those of one's colleagues."""
        return self.filter(company__in=Company.objects.visible_to(user))


class Membership(models.Model):
    """A person's role in a company. It is ended, never deleted: who could see what, and when, stays known."""

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    company = models.ForeignKey(Company, models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role)
    created_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    visited_at = models.DateTimeField(
        null=True, editable=False, help_text="When the person was last here, to half an hour: see `partners.visits`."
    )
    visited_before = models.DateTimeField(null=True, editable=False, help_text="When the visit before this one ended.")

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "company", "role"], condition=Q(ended_at=None), name="one_active_membership"
            ),
        ]
        indexes = [models.Index(fields=["company", "role"], condition=Q(ended_at=None), name="membership_of_company")]
        triggers = [
            role_fits_kind(),
            keeps_a_keeper(),
            Protect(name="is_never_deleted", operation=pgtrigger.Delete),
            Protect(
                name="ended_stays_ended",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__ended_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.get_role_display()} at {self.company}"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self, now):
        return self.unanswered().filter(expires_at__gt=now)

    def unanswered(self):
        """Neither accepted nor withdrawn; it may have expired."""
        return self.filter(accepted_at=None, withdrawn_at=None)

    def visible_to(self, user: User):
        return self.filter(company__in=Company.objects.visible_to(user))


class Invitation(models.Model):
    """A way in, sent by mail. Only the token's hash is kept; it works once, for that address, until it expires."""

    company = models.ForeignKey(Company, models.CASCADE, related_name="invitations")
    role = models.CharField(max_length=10, choices=Role)
    email = models.EmailField(max_length=254)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    mailed = True  # False on the one just made whose mail could not be sent

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "role", "email"],
                condition=Q(accepted_at=None, withdrawn_at=None),
                name="one_open_invitation",
            ),
            models.CheckConstraint(condition=Q(accepted_at=None) | Q(withdrawn_at=None), name="accepted_or_withdrawn"),
        ]
        triggers = [role_fits_kind()]

    def __str__(self) -> str:
        return f"{self.email}, {self.get_role_display()} at {self.company}"


class EventQuerySet(models.QuerySet["Event"]):
    def about(self, subject: models.Model):
        """What happened to this one object, oldest first."""
        return self.filter(subject=subject._meta.label_lower, subject_id=subject.pk).order_by("at", "id")


class Event(models.Model):
    """One act: who did what to which object, from which state to which, and why. Append-only."""

    at = models.DateTimeField(default=timezone.now)
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", help_text="None: Windfall.")
    verb = models.CharField(max_length=30)
    subject = models.CharField(max_length=60, help_text="The object's model, as in claims.claim.")
    subject_id = models.BigIntegerField()
    from_state = models.CharField(max_length=20, blank=True)
    to_state = models.CharField(max_length=20, blank=True)
    reason_code = models.CharField(max_length=30, blank=True)
    reason = models.TextField(blank=True)
    data = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    company = models.ForeignKey(
        Company, models.PROTECT, null=True, related_name="+", help_text="Whose record this is: its key."
    )

    objects = EventQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["subject", "subject_id", "at"], name="event_about"),
            models.Index(fields=["company", "-at"], name="event_of_company"),
            models.Index(fields=["actor", "-at"], name="event_of_actor"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.verb} {self.subject} {self.subject_id}"
