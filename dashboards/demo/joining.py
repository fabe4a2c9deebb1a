"""Tiers, certifications and ways into programs: one to join at once, one by asking, and what a partner cannot join yet."""

from datetime import datetime, timedelta

from dashboards.demo.offers import OFFERS, Offer
from funds import actions as funds
from funds.models import Budget
from partners.models import Partner, User
from programs import admission, standing
from programs.actions import joining
from programs.models import Certification, Program, Tier, Vendor
from programs.money import digits

TIERS = ("Registered", "Silver", "Gold")
# Each partner's tier with every vendor, where it is not drawn: what the owner sees is no accident.
BRIGHTPATH_TIER = 1

BY_VENDOR = {offer.vendor: offer for offer in OFFERS}
LAUNCH = BY_VENDOR["harborline-networks"]._replace(
    name="Harborline Launch Fund",
    terms="Money to begin with for partners who are new to our switches. Any activity that brings new customers.\n"
    "Proof: the invoice, and what shows that it happened.",
)
SECURITY = BY_VENDOR["northgate-cloud"]._replace(
    name="Northgate Security Launch",
    start="mdf",
    terms="For partners who sell our new security line. Say what you would do with the money when you ask.\n"
    "Proof: the invoice, and for events the invitation and photos.",
)
EXPERTS = BY_VENDOR["northgate-cloud"]._replace(
    name="Northgate Expert Circle",
    start="mdf",
    terms="Joint campaigns with our most experienced partners.\nProof: the invoice and the final piece.",
)
# What each of them starts with, in whole units of the program's currency, by tier.
STARTS = {"Silver": 2_000, "Gold": 4_000}


class Joining:
    """Built after the offers: their funds say who works with whom."""

    def __init__(
        self, vendors: dict[str, Vendor], managers: dict[str, User], partners: dict[str, Partner], now: datetime
    ):
        self.vendors, self.managers, self.partners, self.now = vendors, managers, partners, now
        self.tiers = {slug: tiers(vendor, managers[slug], now) for slug, vendor in vendors.items()}

    def standings(self) -> None:
        for place, (slug, vendor) in enumerate(self.vendors.items()):
            changes = []
            for number, (name, partner) in enumerate(self.partners.items()):
                level = BRIGHTPATH_TIER if name == "brightpath" else (number + place) % len(TIERS)
                changes.append(standing.Change(partner, sets_tier=True, tier=self.tiers[slug][level]))
            by, then = self.managers[slug], self.now - timedelta(days=200)
            standing.set_standings(vendor=vendor, changes=changes, by=by, now=then)

    def certification(self) -> Certification:
        """Brightpath's own ran out last month."""
        by = self.managers["northgate-cloud"]
        made = standing.save_certification(
            certification=Certification(
                vendor=self.vendors["northgate-cloud"],
                name="Cloud architect",
                how="Two of your engineers pass the online exam; it counts for a year.",
                link="https://learn.northgate.example/architect",
            ),
            by=by,
            now=self.now - timedelta(days=380),
        )
        today = self.now.date()
        until = {
            "brightpath": today - timedelta(days=26),
            "kiln-harbor": today + timedelta(days=170),
            "nordlicht": None,
        }
        changes = [standing.Change(self.partners[slug], certified={made.pk: day}) for slug, day in until.items()]
        standing.set_standings(vendor=made.vendor, changes=changes, by=by, now=self.now - timedelta(days=90))
        return made

    def rules(self, program: Program, offer: Offer, way: str, **fields) -> None:
        rules = {"least_tier": None, "countries": [], "certifications": []} | fields
        admission.set_rules(program=program, way=way, by=self.managers[offer.vendor], now=self.now, **rules)

    def start(self, program: Program, offer: Offer, grants: int) -> None:
        """A budget for so many silver partners, and what each tier starts with."""
        by, unit = self.managers[offer.vendor], 10 ** digits(offer.currency)
        budget = Budget(
            program=program, name=f"Start {self.now.year}", starts_on=program.starts_on, ends_on=program.ends_on
        )
        funds.open_budget(budget=budget, by=by, now=self.now)
        funds.fund(budget=budget, amount=grants * STARTS["Silver"] * unit, key="start", by=by, at=self.now)
        amounts = {tier.pk: STARTS[tier.name] * unit for tier in self.tiers[offer.vendor] if tier.name in STARTS}
        name = f"{offer.name} {self.now.year}"
        funds.set_starting(program=program, budget=budget, name=name, months=6, amounts=amounts, by=by, now=self.now)

    def ask(self, program: Program, slug: str, by: User, note: str, days_ago: int) -> None:
        then = self.now - timedelta(days=days_ago)
        joining.ask(program=program, partner=self.partners[slug], note=note, by=by, now=then)


def tiers(vendor: Vendor, by: User, now: datetime) -> list[Tier]:
    then = now - timedelta(days=390)
    return [standing.save_tier(tier=Tier(vendor=vendor, name=name), by=by, now=then) for name in TIERS]
