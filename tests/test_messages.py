"""Every visible text has its English, with the same placeholders; nothing stale stays."""

import pytest
from babel.messages.catalog import Catalog

from tools.messages import altered, faults, placeholders


def test_the_english_catalogue_is_complete_and_compiled():
    assert faults() == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("%(number)s 等级已自动升级", ["%(number)s"]),
        ("第%d行，%s，%.1f%%", ["%%", "%.1f", "%d", "%s"]),
        ("{name} 的 {count:02}", ["{count:02}", "{name}"]),
        ("上限为25%。", []),
        ("“字段: {文件中的值: 制度用语}”的列表", []),
    ],
)
def test_placeholders_are_told_from_text(text, found):
    assert placeholders(text) == found


@pytest.mark.parametrize(
    ("chinese", "english"),
    [
        ("%(act)s", "%(what)s"),
        ("%(act)s", "the act"),
        ("操作", "%(act)s"),
        ("%(act)s", "%(act)s and %(act)s"),
        ("%(act)s", "%(act)d"),
        ("{act}", "{what}"),
        (("%(n)s天", "%(n)s天"), ("a day", "%(n)s days")),
    ],
)
def test_a_translation_with_other_placeholders_is_a_fault(chinese, english):
    assert len(altered(_catalog(chinese, english))) == 1


@pytest.mark.parametrize(
    ("chinese", "english"),
    [
        ("%(low)s至%(high)s元", "at most %(high)s, at least %(low)s"),
        (("%(n)s天", "%(n)s天"), ("%(n)s day", "%(n)s days")),
        ("操作", ""),
    ],
)
def test_the_order_of_placeholders_is_free_and_a_text_without_english_is_not_compared(
    chinese, english
):
    assert altered(_catalog(chinese, english)) == []


def _catalog(chinese, english) -> Catalog:
    catalog = Catalog(locale="en")
    catalog.add(chinese, english)
    return catalog
