"""A blank of a printed form that nothing could fill in is a mistake of the pack, and is named."""

import pytest

from regulations.engine.printed import Blank
from regulations.engine.reading import PackErrors, read_pack
from tests.engine.small_pack import SMALL

FORMS = "\nforms:\n  - key: sheet\n    title: 处理单\n    source: [S-05]\n    blocks:\n      栏: "


def form(blanks: str, more: str = ""):
    (found,) = read_pack(f"{SMALL.rstrip()}{FORMS}{blanks}\n{more}").forms
    return found


def test_a_blank_says_what_fills_it_and_a_bare_name_is_for_a_hand():
    found = form(
        "[备注, {name: 编号, from: number}, {name: 审批, signed: [approved.sheet], by: 客服经理}]",
        "    copies: [客服部, 物业部]",
    )
    assert found.blanks == (
        Blank("备注"),
        Blank("编号", "number"),
        Blank("审批", signed=("approved.sheet",), by=("客服经理",)),
    )
    assert found.copies == ("客服部", "物业部")
    assert found.about_a_case
    assert not form("[备注]").about_a_case


@pytest.mark.parametrize(
    ("blanks", "what", "accepted"),
    [
        ("[{name: 甲, from: numbers}]", "nothing is called 'numbers'", "number"),
        ("[{name: 甲, from: intake.nothing}]", "nothing is called 'intake.nothing'", "amount"),
        ("[{name: 甲, from: plan.price}]", "nothing is called 'plan.price'", "finishes_on"),
        ("[{name: 甲, from: clock.never}]", "nothing is called 'clock.never'", "response"),
        ("[{name: 甲, from: decided.note}]", "unknown event 'decided'", "investigated"),
        ("[{name: 甲, signed: approved.tea}]", "no act 'approved.tea'", "approved.sheet"),
        ("[{name: 甲, signed: closed, by: 总裁}]", "unknown post or department '总裁'", "客服经理"),
        ("[{name: 甲, from: number, signed: closed}]", "filled in and signed", "either"),
        ("[{name: 甲, from: number, boxes: true}]", "nothing to choose from", "a list of words"),
        ("[甲, 甲]", "blank '甲' stands twice", "once"),
        ("[{name: 甲, form: number}]", "unknown key", "from"),
    ],
)
def test_a_mistake_is_named_with_what_would_be_right(blanks, what, accepted):
    with pytest.raises(PackErrors) as found:
        form(blanks)
    (error,) = found.value.errors
    assert what in error.message
    assert accepted in error.expected
    assert error.key.startswith("forms[0]")
