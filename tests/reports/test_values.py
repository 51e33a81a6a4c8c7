"""Cells to values: what fits is taken as it is meant, what does not is refused and never cut."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from reports.importing import values
from reports.importing.faults import BadValue
from reports.importing.tables import Cell

SHANGHAI = ZoneInfo("Asia/Shanghai")
READABLE = ("YYYY/MM/DD hh:mm:ss", "YYYY年MM月DD日")
FORMATS = tuple(map(values.strptime_format, READABLE))


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2019/5/10 14:56:53", (2019, 5, 10, 14, 56, 53)),
        ("2019/05/10 04:06:03 ", (2019, 5, 10, 4, 6, 3)),
        ("2019年5月9日", (2019, 5, 9)),
        (datetime(2019, 5, 10, 14, 56, 52, 999_999), (2019, 5, 10, 14, 56, 53)),  # noqa: DTZ001
        (date(2019, 5, 10), (2019, 5, 10)),
    ],
)
def test_a_moment_is_local_and_whole_seconds(value, moment):
    read = values.moment(FORMATS, READABLE)(Cell(value, "d"))
    assert read == datetime(*moment, tzinfo=SHANGHAI)


@pytest.mark.parametrize("value", ["2019/2/29 1:00:00", "2019/5/10", "", 43_595.6, time(3), True])
def test_what_is_no_moment_is_refused(value):
    with pytest.raises(BadValue) as bad:
        values.moment(FORMATS, READABLE)(Cell(value))
    assert bad.value.code == "bad_date"
    assert bad.value.params["accepted"] == "YYYY/MM/DD hh:mm:ss、YYYY年MM月DD日"


@pytest.mark.parametrize("readable", ["hh:mm", "YYYY/MM", "%Y/%m/%d"])
def test_a_format_needs_year_month_and_day(readable):
    with pytest.raises(ValueError, match=readable):
        values.strptime_format(readable)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (2549, "2549"),
        (13_800_000_000.0, "13800000000"),
        (1.5, "1.5"),
        ("\n\t\u3000你好\u3000 ", "你好"),
        ("0012", "0012"),
        (True, "是"),
    ],
)
def test_a_text_is_what_the_sheet_shows(value, text):
    assert values.text(20)(Cell(value)) == text


def test_a_text_is_refused_beyond_its_limit_and_never_cut():
    assert values.text(3)(Cell("一二三")) == "一二三"
    with pytest.raises(BadValue) as bad:
        values.text(3)(Cell("一二三四"))
    assert (bad.value.code, bad.value.params) == ("too_long", {"length": 4, "limit": 3})


@pytest.mark.parametrize("value", ["a\0b", "\ud800"])
def test_what_the_database_cannot_hold_is_refused(value):
    with pytest.raises(BadValue) as bad:
        values.text(10)(Cell(value))
    assert bad.value.code == "bad_character"


@pytest.mark.parametrize(
    ("convert", "value", "read"),
    [
        (values.amount, "1,250.50", "1250.50"),
        (values.amount, 0, "0"),
        (values.amount, 99.9, "99.9"),
        (values.count, 3.0, 3),
        (values.count, "12", 12),
        (values.truth, "是", True),
        (values.truth, False, False),
    ],
)
def test_numbers_and_truths(convert, value, read):
    assert convert(Cell(value)) == read


@pytest.mark.parametrize(
    ("convert", "value"),
    [
        (values.amount, "-1"),
        (values.amount, "1.005"),
        (values.amount, "NaN"),
        (values.amount, "十元"),
        (values.count, 1.5),
        (values.count, -1),
        (values.count, "三"),
        (values.truth, "也许"),
    ],
)
def test_what_is_no_number_or_truth_is_refused(convert, value):
    with pytest.raises(BadValue):
        convert(Cell(value))
