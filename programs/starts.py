"""What a new program may start from: the usual rule sets of the field, as data. A leaf: imports no model.

Amounts are in whole units of the program's currency. What is not named stays as a new program has it.
"""

from decimal import Decimal
from typing import Any, NamedTuple

from programs.activities import ActivityKind, Shows
from programs.states import CapRule, LeadUnit, ProgramKind, WindowFrom


class Planned(NamedTuple):
    """An activity of a start: taken from the library, under a name of its own or with other rules where `rules` say so."""

    kind: ActivityKind
    rules: dict[str, Any] = {}


class Start(NamedTuple):
    key: str
    kind: ProgramKind
    label: str
    words: str
    terms: dict[str, Any]
    activities: tuple[Planned, ...]


K = ActivityKind
CAMPAIGNS = (Planned(K.DIGITAL_AD), Planned(K.EMAIL), Planned(K.SEMINAR), Planned(K.TRADE_SHOW))
NO_ALCOHOL = {"ineligible": "Alcohol"}

STARTS = (
    Start(
        "mdf",
        ProgramKind.MDF,
        "MDF, half of approved activities",
        "Every activity is approved two weeks ahead; half of it is paid back, claimed within 30 days of its end.",
        {
            "reimbursement_percent": 50,
            "preapproval": True,
            "lead_days": 14,
            "activity_days": 30,
            "claim_window_days": 30,
            "claim_window_from": WindowFrom.ACTIVITY,
        },
        CAMPAIGNS,
    ),
    Start(
        "growth",
        ProgramKind.MDF,
        "Growth fund without approval",
        "Up to half of what an activity costs, claimed within 90 days of its end and paid within 30.",
        {
            "reimbursement_percent": 50,
            "claim_window_days": 90,
            "claim_window_from": WindowFrom.ACTIVITY,
            "pay_days": 30,
        },
        (*CAMPAIGNS, Planned(K.TELEMARKETING)),
    ),
    Start(
        "approved",
        ProgramKind.MDF,
        "Everything approved in advance",
        "Ten days ahead; when the partnership ends, claims are taken for 30 days more and the rest lapses.",
        {
            "reimbursement_percent": 60,
            "preapproval": True,
            "lead_days": 10,
            "claim_window_from": WindowFrom.ACTIVITY,
            "termination_days": 30,
        },
        CAMPAIGNS,
    ),
    Start(
        "events",
        ProgramKind.MDF,
        "Events only",
        "Half of an event; its results come within a week of it, then it is paid.",
        {
            "reimbursement_percent": 50,
            "lead_days": 7,
            "activity_days": 3,
            "claim_window_days": 7,
            "claim_window_from": WindowFrom.ACTIVITY,
        },
        (
            Planned(
                K.SEMINAR,
                {
                    "name": "Event",
                    "activity_days": 3,
                    "proofs": [Shows.INVOICE, Shows.INVITATION_OR_AGENDA, Shows.PHOTOS, Shows.RESULTS],
                },
            ),
        ),
    ),
    Start(
        "working-days",
        ProgramKind.MDF,
        "Applied for ten working days ahead",
        "A change of date or place is a new application. Amounts include tax.",
        {
            "reimbursement_percent": 50,
            "tax_included": True,
            "preapproval": True,
            "lead_days": 10,
            "lead_unit": LeadUnit.WORKING,
            "activity_days": 7,
        },
        CAMPAIGNS,
    ),
    Start(
        "coop-half-year",
        ProgramKind.COOP,
        "Co-op, earned by half-year",
        "Earned in one half-year, used in the next, claimed within 45 days after it; caps for SPIFFs, travel and demo units.",
        {
            "reimbursement_percent": 100,
            "least_claim": 200,
            "claim_window_days": 45,
            "accrual_percent": Decimal("1.5"),
            "earning_months": 6,
            "aging_months": 6,
        },
        (
            *(Planned(planned.kind, NO_ALCOHOL) for planned in CAMPAIGNS),
            Planned(K.TRAINING),
            Planned(K.OTHER, {"name": "SPIFFs", "period_cap_percent": 25}),
            Planned(
                K.OTHER,
                {"name": "Travel", "person_cap": 5_000, "most_people": 3, "period_cap": 45_000, **NO_ALCOHOL},
            ),
            Planned(
                K.OTHER,
                {
                    "name": "Demo units",
                    "period_cap": 3_000,
                    "period_cap_percent": 10,
                    "period_cap_rule": CapRule.GREATER,
                },
            ),
        ),
    ),
    Start(
        "coop-revenue",
        ProgramKind.COOP,
        "Co-op on revenue, with aging",
        "3% of revenue, half of each activity; usable for six months, and what is left at the period's end is forfeited.",
        {
            "reimbursement_percent": 50,
            "activity_days": 30,
            "accrual_percent": 3,
            "earning_months": 3,
            "aging_months": 6,
            "forfeits_at_period_end": True,
        },
        CAMPAIGNS,
    ),
    Start(
        "wallet",
        ProgramKind.WALLET,
        "Deposit wallet",
        "A deposit every quarter, each usable for twelve months; no approval, claimed within four weeks after.",
        {"reimbursement_percent": 100, "claim_window_days": 28, "aging_months": 12},
        CAMPAIGNS,
    ),
    Start(
        "spiff",
        ProgramKind.SPIFF,
        "SPIFF",
        "What a partner pays its sales people for a sale is paid back in full.",
        {"reimbursement_percent": 100, "activity_days": 1},
        (Planned(K.OTHER, {"name": "SPIFF payout", "activity_days": 1}),),
    ),
    Start(
        "resources",
        ProgramKind.RESOURCES,
        "Resources only",
        "Campaign kits, training, certifications and the like: no money.",
        {},
        (),
    ),
)
BY_KEY = {start.key: start for start in STARTS}
# Where a currency makes minor units of them.
AMOUNTS_OF_TERMS = ("least_claim", "second_approval_over", "accrual_cap")
AMOUNTS_OF_ACTIVITY = ("claim_cap", "period_cap", "person_cap", "least")
