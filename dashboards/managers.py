"""The channel manager's home: how much of the budget works, what waits, who sits on unused money, what will lapse."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Count, F, QuerySet, Sum
from django.template.defaultfilters import pluralize
from django.urls import reverse

from claims.models import Claim
from dashboards import asked
from dashboards.reports import forecast, roi
from dashboards.reports import resources as resources_report
from dashboards.reports.unused import today_of, unused
from dashboards.reports.use import by_program
from funds.asks import ExtensionRequest, Proposal
from funds.models import Allocation, Budget
from funds.starting import StartingShare
from funds.views.asking import rows_of
from partners.models import Company, User
from programs.models import Enrolment, Program, Terms
from programs.money import show
from programs.states import ProgramStatus
from programs.terms import SOON_DAYS

IDLE_ROWS = 10
REQUEST_ROWS = 5
# A budget of which less than this share is left to grant runs dry.
DRY_SHARE = 10
DRY_ROWS = 3
AHEAD = timedelta(days=90)


class Waiting(NamedTuple):
    """One line of what waits for the manager, and the button for it; `is_hers` if nobody else will do it."""

    title: str
    words: str
    url: str
    button: str
    is_hers: bool = False


def home(*, user: User, company: Company, now: datetime) -> dict[str, Any]:
    programs = list(Program.objects.visible_to(user).filter(vendor_id=company.pk))
    working = [entry for entry in by_program(programs=programs, user=user, company=company) if entry["funded"]]
    idle = unused(user=user, company=company, now=now)
    today = today_of(company, now)
    sentence = by_currency(working)
    scope = resources_report.Scope(user, company)
    return {
        "today": today,
        "working": working,
        "sentence": sentence,
        "resources": resources_report.in_short(scope, sentence[0]["currency"]) if sentence else None,
        "returns": roi.totals(roi.returns(roi.Scope(user, company), "program")),
        "published": [program for program in programs if program.status == ProgramStatus.PUBLISHED],
        "waiting": [
            *approvals(user, company),
            *at_the_door(user, company),
            *drafts(programs),
            *terms_drafts(company),
            *plans_ready(user, company),
            *about_to_lapse(idle, today),
            *running_dry(user, company, today),
            *claims_waiting(user, company),
        ],
        "requests": requests(user, company, now),
        "idle": idle_rows(idle, now),
        "ahead": lapsing(programs, company, now, today),
    }


def requests(user: User, company: Company, now: datetime) -> list[dict[str, Any]]:
    """Partners who ask for more time, what waits longest first: one more than is shown says that there are others."""
    asked = ExtensionRequest.objects.visible_to(user).of_company(company).open().with_fund()
    return rows_of(asked.order_by("asked_at", "pk")[: REQUEST_ROWS + 1], now)


def approvals(user: User, company: Company) -> Iterator[Waiting]:
    if found := asked.waiting_words(user, company):
        yield Waiting(*found, reverse("claims:request_queue"), "Decide", is_hers=True)


def plans_ready(user: User, company: Company) -> Iterator[Waiting]:
    count = Proposal.objects.visible_to(user).of_company(company).open().count()
    if count:
        title = f"{count} plan{pluralize(count)} {pluralize(count, 'is,are')} ready for your money"
        words = "Partners say what they would do with what others leave unused."
        yield Waiting(title, words, reverse("funds:proposals"), "Look", is_hers=True)


def at_the_door(user: User, company: Company) -> Iterator[Waiting]:
    """Who asks to be let into a program, and who is in but still without the money that this brings."""
    asked = Enrolment.objects.visible_to(user).of_vendor(company).waiting().count()
    if asked:
        title = f"{asked} partner{pluralize(asked)} ask{pluralize(asked, 's,')} to join a program"
        yield Waiting(title, "Let them in, or say why not.", reverse("funds:join_requests"), "Answer", is_hers=True)
    short = StartingShare.objects.visible_to(user).of_vendor(company).waiting().count()
    if short:
        title = f"{short} partner{pluralize(short)} wait{pluralize(short, 's,')} for money to start with"
        words = "They joined, and the budget held too little for what that brings."
        yield Waiting(title, words, reverse("funds:join_requests"), "Look", is_hers=True)


def drafts(programs: list[Program]) -> Iterator[Waiting]:
    for program in programs:
        if program.status == ProgramStatus.DRAFT:
            url = reverse("programs:detail", args=[program.pk])
            words = "A draft that no partner sees yet. Publish it when its terms are right."
            yield Waiting(program.name, words, url, "Look and publish", is_hers=True)


def terms_drafts(company: Company) -> Iterator[Waiting]:
    """New versions of published programs that nobody has published yet."""
    found = Terms.objects.filter(program__vendor_id=company.pk, published_at=None, program__published_at__isnull=False)
    for terms in found.select_related("program").order_by("program__name"):
        url = reverse("programs:publish_terms", args=[terms.program_id])
        words = f"Version {terms.number} of its terms is a draft. Until you publish it, the version before it stands."
        yield Waiting(terms.program.name, words, url, "Look and publish", is_hers=True)


def about_to_lapse(idle: QuerySet[Allocation], today: date) -> Iterator[Waiting]:
    soon = idle.filter(claim_by__lte=today + timedelta(days=SOON_DAYS)).order_by()
    rows = soon.values(currency=F("budget__program__currency")).annotate(
        amount=Sum(F("available") + F("reserved")), funds=Count("pk")
    )
    for row in rows.order_by("currency"):
        amount, funds = show(int(row["amount"]), row["currency"]), row["funds"]
        title = f"{amount} lapses within {SOON_DAYS} days"
        words = f"{funds} fund{pluralize(funds)} with an end to claiming so near. A nudge may still save it."
        yield Waiting(title, words, reverse("dashboards:unused"), "See whose", is_hers=True)


def running_dry(user: User, company: Company, today: date) -> Iterator[Waiting]:
    budgets = Budget.objects.visible_to(user).filter(
        program__vendor_id=company.pk, program__status=ProgramStatus.PUBLISHED, closed_at=None, ends_on__gte=today
    )
    dry = budgets.filter(funded__gt=0, unallocated__lt=F("funded") / DRY_SHARE).select_related("program")
    for budget in dry.order_by("ends_on", "id")[:DRY_ROWS]:
        left, all_of_it = (show(amount, budget.program.currency) for amount in (budget.unallocated, budget.funded))
        words = f"{left} of {all_of_it} is left to grant."
        url = reverse("funds:budget", args=[budget.pk])
        yield Waiting(f"{budget.program.name}: {budget.name} runs dry", words, url, "Look")


def claims_waiting(user: User, company: Company) -> Iterator[Waiting]:
    count = Claim.objects.visible_to(user).of_vendor(company).awaiting_decision().count()
    if count:
        words = f"Windfall's admins are deciding {pluralize(count, 'it,them')}. You can follow along."
        title = f"{count} claim{pluralize(count)} on your programs"
        yield Waiting(title, words, reverse("claims:list"), "Follow")


def by_currency(working: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The page's first sentence, once per currency: of what was funded, how much works."""
    sums: dict[str, dict[str, Any]] = {}
    names = ("funded", "used", "unused", "gone")
    for entry in working:
        total = sums.setdefault(entry["currency"], {"currency": entry["currency"], **dict.fromkeys(names, 0)})
        for name in names:
            total[name] += entry[name]
    for total in sums.values():
        total["at_work"] = round(total["used"] * 100 / total["funded"])
    return sorted(sums.values(), key=lambda total: -total["funded"])


def idle_rows(idle: QuerySet[Allocation], now: datetime) -> list[dict[str, Any]]:
    """Partners' funds with unclaimed money, that with the nearest next step first, and whether they were nudged for."""
    funds = idle.with_terms().annotate(nudged_on=F("nudged_on"), is_resting=F("is_resting"), is_reached=F("is_reached"))
    return [
        {"fund": fund, "today": fund.today(now), "step": fund.next_step(fund.today(now))}
        for fund in funds.order_by("by", "id")[:IDLE_ROWS]
    ]


def lapsing(programs: list[Program], company: Company, now: datetime, today: date) -> list[dict[str, Any]]:
    """Per currency: what ends within `AHEAD`, what of it is expected to lapse, and of what nothing is known."""
    pace = forecast.todays_pace(company=company, programs=programs, now=now)
    found = forecast.expected(company=company, programs=programs, pace=pace, now=now)
    return forecast.totals(forecast.by_month(entry for entry in found if entry.month <= today + AHEAD))
