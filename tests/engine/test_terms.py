"""Terms of a history under the pack's own names."""

import pytest

from regulations.engine.calendar import official
from regulations.engine.course import walk
from tests.engine.cases import at, history, pack


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
