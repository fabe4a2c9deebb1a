"""Joining a program with the money that it brings, and a manager's page that says who may and what it brings."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from funds import actions
from funds.actions import FundsRefused
from funds.actions.joining import plan_of, tier_of
from funds.joining_forms import StartingForm
from funds.ledger import LedgerError
from partners.models import Company, Event
from programs import admission
from programs.actions.joining import JoinRefused
from programs.admission import eligibility_of
from programs.forms import data_of
from programs.joining_forms import RulesForm
from programs.models import Program
from programs.money import show
from programs.views.editor import steps
from programs.views.joining import joining_partner
from programs.views.people import own_program, visible_program


def brings(program: Program, company: Company) -> int:
    """What this partner would start with, in minor units."""
    plan = plan_of(program)
    return plan.amount_for(tier_of(company, program)) if plan else 0


@require_POST
def join(request: HttpRequest, pk: int) -> HttpResponse:
    program = visible_program(request, pk)
    company = joining_partner(request)
    try:
        joined = actions.join(program=program, partner=company, by=request.user, now=timezone.now())
    except (JoinRefused, FundsRefused, LedgerError) as refusal:
        messages.error(request, str(refusal))
        return redirect("programs:detail", pk)
    share = joined.share
    if not joined.is_new:
        messages.info(request, "You are in this program already.")
    elif share is not None and share.allocation is not None:
        amount = show(share.amount, program.currency)
        messages.success(request, f"You are in. {amount} to start with is yours: see its next step.")
        return redirect("funds:allocation", share.allocation.pk)
    elif share is not None:
        messages.warning(
            request,
            f"You are in. The {show(share.amount, program.currency)} to start with has to wait: the program's budget "
            f"can't give it just now. {program.vendor.name} sees that you wait for it.",
        )
    else:
        messages.success(request, f"You are in. Ask {program.vendor.name} for a fund when you have a plan.")
    return redirect("programs:detail", pk)


def rules(request: HttpRequest, pk: int) -> HttpResponse:
    """Who may join this program, how, and what it brings. May change at any time: who is in stays in."""
    program = own_program(request, pk)
    plan = plan_of(program)
    rules_form = RulesForm(data_of(request), program=program, eligibility=eligibility_of(program))
    money_form = StartingForm(data_of(request), program=program, plan=plan)
    is_right = request.method == "POST" and all([rules_form.is_valid(), money_form.is_valid()])
    if is_right and saved(request, program, rules_form, money_form):
        return redirect("programs:detail", pk)
    about = eligibility_of(program)
    context = {
        "program": program,
        "steps": steps(program, "funds:joining"),
        "rules_form": rules_form,
        "money_form": money_form,
        "history": [
            {"at": e.at, "actor": e.actor, "what": e.verb.capitalize(), "reason": " ".join(e.data.get("changes", []))}
            for e in Event.objects.about(about).select_related("actor").reverse()[:20]
        ],
        "has_tiers": program.vendor.tiers.exists(),
    }
    return render(request, "funds/joining.html", context)


def saved(request: HttpRequest, program: Program, rules_form: RulesForm, money_form: StartingForm) -> bool:
    """True once both halves stand; else the form has the reason and neither does."""
    who, money, now = rules_form.cleaned_data, money_form.cleaned_data, timezone.now()
    try:
        with transaction.atomic():
            changed = admission.set_rules(
                program=program,
                way=who["way"],
                least_tier=who["least_tier"],
                countries=who["countries"],
                certifications=who["certifications"],
                by=request.user,
                now=now,
            )
            brings_other = actions.set_starting(
                program=program,
                budget=money["budget"],
                name=money["fund_name"],
                months=money["months"],
                amounts=money["given"],
                by=request.user,
                now=now,
            )
    except FundsRefused as refusal:
        money_form.add_error("budget", str(refusal))
        return False
    if changed or brings_other:
        messages.success(request, "It is saved. Whoever is in the program stays in it.")
    else:
        messages.info(request, "Nothing is different from what stood here.")
    return True
