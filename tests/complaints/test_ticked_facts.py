"""Criteria that a person ticks: on the registration page, corrected later, in an imported row."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from complaints.models import Complaint
from demo import seed
from regulations.engine.reading import read_pack
from regulations.publishing import Signatures, publish
from reports.importing.fields import _intake
from reports.importing.tables import Cell
from reports.importing.values import terms
from tests.complaints.sending import registration, signed_in
from tests.engine.cases import PACKS
from tests.loop import Loop

pytestmark = pytest.mark.django_db

BOXES = """intake:
  - key: crisis
    label: 危机情形
    type: multichoice
    options: {DALI-79: 十人以上集体投诉, DALI-82: 严重影响品牌、声誉}
    fact: tags
    source: [DALI-79, DALI-82]
  - {key: major, label: 重要情形, type: multichoice, options: {DALI-91: 投诉至政府部门}, fact: tags, source: [DALI-91]}
"""


def publish_with(loop, old, new):
    """Put 大理文旅 in force with one change of its text."""
    version = loop.versions["dali-tourism"]
    assert version.text.count(old) == 1
    loop.versions["dali-tourism"] = publish(
        version.text.replace(old, new),
        unit=version.regulation.unit,
        signatures=Signatures(*(loop.user(name) for name in seed.SIGNED["dali-tourism"])),
        in_force=date(2026, 2, 10),
    )


@pytest.fixture
def organisation(clock):
    clock.set(datetime(2026, 3, 2, 1, 0, tzinfo=UTC))
    return Loop.new()


@pytest.fixture
def loop(organisation):
    """Return an organisation whose 大理文旅 asks for two lists of boxes."""
    publish_with(organisation, "\nintake:\n", f"\n{BOXES}")
    return organisation


def registered(loop, **ticked):
    answer = signed_in(loop.user("zhoumin")).post(
        reverse("register"), registration(loop, complainants="1", **ticked)
    )
    assert answer.status_code == 302
    return Complaint.objects.get()


def facts(case):
    return case.events.order_by("seq").first().data["facts"]


@pytest.mark.parametrize(
    ("ticked", "tags", "grade"),
    [
        pytest.param({}, None, "一般投诉", id="none"),
        pytest.param({"major": ["DALI-91"]}, ["DALI-91"], "重要投诉", id="one"),
        pytest.param(
            {"crisis": ["DALI-79", "DALI-82"], "major": ["DALI-91"]},
            ["DALI-79", "DALI-82", "DALI-91"],
            "危机投诉",
            id="of-both-lists",
        ),
    ],
)
def test_what_is_ticked_grades_the_case(loop, ticked, tags, grade):
    case = registered(loop, **ticked)
    assert facts(case).get("tags") == tags
    assert case.grade == grade


def test_a_box_that_the_regulation_does_not_have_is_refused(loop):
    sent = registration(loop, crisis=["DALI-91"])
    answer = signed_in(loop.user("zhoumin")).post(reverse("register"), sent)
    assert answer.status_code == 422
    assert not Complaint.objects.exists()


def test_the_page_has_a_box_for_each_criterion_under_one_legend(loop):
    page = signed_in(loop.user("zhoumin")).get(reverse("register")).content.decode()
    assert page.count('type="checkbox" name="crisis"') == 2
    assert "<legend>危机情形</legend>" in page


def correct(loop, case, **changed):
    client = signed_in(loop.user("zhoumin"))
    page = reverse("case_act", args=[case.number, "facts_changed"])
    form = client.get(page).context["form"]
    sent = {name: form[name].value() for name in form.fields}
    sent = {name: value for name, value in sent.items() if value is not None} | changed
    return client.post(page, sent | {"reason": "复核后更正"})


@pytest.mark.parametrize(
    ("before", "after", "grade"),
    [
        pytest.param([], ["DALI-91"], "重要投诉", id="ticked-later"),
        pytest.param(["DALI-91"], ["DALI-91", "DALI-82"], "危机投诉", id="one-more"),
        pytest.param(["DALI-91"], [], "一般投诉", id="unticked"),
    ],
)
def test_boxes_can_be_corrected(loop, before, after, grade):
    case = registered(loop, major=before)
    assert correct(loop, case, tags=after).status_code == 302
    case.refresh_from_db()
    assert case.grade == grade
    assert case.events.filter(kind="facts_changed").get().data["tags"] == (after or None)


def test_a_correction_of_nothing_is_refused(loop):
    case = registered(loop, major=["DALI-91"])
    assert correct(loop, case, tags=["DALI-91"]).status_code == 422


def test_a_regulation_without_categories_can_be_corrected(organisation):
    text = organisation.versions["dali-tourism"].text
    (line,) = [one for one in text.splitlines(True) if one.startswith("  - {key: category,")]
    publish_with(organisation, line, "")
    case = registered(organisation)
    assert correct(organisation, case, complainants="12").status_code == 302
    case.refresh_from_db()
    assert case.grade == "危机投诉"


def test_a_cell_holds_several_criteria_by_label_or_number():
    convert = terms({"转向、制动": "CAS-13", "CAS-13": "CAS-13", "CAS-28": "CAS-28"})
    assert convert(Cell("转向、制动；CAS-28", "s")) == ["CAS-13", "CAS-28"]
    assert convert(Cell("CAS-28\nCAS-13", "s")) == ["CAS-28", "CAS-13"]


def test_a_column_of_boxes_is_read_as_a_list():
    pack = read_pack(PACKS / "airport-group.yaml")
    (field,) = [one for one in pack.intake if one.key == "criteria"]
    assert _intake(field, pack, str)(Cell("AIR-05", "s")) == ["AIR-05"]
