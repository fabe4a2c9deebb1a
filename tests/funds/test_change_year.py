"""A channel manager gives a year another name or other days, and deletes one that no budget stands in."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from funds import actions
from funds.models import Budget, Year, YearChange
from partners.models import Event
from tests.cast import NOW, world
from tests.funds.test_races import at_once
from tests.pages import errors, told

DAYS = {"name": "FY26", "starts_on": "2026-02-01", "ends_on": "2027-01-31"}


def url(year: Year, name: str) -> str:
    return reverse(f"funds:{name}", args=[year.pk])


def days(year: Year) -> tuple:
    return Year.objects.values_list("name", "starts_on", "ends_on").get(pk=year.pk)


class TestNameAndDays:
    def test_they_change_with_an_event_that_says_from_what_to_what(self, w, client):
        year = w.year(name="2026")
        w.budget(amount=5_00, year=year)
        client.force_login(w.manager)
        assert url(year, "edit_year") in client.get(url(year, "year")).text
        assert client.get(url(year, "edit_year")).status_code == 200
        response = client.post(url(year, "edit_year"), DAYS, follow=True)
        assert told(response) == ["It is changed."]
        assert days(year) == ("FY26", date(2026, 2, 1), date(2027, 1, 31))
        event = Event.objects.about(year).get(verb="changed")
        assert event.reason == "From 2026, 1 Jan 2026 to 31 Dec 2026 to FY26, 1 Feb 2026 to 31 Jan 2027."
        history = client.get(url(year, "year_history")).text
        assert "Name or days changed" in history
        assert "From 2026, 1 Jan 2026" in history
        again = client.post(url(year, "edit_year"), DAYS, follow=True)
        assert told(again) == ["Nothing was different: it stands as it was."]
        assert Event.objects.about(year).filter(verb="changed").count() == 1

    @pytest.mark.parametrize(
        ("field", "value"),
        [("starts_on", "2026-11-24"), ("ends_on", "2026-11-22")],
        ids=["begins too late", "ends early"],
    )
    def test_a_budget_never_falls_outside(self, w, client, field, value):
        year = w.year()
        budget = w.budget(w.program(name="MDF"), amount=0, year=year)
        client.force_login(w.manager)
        response = client.post(url(year, "edit_year"), DAYS | {field: value})
        (words,) = errors(response)[field]
        assert words.startswith(f"MDF, {budget.name} runs from 23 Nov 2026 until 23 Nov 2026 and stands in this year")
        assert response.context["form"]["name"].value() == "FY26"
        assert days(year)[0] == year.name

    @pytest.mark.parametrize(
        ("field", "value", "words"),
        [
            ("name", "", "Give the year a name."),
            ("name", "Taken", "You have a year of this name"),
            ("starts_on", "soon", "Enter a day as in"),
            ("ends_on", "2026-01-31", "The last day comes before the first."),
            ("ends_on", "2030-12-31", "more than two years"),
        ],
    )
    def test_bad_days_get_a_sentence(self, w, client, field, value, words):
        w.year(name="Taken")
        year = w.year()
        client.force_login(w.manager)
        assert words in errors(client.post(url(year, "edit_year"), DAYS | {field: value}))[field][0]
        assert days(year)[0] == year.name

    def test_a_name_taken_meanwhile_and_other_people(self, w):
        year, taken = w.year(), w.year()
        to = {"starts_on": year.starts_on, "ends_on": year.ends_on, "now": NOW}
        with pytest.raises(actions.FundsRefused, match="of this name"):
            actions.change_days(year=year, name=taken.name, by=w.manager, **to)
        for stranger in (w.owner, w.other_manager, w.admin):
            with pytest.raises(PermissionDenied):
                actions.change_days(year=year, name="Mine", by=stranger, **to)


class TestDeleted:
    def test_one_without_budgets_goes_with_what_was_planned(self, w, client):
        year = w.year(amount=700_00, name="Typo")
        client.force_login(w.manager)
        assert url(year, "delete_year") in client.get(url(year, "year")).text
        assert "The $700.00 planned for it is planned no more." in client.get(url(year, "delete_year")).text
        response = client.post(url(year, "delete_year"), follow=True)
        assert told(response) == ["The year Typo is deleted."]
        assert not Year.objects.exists()
        assert not YearChange.objects.exists()
        assert Event.objects.get(verb="deleted").data == {"currency": "USD", "name": "Typo", "amount": 700_00}
        assert client.post(url(year, "delete_year")).status_code == 404

    def test_one_with_a_budget_stays_though_it_holds_nothing(self, w, client):
        year = w.year()
        budget = w.budget(amount=0, year=year)
        client.force_login(w.manager)
        assert url(year, "delete_year") not in client.get(url(year, "year")).text
        assert "Budgets stand in this year" in told(client.get(url(year, "delete_year"), follow=True))[0]
        assert told(client.post(url(year, "delete_year"), follow=True)) == [
            f"{budget} stands in it. Only a year without budgets can be deleted."
        ]
        assert Year.objects.exists()

    def test_nobody_else_deletes_it(self, w):
        year = w.year()
        for stranger in (w.owner, w.other_manager, w.admin):
            with pytest.raises(PermissionDenied):
                actions.delete_year(year=year, by=stranger, now=NOW)

    def test_the_database_keeps_a_year_that_a_budget_stands_in(self, w):
        year = w.year()
        w.budget(amount=0, year=year)
        deleting = "DELETE FROM funds_year WHERE id = %s"
        with (
            connection.cursor() as cursor,
            pytest.raises(DatabaseError, match="a budget stands in this year"),
            transaction.atomic(),
        ):
            cursor.execute(deleting, [year.pk])


@pytest.mark.django_db(transaction=True)
def test_budgets_that_come_in_while_it_is_changed_or_deleted_are_seen():
    """Whoever is first wins: no budget ever stands outside its year, or in none that is there."""
    w = world()
    for round_ in range(6):
        year = w.year(amount=0)
        budgets = [w.budget(amount=0, starts_on=date(2026, 12, 30), ends_on=date(2026, 12, 31)) for _ in range(3)]

        def work(client, year=year, budgets=budgets, round_=round_):
            try:
                if client < 3:
                    return actions.put_in_year(budget=budgets[client], year=year, by=w.manager, now=NOW)
                if client == 3 and round_ % 2:
                    return actions.delete_year(year=year, by=w.manager, now=NOW)
                return actions.change_days(
                    year=year,
                    name=year.name,
                    starts_on=year.starts_on,
                    ends_on=date(2026, 12, 1 + client),
                    by=w.manager,
                    now=NOW,
                )
            except (actions.FundsRefused, Year.DoesNotExist):
                return False

        at_once(5, work)
        inside = Budget.objects.filter(pk__in=[budget.pk for budget in budgets]).exclude(year=None)
        assert all(b.ends_on <= b.year.ends_on for b in inside.select_related("year"))
