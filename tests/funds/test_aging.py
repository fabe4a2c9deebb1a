"""How long money may be used, by its terms: so many months after it was granted, and no longer than its budget's period."""

from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.urls import reverse

from funds import actions
from funds.grants import limits, usual_last_day
from funds.models import Allocation, Budget
from tests.cast import NOW, TODAY
from tests.pages import errors, told

LONG = {"starts_on": date(2023, 1, 1), "ends_on": date(2029, 12, 31)}


def budget_of(w, ends_on: date = date(2026, 12, 31), **terms) -> Budget:
    """Of a long program with these terms, for a period that ends then, with $100,000.00 in it."""
    program = w.program(**LONG, **terms)
    budget = Budget(program=program, name="Period", starts_on=date(2023, 1, 1), ends_on=ends_on)
    actions.open_budget(budget=budget, by=w.manager, now=NOW)
    actions.fund(budget=budget, amount=100_000_00, key="a", by=w.manager, at=NOW)
    return Budget.objects.select_related("program__terms", "program__vendor").get(pk=budget.pk)


@pytest.mark.parametrize(
    ("granted_on", "months", "last"),
    [
        ("2026-11-23", 12, "2027-11-23"),
        ("2026-11-30", 3, "2027-02-28"),  # a month that has no such day ends with its last
        ("2027-11-30", 3, "2028-02-29"),  # in a leap year that is the 29th
        ("2028-02-29", 12, "2029-02-28"),
        ("2024-02-29", 48, "2028-02-29"),
        ("2026-08-31", 1, "2026-09-30"),
        ("2026-12-31", 6, "2027-06-30"),
        ("2026-12-01", 60, "2029-12-31"),  # the program ends before
    ],
)
def test_months_are_the_calendars(w, granted_on, months, last):
    budget = budget_of(w, aging_months=months)
    assert usual_last_day(budget.program, budget, date.fromisoformat(granted_on)) == date.fromisoformat(last)


@pytest.mark.parametrize(
    ("terms", "last"),
    [
        ({}, "2029-12-31"),
        ({"aging_months": 12}, "2027-11-23"),
        ({"forfeits_at_period_end": True}, "2026-12-31"),
        ({"aging_months": 12, "forfeits_at_period_end": True}, "2026-12-31"),
        ({"aging_months": 1, "forfeits_at_period_end": True}, "2026-12-23"),
    ],
)
def test_the_earliest_of_all_is_the_usual_last_day(w, terms, last):
    budget = budget_of(w, **terms)
    assert str(usual_last_day(budget.program, budget, TODAY)) == last


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Auckland", "America/Los_Angeles"])
def test_the_database_counts_as_we_do(w, zone):
    """Late in the day it is tomorrow in Auckland, early in the day yesterday in Los Angeles."""
    for months in (1, 3, 13):
        budget = budget_of(w, aging_months=months, time_zone=zone)
        fields = {"budget": budget, "partner": w.brightpath, "terms": budget.program.terms, "name": "x"}
        for number, day in enumerate(("2026-11-30", "2027-11-30", "2028-02-29", "2026-01-31", "2026-05-31")):
            for hour in (0, 23):
                at = datetime.fromisoformat(f"{day}T{hour:02}:30:00+00:00")
                (limit,) = limits(budget.program, budget, budget.program.today(at))
                for last in (limit.day, limit.day + timedelta(days=1)):
                    days = {"expires_on": last, "granted_until": last, "claim_by": last, "created_at": at}
                    fund = Allocation(**fields, **days, reference=f"{number} {hour} {last}")
                    if last == limit.day:
                        fund.save()
                    else:
                        with pytest.raises(DatabaseError, match="so long"), transaction.atomic():
                            fund.save()


class TestGranting:
    def grant(self, w, budget, expires_on: date, reference="R") -> Allocation:
        grant = actions.Grant.under(
            budget.program, partner=w.brightpath, amount=1_000_00, name="x", reference=reference, expires_on=expires_on
        )
        (made,) = actions.allocate(budget=budget, grants=[grant], by=w.manager, at=NOW)
        return Allocation.objects.with_terms().get(pk=made.pk)

    @pytest.mark.parametrize(
        ("terms", "last", "words"),
        [
            (
                {"aging_months": 12},
                date(2027, 11, 23),
                "may be used for 12 months after it was granted: until 23 Nov 2027",
            ),
            (
                {"aging_months": 1},
                date(2026, 12, 23),
                "may be used for 1 month after it was granted: until 23 Dec 2026",
            ),
            (
                {"forfeits_at_period_end": True},
                date(2026, 12, 31),
                "lapses with the budget's period: until 31 Dec 2026",
            ),
        ],
    )
    def test_no_later_day_is_granted(self, w, terms, last, words):
        budget = budget_of(w, **terms)
        with pytest.raises(actions.FundsRefused, match=words):
            self.grant(w, budget, last + timedelta(days=1))
        assert self.grant(w, budget, last).granted_until == last

    def test_an_extension_comes_on_top(self, w):
        budget = budget_of(w, aging_months=1, forfeits_at_period_end=True, extension_days=60)
        fund = self.grant(w, budget, date(2026, 12, 23))
        longer = actions.extend(allocation=fund, until=fund.longest, reason="x", by=w.manager, now=NOW)
        assert longer.expires_on == date(2027, 2, 21)

    def test_new_terms_make_no_granted_day_earlier(self, w):
        budget = budget_of(w)
        fund = self.grant(w, budget, date(2029, 1, 1))
        Allocation.objects.filter(pk=fund.pk).update(expires_on=date(2029, 1, 2), claim_by=date(2029, 3, 1))
        assert Allocation.objects.get(pk=fund.pk).expires_on == date(2029, 1, 2)

    def test_a_period_that_is_over_grants_nothing(self, w, client):
        budget = budget_of(w, ends_on=date(2026, 11, 22), forfeits_at_period_end=True)
        with pytest.raises(actions.FundsRefused, match="period ended on 22 Nov 2026"):
            self.grant(w, budget, TODAY)
        with time_machine.travel(NOW):
            client.force_login(w.manager)
            for name in ("allocate", "allocate_file", "regrant"):
                response = client.get(reverse(f"funds:{name}", args=[budget.pk]), follow=True)
                assert "Add a budget for another." in told(response)[0], name


@pytest.mark.usefixtures("_at_now")
class TestPages:
    def sent(self, **fields) -> dict[str, str]:
        return {"partner": "Brightpath", "amount": "1,000.00", "name": "x", "reference": "R", "claim_by": ""} | fields

    def test_the_form_fills_in_the_usual_day_and_refuses_a_later_one(self, w, client):
        budget = budget_of(w, aging_months=12)
        url = reverse("funds:allocate", args=[budget.pk])
        client.force_login(w.manager)
        page = client.get(url)
        assert page.context["form"]["expires_on"].value() == date(2027, 11, 23)
        assert "By the terms money may be used for 12 months after it was granted." in page.text
        response = client.post(url, self.sent(expires_on="2027-11-24"))
        assert "until 23 Nov 2027 at most" in errors(response)["expires_on"][0]
        client.post(url, self.sent(expires_on="2027-11-23"))
        fund = Allocation.objects.get()
        client.force_login(w.owner)
        assert "12 months after it was granted" in client.get(reverse("funds:allocation", args=[fund.pk])).text

    def test_a_file_has_it_as_its_default(self, w, client):
        budget = budget_of(w, aging_months=12)
        url = reverse("funds:allocate_file", args=[budget.pk])
        client.force_login(w.manager)
        assert "as in 2027-11-23, which is the default" in client.get(url).text
        table = b"partner,amount,reference,expires_on\nBrightpath,5,A,\nBrightpath,5,B,2027-11-24\n"
        response = client.post(url, {"file": SimpleUploadedFile("grants.csv", table)})
        planned = response.context["plan"].rows
        assert planned[0].grant.expires_on == date(2027, 11, 23)
        assert "until 23 Nov 2027 at most" in planned[1].errors["expires_on"]

    def test_moved_money_follows_it_too(self, w, client):
        budget = budget_of(w, aging_months=12)
        fund = w.fund(1_000_00, budget=budget)
        client.force_login(w.manager)
        url = reverse("funds:transfer", args=[fund.pk])
        form = client.get(url).context["form"]
        assert form["expires_on"].value() == date(2027, 11, 23)
        sent = {"partner": "Othertech", "amount": "5", "into": "", "expires_on": "2027-11-24", "reason": "x"}
        response = client.post(url, sent | {"key": form["key"].value()})
        assert "until 23 Nov 2027 at most" in errors(response)["__all__"][0]
