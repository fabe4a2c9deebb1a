"""What partners ask of the demo's vendor for themselves: more time, and money for a plan."""

from datetime import timedelta

from dashboards.demo.offers import OFFERS
from dashboards.demo.people import Cast
from dashboards.demo.stories import IDEAS
from funds import actions as funds
from funds.asks import Proposal
from funds.models import Allocation
from programs.models import Program


def ask_vendor(demo: Cast) -> None:
    """What partners ask of the demo's vendor: more time for one fund, money for two plans that are ready."""
    vendor = demo.vendors["northgate-cloud"]
    fund = (
        Allocation.objects.with_terms()
        .of_vendor(vendor)
        .of_partner(demo.partners["brightpath"])
        .extendable(demo.now.date())
        .filter(expires_on__gte=demo.now.date())
        .earliest("expires_on")
    )
    funds.ask_for_time(
        allocation=fund,
        until=fund.expires_on + timedelta(days=45),
        why="Our speaker fell ill. The workshop has a new date five weeks later; the room is booked.",
        by=demo.owners["brightpath"],
        now=demo.ago(2),
    )
    program = Program.objects.select_related("vendor", "terms").get(name=OFFERS[0].name)
    for number, idea in enumerate(IDEAS):
        starts_on = program.today(demo.now) + timedelta(days=idea.in_days)
        plan = Proposal(
            program=program,
            partner=demo.partners[idea.partner],
            title=idea.title,
            purpose=idea.purpose,
            starts_on=starts_on,
            ends_on=starts_on + timedelta(days=idea.days),
            amount=idea.amount * 100,
            leads=idea.leads,
            pipeline=idea.pipeline * 100,
        )
        funds.propose(proposal=plan, by=demo.owners[idea.partner], now=demo.ago(6 - number))
