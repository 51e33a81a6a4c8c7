"""What somebody is told before and after a deadline."""

from datetime import UTC, datetime, timedelta

import pytest

from complaints import pipeline
from notices import words
from notices.models import Notice, Topic
from tests.loop import GROUP_OF_THREE, Loop

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # 09:00 in China


def test_a_warning_names_the_moment_the_deadline_falls_due(clock):
    # 一般投诉 is responded to within an hour of the task (8.1): 09:00 + 1 h; the warning comes
    # when a quarter of that hour is left.
    clock.set(MONDAY)
    loop = Loop.new()
    case = loop.assign(loop.register(GROUP_OF_THREE | {"complainants": 1}))
    clock.advance(timedelta(minutes=46))
    pipeline.sweep(case.pk)
    told = Notice.objects.inbox(loop.user("duanhongwei")).get(topic=Topic.WARNED)
    assert "到期时间：2026-03-02 10:00" in words.body(told)
