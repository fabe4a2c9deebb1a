"""A channel manager plans a year, splits it into budgets of programs, tops it up and cuts it."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from funds import actions
from funds.ledger import ClosedPeriod, DuplicatePosting, InsufficientFunds, YearFull
from funds.models import Budget, Year
from funds.reconcile import reconcile
from partners.models import Event
from tests.cast import NOW, TODAY
from tests.pages import errors, fresh_key, queries, table, told

pytestmark = pytest.mark.usefixtures("_at_now")
WHY = "The board decided so."
PLAN = {
    "name": "2027",
    "currency": "USD",
    "starts_on": "2027-01-01",
    "ends_on": "2027-12-31",
    "amount": "250,000.00",
}


def url(thing, name="year") -> str:
    return reverse(f"funds:{name}", args=[thing.pk])


def of(year: Year) -> tuple[int, int]:
    """(planned, in programs), as the database has them now."""
    return Year.objects.values_list("amount", "held").get(pk=year.pk)


def held(budget: Budget) -> tuple[int, int]:
    return Budget.objects.values_list("funded", "unallocated").get(pk=budget.pk)


def change(act, w, year, amount, **fields) -> bool:
    return act(
        **({"year": year, "amount": amount, "key": fresh_key(), "by": w.manager, "reason": WHY, "at": NOW} | fields)
    )


def test_a_vendors_year_with_every_balance_after_each_step(w):
    """The worked example: planned, split, granted from, moved about, topped up, cut, and a period of it closed."""
    year = w.year(amount=10_000)
    assert of(year) == (10_000, 0)
    mdf, coop = w.program(name="MDF"), w.program(name="Co-op")
    first = w.budget(mdf, amount=0, year=year)
    second = w.budget(coop, amount=0, year=year)
    alone = w.budget(coop, amount=700)
    assert of(year) == (10_000, 0)
    actions.fund(budget=first, amount=6_000, key="a", by=w.manager, at=NOW)
    actions.fund(budget=second, amount=4_000, key="a", by=w.manager, at=NOW)
    assert of(year) == (10_000, 10_000)
    with pytest.raises(YearFull):
        actions.fund(budget=first, amount=1, key="b", by=w.manager, at=NOW)
    fund = w.fund(1_000, budget=first)
    assert (of(year), held(first)) == ((10_000, 10_000), (6_000, 5_000))
    with pytest.raises(YearFull):
        change(actions.take_out, w, year, 1)
    actions.move_money(source=first, target=second, amount=2_000, key="c", by=w.manager, reason=WHY, at=NOW)
    assert (of(year), held(first), held(second)) == ((10_000, 10_000), (4_000, 3_000), (6_000, 6_000))
    with pytest.raises(InsufficientFunds):
        actions.move_money(source=first, target=second, amount=3_001, key="d", by=w.manager, reason=WHY, at=NOW)
    with pytest.raises(YearFull):
        actions.move_money(source=alone, target=second, amount=1, key="e", by=w.manager, reason=WHY, at=NOW)
    with pytest.raises(YearFull):
        actions.put_in_year(budget=alone, year=year, by=w.manager, now=NOW)
    change(actions.top_up, w, year, 1_000)
    assert of(year) == (11_000, 10_000)
    assert actions.put_in_year(budget=alone, year=year, by=w.manager, now=NOW)
    assert of(year) == (11_000, 10_700)
    actions.defund(budget=second, amount=500, key="f", by=w.manager, at=NOW)
    assert of(year) == (11_000, 10_200)
    change(actions.take_out, w, year, 800)
    assert of(year) == (10_200, 10_200)
    assert actions.put_in_year(budget=second, year=None, by=w.manager, now=NOW)
    assert of(year) == (10_200, 4_700)
    # What partners do with their money inside a budget is no matter of the year.
    actions.withdraw(allocation=fund, amount=1_000, key="g", by=w.manager, reason=WHY, at=NOW)
    actions.defund(budget=first, amount=4_000, key="g", by=w.manager, at=NOW)
    actions.close_period(budget=first, by=w.manager, now=NOW)
    assert of(year) == (10_200, 700)
    with pytest.raises(actions.FundsRefused, match="closed"):
        actions.put_in_year(budget=first, year=None, by=w.manager, now=NOW)
    with pytest.raises(ClosedPeriod):
        actions.move_money(source=alone, target=first, amount=1, key="h", by=w.manager, reason=WHY, at=NOW)
    assert reconcile().differences == []
    verbs = list(Event.objects.about(year).values_list("verb", flat=True))
    assert verbs == [
        "opened",
        "top_up",
        "put in",
        "put in",
        "top_up",
        "put in",
        "take_out",
        "taken out of it",
    ]


class TestActs:
    def test_a_repeat_changes_nothing_and_another_content_is_refused(self, w):
        year = w.year(amount=1_000)
        assert change(actions.top_up, w, year, 500, key="k")
        assert not change(actions.top_up, w, year, 500, key="k")
        assert of(year) == (1_500, 0)
        with pytest.raises(DuplicatePosting):
            change(actions.top_up, w, year, 501, key="k")
        with pytest.raises(DuplicatePosting):
            change(actions.take_out, w, year, 500, key="k")
        assert Event.objects.about(year).filter(verb="top_up").count() == 2

    def test_a_transfer_twice_moves_once(self, w):
        year = w.year()
        source, target, other = (w.budget(amount=1_000, year=year) for _ in range(3))
        move = {"source": source, "amount": 300, "key": "k", "by": w.manager, "reason": WHY, "at": NOW}
        assert actions.move_money(target=target, **move)
        assert not actions.move_money(target=target, **move)
        with pytest.raises(DuplicatePosting):
            actions.move_money(target=other, **move)
        with pytest.raises(DuplicatePosting):
            actions.move_money(target=target, **move | {"amount": 301})
        assert (held(source)[0], held(target)[0], held(other)[0]) == (700, 1_300, 1_000)
        out, into = source.movements.get(act="defund"), target.movements.get(act="fund", reason=WHY)
        assert (out.reason, out.amount, into.amount) == (WHY, 300, 300)

    def test_only_managers_of_the_vendor(self, w):
        year, budget, other = w.year(), w.budget(), w.budget()
        for person in (w.owner, w.other_manager, w.admin, w.finance):
            with pytest.raises(PermissionDenied):
                change(actions.top_up, w, year, 1, by=person)
            with pytest.raises(PermissionDenied):
                change(actions.take_out, w, year, 1, by=person)
            with pytest.raises(PermissionDenied):
                actions.put_in_year(budget=budget, year=year, by=person, now=NOW)
            with pytest.raises(PermissionDenied):
                actions.move_money(source=budget, target=other, amount=1, key="k", by=person, reason=WHY, at=NOW)
            with pytest.raises(PermissionDenied):
                w.year(by=person)

    def test_no_money_to_another_vendor_or_currency(self, w):
        budget = w.budget()
        euros = w.budget(w.program(currency="EUR"))
        with pytest.raises(actions.FundsRefused, match="one currency"):
            actions.move_money(source=budget, target=euros, amount=1, key="k", by=w.manager, reason=WHY, at=NOW)
        theirs = w.budget(w.program(w.skylark, w.other_manager), by=w.other_manager)
        with pytest.raises(PermissionDenied):
            actions.move_money(source=budget, target=theirs, amount=1, key="k", by=w.manager, reason=WHY, at=NOW)
        with pytest.raises(actions.FundsRefused, match="there already"):
            actions.move_money(source=budget, target=budget, amount=1, key="k", by=w.manager, reason=WHY, at=NOW)

    def test_a_budget_stands_only_in_a_year_that_fits(self, w):
        budget = w.budget()
        with pytest.raises(actions.FundsRefused, match="in EUR"):
            actions.put_in_year(budget=budget, year=w.year(currency="EUR"), by=w.manager, now=NOW)
        past = w.year(starts_on=date(2025, 1, 1), ends_on=date(2025, 12, 31))
        with pytest.raises(actions.FundsRefused, match="begins and ends within"):
            actions.put_in_year(budget=budget, year=past, by=w.manager, now=NOW)
        year = w.year()
        assert actions.put_in_year(budget=budget, year=year, by=w.manager, now=NOW)
        assert not actions.put_in_year(budget=budget, year=year, by=w.manager, now=NOW)
        assert Event.objects.about(year).filter(verb="put in").count() == 1

    def test_two_open_budgets_of_a_program_share_no_day(self, w):
        program = w.program()
        first = w.budget(program, amount=0)
        same = Budget(program=program, name="Again", starts_on=first.ends_on, ends_on=first.ends_on + timedelta(days=9))
        with pytest.raises(
            actions.FundsRefused, match=f"The budget {first.name} of this program runs from 23 Nov 2026"
        ):
            actions.open_budget(budget=same, by=w.manager, now=NOW)
        actions.close_period(budget=first, by=w.manager, now=NOW)
        assert actions.open_budget(budget=same, by=w.manager, now=NOW).pk


class TestPages:
    def test_from_nothing_to_a_split_year(self, w, client):
        client.force_login(w.manager)
        page = client.get(reverse("funds:years"))
        assert "No year is planned yet" in page.text
        assert 'href="/years/"' in page.text
        response = client.post(reverse("funds:open_year"), PLAN | {"key": fresh_key()}, follow=True)
        year = Year.objects.get()
        assert told(response) == ["The year 2027 is planned. Now split it into budgets of your programs."]
        assert of(year) == (250_000_00, 0)
        assert "No program of yours can take its money yet" in response.text
        program = w.program(name="Growth MDF", ends_on=date(2027, 6, 30))
        page = client.get(url(year)).text
        add = f"{reverse('funds:budget_add', args=[program.pk])}?year={year.pk}"
        assert add in page
        form = client.get(add).context["form"]
        assert (form["year"].value(), form["starts_on"].value(), form["ends_on"].value()) == (
            year.pk,
            date(2027, 1, 1),
            date(2027, 6, 30),
        )
        sent = {"name": "H1", "year": year.pk, "starts_on": "2027-01-01", "ends_on": "2027-06-30"}
        client.post(add, sent)
        budget = program.budgets.get()
        assert budget.year == year
        money = {"amount": "250,000.01", "reason": "", "key": fresh_key()}
        response = client.post(url(budget, "fund"), money)
        assert errors(response)["amount"] == [
            "That is too much. $250,000.00 of 2027 is free: top it up first, or choose less."
        ]
        client.post(url(budget, "fund"), money | {"amount": "100,000.00"})
        assert of(year) == (250_000_00, 100_000_00)
        page = client.get(url(year)).text
        assert "$150,000.00 of $250,000.00 stands in no program yet" in page
        assert url(budget, "budget") in page
        assert url(year) in client.get(url(budget, "budget")).text

    def test_the_tree_sums_up_programs(self, w, client):
        year = w.year(amount=100_000_00)
        program = w.program(name="Growth MDF")
        budget = w.budget(program, amount=10_000_00, year=year)
        w.budget(program, amount=5_000_00, year=year)
        w.approved(w.fund(4_000_00, budget=budget))
        client.force_login(w.manager)
        response = client.get(url(year))
        (line, budgets) = response.context["tree"][0]
        assert (line.amounts["funded"], line.amounts["granted"], line.amounts["in_use"]) == (
            15_000_00,
            4_000_00,
            500_00,
        )
        assert [one.amounts["unallocated"] for one in budgets] == [6_000_00, 5_000_00]
        rows = table(client.get(url(year), {"format": "csv"}))
        assert [(row["Program"], row["Funded"], row["Approved"]) for row in rows] == [
            ("Growth MDF", "10000.00", "500.00"),
            ("Growth MDF", "5000.00", "0.00"),
        ]
        assert client.get(url(year), {"format": "xlsx"}).status_code == 200

    def test_the_list_is_narrowed_sorted_and_taken_away(self, w, client):
        year = w.year(amount=9_000_00, name="FY26")
        w.fund(1_000_00, budget=w.budget(amount=5_000_00, year=year))
        w.year(amount=10_000_00, name="FY26 euros", currency="EUR")
        w.year(vendor=w.skylark, by=w.other_manager, name="Theirs")
        client.force_login(w.manager)
        names = lambda query: [y.name for y in client.get(reverse("funds:years"), query).context["page_obj"]]  # noqa: E731
        assert set(names({})) == {"FY26", "FY26 euros"}
        assert names({"currency": "EUR"}) == ["FY26 euros"]
        assert names({"q": "zzz"}) == []
        assert names({"sort": "amount"}) == ["FY26 euros", "FY26"]
        rows = table(client.get(reverse("funds:years"), {"format": "csv", "currency": "USD"}))
        assert [(r["Year"], r["Planned"], r["In programs"], r["Free"], r["Granted"], r["In use"]) for r in rows] == [
            ("FY26", "9000.00", "5000.00", "4000.00", "1000.00", "0.00")
        ]
        client.force_login(w.admin)
        assert set(names({})) == {"FY26", "FY26 euros", "Theirs"}
        assert names({"vendor": w.skylark.pk}) == ["Theirs"]

    @pytest.mark.parametrize(
        ("field", "value", "words"),
        [
            ("name", "", "Give the year a name."),
            ("name", "Taken", "You have a year of this name"),
            ("currency", "XXX", "Select a valid choice"),
            ("starts_on", "soon", "Enter a day as in"),
            ("ends_on", "2026-12-31", "The last day comes before the first."),
            ("ends_on", "2030-12-31", "more than two years"),
            ("amount", "much", "Enter an amount"),
            ("amount", "-5", "without a minus"),
            ("amount", "1.005", "USD has 2 decimals"),
            ("amount", "1" * 20, "more than any fund holds"),
            ("key", "x", "out of date"),
        ],
    )
    def test_a_bad_plan_gets_a_sentence_and_loses_nothing(self, w, client, field, value, words):
        w.year(name="Taken")
        client.force_login(w.manager)
        sent = PLAN | {"key": fresh_key(), field: value}
        response = client.post(reverse("funds:open_year"), sent)
        assert words in errors(response)["__all__" if field == "key" else field][0]
        assert Year.objects.count() == 1
        for name in PLAN:
            assert response.context["form"][name].value() == sent[name]

    def test_a_repeated_click_plans_one_year(self, w, client):
        client.force_login(w.manager)
        sent = PLAN | {"key": fresh_key()}
        client.post(reverse("funds:open_year"), sent)
        assert "You have a year of this name" in errors(client.post(reverse("funds:open_year"), sent))["name"][0]
        assert of(Year.objects.get()) == (250_000_00, 0)

    def test_more_and_less_with_a_history(self, w, client):
        year = w.year(amount=1_000_00)
        client.force_login(w.manager)
        more = {"amount": "500.00", "reason": "A good quarter", "key": fresh_key()}
        response = client.post(url(year, "top_up"), more, follow=True)
        assert told(response) == [f"$500.00 more is planned for {year.name}."]
        again = client.post(url(year, "top_up"), more, follow=True)
        assert "nothing was moved a second time" in told(again)[-1]
        w.budget(amount=1_200_00, year=year)
        less = {"amount": "300.01", "reason": "A bad quarter", "key": fresh_key()}
        response = client.post(url(year, "take_out"), less)
        assert errors(response)["amount"] == [f"That is too much. $300.00 of {year.name} is free."]
        assert response.context["form"]["reason"].value() == "A bad quarter"
        client.post(url(year, "take_out"), less | {"amount": "300.00"})
        assert of(year) == (1_200_00, 1_200_00)
        assert "All of it stands in programs" in client.get(url(year)).text
        page = client.get(url(year, "year_history")).text
        for words in ("Topped up", "Taken out", "A good quarter", "A bad quarter", "−$300.00", "Budget put in"):
            assert words in page
        rows = table(client.get(url(year, "year_history"), {"format": "csv"}))
        assert sorted(row["What"] for row in rows) == ["Budget put in", "Opened", "Taken out", "Topped up", "Topped up"]

    @pytest.mark.parametrize("name", ["top_up", "take_out"])
    def test_a_change_needs_a_reason_and_an_amount(self, w, client, name):
        year = w.year()
        client.force_login(w.manager)
        found = errors(client.post(url(year, name), {"amount": "0", "reason": "", "key": fresh_key()}))
        assert found["amount"] == ["Enter an amount above zero."]
        assert found["reason"] == ["Say why, in a sentence."]

    def test_money_moves_to_another_program(self, w, client):
        source, target = w.budget(amount=1_000_00), w.budget(w.program(name="Events"), amount=0)
        w.budget(w.program(currency="EUR"))
        w.budget(w.program(w.skylark, w.other_manager), by=w.other_manager)
        client.force_login(w.manager)
        assert url(source, "move_money") in client.get(url(source, "budget")).text
        page = client.get(url(source, "move_money"))
        assert list(page.context["form"].fields["target"].queryset) == [target]
        sent = {"target": target.pk, "amount": "400.00", "reason": "More events", "key": fresh_key()}
        for _ in range(2):
            response = client.post(url(source, "move_money"), sent, follow=True)
        assert (held(source), held(target)) == ((600_00, 600_00), (400_00, 400_00))
        assert "nothing was moved a second time" in told(response)[-1]
        for budget in (source, target):
            page = client.get(url(budget, "budget_history")).text
            assert "More events" in page
        assert str(target) in client.get(url(source, "budget_history")).text
        assert str(source) in client.get(url(target, "budget_history")).text
        response = client.post(url(source, "move_money"), sent | {"key": fresh_key(), "amount": "600.01"})
        assert errors(response)["amount"] == ["That is more than there is. $600.00 of this budget is not granted yet."]
        response = client.post(url(source, "move_money"), sent | {"key": fresh_key(), "target": "9" * 30})
        assert errors(response)["target"] == ["Choose one of your open budgets."]

    def test_a_full_year_takes_nothing_from_outside(self, w, client):
        year = w.year(amount=100_00)
        source, target = w.budget(amount=500_00), w.budget(amount=100_00, year=year)
        client.force_login(w.manager)
        sent = {"target": target.pk, "amount": "1.00", "reason": "More", "key": fresh_key()}
        assert f"$0.00 of {year.name} is free" in errors(client.post(url(source, "move_money"), sent))["amount"][0]
        response = client.post(url(source, "put_in_year"), {"year": year.pk})
        assert f"It holds $500.00, and that is too much. $0.00 of {year.name}" in errors(response)["year"][0]
        assert of(year) == (100_00, 100_00)

    def test_a_budget_goes_into_a_year_and_out_again(self, w, client):
        budget, year = w.budget(amount=500_00), w.year()
        client.force_login(w.manager)
        assert "Put it in a year" in client.get(url(budget, "budget")).text
        assert url(budget, "put_in_year") in client.get(url(year)).text
        response = client.post(url(budget, "put_in_year"), {"year": year.pk}, follow=True)
        assert told(response) == [f"It stands in {year.name} now."]
        response = client.post(url(budget, "put_in_year"), {"year": year.pk}, follow=True)
        assert told(response)[-1] == f"Nothing was changed: it stands in {year.name}."
        assert of(year) == (100_000_00, 500_00)
        client.post(url(budget, "put_in_year"), {"year": ""})
        assert of(year) == (100_000_00, 0)
        theirs = w.year(vendor=w.skylark, by=w.other_manager)
        response = client.post(url(budget, "put_in_year"), {"year": theirs.pk})
        assert errors(response)["year"] == ["Choose one of your years."]

    def test_overlapping_days_get_a_sentence(self, w, client):
        program = w.program()
        w.budget(program, name="Autumn", starts_on=date(2026, 9, 1), ends_on=TODAY)
        client.force_login(w.manager)
        sent = {"name": "Q4", "starts_on": "2026-10-01", "ends_on": "2026-12-31"}
        found = errors(client.post(reverse("funds:budget_add", args=[program.pk]), sent))
        assert "The budget Autumn of this program runs from 1 Sep 2026 until 23 Nov 2026" in found["starts_on"][0]
        year = w.year(starts_on=date(2026, 12, 1))
        sent |= {"starts_on": "2026-11-24", "year": year.pk}
        found = errors(client.post(reverse("funds:budget_add", args=[program.pk]), sent))
        assert "a budget in it begins and ends within these days" in found["year"][0]

    def test_the_number_of_queries_does_not_grow(self, w, client):
        year = w.year()

        def grow():
            budget = w.budget(amount=1_000, year=year)
            w.fund(500, budget=budget)
            change(actions.top_up, w, year, 10)
            w.budget()
            w.program()
            w.year()

        grow()
        client.force_login(w.manager)
        addresses = [reverse("funds:years"), url(year), url(year, "year_history")]
        before = [queries(client, address) for address in addresses]
        for _ in range(2):
            grow()
        assert [queries(client, address) for address in addresses] == before

    @pytest.mark.parametrize("query", ["sort=nope", "page=-3", "q=%00", "currency=zzz", "vendor=x", "format=exe"])
    def test_no_address_breaks_it(self, w, client, query):
        year = w.year()
        client.force_login(w.manager)
        for address in (reverse("funds:years"), url(year), url(year, "year_history")):
            assert client.get(f"{address}?{query}").status_code == 200

    @pytest.mark.parametrize("year", ["", "x", "\x00", "9" * 40])
    def test_an_address_that_names_no_year_proposes_one(self, w, client, year):
        program = w.program()
        client.force_login(w.manager)
        page = client.get(reverse("funds:budget_add", args=[program.pk]), {"year": year})
        assert page.context["form"]["starts_on"].value() == program.starts_on
