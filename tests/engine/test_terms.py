"""Terms of a history under the pack's own names, and departments that a pack leaves open."""

import pytest

from regulations.engine.calendar import official
from regulations.engine.course import walk
from regulations.engine.judge import judge
from regulations.engine.reading import read_pack
from tests.engine.cases import PACKS, at, estate, event, history, pack

DALI = (PACKS / "dali-tourism.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("fact", "said", "own"),
    [
        pytest.param("channel", "400电话", "电话", id="channel"),
        pytest.param("channel", "对讲机", "对讲机", id="a-channel-nobody-listed-stays"),
        pytest.param("customer_kind", "已表示购房意向的目标客户", "目标客户", id="customer"),
        pytest.param("clock_category", "服务类", "其他类", id="clock-category"),
    ],
)
def test_a_spelling_is_taken_for_the_term_it_means(fact, said, own):
    course = walk(pack(), history("03-02 09:00 received", **{fact: said}), official(), at("03-03"))
    assert (course.last.view[fact], course.refused) == (own, [])


def test_a_task_may_go_to_a_department_that_the_text_leaves_open():
    open_list = read_pack(DALI + "\nother_departments: [DALI-41]\n")
    told = estate(
        event("03-02 10:00 assigned", department="档案室"),
        category="其他类",
        receiving_department="档案室",
    )
    found = judge(open_list, told, official(), at("03-02 11:00"))
    assert (found.responsible.first, found.refused) == ("档案室", ())
    closed_list = judge(pack(), told, official(), at("03-02 11:00"))
    assert closed_list.responsible.first == "物业公司"
    assert [row.reason for row in closed_list.refused] == ["bad_value", "unknown_department"]
