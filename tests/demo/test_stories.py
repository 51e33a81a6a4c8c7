"""The stories as they are written, whatever day and hour the demo opens."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from demo import people
from demo.stories import book
from demo.stories.times import Times

FRIDAY_NIGHT = datetime(2026, 11, 27, 15, 50, tzinfo=UTC)
OPENINGS = [FRIDAY_NIGHT + timedelta(hours=29 * n) for n in range(20)]
AFTER_A_LONG_HOLIDAY = datetime(2026, 10, 8, 1, 30, tzinfo=UTC)


def told(present):
    return book.stories(Times(present))


@pytest.fixture(scope="module")
def stories():
    return told(FRIDAY_NIGHT)


@pytest.mark.parametrize("present", [*OPENINGS, AFTER_A_LONG_HOLIDAY])
def test_every_story_goes_forward_and_ends_by_now(present):
    for story in told(present):
        moments = [story.received, story.registered, *(step.recorded for step in story.steps)]
        assert moments == sorted(moments), story.id
        assert moments[-1] <= present, story.id


def test_stories_lie_within_a_month(stories):
    assert min(story.received for story in stories) > FRIDAY_NIGHT - timedelta(days=31)


def test_no_two_stories_share_their_words(stories):
    for key in ("subject", "description", "demand"):
        words = [story.entered[key] for story in stories]
        assert len(words) == len(set(words)), key
    assert len({story.id for story in stories}) == len(stories)


def test_phones_are_in_a_range_that_nobody_can_have(stories):
    assert all(re.fullmatch(r"1000000\d{4}", story.entered["phone"]) for story in stories)


def test_no_words_look_like_a_real_phone_or_identity_number(stories):
    real = re.compile(r"(?<!\d)(1[3-9]\d{9}|\d{17}[\dXx]|0\d{2,3}-\d{7,8})(?!\d)")
    for story in stories:
        words = [*story.entered.values(), *(t for s in story.steps for t in s.texts.values())]
        assert not any(real.search(text) for text in words), story.id


def test_everybody_who_acts_is_of_the_unit(stories):
    for story in stories:
        known = {person.username for person in people.PEOPLE[book.UNITS[story.regulation]]}
        assert {story.by, *(step.by for step in story.steps)} <= known, story.id


def test_a_line_with_a_slip_is_refused():
    reader = book.Reader("dali-tourism", "zhoumin", Times(FRIDAY_NIGHT), "slip")
    with pytest.raises(ValueError, match="slip"):
        list(reader.steps(["asigned 物业公司"], FRIDAY_NIGHT))
