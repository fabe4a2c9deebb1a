"""The cast: a few people, two partners, two vendors, and a fund. Everything is made through the actions that pages use.

`world()` gives: Brightpath (partner) with its owner and member; Northgate (vendor, USD) with its manager; Windfall's admin and
finance; strangers: an owner of another partner and a manager of another vendor.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count

from django.contrib.auth.hashers import make_password
from django.db import models
from django.utils import timezone

from claims import actions as claims
from claims.actions.filing import Entry
from claims.models import Claim
from funds import actions as funds
from funds.models import Allocation, Budget, Year
from partners.models import Company, Membership, Partner, User
from partners.states import Kind, Role
from programs import actions as programs
from programs.actions import keeping, linking
from programs.models import KeptVendor, Program, Resource, Terms, Vendor
from programs.resources import actions as resources
from programs.states import TERMS
from programs.uploads import Accepted

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
TODAY = NOW.date()
PASSWORD = "correct horse battery"
numbers = count(1)


def person(name: str, company: Company | None = None, role: Role | None = None) -> User:
    user = User.objects.create_user(f"{name.lower()}@people.example", PASSWORD, name=name.capitalize())
    if company is not None:
        Membership.objects.create(user=user, company=company, role=role)
    return user


def people(*named: tuple[str, Company, Role]) -> list[User]:
    """As `person`, all of them at once: nearly every test begins with the cast. They are here already, so no look of theirs
    is the first of a visit, which is written down.
    """
    password = make_password(PASSWORD)
    users = User.objects.bulk_create(
        User(email=f"{name}@people.example", name=name.capitalize(), password=password) for name, _, _ in named
    )
    Membership.objects.bulk_create(
        Membership(user=user, company=company, role=role, visited_at=timezone.now())
        for user, (_, company, role) in zip(users, named, strict=True)
    )
    return users


def site() -> Company:
    return Company.objects.get_or_create(kind=Kind.SITE, defaults={"name": "Windfall", "slug": "windfall"})[0]


@dataclass
class World:
    brightpath: Partner
    othertech: Partner
    northgate: Vendor
    skylark: Vendor
    owner: User
    member: User
    manager: User
    admin: User
    second_admin: User
    finance: User
    stranger: User  # owner of Othertech
    other_manager: User  # manager at Skylark

    def program(
        self, vendor: Vendor | None = None, by: User | None = None, publish: bool = True, activities=(), **fields
    ) -> Program:
        by = by or self.manager
        defaults = {
            "name": f"Program {next(numbers)}",
            "kind": "mdf",
            "currency": "USD",
            "starts_on": date(2026, 1, 1),
            "ends_on": date(2026, 12, 31),
        }
        wording = "For activities that bring new customers. Proof: the invoice and what shows that it happened."
        terms = Terms(**({"wording": wording} | {name: fields.pop(name) for name in TERMS if name in fields}))
        made = Program(vendor=vendor or self.northgate, created_by=by, **(defaults | fields))
        programs.save(program=made, terms=terms, activities=activities, by=by, now=NOW)
        return programs.publish(program=made, by=by, now=NOW) if publish else made

    def resource(
        self, vendor: Vendor | None = None, by: User | None = None, publish: bool = True, **fields
    ) -> Resource:
        """A campaign kit as a file, or with `link` as a link."""
        by, link = by or self.manager, fields.pop("link", "")
        defaults = {"title": f"Kit {next(numbers)}", "kind": "campaign", "language": "en"}
        made = Resource(vendor=vendor or self.northgate, **(defaults | fields))
        accepted = None if link else accepted_file(name="kit.pdf")
        made = resources.save(resource=made, accepted=accepted, link=link, by=by, now=NOW)
        return resources.publish(resource=made, by=by, now=NOW) if publish else made

    def year(self, amount: int = 100_000_00, vendor: Vendor | None = None, by: User | None = None, **fields) -> Year:
        defaults = {
            "name": f"Year {next(numbers)}",
            "currency": "USD",
            "starts_on": date(2026, 1, 1),
            "ends_on": date(2026, 12, 31),
        }
        made = Year(vendor=vendor or self.northgate, **(defaults | fields))
        return funds.open_year(year=made, amount=amount, key="first", by=by or self.manager, now=NOW)

    def budget(
        self,
        program: Program | None = None,
        amount: int = 10_000_00,
        by: User | None = None,
        year: Year | None = None,
        **fields,
    ) -> Budget:
        program = program or self.program()
        by = by or self.manager
        # Each has a day of its own: two open budgets of one program never share one.
        day = TODAY + timedelta(days=program.budgets.count())
        defaults = {"name": f"Period {next(numbers)}", "starts_on": day, "ends_on": day}
        made = Budget(program=program, year=year, **(defaults | fields))
        funds.open_budget(budget=made, by=by, now=NOW)
        if amount:
            funds.fund(budget=made, amount=amount, key="first", by=by, at=NOW)
        made.refresh_from_db()
        return made

    def fund(
        self,
        amount: int = 5_000_00,
        partner: Partner | None = None,
        budget: Budget | None = None,
        expires_on: date = TODAY + timedelta(days=60),
        by: User | None = None,
        **fields,
    ) -> Allocation:
        """An allocation of `amount`, from a budget that holds at least that much."""
        by = by or self.manager
        budget = budget or self.budget(amount=max(amount, 10_000_00), by=by)
        grant = funds.Grant.under(
            budget.program,
            partner=partner or self.brightpath,
            amount=amount,
            expires_on=expires_on,
            **({"name": "Market development", "reference": f"R-{next(numbers)}"} | fields),
        )
        (made,) = funds.allocate(budget=budget, grants=[grant], by=by, at=NOW)
        return Allocation.objects.with_terms().get(pk=made.pk)

    def kept_program(
        self, partner: Partner | None = None, by: User | None = None, name: str = "Cobalt Print"
    ) -> Program:
        """A program of a vendor that the partner (Brightpath) records itself."""
        by = by or self.owner
        vendor = keeping.record_vendor(partner=partner or self.brightpath, name=name, by=by, now=NOW)
        return keeping.record_program(vendor=vendor, name="Cobalt fund", currency="USD", by=by, now=NOW)

    def kept_fund(
        self,
        program: Program | None = None,
        by: User | None = None,
        on: date = TODAY,
        expires_on: date = TODAY + timedelta(days=60),
        **balances,
    ) -> Allocation:
        """A fund of such a vendor; the same `reference` updates it."""
        program = program or self.kept_program(by=by)
        said = stated(**({"available": 5_000_00} | balances), expires_on=expires_on)
        funds.record_statement(program=program, funds=[said], on=on, by=by or self.owner, now=NOW)
        return Allocation.objects.with_terms().get(budget__program=program, reference=said.reference)

    def books(self) -> dict[str, models.Model]:
        """Two vendors that Brightpath records itself: of one an admin asks, of the other the owner said no."""
        fund = self.kept_fund()
        kept, other = (
            KeptVendor.objects.get(pk=pk) for pk in (fund.program.vendor_id, self.kept_program(name="Other").vendor_id)
        )
        link, declined = (
            linking.propose_link(kept=vendor, vendor=self.northgate, by=self.admin, now=NOW) for vendor in (kept, other)
        )
        linking.answer_link(link=declined, accept=False, by=self.owner, now=NOW)
        found = {"kept": kept, "other_kept": other, "kept_fund": fund, "link": link, "declined_link": declined}
        return found | {"vendor": self.northgate, "other_vendor": self.skylark}

    def draft(
        self, fund: Allocation | None = None, costs: tuple[int, ...] = (1_000_00,), by: User | None = None
    ) -> Claim:
        """A complete draft: a line for each cost, of the first activity that its terms name, and a proof."""
        by = by or self.owner
        claim = claims.start(allocation=fund or self.fund(), title="Cloud webinar", by=by, now=NOW)
        activity = claim.allocation.terms.activities.first()
        entries = [
            Entry(f"Advertising {n}", "Acme Media", f"INV-{next(numbers)}", TODAY - timedelta(days=3), cost, activity)
            for n, cost in enumerate(costs, 1)
        ]
        claims.save(claim=claim, title=claim.title, entries=entries, by=by, now=NOW)
        claims.attach(claim=claim, accepted=accepted_file(), by=by, now=NOW)
        return self.again(claim)

    def submitted(self, fund: Allocation | None = None, costs: tuple[int, ...] = (1_000_00,), by=None) -> Claim:
        return self.again(claims.submit(claim=self.draft(fund, costs, by), by=by or self.owner, now=NOW))

    def approved(self, fund: Allocation | None = None, costs: tuple[int, ...] = (1_000_00,)) -> Claim:
        claim = self.submitted(fund, costs)
        return self.again(claims.approve(claim=claim, version=claim.version, by=self.admin, now=NOW))

    def again(self, claim: Claim) -> Claim:
        """The claim as the database has it now."""
        return Claim.objects.with_fund().get(pk=claim.pk)


def accepted_file(content: bytes | None = None, name: str = "invoice.pdf") -> Accepted:
    """A file that passed the checks; its content is different each time unless given."""
    content = content or f"%PDF-1.4 proof {next(numbers)}".encode()
    digest = hashlib.sha256(content).hexdigest()
    return Accepted(name, f"{digest[:24]}.pdf", "application/pdf", content, digest, 1)


def stated(reference: str = "CP-1", name: str = "Cobalt spring", **fields) -> funds.Stated:
    """What a statement says of a fund; its last day to claim is a month after its last day."""
    last = fields.pop("expires_on", TODAY + timedelta(days=60))
    claim_by = fields.pop("claim_by", last + timedelta(days=30))
    return funds.Stated(reference=reference, name=name, expires_on=last, claim_by=claim_by, **fields)


def world() -> World:
    brightpath = Partner.objects.create(name="Brightpath", slug="brightpath-test", country="US")
    othertech = Partner.objects.create(name="Othertech", slug="othertech", country="DE", currency="EUR")
    northgate = Vendor.objects.create(name="Northgate Cloud", slug="northgate-test")
    skylark = Vendor.objects.create(name="Skylark Compute", slug="skylark-test")
    windfall = site()
    owner, member, manager, admin, second_admin, finance, stranger, other_manager = people(
        ("owner", brightpath, Role.OWNER),
        ("member", brightpath, Role.MEMBER),
        ("manager", northgate, Role.MANAGER),
        ("admin", windfall, Role.ADMIN),
        ("adminette", windfall, Role.ADMIN),
        ("finance", windfall, Role.FINANCE),
        ("stranger", othertech, Role.OWNER),
        ("skylarker", skylark, Role.MANAGER),
    )
    return World(
        brightpath=brightpath,
        othertech=othertech,
        northgate=northgate,
        skylark=skylark,
        owner=owner,
        member=member,
        manager=manager,
        admin=admin,
        second_admin=second_admin,
        finance=finance,
        stranger=stranger,
        other_manager=other_manager,
    )


def balances(allocation: Allocation) -> dict[str, int]:
    """Every bucket of the fund that is not empty, as the database has it now."""
    fresh = Allocation.objects.get(pk=allocation.pk)
    found = {b: getattr(fresh, b) for b in ("available", "reserved", "claimed", "approved", "paid", "lapsed")}
    return {bucket: amount for bucket, amount in found.items() if amount}
