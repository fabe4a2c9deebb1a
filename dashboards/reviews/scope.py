"""Whose review of which vendors it is, and since when."""

from dataclasses import dataclass
from datetime import date, datetime

from partners.models import Company, User
from programs.days import Clock, after_months

# The period that results are of, in months.
SPANS = {"3": 3, "6": 6, "12": 12}
USUAL_SPAN = "12"


@dataclass(frozen=True, slots=True)
class Scope:
    """`company` is the partner that `user` acts for; `since` is the first day of the period that ends now."""

    user: User
    company: Company
    vendors: tuple[Company, ...]
    now: datetime
    months: int = SPANS[USUAL_SPAN]

    @property
    def ids(self) -> list[int]:
        return [vendor.pk for vendor in self.vendors]

    @property
    def today(self) -> date:
        return Clock(self.now).day_in(self.company.time_zone)

    @property
    def since(self) -> date:
        return after_months(self.today, -self.months)
