"""Every mistake of a pack reaches people in words."""

import re

import pytest

from regulations import faults
from regulations.engine.reading import PackErrors, read_pack
from regulations.engine.yaml_tree import PackError
from tests.engine.small_pack import changed
from tests.engine.test_mistakes import MISTAKES

# What the pack itself calls something stays as it is: keys, events, facts, examples.
WORDS = re.compile(r"[a-z]+ [a-z]+ [a-z]+")


@pytest.mark.parametrize(("old", "new"), [one[:2] for one in MISTAKES])
def test_a_mistake_is_said_in_chinese_with_the_words_of_the_pack(old, new):
    text, _line = changed(old, new)
    with pytest.raises(PackErrors) as caught:
        read_pack(text, "p.yaml")
    for error in caught.value.errors:
        said = faults.fault(error)
        assert re.search("[一-鿿]", said.wrong), error
        assert said.right
        assert not WORDS.search(said.wrong + said.right), said


def test_a_mistake_as_a_line_names_everything():
    error = PackError("p.yaml", 7, "intake[0].type", "unknown word 'money'", "one of int, decimal")
    assert faults.line(error) == (
        "p.yaml:7: intake[0].type：没有 'money' 这个词；应为：以下之一：int, decimal"
    )
