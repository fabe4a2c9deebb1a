"""A suggestion that somebody takes: a draft request or an activity of the plan, in which nothing has to be typed again."""

from datetime import datetime

from claims.actions import requests
from claims.models import FundRequest
from dashboards.ideas import words
from dashboards.ideas.facts import ideas, idle_in
from dashboards.ideas.matching import Suggestion, seen_of
from funds.models import Allocation
from partners.models import Partner, User
from plans import actions as plans
from plans.models import PlannedFunding


def standing(*, fund: Allocation, seen: str, user: User, now: datetime) -> Suggestion | None:
    """The suggestion as the person saw it; None where it is another one by now."""
    (idea,) = ideas(user=user, company=fund.partner, funds=[fund], idle=idle_in([fund]), now=now)
    return next((suggestion for suggestion in idea.suggestions if suggestion.seen == seen), None)


def ask_for(*, suggestion: Suggestion, by: User, now: datetime) -> FundRequest:
    """The draft of its request. A second click finds the first one's."""
    before = last_of_its_kind(suggestion, by)
    plan = requests.Plan(
        title=words.title_of(suggestion),
        activity=suggestion.activity if suggestion.activity.pk else None,
        plan=words.plan_of(suggestion),
        place=before.place if before else "",
        audience=before.audience if before else "",
        people=suggestion.size.people,
        starts_on=suggestion.window.starts_on,
        ends_on=suggestion.window.ends_on,
        leads=words.leads_expected(suggestion),
        pipeline=words.pipeline_expected(suggestion),
    )
    entries = [requests.Entry(what, amount) for what, amount in suggestion.size.entries]
    return requests.prefill(allocation=suggestion.fund, plan=plan, entries=entries, by=by, now=now)


def put_into_plan(*, suggestion: Suggestion, by: User, now: datetime) -> PlannedFunding:
    """What the fund pays of it in the plan."""
    fund, before = suggestion.fund, last_of_its_kind(suggestion, by)
    wanted = plans.Wanted(
        title=words.title_of(suggestion),
        kind=suggestion.activity.kind,
        cost=suggestion.size.cost,
        currency=suggestion.currency,
        starts_on=suggestion.window.starts_on,
        ends_on=suggestion.window.ends_on,
        people=suggestion.size.people,
        place=before.place if before else "",
        audience=before.audience if before else "",
        notes=words.plan_of(suggestion),
        leads=words.leads_expected(suggestion),
        pipeline=words.pipeline_expected(suggestion),
    )
    partner = Partner.objects.get(pk=fund.partner_id)
    made = plans.plan_activity(partner=partner, wanted=wanted, fundings=[plans.Funding(fund)], by=by, now=now)
    return PlannedFunding.objects.get(activity=made, allocation=fund)


def planned_already(*, fund: Allocation, seen: str, by: User) -> PlannedFunding | None:
    """What a first click put into the plan: its money is idle no more, so the suggestion does not stand any longer."""
    mine = PlannedFunding.objects.visible_to(by).counted().select_related("activity")
    for funding in mine.filter(allocation=fund, activity__created_by=by, activity__version=1):
        activity = funding.activity
        if seen.endswith(seen_of(activity.cost, activity.starts_on, activity.ends_on)):
            return funding
    return None


def last_of_its_kind(suggestion: Suggestion, by: User) -> FundRequest | None:
    """Where the partner held one before, and for whom, is likely where it holds the next."""
    asked = FundRequest.objects.visible_to(by).of_partner(suggestion.fund.partner)
    filed = asked.filter(activity__kind=suggestion.activity.kind, filed_at__isnull=False)
    return filed.order_by("-filed_at", "-pk").first()
