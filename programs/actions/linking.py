"""A vendor that a partner records for itself joins Windfall: an admin proposes the link, the partner's owner answers.

The admin learns of such a vendor its name and its partner's, and only where that name is like that of a vendor on Windfall.
The vendor learns nothing, before and after: the books stay the partner's own, and its own grants come beside them.
"""

import re
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery

from partners.events import event, record
from partners.models import Event, User
from programs.actions import ProgramRefused
from programs.actions.keeping import locked_vendor
from programs.models import KeptVendor, Link, Vendor
from programs.states import LinkStatus

# Words that many companies' names have: they make no two names alike.
COMMON = frozenset(
    [
        "and",
        "the",
        "of",
        "inc",
        "incorporated",
        "llc",
        "ltd",
        "limited",
        "gmbh",
        "ag",
        "se",
        "sa",
        "sas",
        "bv",
        "plc",
        "corp",
        "corporation",
        "company",
        "group",
        "holding",
        "holdings",
        "cloud",
        "networks",
        "network",
        "systems",
        "software",
        "technologies",
        "technology",
        "security",
        "data",
        "solutions",
        "services",
        "global",
        "it",
    ]
)


def words_of(name: str) -> list[str]:
    """What tells this name from others: its own words; all of them where it has only common ones."""
    words = re.findall(r"[^\W_]{2,}", name.casefold())
    return [word for word in words if word not in COMMON] or words


def like(vendor: Vendor) -> QuerySet:
    """Vendors in partners' books that have a word of this one's name, each with the `state` of its link, if one was proposed."""
    words = words_of(vendor.name) or [vendor.name]
    named = reduce(or_, (Q(name__iregex=rf"\y{re.escape(word)}\y") for word in words))
    state = Link.objects.filter(kept=OuterRef("pk"), vendor=vendor.pk).values("status")[:1]
    found: QuerySet = KeptVendor.objects.filter(named).exclude(
        # Linked to, or asked about, another one: that is none of this vendor's business.
        links__in=Link.objects.exclude(vendor=vendor.pk).exclude(status=LinkStatus.DECLINED)
    )
    found = found.select_related("kept_by").annotate(state=Subquery(state))
    return found.order_by("name", "kept_by__name", "pk")


def told(verb: str, link: Link, *, by: User, now: datetime, **data: Any) -> Event:
    return event(
        verb=verb,
        about=link,
        by=by,
        company_id=link.kept.kept_by_id,
        to_state=link.status,
        data={"kept": link.kept_id, "vendor": link.vendor_id, **data},
        at=now,
    )


def propose_link(*, kept: KeptVendor, vendor: Vendor, by: User, now: datetime) -> Link:
    """Ask the partner's owner whether this is the vendor in its books. A second click finds the first one's question.

    ProgramRefused where the owner said no, or was asked about another vendor.
    """
    if not by.has_perm("programs.propose_link"):
        raise PermissionDenied
    try:
        with transaction.atomic():
            link, is_new = Link.objects.get_or_create(
                kept=kept, vendor=vendor, defaults={"proposed_by": by, "proposed_at": now}
            )
            if is_new:
                record([told("proposed", link, by=by, now=now)])
    except IntegrityError as error:
        if "one_open_link" not in str(error):
            raise
        raise ProgramRefused("This one is linked to another vendor, or its owner was asked about another.") from None
    if link.status == LinkStatus.DECLINED:
        raise ProgramRefused("Its owner said that it is not the same vendor.")
    return link


def answer_link(*, link: Link, accept: bool, by: User, now: datetime) -> Link:
    """The owner's word. Accepted, the vendor in the books takes its name on Windfall, and nothing new is recorded of it.

    ProgramRefused once it is answered otherwise, or if the partner records another vendor under that name.
    """
    if not by.has_perm("programs.answer_link", link):
        raise PermissionDenied
    with transaction.atomic():
        kept = locked_vendor(link.kept, by)
        link = Link.objects.select_for_update(of=("self",)).select_related("vendor").get(pk=link.pk)
        link.kept = kept
        answer = LinkStatus.ACCEPTED if accept else LinkStatus.DECLINED
        if link.status == answer:
            return link
        if link.status != LinkStatus.PROPOSED:
            raise ProgramRefused("This question was answered already.")
        name, before = link.vendor.name, kept.name
        twins = KeptVendor.objects.filter(kept_by=kept.kept_by_id, name__iexact=name).exclude(pk=kept.pk)
        if accept and twins.exists():
            raise ProgramRefused(f"You record another vendor as {name}. Give that one another name first.")
        link.status, link.answered_by, link.answered_at = answer, by, now
        link.save(update_fields=["status", "answered_by", "answered_at"])
        if accept and before != name:
            kept.name = name
            kept.save(update_fields=["name"])
        record([told("linked" if accept else "declined", link, by=by, now=now, before=before)])
    return link
