import pytest

from tests.reminders.post_office import PostOffice, open_post_office


@pytest.fixture
def office(settings) -> PostOffice:
    with open_post_office(settings) as opened:
        yield opened
