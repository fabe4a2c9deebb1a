"""Several who look at once at figures that nobody has reckoned yet: one of them reckons, the others wait and read the same."""

import time

import pytest
from django.core.cache import cache

from dashboards.reports import peers
from tests.cast import NOW
from tests.funds.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_reckons_and_the_others_wait(monkeypatch):
    cache.clear()
    reckoned = []

    def slowly(year, reckon=peers.reckon):
        reckoned.append(year)
        time.sleep(0.3)
        return reckon(year) | {7: {}}

    monkeypatch.setattr(peers, "reckon", slowly)
    found = at_once(4, lambda number: peers.peers([7], NOW))
    assert found == [{7: {}, None: {}}] * 4
    assert len(reckoned) == 1
    assert not peers.warm(NOW)
    assert len(reckoned) == 1
