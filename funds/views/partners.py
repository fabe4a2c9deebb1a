"""A channel manager's partners: who they are, what they have and joined, who asks to be let in."""

from collections.abc import Iterable
from datetime import date

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from funds import actions
from funds.actions import FundsRefused
from funds.actions.joining import plan_of, tier_of
from funds.actions.parting import outlook
from funds.joining_forms import AddPartnerForm
from funds.ledger import LedgerError
from funds.models import Accrual, Allocation
from funds.starting import StartingShare
from partners import countries
from partners.exports import table_response
from partners.lists import chosen_sort, in_order, page_of, wanted_file
from partners.models import Event, Partner
from programs import joining, standing
from programs.filters import PARTNER_SORTS, REQUEST_SORTS, PartnerFilter, RequestFilter
from programs.forms import data_of
from programs.joining import JoinRefused
from programs.joining_forms import DeclineForm, EndForm
from programs.models import CertificationHeld, Enrolment, Program, Tier, TierHeld, Vendor
from programs.money import major, show
from programs.outlooks import unmet_by
from programs.standing import Change, partners_of
from programs.states import EnrolmentStatus, ProgramStatus
from programs.views.standing import own_partner, own_vendor

WAITING_SHOWN = 25


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


@require_safe
def requests(request: HttpRequest) -> HttpResponse:
    vendor = own_vendor(request)
    asked = Enrolment.objects.visible_to(request.user).of_vendor(vendor).exclude(asked_at=None)
    held = TierHeld.objects.filter(vendor=vendor, partner=OuterRef("partner"))
    rows = asked.select_related("partner", "program").annotate(tier_name=Subquery(held.values("tier__name")[:1]))
    narrowed = RequestFilter(request.GET, queryset=rows, programs=own_programs(request, vendor))
    sort = chosen_sort(request, REQUEST_SORTS, "asked")
    found = in_order(narrowed.qs, sort, REQUEST_SORTS)
    if kind := wanted_file(request):
        return exported_requests(found, kind)
    short = StartingShare.objects.visible_to(request.user).of_vendor(vendor).waiting()
    shares = short.select_related("enrolment__partner", "enrolment__program")
    context = {
        "page_obj": page_of(request, found),
        "filter": narrowed,
        "ordering": sort,
        "now": timezone.now(),
        "shares": shares[:WAITING_SHOWN],
        "more_shares": max(0, short.count() - WAITING_SHOWN),
    }
    return render(request, "funds/partners/requests.html", context)


def exported_requests(enrolments: QuerySet[Enrolment], kind: str) -> HttpResponse:
    columns = ["Partner", "Tier", "Program", "State", "Asked (UTC)", "What it says", "Reason"]
    rows = (
        [e.partner.name, e.tier_name, e.program.name, e.get_status_display(), e.asked_at, e.note, e.reason]
        for e in enrolments
    )
    return table_response(name="requests to join", columns=columns, rows=rows, kind=kind)


def own_enrolment(request: HttpRequest, pk: int) -> Enrolment:
    enrolments = Enrolment.objects.visible_to(request.user).select_related("program__vendor", "partner", "asked_by")
    found = get_object_or_404(enrolments, pk=pk)
    if not request.user.has_perm("programs.answer_request", found):
        raise PermissionDenied
    return found


def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """GET shows who asks and how it stands to the rules; POST accepts, or declines with a reason."""
    enrolment = own_enrolment(request, pk)
    program, asking = enrolment.program, enrolment.partner
    is_declined = request.POST.get("answer") == "decline"
    form = DeclineForm(request.POST if is_declined else None, partner=asking.name)
    if request.method == "POST" and (not is_declined or form.is_valid()):
        try:
            if is_declined:
                typed = form.cleaned_data
                joining.decline(
                    enrolment=enrolment, code=typed["code"], reason=typed["reason"], by=request.user, now=timezone.now()
                )
                messages.success(request, f"{asking.name} reads why. It may ask again.")
            else:
                joined = actions.accept(enrolment=enrolment, by=request.user, now=timezone.now())
                messages.success(request, f"{asking.name} is in {program.name}.")
                tell_of(request, joined, program)
        except (JoinRefused, FundsRefused, LedgerError) as refusal:
            messages.error(request, str(refusal))
        return redirect("funds:join_requests")
    if enrolment.status != EnrolmentStatus.ASKED:
        messages.info(request, joining.answered(enrolment).removeprefix("Nothing was changed: "))
        return redirect("funds:partner", asking.pk)
    plan = plan_of(program)
    amount = plan.amount_for(tier_of(asking, program)) if plan else 0
    context = {
        "enrolment": enrolment,
        "program": program,
        "partner": asking,
        "tier": TierHeld.objects.filter(partner=asking, vendor=program.vendor_id).select_related("tier").first(),
        "country": countries.name_of(asking.country),
        "unmet": unmet_by(program, asking, timezone.now()),
        "amount": amount,
        "plan": plan,
        "is_short": bool(plan and amount > plan.budget.unallocated),
        "form": form,
        "is_declined": is_declined,
    }
    return render(request, "funds/partners/answer.html", context)


def end(request: HttpRequest, pk: int) -> HttpResponse:
    """GET says what it means to take a partner out, POST does it with a reason."""
    enrolment = own_enrolment(request, pk)
    form = EndForm(data_of(request), partner=enrolment.partner.name)
    if request.method == "POST" and form.is_valid():
        try:
            actions.part(enrolment=enrolment, reason=form.cleaned_data["reason"], by=request.user, now=timezone.now())
        except JoinRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, f"{enrolment.partner.name} is out of {enrolment.program.name}.")
        return redirect("funds:partner", enrolment.partner_id)
    if request.method != "POST" and enrolment.status != EnrolmentStatus.JOINED:
        messages.info(request, f"{enrolment.partner.name} is not in this program.")
        return redirect("funds:partner", enrolment.partner_id)
    context = {"enrolment": enrolment, "form": form, "parting": outlook(enrolment, timezone.now())}
    return render(request, "funds/partners/end.html", context)


def own_share(request: HttpRequest, pk: int) -> StartingShare:
    shares = StartingShare.objects.visible_to(request.user).select_related("enrolment__program", "enrolment__partner")
    return get_object_or_404(shares, pk=pk)


@require_POST
def grant_share(request: HttpRequest, pk: int) -> HttpResponse:
    share = own_share(request, pk)
    try:
        made = actions.grant_share(share=share, by=request.user, now=timezone.now())
    except (FundsRefused, LedgerError) as refusal:
        messages.error(request, str(refusal))
    else:
        amount, name = show(share.amount, share.enrolment.program.currency), share.enrolment.partner.name
        if made:
            messages.success(request, f"You granted {amount} to {name}.")
        else:
            messages.info(request, f"{name} has its {amount} already.")
    return redirect("funds:join_requests")


@require_POST
def drop_share(request: HttpRequest, pk: int) -> HttpResponse:
    share = own_share(request, pk)
    if actions.drop_share(share=share, by=request.user, now=timezone.now()):
        messages.success(request, f"{share.enrolment.partner.name} gets nothing to start with.")
    else:
        messages.info(request, "This was settled already.")
    return redirect("funds:join_requests")
