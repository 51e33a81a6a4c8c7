"""Every visible text has its English; nothing stale stays in the catalogue."""

from tools.messages import faults


def test_the_english_catalogue_is_complete_and_compiled():
    assert faults() == []
