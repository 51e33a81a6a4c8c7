"""The notices of a person: their own, newest first, read once, and one click from the case."""

import pytest
from django.urls import reverse

from notices.models import Channel, Notice
from tests.complaints.sending import signed_in
from tests.engine.cases import at
from tests.loop import Loop

pytestmark = pytest.mark.django_db


@pytest.fixture
def loop(clock) -> Loop:
    clock.set(at("03-02 09:00"))
    return Loop.new()


def test_the_inbox_shows_ones_own_newest_first_and_counts_the_unread(loop):
    first, second = loop.assign(loop.register()), loop.assign(loop.register())
    client = signed_in(loop.user("duanhongwei"))
    answer = client.get(reverse("notices"))
    assert [row["number"] for row in answer.context["rows"]] == [second.number, first.number]
    assert answer.context["unread_notices"] == 2
    assert f"{second.number} 有新的处理任务" in answer.content.decode()
    assert first.number in client.get("/").content.decode()
    others = signed_in(loop.user("sujianing")).get(reverse("notices"))
    assert others.context["rows"] == []


def test_reading_one_marks_it_and_leads_to_the_case(loop, clock):
    case = loop.assign(loop.register())
    notice = Notice.objects.inbox(loop.user("duanhongwei")).get()
    client = signed_in(loop.user("duanhongwei"))
    read = clock.set(at("03-02 09:30"))
    for _time in range(2):
        answer = client.post(reverse("notice_read", args=[notice.pk]))
        assert answer.url == reverse("case", args=[case.number])
        clock.set(at("03-02 09:40"))
    notice.refresh_from_db()
    assert notice.read_at == read
    assert client.get(reverse("notices")).context["unread_notices"] == 0


def test_somebody_elses_notice_is_as_good_as_none(loop):
    loop.assign(loop.register())
    notice = Notice.objects.inbox(loop.user("duanhongwei")).get()
    mail = Notice.objects.get(recipient=loop.user("duanhongwei"), channel=Channel.EMAIL)
    for by, pk in (("sujianing", notice.pk), ("duanhongwei", mail.pk), ("duanhongwei", 0)):
        answer = signed_in(loop.user(by)).post(reverse("notice_read", args=[pk]))
        assert answer.status_code == 404
    notice.refresh_from_db()
    assert notice.read_at is None
