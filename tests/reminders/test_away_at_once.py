"""Two colleagues who go away at once, each naming the other, on real connections: one of them has to choose another."""

import pytest

from partners.models import Event
from reminders import actions
from reminders.actions.choosing import ChoiceRefused
from reminders.models import Absence
from tests.cast import NOW, world
from tests.funds.test_races import at_once
from tests.reminders.telling import in_days

pytestmark = pytest.mark.django_db(transaction=True)


def test_nobody_hears_in_a_circle():
    w = world()
    pair = (w.owner, w.member)
    for day in range(1, 11):
        on = in_days(day)

        def away(number, on=on):
            try:
                actions.be_away(
                    user=pair[number],
                    company=w.brightpath,
                    delegate=pair[1 - number],
                    from_on=on,
                    until_on=on,
                    now=NOW,
                )
            except ChoiceRefused as refusal:
                return str(refusal)
            return ""

        said = at_once(2, away)
        assert said.count("") == 1, said
        assert "is away on some of these days too" in max(said)
        assert Absence.objects.count() == day


def test_two_clicks_on_back_are_one():
    w = world()
    absence = actions.be_away(
        user=w.owner, company=w.brightpath, delegate=w.member, from_on=in_days(1), until_on=in_days(2), now=NOW
    )
    for _ in range(2):
        actions.be_back(absence=absence, by=w.owner, now=NOW)
    assert Event.objects.filter(verb="back").count() == 1
