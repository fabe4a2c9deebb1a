"""A channel manager's partners: who they are, what they have and joined."""

from collections.abc import Iterable
from datetime import date

from django.contrib import messages
from django.db import transaction
from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from funds import actions
from funds.actions import FundsRefused
from funds.joining_forms import AddPartnerForm
from funds.ledger import LedgerError
from funds.models import Accrual, Allocation
from funds.starting import StartingShare
from partners import countries
from partners.exports import table_response
from partners.lists import chosen_sort, in_order, page_of, wanted_file
from partners.models import Event, Partner
from programs import standing
from programs.actions.joining import JoinRefused
from programs.filters import PARTNER_SORTS, PartnerFilter
from programs.forms import data_of
from programs.models import CertificationHeld, Enrolment, Program, Tier, TierHeld, Vendor
from programs.money import major, show
from programs.standing import Change, partners_of
from programs.states import ProgramStatus
from programs.views.standing import own_partner, own_vendor


def own_programs(request: HttpRequest, vendor: Vendor) -> QuerySet[Program]:
    return Program.objects.visible_to(request.user).filter(vendor=vendor).order_by("name", "pk")


def with_facts(partners: QuerySet[Partner], vendor: Vendor) -> QuerySet[Partner]:
    """Adds `tier_name`, `tier_rank`, and how many of the vendor's programs each has joined."""
    held = TierHeld.objects.filter(vendor=vendor, partner=OuterRef("pk"))
    joined = Enrolment.objects.joined().filter(program__vendor=vendor, partner=OuterRef("pk")).order_by()
    counted = joined.values("partner").annotate(count=Count("pk")).values("count")
    return partners.annotate(
        tier_name=Subquery(held.values("tier__name")[:1]),
        tier_rank=Coalesce(Subquery(held.values("tier__rank")[:1]), 0),
        programs_joined=Coalesce(Subquery(counted, output_field=IntegerField()), 0),
    )


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    vendor = own_vendor(request)
    narrowed = PartnerFilter(
        request.GET,
        queryset=with_facts(partners_of(vendor), vendor),
        vendor=vendor,
        programs=own_programs(request, vendor),
    )
    sort = chosen_sort(request, PARTNER_SORTS, "name")
    found = in_order(narrowed.qs, sort, PARTNER_SORTS)
    if kind := wanted_file(request):
        return exported(request, vendor, found, kind)
    page = page_of(request, found)
    today = vendor_today(vendor)
    certified, money = certificates(vendor, page), unclaimed(request, vendor, page)
    for partner in page:
        partner.country_name = countries.name_of(partner.country)
        partner.valid = [c for c in certified.get(partner.pk, []) if c.held_until is None or c.held_until >= today]
        partner.ended = [c for c in certified.get(partner.pk, []) if c not in partner.valid]
        partner.unclaimed = money.get(partner.pk, {})
    context = {
        "page_obj": page,
        "filter": narrowed,
        "ordering": sort,
        "waiting": Enrolment.objects.visible_to(request.user).of_vendor(vendor).waiting().count(),
        "short": StartingShare.objects.visible_to(request.user).of_vendor(vendor).waiting().count(),
    }
    return render(request, "funds/partners/index.html", context)


def vendor_today(vendor: Vendor) -> date:
    """The day where the vendor is. Each program judges by its own."""
    return Program(time_zone=vendor.time_zone).today(timezone.now())


def certificates(vendor: Vendor, partners: Iterable[Partner]) -> dict[int, list[CertificationHeld]]:
    held = CertificationHeld.objects.filter(certification__vendor=vendor, partner__in=[p.pk for p in partners])
    found: dict[int, list[CertificationHeld]] = {}
    for row in held.select_related("certification").order_by("certification__name"):
        found.setdefault(row.partner_id, []).append(row)
    return found


def unclaimed(request: HttpRequest, vendor: Vendor, partners: Iterable[Partner]) -> dict[int, dict[str, int]]:
    """What each partner has still to claim of the vendor's money, by currency."""
    funds = Allocation.objects.visible_to(request.user).of_vendor(vendor).unclaimed()
    sums = (
        funds.filter(partner__in=[p.pk for p in partners])
        .order_by()
        .values("partner", currency=F("budget__program__currency"))
        .annotate(amount=Sum(F("available") + F("reserved")))
    )
    found: dict[int, dict[str, int]] = {}
    for row in sums:
        found.setdefault(row["partner"], {})[row["currency"]] = int(row["amount"])
    return found


def exported(request: HttpRequest, vendor: Vendor, partners: QuerySet[Partner], kind: str) -> HttpResponse:
    found = list(partners)
    certified, money = certificates(vendor, found), unclaimed(request, vendor, found)
    currencies = sorted({currency for sums in money.values() for currency in sums})
    columns = ["Partner", "Short name", "Country", "Tier", "Certifications", "Programs joined"]
    columns += [f"Still to claim, {currency}" for currency in currencies]

    def row(partner: Partner) -> list:
        certificate = [
            f"{c.certification.name}{f' until {c.held_until.isoformat()}' if c.held_until else ''}"
            for c in certified.get(partner.pk, [])
        ]
        sums = money.get(partner.pk, {})
        facts = [partner.name, partner.slug, partner.country, partner.tier_name, "; ".join(certificate)]
        return [*facts, partner.programs_joined, *(major(sums.get(c, 0), c) for c in currencies)]

    return table_response(name="partners", columns=columns, rows=(row(p) for p in found), kind=kind)


@require_safe
def partner(request: HttpRequest, pk: int) -> HttpResponse:
    """All that a vendor has with one partner."""
    vendor, found = own_partner(request, pk)
    enrolments = list(
        Enrolment.objects.visible_to(request.user)
        .of_vendor(vendor)
        .of_partner(found)
        .select_related("program")
        .order_by("program__name", "pk")
    )
    money = (
        Allocation.objects.visible_to(request.user)
        .of_vendor(vendor)
        .of_partner(found)
        .order_by()
        .values("budget__program")
        .annotate(count=Count("pk"), left=Sum(F("available") + F("reserved")), paid=Sum("paid"))
    )
    by_program = {row["budget__program"]: row for row in money}
    for enrolment in enrolments:
        enrolment.money = by_program.get(enrolment.program_id)
    held = TierHeld.objects.filter(partner=found, vendor=vendor).select_related("tier").first()
    context = {
        "partner": found,
        "country": countries.name_of(found.country),
        "tier": held,
        "certified": certificates(vendor, [found]).get(found.pk, []),
        "today": vendor_today(vendor),
        "enrolments": enrolments,
        "history": history(vendor, found, enrolments),
        "has_sold": Accrual.objects.of_company(vendor).filter(partner=found).exists(),
    }
    return render(request, "funds/partners/partner.html", context)


def history(vendor: Vendor, partner: Partner, enrolments: list[Enrolment]) -> list[dict]:
    """What the vendor and this partner did with each other here, newest first."""
    names = {enrolment.pk: enrolment.program.name for enrolment in enrolments}
    about = Q(subject=Partner._meta.label_lower, subject_id=partner.pk, company=vendor.pk)
    about |= Q(subject=Enrolment._meta.label_lower, subject_id__in=list(names))
    entries = []
    for event in Event.objects.filter(about).select_related("actor").order_by("-at", "-id")[:50]:
        program = names.get(event.subject_id) if event.subject == Enrolment._meta.label_lower else None
        words = event.verb.capitalize()
        entries.append(
            {
                "at": event.at,
                "actor": event.actor,
                "what": f"{words}: {program}" if program else words,
                "reason": event.reason or " ".join(event.data.get("changes", [])),
            }
        )
    return entries


def add(request: HttpRequest) -> HttpResponse:
    """Take up a partner: into a tier, a program, or both."""
    vendor = own_vendor(request)
    programs = own_programs(request, vendor).filter(status=ProgramStatus.PUBLISHED)
    form = AddPartnerForm(
        data_of(request), vendor=vendor, programs=programs, initial={"program": request.GET.get("program", "")[:18]}
    )
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        try:
            joined = taken_up(request, vendor, typed["partner"], typed["tier"], typed["program"])
        except (JoinRefused, FundsRefused, LedgerError) as refusal:
            form.add_error("program", str(refusal))
        else:
            if joined is not None:
                tell_of(request, joined, typed["program"])
            messages.success(request, f"{typed['partner'].name} is among your partners.")
            return redirect("funds:partner", typed["partner"].pk)
    return render(request, "funds/partners/add.html", {"form": form, "vendor": vendor})


def taken_up(
    request: HttpRequest, vendor: Vendor, partner: Partner, tier: Tier | None, program: Program | None
) -> actions.Joined | None:
    """Both or neither: the tier decides what the program brings."""
    now = timezone.now()
    with transaction.atomic():
        if tier:
            change = Change(partner, sets_tier=True, tier=tier)
            standing.set_standings(vendor=vendor, changes=[change], by=request.user, now=now)
        return actions.add(program=program, partner=partner, by=request.user, now=now) if program else None


def tell_of(request: HttpRequest, joined: actions.Joined, program: Program) -> None:
    """What became of the money to start with."""
    share = joined.share
    if not joined.is_new or share is None:
        return
    amount = show(share.amount, program.currency)
    if share.allocation_id:
        messages.success(request, f"{amount} to start with is granted.")
    else:
        messages.warning(request, f"The {amount} to start with waits: the budget holds too little.")
