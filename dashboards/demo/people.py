"""Who acts in the demo: Windfall's people, partners and vendors. All of them sign in with the same password."""

import random
from datetime import datetime, timedelta

from dashboards.demo.offers import PARTNERS, VENDORS
from partners.models import Company, Membership, Partner, User
from partners.sign_in import verified_user
from partners.states import Kind, Role
from programs.models import Vendor

DOMAIN = "windfall.example"
PASSWORD = "windfall-demo"


class Cast:
    """One build and who acts in it: `now` is its present; every date is relative to it, every choice repeatable."""

    def __init__(self, now: datetime):
        self.now = now
        self.choice = random.Random(2026)
        self.papers = 0

    def ago(self, days: int) -> datetime:
        return self.now - timedelta(days=days)

    def person(self, login: str, name: str, company: Company, role: Role) -> User:
        user = verified_user(f"{login}@{DOMAIN}", name, PASSWORD)
        # Last here some days ago, so that there is something that changed since.
        was_here = {"created_at": self.ago(400), "visited_at": self.ago(6)}
        Membership.objects.create(user=user, company=company, role=role, **was_here)
        return user

    def people(self) -> None:
        site = Company.objects.create(kind=Kind.SITE, name="Windfall", slug="windfall")
        self.admin = self.person("admin", "Ada Minton", site, Role.ADMIN)
        self.second_admin = self.person("second.admin", "Ben Carter", site, Role.ADMIN)
        self.finance = self.person("finance", "Fina Cortez", site, Role.FINANCE)
        self.second_finance = self.person("second.finance", "Tom Ledger", site, Role.FINANCE)
        self.partners, self.owners = {}, {}
        for slug, facts in PARTNERS.items():
            company = Partner.objects.create(
                slug=slug, name=facts.name, country=facts.country, currency=facts.currency, time_zone=facts.time_zone
            )
            login = "owner" if slug == "brightpath" else f"owner.{slug}"
            self.partners[slug] = company
            self.owners[slug] = self.person(login, facts.owner, company, Role.OWNER)
        self.member = self.person("member", "Max Ember", self.partners["brightpath"], Role.MEMBER)
        self.vendors, self.managers = {}, {}
        for slug, facts in VENDORS.items():
            vendor = Vendor.objects.create(slug=slug, name=facts.name, country=facts.country, time_zone=facts.time_zone)
            login = "manager" if slug == "northgate-cloud" else f"manager.{slug}"
            self.vendors[slug] = vendor
            self.managers[slug] = self.person(login, facts.manager, vendor, Role.MANAGER)
