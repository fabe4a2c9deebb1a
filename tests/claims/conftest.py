"""What the tests of claims share: a storage of their own."""

import pytest


@pytest.fixture
def kept(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path
