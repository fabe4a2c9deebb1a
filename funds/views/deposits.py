"""A deposit into every wallet: the same amount for each partner in the program, usable as long as the terms say."""

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from funds import actions
from funds.ask_forms import DepositForm
from funds.grants import Grant, usual_claim_by
from funds.ledger import InsufficientFunds, LedgerError
from funds.models import Allocation, Budget
from funds.posting import AGAIN
from funds.views.grants import granting_budget, why_not
from partners.models import Partner
from programs.forms import data_of
from programs.models import Enrolment
from programs.money import show
from programs.states import ProgramKind

NO_WALLET = "Deposits are for wallets: from this program you grant shares."
NOBODY = (
    "Nobody is in this program yet. Add partners to it, or grant the first shares: deposits reach all who are in it."
)


def holders(budget: Budget) -> list[Partner]:
    """The partners that are in this budget's program, by name. `is_new`: it has no fund of it yet."""
    inside = Enrolment.objects.joined().filter(program=budget.program_id)
    held = Allocation.objects.filter(budget__program=budget.program_id, partner=OuterRef("pk"))
    partners = Partner.objects.filter(pk__in=inside.values("partner")).annotate(is_new=~Exists(held))
    return list(partners.order_by("name", "pk"))


def deposit(request: HttpRequest, pk: int) -> HttpResponse:
    budget = granting_budget(request, pk)
    partners = holders(budget)
    is_wallet = budget.program.kind == ProgramKind.WALLET
    words = why_not(budget) or ("" if is_wallet else NO_WALLET) or ("" if partners else NOBODY)
    if words and (request.method != "POST" or not is_wallet):
        messages.info(request, words)
        return redirect("funds:budget", pk)
    today = budget.program.today(timezone.now())
    form = DepositForm(data_of(request), budget=budget, partners=partners, today=today)
    if request.method == "POST" and form.is_valid() and deposited(request, budget, form):
        return redirect("funds:budget", pk)
    chosen = set(form["partner"].value() or ())
    rows = [{"partner": partner, "chosen": str(partner.pk) in chosen} for partner in partners]
    context = {"form": form, "budget": budget, "program": budget.program, "rows": rows}
    return render(request, "funds/deposit.html", context)


def deposited(request: HttpRequest, budget: Budget, form: DepositForm) -> bool:
    """True if the deposits stand; otherwise the form has the reason."""
    grants, currency = grants_of(form, budget), budget.program.currency
    total = show(sum(grant.amount for grant in grants), currency)
    try:
        made = actions.allocate(budget=budget, grants=grants, by=request.user, at=timezone.now())
    except InsufficientFunds:
        budget.refresh_from_db(fields=["funded", "unallocated"])
        left = show(budget.unallocated, currency)
        form.add_error("amount", f"For {len(grants)} partners that is {total}, and {left} is not granted yet.")
    except (actions.FundsRefused, LedgerError) as refusal:
        form.add_error(None, str(refusal))
    else:
        wallets = "1 wallet" if len(made) == 1 else f"{len(made)} wallets"
        messages.success(request, f"You deposited {total} in {wallets}.") if made else messages.info(request, AGAIN)
        return True
    return False


def grants_of(form: DepositForm, budget: Budget) -> list[Grant]:
    """A grant for each partner. Its reference follows from the form's token: sent twice, it grants once."""
    typed, key = form.cleaned_data, str(form.cleaned_data["key"])[:8].upper()
    last = typed["expires_on"]
    claim_by = usual_claim_by(budget.program, last)
    return [
        Grant(partner, typed["amount"], typed["name"], f"DEP-{key}-{partner.pk}", last, claim_by)
        for partner in form.chosen
    ]
