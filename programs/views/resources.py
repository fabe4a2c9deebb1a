"""Pages of resources: the library that partners choose from, and how a channel manager fills and looks after it."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import NamedTuple

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from partners.exports import table_response
from partners.lists import chosen_sort, in_order, page_of, wanted_file
from partners.models import Company
from partners.states import Kind
from programs.activities import ActivityKind
from programs.days import Clock
from programs.forms import data_of
from programs.models import Program, Resource, Vendor
from programs.resources import actions
from programs.resources.actions import ResourceChanged, ResourceRefused, closed, version
from programs.resources.filters import PARTNERS_SORTS, SORTS, PartnerFilter, ResourceFilter
from programs.resources.forms import ResourceForm, UsedForm
from programs.resources.states import TONES, ResourceStatus
from programs.resources.uses import by_act, partners_of
from programs.views.programs import company_of

DRAFT, PUBLISHED, RETIRED = ResourceStatus.DRAFT, ResourceStatus.PUBLISHED, ResourceStatus.RETIRED
NO_END = Value(date(9999, 12, 31))


def listed(request: HttpRequest, now: datetime) -> QuerySet[Resource]:
    """Resources as the company worked in has them: a vendor its own, a partner what is shared with it, newest first."""
    company = company_of(request)
    days = Clock(now).days(Vendor.objects.order_by().values_list("time_zone", flat=True).distinct())
    resources = Resource.objects.visible_to(request.user).select_related("vendor", "program").with_standing(days)
    resources = resources.alias(until=Coalesce("valid_until", NO_END))
    if company is None:
        return resources.none()
    if company.kind == Kind.PARTNER:
        return resources.shared().with_own(company).order_by("-published_at", "title", "pk")
    if company.kind == Kind.VENDOR:
        resources = resources.filter(vendor=company.pk)
    return resources.with_reach().order_by("vendor__name", "title", "pk")


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    company = company_of(request)
    is_partner = company is not None and company.kind == Kind.PARTNER
    others = {"reached", "users"} if is_partner else {"used"}
    sorts = {name: fields for name, fields in SORTS.items() if name not in others}
    narrowed = ResourceFilter(request.GET, queryset=listed(request, now), company=company)
    sort = chosen_sort(request, sorts)
    found = in_order(narrowed.qs, sort, sorts)
    if kind := wanted_file(request):
        return exported(found, kind, is_partner, now)
    page = page_of(request, found)
    for resource in page:
        stand(resource, now)
    context = {
        "page_obj": page,
        "filter": narrowed,
        "ordering": sort,
        "is_partner": is_partner,
        "is_vendor": company is not None and company.kind == Kind.VENDOR,
        "may_add": company is not None and request.user.has_perm("programs.add_resource", company),
    }
    return render(request, "programs/resources/index.html", context)


def stand(resource: Resource, now: datetime) -> None:
    """Tell the page where it stands today."""
    resource.day = resource.today(now)
    resource.stands = resource.standing(resource.day)
    resource.tone = TONES[resource.stands]


def exported(resources: QuerySet[Resource], kind: str, is_partner: bool, now: datetime) -> HttpResponse:
    columns = ["Vendor", "Resource", "Type", "Program", "Activities", "Language", "Valid from", "Valid until", "State"]
    columns += ["File or link", "Opened by you", "Used by you"] if is_partner else ["File or link", "Opened"]
    columns += [] if is_partner else ["Partners", "Partners that used it"]

    def row(r: Resource) -> list:
        facts = [
            r.vendor.name,
            r.title,
            r.get_kind_display(),
            r.program.name if r.program else "All",
            ", ".join(r.activity_names) or "Any",
            r.language_name,
            r.valid_from,
            r.valid_until,
            r.standing(r.today(now)).label,
            r.name or r.link,
            r.taken,
        ]
        return facts + ([r.used] if is_partner else [r.reached, r.users])

    return table_response(name="resources", columns=columns, rows=(row(r) for r in resources), kind=kind)


def visible_resource(request: HttpRequest, pk: int) -> Resource:
    resources = Resource.objects.visible_to(request.user).select_related("vendor", "program")
    return get_object_or_404(resources, pk=pk)


def own_resource(request: HttpRequest, pk: int) -> Resource:
    """A resource of a vendor that the person manages; 403 if it is only seen."""
    resource = visible_resource(request, pk)
    if not request.user.has_perm("programs.change_resource", resource):
        raise PermissionDenied
    return resource


def using(request: HttpRequest) -> Company | None:
    """The partner that the person works for now, if any."""
    company = company_of(request)
    return company if company is not None and request.user.has_perm("programs.use_resource", company) else None


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    now = timezone.now()
    resource = visible_resource(request, pk)
    stand(resource, now)
    partner = using(request)
    may_change = request.user.has_perm("programs.change_resource", resource)
    context = {
        "resource": resource,
        "may_change": may_change,
        "closed": closed(resource, now),
        "partner": partner,
    }
    if partner:
        context["uses"] = resource.uses.of_partner(partner).select_related("last_by").order_by("-last_at")
        context["form"] = UsedForm(resource=resource)
    if may_change:
        context["moves"] = [step for step in MOVES.values() if step.fits(resource)]
        context["totals"] = by_act(resource)
        context["history"] = history(resource)
        context["is_hidden"] = not Program.objects.published().filter(vendor=resource.vendor_id).exists()
    return render(request, "programs/resources/detail.html", context)


def history(resource: Resource) -> Iterator[dict]:
    """What its vendor's people did with it, newest first, as the timeline shows it."""
    for event in actions.managed(resource).select_related("actor").reverse():
        new = event.data.get("file") or event.data.get("link")
        what = event.verb.capitalize()
        if new and event.verb == "changed":
            what = f"Replaced by version {event.data['version']}"
        yield {"at": event.at, "actor": event.actor, "what": what, "reason": new or ""}


@require_safe
def partners(request: HttpRequest, pk: int) -> HttpResponse:
    """Which partners took a resource and used it, and how often: for its vendor's managers."""
    resource = own_resource(request, pk)
    narrowed = PartnerFilter(request.GET, queryset=partners_of(resource))
    sort = chosen_sort(request, PARTNERS_SORTS, "-last")
    found = in_order(narrowed.qs, sort, PARTNERS_SORTS)
    if kind := wanted_file(request):
        columns = ["Partner", "Opened", "Downloaded", "Used", "For", "First", "Last"]
        rows = ([p.name, p.opened, p.downloaded, p.used, served(p.activities), p.first, p.last] for p in found)
        return table_response(name=f"{resource.title} partners", columns=columns, rows=rows, kind=kind)
    page = page_of(request, found)
    for partner in page:
        partner.served = served(partner.activities)
    context = {"resource": resource, "page_obj": page, "filter": narrowed, "ordering": sort}
    return render(request, "programs/resources/partners.html", context)


def served(kinds: list[str]) -> str:
    """The activities that partners named, in words."""
    return ", ".join(ActivityKind(kind).label for kind in sorted(kinds) if kind)


def create(request: HttpRequest) -> HttpResponse:
    company = company_of(request)
    if company is None or not request.user.has_perm("programs.add_resource", company):
        raise PermissionDenied
    resource = Resource(vendor=get_object_or_404(Vendor, pk=company.pk))
    return edited(
        request,
        resource,
        "programs/resources/create.html",
        "It is saved as a draft. No partner sees it before you publish it.",
    )


def edit(request: HttpRequest, pk: int) -> HttpResponse:
    return edited(request, own_resource(request, pk), "programs/resources/edit.html", "Your changes are saved.")


def edited(request: HttpRequest, resource: Resource, template: str, done: str) -> HttpResponse:
    """GET shows the resource's form; POST saves it, or shows it again with what was typed."""
    title, now = resource.title, timezone.now()
    form = ResourceForm(
        data_of(request),
        request.FILES or None,
        instance=resource,
        initial={"seen": version(resource)},
        today=resource.today(now),
    )
    if request.method == "POST" and form.is_valid():
        try:
            saved = actions.save(
                resource=form.save(commit=False),
                accepted=form.cleaned_data["upload"],
                link=form.cleaned_data["link"],
                by=request.user,
                now=now,
                seen=form.cleaned_data["seen"],
            )
        except ResourceRefused as refusal:
            form.add_error(None, str(refusal))
            if isinstance(refusal, ResourceChanged):
                form.renew_seen(version(resource))
        else:
            messages.success(request, done)
            return redirect("programs:resource", saved.pk)
    return render(request, template, {"form": form, "resource": resource, "title": title})


class Move(NamedTuple):
    """One step of a resource's life, as its button and its page say it."""

    name: str
    sources: tuple[ResourceStatus, ...]
    label: str
    title: str
    words: str
    done: str
    act: Callable[..., Resource]

    def fits(self, resource: Resource) -> bool:
        return resource.status in self.sources


MOVES = {
    move.name: move
    for move in (
        Move(
            "publish",
            (DRAFT, RETIRED),
            "Publish",
            "Publish this resource?",
            "Partners find it in their library from then on. You can still change it, replace its file or retire it.",
            "It is published. Partners find it in their library now.",
            actions.publish,
        ),
        Move(
            "retire",
            (PUBLISHED,),
            "Retire",
            "Retire this resource?",
            "Partners don't see it any more. What they did with it stays counted, and you can publish it again.",
            "It is retired: partners don't see it any more.",
            actions.retire,
        ),
    )
}


def move(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """GET asks, POST does it."""
    resource, step = own_resource(request, pk), MOVES[name]
    if request.method == "POST":
        try:
            step.act(resource=resource, by=request.user, now=timezone.now())
        except ResourceRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, step.done)
        return redirect("programs:resource", pk)
    if not step.fits(resource):
        messages.info(request, f"Nothing to do: this resource is {resource.get_status_display().lower()} now.")
        return redirect("programs:resource", pk)
    return render(request, "programs/resources/move.html", {"resource": resource, "move": step})


def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """GET asks, POST throws it away; one that partners have used is retired instead."""
    resource = own_resource(request, pk)
    if request.method == "POST":
        try:
            actions.delete(resource=resource, by=request.user, now=timezone.now())
        except ResourceRefused as refusal:
            messages.error(request, str(refusal))
            return redirect("programs:resource", pk)
        messages.success(request, f"{resource.title} is deleted.")
        return redirect("programs:resources")
    return render(request, "programs/resources/delete.html", {"resource": resource})
