"""New partners and vendors."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.text import slugify

from partners.actions.invitations import send
from partners.actions.steps import PeopleRefused, locked
from partners.events import event, record
from partners.models import Company, Invitation, User
from partners.states import KEEPER, Kind


def create_company(*, company: Company, email: str, by: User, now: datetime) -> Invitation:
    """A partner or vendor, and the invitation of the first one who looks after its people.

    PeopleRefused if there is one of that name; whoever clicks twice makes one company.
    """
    if not by.has_perm("partners.create_company"):
        raise PermissionDenied
    if company.kind not in (Kind.PARTNER, Kind.VENDOR):
        raise PeopleRefused("A company is a partner or a vendor.")
    with transaction.atomic():
        # Nobody else makes a company meanwhile: a name is looked for and then taken.
        locked(Company.objects.get(kind=Kind.SITE))
        if Company.objects.on_windfall().filter(kind=company.kind, name__iexact=company.name).exists():
            raise PeopleRefused(
                f"There is a {company.kind} called {company.name} already. Add its city or country to the name."
            )
        company.slug = free_slug(company.name)
        company.created_at = now
        company.save(force_insert=True)
        data = {"kind": company.kind, "name": company.name}
        record([event(verb="created", about=company, by=by, company_id=company.pk, data=data, at=now)])
        return send(company=company, email=email.strip().lower(), role=KEEPER[Kind(company.kind)], by=by, now=now)


def choose_currency(*, company: Company, currency: str, by: User, now: datetime) -> Company:
    """What its people read sums in. Amounts stay what they are, in their own currencies."""
    if not by.has_perm("partners.choose_currency", company):
        raise PermissionDenied
    with transaction.atomic():
        company = locked(company)
        if company.currency == currency:
            return company
        data = {"from": company.currency, "to": currency}
        company.currency = currency
        company.save(update_fields=["currency"])
        record([event(verb="chose currency", about=company, by=by, company_id=company.pk, data=data, at=now)])
    return company


def free_slug(name: str) -> str:
    stem = slugify(name)[:50] or "company"
    taken = set(Company.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    return next(slug for slug in (stem, *(f"{stem}-{n}" for n in range(2, 10_000))) if slug not in taken)
