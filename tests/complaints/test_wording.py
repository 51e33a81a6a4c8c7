"""Words that are put together read as a sentence in both languages."""

from datetime import timedelta

import pytest
from django.utils.translation import override

from complaints.joining import labelled, listed
from complaints.lifecycle import Kind, State
from complaints.refusals import Reason
from complaints.wording import refusal, span_words
from regulations.words import STAGES


@pytest.mark.parametrize(
    ("span", "chinese", "english"),
    [
        (timedelta(days=3, hours=2, minutes=59), "3天2小时", "3d 2h"),
        (timedelta(hours=2, minutes=15), "2小时15分", "2h 15m"),
        (-timedelta(minutes=7), "7分", "7m"),
        (timedelta(0), "1分", "1m"),
    ],
)
def test_a_span_is_told_in_its_two_largest_units(span, chinese, english):
    with override("zh-hans"):
        assert span_words(span) == chinese
    with override("en"):
        assert span_words(span) == english


@pytest.mark.parametrize(
    ("language", "list_", "detail"),
    [
        ("zh-hans", "调查、处理", "分派：客服部"),
        ("en", "Investigation, Resolution", "Assign: 客服部"),
    ],
)
def test_lists_and_details_have_the_punctuation_of_the_language(language, list_, detail):
    with override(language):
        assert listed([State.INVESTIGATING.label, State.RESOLVING.label]) == list_
        assert labelled(Kind.ASSIGNED.label, "客服部") == detail


def test_an_act_the_state_it_leads_to_and_its_time_are_one_word_in_chinese_three_in_english():
    words = [Kind.ASSIGNED.label, State.ASSIGNED.label, STAGES["dispatch"]]
    with override("zh-hans"):
        assert [str(word) for word in words] == ["分派"] * 3
    with override("en"):
        assert [str(word) for word in words] == ["Assign", "Assigned", "Assignment"]


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh-hans", "尚缺：回访。应为：总经理。"), ("en", "Missing: Follow-up. Expected: 总经理.")],
)
def test_the_sentences_of_a_refusal_are_set_apart(language, words):
    with override(language):
        assert refusal(Reason("missing", what="followup", accepted="总经理"), pack=None) == words
