"""All that a vendor's own portal will want to know of a planned activity, ready to be copied. It asks no database."""

from datetime import date
from typing import NamedTuple

from plans.models import PlannedFunding
from plans.shares import cost_asked, of_kind, percent_of
from programs.money import plain


class Field(NamedTuple):
    """`key` is a word for the page's ids; `value` is empty where the plan does not say it yet."""

    key: str
    label: str
    value: str
    is_long: bool = False


def day(value: date | None) -> str:
    return value.isoformat() if value else ""


def number(value: int | None) -> str:
    return "" if value is None else str(value)


def sheet_of(funding: PlannedFunding) -> list[Field]:
    """Amounts are plain figures of the fund's currency, days as in 2027-01-31: portals take these."""
    activity, fund = funding.activity, funding.allocation
    kind, percent = of_kind(fund.terms, activity.kind), percent_of(fund, activity.kind)
    cost = cost_asked(funding)
    pipeline = activity.pipeline if activity.currency == fund.currency else None
    return [
        Field("company", "Company", activity.company.name),
        Field("contact", "Contact", str(activity.person or "")),
        Field("mail", "Contact's address", activity.person.email if activity.person else ""),
        Field("program", "Program", fund.program.name),
        Field("fund", "Fund", fund.name),
        Field("reference", "The vendor's reference", fund.reference),
        Field("title", "Title", activity.title),
        Field("kind", "Kind of activity", kind.name if kind else activity.get_kind_display()),
        Field("starts_on", "From", day(activity.starts_on)),
        Field("ends_on", "Until", day(activity.last_day)),
        Field("place", "Where", activity.place),
        Field("audience", "Whom it is for", activity.audience),
        Field("people", "For how many people", number(activity.people)),
        Field("currency", "Currency", fund.currency),
        Field("cost", "What it costs", plain(cost, fund.currency)),
        Field("amount", f"What you ask for, {percent.normalize():f}% of that", plain(funding.amount, fund.currency)),
        Field("own", "Your own share", plain(cost - funding.amount, fund.currency)),
        Field("leads", "Leads you expect", number(activity.leads)),
        Field("meetings", "Meetings you expect", number(activity.meetings)),
        Field("pipeline", "Pipeline you expect", "" if pipeline is None else plain(pipeline, fund.currency)),
        Field("notes", "How it goes, and what it will bring", activity.notes, is_long=True),
    ]
