"""What a channel manager does with a resource, and what partners do with it."""

from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db import connection, transaction

from partners.events import event, record
from partners.models import Company, Event, User
from programs.models import Resource, ResourceUse
from programs.resources.states import OPEN, RESOURCE_TRANSITIONS, SAME_ACT_MINUTES, Act, ResourceStatus, Standing
from programs.uploads import Accepted

# What a manager says about a resource, beside its file or link.
FACTS = ("program", "kind", "title", "words", "language", "activities", "valid_from", "valid_until")


class ResourceRefused(Exception):
    """The resource's state does not allow it. Its words are for the user."""


class ResourceChanged(ResourceRefused):
    """Somebody else changed the resource after this page was made."""


def version(resource: Resource) -> int:
    """Goes up with each act of its manager: the id of the latest event about it, 0 for one that is not saved yet."""
    if resource.pk is None:
        return 0
    return managed(resource).values_list("pk", flat=True).last() or 0


def managed(resource: Resource) -> Any:
    """The events of its vendor's acts; what partners did with it is theirs."""
    return Event.objects.about(resource).filter(company=resource.vendor_id)


def locked(resource: Resource, by: User) -> Resource:
    found = Resource.objects.select_for_update(of=("self",)).select_related("vendor").get(pk=resource.pk)
    if not by.has_perm("programs.change_resource", found):
        raise PermissionDenied
    return found


def note(resource: Resource, verb: str, by: User, now: datetime, **told: Any) -> Event:
    return event(verb=verb, about=resource, by=by, at=now, company_id=resource.vendor_id, **told)


def save(
    *,
    resource: Resource,
    by: User,
    now: datetime,
    accepted: Accepted | None = None,
    link: str = "",
    seen: int | None = None,
) -> Resource:
    """Create a draft, or change what is there; with a checked file or a checked link, that takes the place of the one before.

    `resource` has the facts as they should be. What partners did with it stays counted. ResourceRefused for a new one with
    neither file nor link; ResourceChanged if it is not what was `seen`, the version that the page showed.
    """
    with transaction.atomic():
        if resource.pk is None:
            if not by.has_perm("programs.add_resource", resource.vendor):
                raise PermissionDenied
            found, verb = resource, "created"
            found.status, found.created_by, found.created_at = ResourceStatus.DRAFT, by, now
        else:
            found, verb = locked(resource, by), "changed"
            if seen not in (None, version(found)):
                raise ResourceChanged(
                    "Somebody changed this resource while you had it open. What you typed is still here: look at theirs in "
                    "another tab, and save again to replace it with yours."
                )
            for name in FACTS:
                setattr(found, name, getattr(resource, name))
        data = place(found, accepted, link)
        if not found.file and not found.link:
            raise ResourceRefused("Choose a file, or give a link to where it is.")
        try:
            found.save()
        except Exception:
            if "file" in data:
                found.file.delete(save=False)
            raise
        record([note(found, verb, by, now, data=data)])
    return found


def place(resource: Resource, accepted: Accepted | None, link: str) -> dict[str, Any]:
    """Give it this file or link. Returns what is new, empty where it is the one that it has."""
    if accepted is None and not link:
        return {}
    if (accepted and accepted.sha256 == resource.sha256) or (link and link == resource.link):
        return {}
    forget(resource)
    if resource.pk is not None:
        resource.version += 1
    resource.file, resource.name, resource.file_kind, resource.sha256 = "", "", "", ""
    resource.size = resource.pages = 0
    resource.link = link
    if accepted:
        resource.name, resource.file_kind, resource.sha256 = accepted.name, accepted.kind, accepted.sha256
        resource.size, resource.pages = len(accepted.content), accepted.pages
        resource.file.save(accepted.stored_name, ContentFile(accepted.content), save=False)
        return {"version": resource.version, "file": accepted.name, "sha256": accepted.sha256}
    return {"version": resource.version, "link": link}


def forget(resource: Resource) -> None:
    """Once this is all done, take its present file out of the storage."""
    if name := resource.file.name:
        storage = resource.file.storage
        transaction.on_commit(lambda: storage.delete(name))


def move(*, resource: Resource, to: ResourceStatus, verb: str, by: User, now: datetime) -> Resource:
    with transaction.atomic():
        resource = locked(resource, by)
        before = ResourceStatus(resource.status)
        if (before, to) not in RESOURCE_TRANSITIONS:
            raise ResourceRefused(f"Nothing was changed: this resource is {before.label.lower()} now.")
        resource.status = to
        if to == ResourceStatus.PUBLISHED:
            refuse_expired(resource, now)
            resource.published_at = now
        resource.save(update_fields=["status", "published_at"])
        record([note(resource, verb, by, now, from_state=before, to_state=to)])
    return resource


def refuse_expired(resource: Resource, now: datetime) -> None:
    if resource.standing(resource.today(now)) == Standing.EXPIRED:
        raise ResourceRefused(
            f"It was valid until {resource.valid_until:%-d %B %Y}: partners could do nothing with it. Change that day first."
        )


def publish(*, resource: Resource, by: User, now: datetime) -> Resource:
    """Show it to partners. ResourceRefused once its validity is over."""
    return move(resource=resource, to=ResourceStatus.PUBLISHED, verb="published", by=by, now=now)


def retire(*, resource: Resource, by: User, now: datetime) -> Resource:
    """Take it off partners' shelves. What they did with it stays counted, and it can be published again."""
    return move(resource=resource, to=ResourceStatus.RETIRED, verb="retired", by=by, now=now)


def delete(*, resource: Resource, by: User, now: datetime) -> None:
    """Throw it away with its file. ResourceRefused once a partner has opened it: then it is retired instead."""
    with transaction.atomic():
        resource = locked(resource, by)
        if resource.uses.exists():
            raise ResourceRefused("Partners have used this resource, so it stays on record. Retire it instead.")
        record([note(resource, "deleted", by, now, data={"title": resource.title, "sha256": resource.sha256})])
        forget(resource)
        resource.delete()


COUNT = f"""
    INSERT INTO {ResourceUse._meta.db_table} AS known
        (resource_id, partner_id, act, activity, count, first_at, first_by_id, last_at, last_by_id)
    VALUES (%(resource)s, %(partner)s, %(act)s, %(activity)s, 1, %(now)s, %(by)s, %(now)s, %(by)s)
    ON CONFLICT (resource_id, partner_id, act, activity) DO UPDATE
        SET count = known.count + 1, last_at = excluded.last_at, last_by_id = excluded.last_by_id
        WHERE known.last_at <= %(before)s OR (known.last_by_id <> excluded.last_by_id AND known.last_at <= excluded.last_at)
    RETURNING count
"""


def use(*, resource: Resource, partner: Company, act: Act, by: User, now: datetime, activity: str = "") -> int | None:
    """Count what a partner does with a resource: how often by now, or None where it is the same act once more.

    The same person's same act counts once in ten minutes. ResourceRefused where partners cannot have it today.
    """
    if not by.has_perm("programs.use_resource", partner):
        raise PermissionDenied
    if words := closed(resource, now):
        raise ResourceRefused(words)
    facts: dict[str, Any] = {
        "resource": resource.pk,
        "partner": partner.pk,
        "act": act.value,
        "activity": activity,
        "now": now,
        "by": by.pk,
        "before": now - timedelta(minutes=SAME_ACT_MINUTES),
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(COUNT, facts)
        counted: tuple[int] | None = cursor.fetchone()
        if counted is None:
            return None
        data = {"count": counted[0], "version": resource.version} | ({"activity": activity} if activity else {})
        record([event(verb=act.value, about=resource, by=by, at=now, company_id=partner.pk, data=data)])
    return counted[0]


def closed(resource: Resource, now: datetime) -> str:
    """Why partners cannot have it today, in words; empty where they can."""
    stands = resource.standing(resource.today(now))
    if stands in OPEN:
        return ""
    if stands == Standing.COMING:
        return f"You can have it from {resource.valid_from:%-d %B %Y} on."
    if stands == Standing.EXPIRED:
        return f"It was valid until {resource.valid_until:%-d %B %Y}. Ask {resource.vendor.name} for its successor."
    return f"{resource.vendor.name} does not offer it now."
