"""What one person takes out or brings in on a day has a limit: told, counted by person, seen by auditors."""

from functools import partial

import pytest
from django.urls import reverse

from accounts import limits
from accounts.limits import OverLimit
from accounts.models import AccessEntry, DailyUse, What
from complaints import revealing, tasks
from complaints.models import ActDraft, Attachment
from config.limiting import EXPORTS
from tests.accounts.test_pages import POLICY
from tests.complaints.files import PDF, sent
from tests.complaints.sending import drawn, signed_in
from tests.engine.cases import at
from tests.loop import Loop
from tests.races.crowd import sort_out, together


@pytest.fixture
def loop(db, clock, settings, own_vault) -> Loop:
    settings.DAILY_LIMITS = {"export": 2, "reveal": 2, "upload": 2, "kilobytes": 1024}
    clock.set(at("03-02 09:00"))
    return Loop.new()


def export(loop, by="zhoumin"):
    return signed_in(loop.user(by)).get(reverse("ledger_export"))


def reveal(loop, case, by="zhoumin"):
    address = reverse("case_reveal", args=[case.number])
    return signed_in(loop.user(by)).post(address, {"reason": "call"})


def attach(loop, case, *names, content=PDF):
    files = [sent(name, content) for name in names]
    return drawn(loop, case, "attached", "zhoumin", note="金丝雀", files=files).send()


def test_a_third_export_is_refused_by_its_limit_until_the_next_day(loop, clock):
    case = loop.register()
    assert [export(loop).status_code for _n in range(3)] == [200, 200, 429]
    page = export(loop).content.decode()
    assert "导出每人每日最多 2 次" in page
    assert "2026-03-03 00:00 起可以继续" in page
    assert export(loop, "hejia").status_code == 200  # another person's day
    assert reveal(loop, case).status_code == 302  # another limit
    clock.set(at("03-02 23:59:59"))
    assert export(loop).status_code == 429
    clock.set(at("03-03 00:00"))
    assert export(loop).status_code == 200


def test_reasons_to_see_values_have_a_limit_too(loop):
    cases = [loop.register() for _n in range(3)]
    assert [reveal(loop, case).status_code for case in cases] == [302, 302, 429]
    shown = signed_in(loop.user("zhoumin")).get(reverse("case", args=[cases[2].number]))
    assert "李建国" not in shown.content.decode()


def test_who_types_number_after_number_sees_no_earlier_customers(loop):
    cases = [loop.register() for _n in range(3)]
    actor = loop.actor("zhoumin")
    found = [bool(revealing.to_the_same_caller(actor, [case])) for case in cases]
    assert found == [True, True, False]


def test_files_have_a_limit_of_number_and_of_size_and_the_words_stay(loop):
    case = loop.register()
    assert attach(loop, case, "1.pdf", "2.pdf").status_code == 302
    answer = attach(loop, Attachment.objects.first().case, "3.pdf")
    assert answer.status_code == 429
    assert "上传文件每人每日最多 2 次" in answer.content.decode()
    assert Attachment.objects.count() == 2
    assert ActDraft.objects.get().kind == "attached"
    DailyUse.objects.all().delete()
    answer = attach(loop, Attachment.objects.first().case, "4.txt", content=b"x" * (2**20 + 1))
    assert "上传容量每人每日最多 1 MB" in answer.content.decode()
    # What was not kept is not counted.
    assert not DailyUse.objects.filter(count__gt=0).exists()


def test_auditors_and_administrators_are_told_and_the_log_says_which_limit(loop, clock):
    for _n in range(4):
        export(loop)
    entry = AccessEntry.objects.filter(kind="refused").latest("seq")
    assert (entry.actor, entry.data) == (loop.user("zhoumin"), {"limit": "export", "most": 2})
    told = "周敏 今日超出“导出”上限，被拒绝 2 次"
    seen = {
        by: told in signed_in(loop.user(by)).get(reverse("notices")).content.decode()
        for by in ("konglingyi", "fangzhou", "gaoyuan", "zhoumin")
    }
    assert seen == {"konglingyi": True, "fangzhou": True, "gaoyuan": False, "zhoumin": False}
    clock.set(at("03-03 09:00"))
    page = signed_in(loop.user("konglingyi")).get(reverse("notices")).content.decode()
    assert told not in page
    clock.set(at("04-03 09:00"))
    assert tasks.forget() == 1


def test_the_limited_exports_are_pages_of_the_policy():
    assert all(method in POLICY["pages"][page] for page, method in EXPORTS.items())


@pytest.mark.race
def test_of_ten_at_once_no_more_than_the_limit_pass(fresh_db, settings, clock):
    settings.DAILY_LIMITS = {"export": 3}
    person = Loop.new().user("zhoumin")
    passed, refused = sort_out(
        together(*10 * [partial(limits.spend, person, What.EXPORT)]), OverLimit
    )
    assert (len(passed), len(refused)) == (3, 7)
