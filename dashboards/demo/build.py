"""Builds the demo through the actions that the pages use, in one transaction: all of it or nothing."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.forms.models import model_to_dict

from claims.models import Claim
from dashboards.demo.asking import ask_vendor
from dashboards.demo.books import record_books
from dashboards.demo.decisions import decide_further
from dashboards.demo.earning import record_sales
from dashboards.demo.filing import file_claim
from dashboards.demo.history import BESIDE, deal
from dashboards.demo.joining import BY_VENDOR, EXPERTS, LAUNCH, SECURITY, Joining
from dashboards.demo.offers import OFFERS, PARTNERS, VENDORS, Offer
from dashboards.demo.payments import enter_accounts, pay_claims
from dashboards.demo.people import DOMAIN, Cast
from dashboards.demo.planning import plan_ahead
from dashboards.demo.queue import answer_queue
from dashboards.demo.requests import WISHES, ask
from dashboards.demo.results import report_results
from dashboards.demo.reviewing import agree_on_steps
from dashboards.demo.selling import sell
from dashboards.demo.sharing import keep_rates, share_an_invoice
from dashboards.demo.shelf import SHELF, share
from dashboards.demo.stories import BRIGHTPATH, LAST_YEAR, STORIES, Story
from funds import actions as funds
from funds.lapse import lapse
from funds.models import Allocation, Budget, Year
from partners.models import Company, User
from programs import actions as programs
from programs.days import Clock
from programs.models import Program, Terms
from programs.money import digits, parse
from programs.starts import BY_KEY
from programs.states import TERMS
from reminders import actions as reminders
from reminders.states import Rule

PARTNERS_PER_PROGRAM = 8
# What a program is given in a year, in usual grants; and what of a year stands in no program yet.
IN_LAST_YEAR, IN_THIS_YEAR, FREE = 14, 16, 3


class Demo(Cast):
    """What vendors offer, grant and are asked, and what partners make of it."""

    def program(self, offer: Offer, *, publish: bool = True, name: str = "") -> Program:
        by = self.managers[offer.vendor]
        year = self.now.year
        program = Program(
            vendor=self.vendors[offer.vendor],
            name=name or offer.name,
            kind=BY_KEY[offer.start].kind,
            currency=offer.currency,
            starts_on=datetime(year - 1, 1, 1).date(),  # noqa: DTZ001 - a calendar date
            ends_on=datetime(year + 1, 12, 31).date(),  # noqa: DTZ001 - a calendar date
            time_zone=VENDORS[offer.vendor].time_zone,
            created_by=by,
            created_at=self.ago(380),
        )
        terms, activities = programs.from_start(BY_KEY[offer.start], offer.currency)
        terms.wording = offer.terms
        terms.pay_days = terms.pay_days or VENDORS[offer.vendor].pays_in
        if offer.two_over:
            terms.second_approval_over = parse(str(offer.two_over), offer.currency)
        programs.save(program=program, terms=terms, activities=activities, by=by, now=program.created_at)
        return programs.publish(program=program, by=by, now=self.ago(379)) if publish else program

    def new_terms(self, name: str, **terms) -> None:
        """A second version: what is no worse moves to it, the others' owners are asked."""
        program = Program.objects.select_related("vendor", "terms").get(name=name)
        by = self.managers[program.vendor.slug]
        draft = Terms(**model_to_dict(program.current_terms, TERMS) | terms)
        programs.revise(program=program, terms=draft, by=by, now=self.ago(9))
        programs.publish_terms(program=program, by=by, now=self.ago(9))
        funds.renew_terms(program=program, by=by, now=self.ago(9))

    def joining(self) -> None:
        """Who may join what, and who asks to."""
        made = Joining(self.vendors, self.managers, self.partners, self.now)
        made.standings()
        architect = made.certification()
        harborline, northgate = made.tiers["harborline-networks"], made.tiers["northgate-cloud"]
        launch, security, experts = (self.program(offer) for offer in (LAUNCH, SECURITY, EXPERTS))
        made.rules(launch, LAUNCH, "open", least_tier=harborline[1])
        made.start(launch, LAUNCH, grants=5)
        made.rules(security, SECURITY, "asking", least_tier=northgate[1])
        made.start(security, SECURITY, grants=3)
        made.rules(experts, EXPERTS, "open", least_tier=northgate[2], certifications=[architect])
        tidal = BY_VENDOR["tidal-work"]
        made.rules(Program.objects.get(name=tidal.name), tidal, "asking", countries=["AU", "JP", "KR", "SG", "TW"])
        note = "We run forty firewalls for mid-sized makers and would start with a breakfast for their IT leads."
        made.ask(security, "brightpath", self.owners["brightpath"], note, days_ago=2)
        made.ask(security, "kiln-harbor", self.owners["kiln-harbor"], "Two of us are trained; a mailing is ready.", 6)

    def year(self, vendor: str, number: int, grants: int) -> Year:
        """A vendor's plan for a calendar year: so many usual grants of each of its programs, and some that stays free."""
        offers = [offer for offer in OFFERS if offer.vendor == vendor]
        currency = offers[0].currency
        planned = Year(
            vendor=self.vendors[vendor],
            name=f"{number}",
            currency=currency,
            starts_on=date(number, 1, 1),
            ends_on=date(number, 12, 31),
        )
        amount = sum(offer.scale for offer in offers) * (grants + FREE) * 10 ** digits(currency)
        return funds.open_year(year=planned, amount=amount, key="plan", by=self.managers[vendor], now=self.ago(377))

    def budget(self, program: Program, year: Year, grants: int, offer: Offer) -> Budget:
        by = self.managers[offer.vendor]
        budget = Budget(program=program, year=year, name=year.name, starts_on=year.starts_on, ends_on=year.ends_on)
        funds.open_budget(budget=budget, by=by, now=self.ago(375))
        total = offer.scale * grants * 10 ** digits(offer.currency)
        funds.fund(budget=budget, amount=total, key="year", by=by, reason="Budget of the year", at=self.ago(370))
        return budget

    def offer(self, index: int, offer: Offer) -> None:
        """Publish it, fund its budgets and tell the story of each partner's fund."""
        program = self.program(offer)
        last, this = self.years[offer.vendor]
        old, budget = self.budget(program, last, IN_LAST_YEAR, offer), self.budget(program, this, IN_THIS_YEAR, offer)
        stories = [("brightpath", story) for story in BRIGHTPATH.get(offer.name, ())]
        others = [slug for slug in PARTNERS if slug != "brightpath"]
        for place in range(PARTNERS_PER_PROGRAM):
            slug = others[(index * 3 + place) % len(others)]
            stories.append((slug, STORIES[(index * 5 + place) % len(STORIES)]))
        for number, (slug, story) in enumerate(stories, 1):
            # Where money lapses with its period, none of last year's is left to tell of.
            is_over = story.expires < -100 and not program.current_terms.forfeits_at_period_end
            self.fund(old if is_over else budget, offer, slug, story, number)

    def change_plans(self) -> None:
        """Northgate's year went on: more money came, and some of it went from one program to another."""
        _, year = self.years["northgate-cloud"]
        by = self.managers["northgate-cloud"]
        source, target = year.budgets.select_related("program__vendor").order_by("-funded")
        why = "More partners run adoption workshops than we planned for."
        funds.top_up(
            year=year,
            amount=25_000_00,
            key="autumn",
            by=by,
            reason="The board adds to the second half.",
            at=self.ago(70),
        )
        funds.move_money(source=source, target=target, amount=9_000_00, key="a", by=by, reason=why, at=self.ago(40))

    def last_year(self, offer: Offer, beside: Offer) -> None:
        """In the budgets that are over: some of it was claimed early, some late, some never."""
        budget = self.over(offer)
        for number, (slug, story) in enumerate(LAST_YEAR, 51):
            self.fund(budget, offer, slug, story, number)
        deal(self, budget, offer)
        deal(self, self.over(beside), beside, rounds=BESIDE)
        lapse(clock=Clock(self.ago(120)))

    def over(self, offer: Offer) -> Budget:
        last, _ = self.years[offer.vendor]
        return last.budgets.select_related("program__vendor", "program__terms").get(program__name=offer.name)

    def nudge(self, offer: Offer, words: str) -> None:
        """The vendor's manager reminds Brightpath of what it holds of this program."""
        theirs = Allocation.objects.filter(budget__program__name=offer.name, partner=self.partners["brightpath"])
        by = self.managers[offer.vendor]
        reminders.nudge(funds=theirs, vendor=self.vendors[offer.vendor], words=words, by=by, now=self.ago(2))

    def word(self, offer: Offer, rule: Rule, *texts: str) -> None:
        """The vendor adds its own words to what its partners are reminded of, before anybody was told of this year's money."""
        by = self.managers[offer.vendor]
        vendor = self.vendors[offer.vendor]
        reminders.word(vendor=vendor, rule=rule, texts=texts, by=by, now=self.ago(400))

    def fund(self, budget: Budget, offer: Offer, slug: str, story: Story, number: int) -> None:
        unit = 10 ** digits(offer.currency)
        amount = int(offer.scale * self.choice.uniform(0.55, 1.45)) * unit + self.choice.randrange(unit)
        granted = self.now + timedelta(days=story.granted)
        label = f"{offer.name} {granted:%b %Y}"
        by = self.managers[offer.vendor]
        expires_on = budget.program.today(self.now) + timedelta(days=story.expires)
        if budget.program.current_terms.forfeits_at_period_end:
            expires_on = min(expires_on, budget.ends_on)
        grant = funds.Grant.under(
            budget.program,
            partner=self.partners[slug],
            amount=amount,
            name=label,
            reference=f"{offer.vendor[:3].upper()}-{granted:%y%m}-{number:02}",
            expires_on=expires_on,
        )
        (allocation,) = funds.allocate(budget=budget, grants=[grant], by=by, at=granted)
        if story.reserved:
            funds.reserve(
                allocation=allocation,
                amount=amount * story.reserved // 100,
                key="plan",
                by=by,
                reason=f"Approved in advance: {offer.activities[0]}",
                at=granted + timedelta(days=5),
            )
        for filing in sorted(story.filings, key=lambda filing: -filing.days_ago):
            file_claim(self, allocation, offer, slug, amount, filing)


def build(now: datetime) -> dict[str, int] | None:
    """Make the demo, or nothing where it stands already (None). Returns how much there is now."""
    if not settings.DEMO:
        raise RuntimeError("The demo's passwords are public: it is made only where WINDFALL_DEMO allows it.")
    if User.objects.filter(email=f"owner@{DOMAIN}").exists():
        return None
    with transaction.atomic():
        demo = Demo(now)
        demo.people()
        enter_accounts(demo)
        record_books(demo.partners["brightpath"], by=demo.owners["brightpath"], now=now)
        number = now.year
        demo.years = {
            slug: (demo.year(slug, number - 1, IN_LAST_YEAR), demo.year(slug, number, IN_THIS_YEAR)) for slug in VENDORS
        }
        for index, offer in enumerate(OFFERS):
            demo.offer(index, offer)
        demo.joining()
        for number, shared in enumerate(SHELF):
            share(demo, number, shared)
        demo.program(OFFERS[0], publish=False, name="Northgate Security Co-op, next year")
        demo.last_year(OFFERS[0], beside=BY_VENDOR["harborline-networks"])
        demo.word(
            OFFERS[0],
            Rule.CLAIM_BY,
            "The invoice and one photo are enough: we look at it within five days.",
            "Short of time? Our claims desk files it with you: just call.",
        )
        demo.nudge(OFFERS[1], "Olivia, two webinars fit into this. Our events team can co-host: just answer by Friday.")
        demo.new_terms("Kestrel Growth Fund", reimbursement_percent=60, lead_days=10)
        demo.new_terms("Harborline Partner Wallet", claim_window_days=42)
        ask_vendor(demo)
        record_sales(demo, "Foundry Co-op", (("brightpath", 61_000), ("nordlicht", 148_000), ("helvetia", 95_000)))
        record_sales(
            demo,
            "Northgate Solution Co-op",
            (("brightpath", 207_000), ("kiln-harbor", 384_000), ("maple-ridge", 58_000)),
        )
        record_sales(
            demo, "Northgate Solution Co-op", (("brightpath", 12_000), ("Maple Rigde Cloud", 9_000)), wrong=True
        )
        demo.change_plans()
        report_results({demo.partners[slug].pk: owner for slug, owner in demo.owners.items()}, now)
        for wish in WISHES:
            ask(demo, wish)
        keep_rates(demo)
        share_an_invoice(demo)
        pay_claims(demo, now)
        decide_further(demo)
        agree_on_steps(demo)
        plan_ahead(demo)
        sell(demo)
        # As each night: what is over lapses, and people are told in their inbox of what is not.
        reminders.sweep(clock=Clock(now))
        answer_queue(demo.partners["brightpath"], by=demo.owners["brightpath"], colleague=demo.member, now=now)
    return {
        "companies": Company.objects.count(),
        "people": User.objects.count(),
        "programs": Program.objects.count(),
        "funds": Allocation.objects.count(),
        "claims": Claim.objects.count(),
        "resources": len(SHELF),
        "files": demo.papers,
    }
