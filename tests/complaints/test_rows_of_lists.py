"""The rows of a list of cases: what anybody typed is escaped, what is missing has its sign."""

from html.parser import HTMLParser

from complaints import lines
from complaints.columns import COLUMNS, USUAL
from complaints.models import Complaint
from complaints.presenting import Deadline
from complaints.templatetags.cases import CELLS, case_rows, deadline
from complaints.views.lists import case_rows as words_of
from tests.engine.cases import at
from tests.loop import Loop

HOSTILE = "<script>alert(1)</script>\"' {number} & {0.__class__}"
NAMES = ("subject", "customer", "category", "grade", "department", "handler", "channel")
ROW = {
    "number": "T-1",
    "value": "3:T-1",
    "url": "/cases/T-1/",
    "grade_rank": 2,
    "state": "assigned",
    "state_label": "已派发",
    "received_at": "2026-03-02 09:00",
    "regulation": "制度",
    "project": "",
    "origin": "公众入口",
    "clock": None,
    **dict.fromkeys(NAMES, HOSTILE),
}


class Read(HTMLParser):
    """The tags of a text and what stands between them, as a browser reads them."""

    def __init__(self, text: str):
        super().__init__()
        self.tags, self.values, self.words = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.values += [value for name, value in attrs if name == "title"]

    def handle_data(self, data):
        self.words.append(data.strip())


def test_what_was_typed_is_escaped_in_every_cell():
    read = Read(case_rows([ROW], tuple(COLUMNS), ticks="hand-out"))
    assert set(read.tags) == {"tr", "td", "a", "small", "span", "input"}
    # Subject, customer, category, grade, department, handler, channel.
    assert read.words.count(HOSTILE) == len(NAMES)
    # A subject and a category are read whole in their titles.
    assert read.values.count(HOSTILE) == 2


def test_a_deadline_is_escaped():
    hostile = Deadline(HOSTILE, HOSTILE, "late", 100, "2026-03-02 24:00", HOSTILE)
    read = Read(deadline(hostile, True))
    assert read.tags == ["span", "span", "small", "span"]
    assert read.words.count(HOSTILE) == 2
    assert read.values == [f"{HOSTILE} · 到期 2026-03-02 24:00 · {HOSTILE}"]


def test_every_column_has_its_cell_in_the_order_of_columns():
    assert [name for name in CELLS if name != "tick"] == list(COLUMNS)


def test_only_chosen_columns_are_printed_and_nothing_is_ticked_without_a_form():
    assert Read(case_rows([ROW], USUAL)).tags.count("td") == len(USUAL)
    assert "input" not in Read(case_rows([ROW], USUAL)).tags


def test_what_is_missing_has_its_sign():
    empty = ROW | {"department": "", "handler": "", "grade": ""}
    read = Read(case_rows([empty], ("grade", "place", "due")))
    assert read.words.count("—") == 2  # the place and the deadline


def test_a_line_says_of_a_case_what_its_row_does(fresh_db, clock):
    clock.set(at("03-02 09:00"))
    loop = Loop.new()
    case = loop.to("investigating")
    (line,) = lines.read(Complaint.objects.filter(pk=case.pk))
    (row,) = words_of([line], at("03-02 09:00"))
    case.refresh_from_db()
    assert line.pack == case.version.pack
    assert row["department"] == case.department.name
    assert row["handler"] == case.handler.name
    assert row["value"] == f"{case.event_count}:{case.number}"
    assert row["subject"] == case.particulars.subject
    # Nobody reads a whole name in a list.
    assert row["customer"] == case.particulars.name[0] + "*" * (len(case.particulars.name) - 1)


def test_a_line_of_an_erased_case_says_so(fresh_db, clock):
    clock.set(at("03-02 09:00"))
    case = Loop.new().to("received")
    (line,) = lines.read(Complaint.objects.filter(pk=case.pk))
    erased = line._replace(name=None, phone=None, subject=None, more=None)
    (row,) = words_of([erased], at("03-02 09:00"))
    assert (row["subject"], row["customer"]) == ("（已依法删除）", "")
