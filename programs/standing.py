"""What a channel manager says of its partners: the tiers and certifications that there are, and who has which."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, models, transaction
from django.db.models import Exists, OuterRef, ProtectedError
from django.utils.formats import date_format

from partners.events import event, record
from partners.models import Company, Event, Partner, User
from programs.actions import ProgramRefused
from programs.models import Certification, CertificationHeld, Enrolment, Tier, TierHeld, Vendor

MOST_TIERS = 20
MOST_CERTIFICATIONS = 200


class StandingRefused(ProgramRefused):
    """A rule forbids it. Its words are for the user."""


def partners_of(vendor: Company) -> models.QuerySet[Partner]:
    """Those that have a tier, a certification or a place in a program of this vendor."""
    of_row = {"partner": OuterRef("pk")}
    return Partner.objects.filter(
        Exists(Enrolment.objects.filter(program__vendor=vendor.pk, **of_row))
        | Exists(TierHeld.objects.filter(vendor=vendor.pk, **of_row))
        | Exists(CertificationHeld.objects.filter(certification__vendor=vendor.pk, **of_row))
    )


def locked_vendor(vendor_id: int, by: User) -> Vendor:
    """Its tiers are changed one at a time."""
    vendor = Vendor.objects.select_for_update(no_key=True).get(pk=vendor_id)
    if not by.has_perm("programs.manage_partners", vendor):
        raise PermissionDenied
    return vendor


def named_once(save: Callable[[], None], what: str) -> None:
    try:
        with transaction.atomic():
            save()
    except IntegrityError as error:
        if "of_a_name" not in str(error):
            raise
        raise StandingRefused(f"You have a {what} of this name. Give this one another.") from None


def setting(verb: str, about: Tier | Certification, by: User, now: datetime) -> None:
    record([event(verb=verb, about=about, by=by, company_id=about.vendor_id, data={"name": about.name}, at=now)])


def save_tier(*, tier: Tier, by: User, now: datetime) -> Tier:
    """Add a tier above the others, or give one another name. StandingRefused if another has that name."""
    with transaction.atomic():
        vendor = locked_vendor(tier.vendor_id, by)
        is_new = tier.pk is None
        if is_new:
            ranks = list(vendor.tiers.values_list("rank", flat=True))
            if len(ranks) >= MOST_TIERS:
                raise StandingRefused(f"{MOST_TIERS} tiers are the most that there may be.")
            tier.rank = max(ranks, default=0) + 1
        named_once(tier.save, "tier")
        setting("added a tier" if is_new else "renamed a tier", tier, by, now)
    return tier


def raise_tier(*, tier: Tier, by: User, now: datetime) -> bool:
    """Change places with the tier above. False if there is none."""
    with transaction.atomic():
        vendor = locked_vendor(tier.vendor_id, by)
        tier = Tier.objects.get(pk=tier.pk)
        above = vendor.tiers.filter(rank__gt=tier.rank).order_by("rank").first()
        if above is None:
            return False
        tier.rank, above.rank = above.rank, tier.rank
        Tier.objects.bulk_update([tier, above], ["rank"])
        setting("raised a tier", tier, by, now)
    return True


def remove_tier(*, tier: Tier, by: User, now: datetime) -> None:
    """StandingRefused while a partner holds it or a program asks for it."""
    with transaction.atomic():
        locked_vendor(tier.vendor_id, by)
        removed(tier, "removed a tier", by, now)


def removed(about: Tier | Certification, verb: str, by: User, now: datetime) -> None:
    setting(verb, about, by, now)
    try:
        about.delete()
    except ProtectedError as error:
        programs = [found for found in error.protected_objects if not isinstance(found, TierHeld | CertificationHeld)]
        who = "A program asks for" if programs else "Partners hold"
        raise StandingRefused(f"{who} {about.name}: change that first.") from None


def save_certification(*, certification: Certification, by: User, now: datetime) -> Certification:
    """Add or change one. StandingRefused if another has that name."""
    with transaction.atomic():
        vendor = locked_vendor(certification.vendor_id, by)
        is_new = certification.pk is None
        if is_new and vendor.certifications.count() >= MOST_CERTIFICATIONS:
            raise StandingRefused(f"{MOST_CERTIFICATIONS} certifications are the most that there may be.")
        named_once(certification.save, "certification")
        setting("added a certification" if is_new else "changed a certification", certification, by, now)
    return certification


def remove_certification(*, certification: Certification, by: User, now: datetime) -> None:
    """StandingRefused while a partner holds it or a program asks for it."""
    with transaction.atomic():
        locked_vendor(certification.vendor_id, by)
        removed(certification, "removed a certification", by, now)


@dataclass(slots=True)
class Change:
    """What is to be true of a partner. `tier` counts where `sets_tier`; `certified` says until when, by id; None is for good."""

    partner: Company
    sets_tier: bool = False
    tier: Tier | None = None
    certified: dict[int, date | None] = field(default_factory=dict)
    dropped: set[int] = field(default_factory=set)


def set_standings(*, vendor: Company, changes: Sequence[Change], by: User, now: datetime) -> int:
    """Give partners their tiers and certifications: a few statements for one partner or thousands. One change for each partner.

    Returns for how many something is different now; each of these leaves an event.
    """
    with transaction.atomic():
        locked_vendor(vendor.pk, by)
        partner_ids = [change.partner.pk for change in changes]
        levels = Tiers(vendor, partner_ids)
        certificates = Certificates(vendor, partner_ids)
        events = []
        for change in changes:
            words = [*levels.change(change, now), *certificates.change(change)]
            if words:
                events.append(told(vendor, change.partner, words, by, now))
        levels.save()
        certificates.save()
        record(events)
    return len(events)


def told(vendor: Company, partner: Company, words: Sequence[str], by: User, now: datetime) -> Event:
    about = Partner(pk=partner.pk)
    data = {"changes": list(words)}
    return event(verb="tier or certifications set", about=about, by=by, company_id=vendor.pk, data=data, at=now)


class Tiers:
    """The tiers that these partners hold with a vendor, locked, and what is to become of them."""

    def __init__(self, vendor: Company, partner_ids: Sequence[int]):
        held = TierHeld.objects.filter(vendor=vendor.pk, partner__in=partner_ids).select_related("tier")
        self.held = {row.partner_id: row for row in held.order_by("pk").select_for_update(of=("self",))}
        self.vendor_id = vendor.pk
        self.new: list[TierHeld] = []
        self.other: list[TierHeld] = []
        self.gone: list[int] = []

    def change(self, change: Change, now: datetime) -> list[str]:
        row, tier = self.held.get(change.partner.pk), change.tier
        if not change.sets_tier or (row.tier_id if row else None) == (tier.pk if tier else None):
            return []
        if tier is None and row:
            self.gone.append(row.pk)
            return [f"Tier {row.tier.name} taken back."]
        assert tier is not None
        if row is None:
            self.new.append(TierHeld(vendor_id=self.vendor_id, partner_id=change.partner.pk, tier=tier, since=now))
            return [f"Tier {tier.name}."]
        before, row.tier, row.since = row.tier.name, tier, now
        self.other.append(row)
        return [f"Tier {tier.name} instead of {before}."]

    def save(self) -> None:
        TierHeld.objects.bulk_create(self.new)
        TierHeld.objects.bulk_update(self.other, ["tier", "since"], batch_size=1000)
        TierHeld.objects.filter(pk__in=self.gone).delete()


class Certificates:
    """The same of certifications."""

    def __init__(self, vendor: Company, partner_ids: Sequence[int]):
        held = CertificationHeld.objects.filter(certification__vendor=vendor.pk, partner__in=partner_ids)
        rows = held.order_by("pk").select_for_update(of=("self",))
        self.held = {(row.partner_id, row.certification_id): row for row in rows}
        self.names: Mapping[int, str] = dict(Certification.objects.filter(vendor=vendor.pk).values_list("pk", "name"))
        self.new: list[CertificationHeld] = []
        self.other: list[CertificationHeld] = []
        self.gone: list[int] = []

    def change(self, change: Change) -> list[str]:
        words = []
        for pk, until in change.certified.items():
            row = self.held.get((change.partner.pk, pk))
            if row is not None and row.held_until == until:
                continue
            if row is None:
                self.new.append(CertificationHeld(partner_id=change.partner.pk, certification_id=pk, held_until=until))
            else:
                row.held_until = until
                self.other.append(row)
            words.append(f"Certified {self.names[pk]}{f' until {date_format(until)}' if until else ''}.")
        for pk in change.dropped:
            if row := self.held.get((change.partner.pk, pk)):
                self.gone.append(row.pk)
                words.append(f"Certification {self.names[pk]} taken back.")
        return words

    def save(self) -> None:
        CertificationHeld.objects.bulk_create(self.new)
        CertificationHeld.objects.bulk_update(self.other, ["held_until"], batch_size=1000)
        CertificationHeld.objects.filter(pk__in=self.gone).delete()
