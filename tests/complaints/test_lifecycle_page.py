"""The printed table, the code and the database say the same of the lifecycle."""

from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from complaints.lifecycle import MOVES, guarded_moves
from complaints.management.commands.lifecycle import page as printed
from complaints.models import Complaint


def test_the_page_is_what_the_code_prints():
    page = Path(settings.BASE_DIR, "docs", "lifecycle.md").read_text(encoding="utf-8")
    assert page == printed()


@pytest.mark.django_db
def test_the_database_knows_the_same_moves():
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, source, target FROM complaints_move")
        stored = set(cursor.fetchall())
    assert stored == guarded_moves()


def test_django_fsm_has_each_line_as_a_transition():
    made = {
        (transition.name, transition.source, transition.target)
        for transition in Complaint().get_all_state_transitions()
    }
    assert made == {
        (move.name, source.value, move.target.value if move.target else None)
        for move in MOVES
        for source in move.sources
    }


def test_the_installed_django_fsm_is_the_living_one():
    assert packages_distributions()["django_fsm"] == ["django-fsm-2"]
