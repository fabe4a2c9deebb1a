"""Mail about money to those who look after a company. It leaves once what it tells of is committed."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from partners.models import Company, Membership, User
from partners.states import KEEPER, Kind


def tell_keepers(company: Company, subject: str, template: str, context: Mapping[str, Any], path: str) -> None:
    """A mail to each owner of a partner, or manager of a vendor. `path` is the page to look at."""
    keepers = Membership.objects.active().filter(company=company.pk, role=KEEPER[Kind(company.kind)])
    for person in User.objects.filter(pk__in=keepers.values("user"), is_active=True):
        said = {"person": person, "company": company, "address": f"{settings.SITE_ADDRESS}{path}", **context}
        EmailMultiAlternatives(subject=subject, body=render_to_string(template, said), to=[person.email]).send()
