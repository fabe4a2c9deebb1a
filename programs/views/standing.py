"""A channel manager's settings: which tiers and certifications there are, and who has which, one by one or from a file."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from partners.exports import table_response
from partners.models import Partner
from partners.parcels import packed, unpacked
from partners.tables import FileRefused, Row, read
from programs import standing
from programs.forms import TableFileForm, data_of
from programs.joining_forms import CertificationForm, StandingForm, TierForm
from programs.models import Certification, CertificationHeld, Tier, TierHeld, Vendor
from programs.standing import StandingRefused, partners_of
from programs.standing_plans import STANDINGS, Status, plan
from programs.views.people import company_of

FAULTS_SHOWN = 200


def own_vendor(request: HttpRequest) -> Vendor:
    """The vendor worked in, whose partners the person looks after; 403 for everybody else."""
    company = company_of(request)
    if company is None or not request.user.has_perm("programs.manage_partners", company):
        raise PermissionDenied
    return get_object_or_404(Vendor, pk=company.pk)


def own_partner(request: HttpRequest, pk: int) -> tuple[Vendor, Partner]:
    vendor = own_vendor(request)
    return vendor, get_object_or_404(partners_of(vendor), pk=pk)


def done(request: HttpRequest, act: Callable[[], object], words: str) -> None:
    try:
        act()
    except StandingRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, words)


def tiers(request: HttpRequest) -> HttpResponse:
    """GET shows the tiers, the highest first; POST adds one above the others."""
    vendor = own_vendor(request)
    form = TierForm(data_of(request), instance=Tier(vendor=vendor))
    if request.method == "POST" and form.is_valid():
        try:
            made = standing.save_tier(tier=form.save(commit=False), by=request.user, now=timezone.now())
        except StandingRefused as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(
                request, f"{made.name} is your highest tier now. Move another above it where that is wrong."
            )
            return redirect("programs:tiers")
    found = vendor.tiers.annotate(partners=Count("held")).order_by("-rank")
    return render(request, "programs/standing/tiers.html", {"form": form, "tiers": found})


def tier(request: HttpRequest, pk: int) -> HttpResponse:
    """Another name."""
    found = get_object_or_404(Tier.objects.visible_to(request.user), pk=pk)
    name = found.name
    form = TierForm(data_of(request), instance=found)
    if request.method == "POST" and form.is_valid():
        try:
            standing.save_tier(tier=form.save(commit=False), by=request.user, now=timezone.now())
        except StandingRefused as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, f"{name} is called {found.name} now.")
            return redirect("programs:tiers")
    return render(request, "programs/standing/tier.html", {"form": form, "name": name})


@require_POST
def tier_up(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Tier.objects.visible_to(request.user), pk=pk)
    if standing.raise_tier(tier=found, by=request.user, now=timezone.now()):
        messages.success(request, f"{found.name} is one higher.")
    return redirect("programs:tiers")


@require_POST
def tier_remove(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Tier.objects.visible_to(request.user), pk=pk)
    name, now = found.name, timezone.now()
    done(request, lambda: standing.remove_tier(tier=found, by=request.user, now=now), f"The tier {name} is gone.")
    return redirect("programs:tiers")


def certifications(request: HttpRequest) -> HttpResponse:
    """GET shows them; POST adds one."""
    vendor = own_vendor(request)
    form = CertificationForm(data_of(request), instance=Certification(vendor=vendor))
    if request.method == "POST" and form.is_valid() and saved(request, form):
        return redirect("programs:certifications")
    found = vendor.certifications.annotate(partners=Count("held"))
    return render(request, "programs/standing/certifications.html", {"form": form, "certifications": found})


def saved(request: HttpRequest, form: CertificationForm) -> bool:
    try:
        made = standing.save_certification(certification=form.save(commit=False), by=request.user, now=timezone.now())
    except StandingRefused as refusal:
        form.add_error("name", str(refusal))
        return False
    messages.success(request, f"{made.name} is saved.")
    return True


def certification(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Certification.objects.visible_to(request.user), pk=pk)
    name = found.name
    form = CertificationForm(data_of(request), instance=found)
    if request.method == "POST" and form.is_valid() and saved(request, form):
        return redirect("programs:certifications")
    return render(request, "programs/standing/certification.html", {"form": form, "name": name})


@require_POST
def certification_remove(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Certification.objects.visible_to(request.user), pk=pk)
    name, now = found.name, timezone.now()
    done(
        request,
        lambda: standing.remove_certification(certification=found, by=request.user, now=now),
        f"The certification {name} is gone.",
    )
    return redirect("programs:certifications")


def partner_standing(request: HttpRequest, pk: int) -> HttpResponse:
    """One partner's tier and certifications."""
    vendor, partner = own_partner(request, pk)
    held = CertificationHeld.objects.filter(partner=partner, certification__vendor=vendor)
    form = StandingForm(
        data_of(request),
        vendor=vendor,
        tier_id=TierHeld.objects.filter(partner=partner, vendor=vendor).values_list("tier", flat=True).first(),
        held=dict(held.values_list("certification", "held_until")),
        certifications=vendor.certifications.all(),
    )
    if request.method == "POST" and form.is_valid():
        changes = [form.change(partner)]
        if standing.set_standings(vendor=vendor, changes=changes, by=request.user, now=timezone.now()):
            messages.success(request, f"{partner.name} stands as you said.")
        else:
            messages.info(request, "Nothing is different from what stood here.")
        return redirect("funds:partner", pk)
    context = {"form": form, "partner": partner, "vendor": vendor}
    return render(request, "programs/standing/partner.html", context)


def salt_of(request: HttpRequest, vendor: Vendor) -> str:
    """What a preview belongs to: this person's, of this vendor."""
    return f"programs.standing-file:{vendor.pk}:{request.user.pk}"


def standing_file(request: HttpRequest) -> HttpResponse:
    """GET asks for the file; POST of a file shows what it would do; POST of a preview does it, all or nothing."""
    vendor = own_vendor(request)
    is_confirmed = "parcel" in request.POST
    form = TableFileForm(request.POST, request.FILES) if request.method == "POST" else TableFileForm()
    try:
        if is_confirmed:
            return confirmed(
                request, vendor, unpacked(request.POST["parcel"], STANDINGS, salt=salt_of(request, vendor))
            )
        if request.method == "POST" and form.is_valid():
            return preview(request, vendor, read(form.cleaned_data["file"].read(), STANDINGS))
    except FileRefused as refusal:
        if is_confirmed:
            form = TableFileForm()
            messages.error(request, str(refusal))
        else:
            form.add_error("file", str(refusal))
    return render(request, "programs/standing/file.html", {"form": form, "vendor": vendor})


def preview(request: HttpRequest, vendor: Vendor, rows: list[Row], refusal: str = "") -> HttpResponse:
    planned = plan(rows, vendor=vendor)
    new, same, wrong = (planned.of(status) for status in (Status.NEW, Status.STANDING, Status.ERROR))
    faults = planned.faults
    context = {
        "vendor": vendor,
        "refusal": refusal,
        "counts": {"new": len(new), "same": len(same), "wrong": len(wrong)},
        "rows": [found for found in planned.rows if not found.errors][:FAULTS_SHOWN],
        "more_rows": max(0, len(new) + len(same) - FAULTS_SHOWN),
        "faults": faults[:FAULTS_SHOWN],
        "more_faults": max(0, len(faults) - FAULTS_SHOWN),
        "parcel": packed(rows, STANDINGS, salt=salt_of(request, vendor)) if planned.is_ready else "",
        "form": TableFileForm(),
    }
    return render(request, "programs/standing/preview.html", context)


def confirmed(request: HttpRequest, vendor: Vendor, rows: list[Row]) -> HttpResponse:
    """Do what the rows say, or show the preview again with what changed since."""
    planned = plan(rows, vendor=vendor)
    if planned.of(Status.ERROR):
        return preview(request, vendor, rows, "Something changed since you looked: nothing was done. Look again.")
    count = standing.set_standings(vendor=vendor, changes=planned.changes, by=request.user, now=timezone.now())
    if count:
        messages.success(request, f"{count} partner{'s stand' if count > 1 else ' stands'} as the file says.")
    else:
        messages.info(request, "All of this stood here already: nothing was changed.")
    return redirect("funds:partners")


@require_safe
def standing_template(request: HttpRequest) -> HttpResponse:
    """A file to fill in: the columns, and one row as an example."""
    vendor = own_vendor(request)
    tier = vendor.tiers.order_by("-rank").first()
    certification = vendor.certifications.first()
    until = f"{timezone.now().year + 1}-12-31"
    example = ["a partner's name or short name", tier or "", certification or "", until if certification else ""]
    return table_response(name="tiers and certifications", columns=STANDINGS.columns, rows=[example], kind="csv")
