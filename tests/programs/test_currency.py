"""A program's currency stays once there is money in it: an amount in another currency would be another amount."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import DatabaseError, connections, transaction
from django.forms.models import model_to_dict
from django.urls import reverse

from funds import actions as funds
from programs import actions
from programs.models import Program
from programs.states import TERMS
from tests.cast import NOW, world
from tests.funds.test_locks import waits_or
from tests.pages import errors

WORDS = "Money of this program is counted in USD already, so that stays. Make another program for another currency."


def sent(program: Program, **fields) -> dict[str, str]:
    names = ["name", "kind", "currency", "starts_on", "ends_on", "time_zone"]
    typed = model_to_dict(program, names) | model_to_dict(program.current_terms, TERMS)
    return {name: str(value) for name, value in typed.items()} | {"seen": str(actions.version(program))} | fields


@pytest.mark.usefixtures("_at_now")
@pytest.mark.parametrize("amount", [0, 1_000])
def test_a_draft_s_currency_changes_until_its_first_money(w, client, amount):
    program = w.program(publish=False)
    budget = w.budget(program, amount=amount)
    if amount:
        # What has gone again still stands in the history.
        funds.defund(budget=budget, amount=amount, key="out", by=w.manager, at=NOW)
    client.force_login(w.manager)
    response = client.post(reverse("programs:edit", args=[program.pk]), sent(program, currency="JPY", name="Kept"))
    if amount:
        assert errors(response)["currency"] == [WORDS]
        assert response.context["form"]["currency"].value() == "JPY"
        assert response.context["form"]["name"].value() == "Kept"
    program.refresh_from_db()
    assert program.currency == ("USD" if amount else "JPY")


def test_nor_when_it_is_planned_in_a_year(w):
    program = w.program(publish=False)
    w.budget(program, amount=0, year=w.year())
    program.currency = "EUR"
    with pytest.raises(actions.ProgramRefused, match="counted in USD already"):
        actions.save(program=program, terms=program.current_terms, by=w.manager, now=NOW)


@pytest.mark.django_db(transaction=True)
def test_money_and_another_currency_at_once_never_both():
    """The change waits for the money that is under way, and sees it."""
    w = world()
    program = w.program(publish=False)
    budget = w.budget(program, amount=0)

    def change():
        try:
            return Program.objects.filter(pk=program.pk).update(currency="EUR")
        except DatabaseError as refusal:
            return str(refusal).splitlines()[0]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            funds.fund(budget=budget, amount=100, key="first", by=w.manager, at=NOW)
            changing = pool.submit(change)
            assert waits_or(changing.done)
        assert changing.result(timeout=20) == "this program has money in its currency"
    program.refresh_from_db()
    assert program.currency == "USD"
