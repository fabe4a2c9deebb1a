"""The vendor that Brightpath records itself, as it is not on Windfall: two funds, from two statements."""

from datetime import datetime, timedelta
from typing import NamedTuple

from funds import actions as funds
from partners.models import Company, User
from programs.actions import keeping
from programs.models import Terms


class Balance(NamedTuple):
    """A fund on a statement: whole units, expiring so many days from today."""

    reference: str
    name: str
    expires: int
    balances: dict[str, int]


BEGAN = 120
# (days ago, what the statement said)
STATEMENTS = (
    (
        95,
        (
            Balance("CPD-H1", "Cobalt Growth, first half", 33, {"available": 6_400}),
            Balance("CPD-H2", "Cobalt Growth, second half", 214, {"available": 7_250}),
        ),
    ),
    (
        24,
        (Balance("CPD-H1", "Cobalt Growth, first half", 33, {"available": 3_150, "claimed": 1_200, "paid": 2_050}),),
    ),
)
NOTES = "Half of each invoice, by claim in Cobalt's partner portal. Proof: the invoice and a photo."


def record_books(partner: Company, *, by: User, now: datetime) -> None:
    began = now - timedelta(days=BEGAN)
    vendor = keeping.record_vendor(partner=partner, name="Cobalt Print & Device", by=by, now=began)
    program = keeping.record_program(
        vendor=vendor,
        name="Cobalt Growth Rewards",
        currency="USD",
        terms=Terms(wording=NOTES, lead_days=7),
        by=by,
        now=began,
    )
    today = program.today(now)
    for days_ago, statement in STATEMENTS:
        said = [
            funds.Stated(
                reference=fund.reference,
                name=fund.name,
                expires_on=today + timedelta(days=fund.expires),
                claim_by=today + timedelta(days=fund.expires + 30),
                **{bucket: amount * 100 for bucket, amount in fund.balances.items()},
            )
            for fund in statement
        ]
        moment = now - timedelta(days=days_ago)
        funds.record_statement(program=program, funds=said, on=program.today(moment), by=by, now=moment)
