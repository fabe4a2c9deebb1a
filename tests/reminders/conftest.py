import pytest

from funds.models import Allocation
from tests.cast import NOW, World, world
from tests.reminders.post_office import PostOffice, open_post_office


@pytest.fixture
def office(settings) -> PostOffice:
    with open_post_office(settings) as opened:
        yield opened


class Settled(World):
    """A world in which only a fund's two last days speak: it was granted long ago, and an activity takes no time to prepare."""

    def program(self, *args, **fields):
        return super().program(*args, **({"activity_days": 0} | fields))

    def fund(self, *args, **fields):
        made = super().fund(*args, **fields)
        Allocation.objects.filter(pk=made.pk).update(created_at=NOW.replace(year=NOW.year - 1))
        return made


@pytest.fixture
def settled(db) -> World:
    """For modules about the two last days alone: their `w`."""
    return Settled(**vars(world()))
