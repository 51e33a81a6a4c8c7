"""The page of the clock matrix shows every figure of a regulation, and each unit counts as it says."""

from datetime import datetime

import pytest
from django.urls import reverse

from regulations.engine.calendar import SHANGHAI, official
from regulations.engine.conditions import NEVER
from regulations.engine.periods import Period, deadline
from regulations.lines.rules import figure_words
from tests.complaints.sending import signed_in
from tests.engine.cases import pack
from tests.loop import Loop

# From Friday 6 March 2026, 17:30; office hours are 9:00-12:00 and 13:30-18:00.
START = datetime(2026, 3, 6, 17, 30, tzinfo=SHANGHAI)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=SHANGHAI)


@pytest.mark.feature("F186")
@pytest.mark.django_db
@pytest.mark.parametrize(("code", "by"), [("dali-tourism", "luqing"), ("tobacco-2026", "liqing")])
def test_the_matrix_page_shows_every_figure(code, by):
    loop = Loop.new()
    page = signed_in(loop.user(by)).get(reverse("regulations:clocks", args=[code, "v1"]))
    text = page.content.decode()
    own = pack(code)
    for rule in own.clocks:
        for row in rule.rows:
            if row.when != NEVER:
                assert figure_words(row, own) in text, (rule.id, row.source)


@pytest.mark.feature("F186")
@pytest.mark.parametrize(
    ("period", "due"),
    [
        (Period("minutes", 45), "03-06 18:15"),
        (Period("hours", 2), "03-06 19:30"),
        (Period("hours", 24, deferred=True), "03-09 17:30"),  # Saturday and Sunday do not run
        (Period("working_hours", 8), "03-09 18:00"),  # half an hour on Friday, 7.5 on Monday
        (Period("days", 3), "03-10 00:00"),  # 7, 8, 9 March; the first day is not counted
        (Period("working_days", 2), "03-11 00:00"),  # Monday and Tuesday
        (Period("months", 1), "04-07 00:00"),
        (Period("same_day", 0), "03-07 00:00"),
        (Period("next_month", 0), "05-01 00:00"),
    ],
)
def test_each_unit_of_time(period, due):
    assert deadline(period, START, official()).due == moment(due)
