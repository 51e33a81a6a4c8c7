"""A draft over stored cases: what changes, and that nothing stored does."""

import io
import json
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.urls import reverse

from complaints.models import CaseEvent, Complaint
from jobs import tasks
from jobs.models import Job
from records import clock as record_clock
from regulations.engine.calendar import SHANGHAI
from regulations.engine.reading import read_pack
from reports.backtest.running import backtest, read_only
from tests.complaints.sending import signed_in
from tests.engine.cases import PACKS
from tests.loop import GROUP_OF_THREE, Loop

pytestmark = pytest.mark.django_db

DALI = (PACKS / "dali-tourism.yaml").read_text(encoding="utf-8")
# The draft asks for a plan of a 重大投诉 within 2 hours, in place of 24, and starts groups at 4.
DRAFT = DALI.replace("grade: 重大投诉}, hours: 24", "grade: 重大投诉}, hours: 2").replace(
    "{complainants: {at_least: 3, at_most: 10}}", "{complainants: {at_least: 4, at_most: 10}}"
)
MARCH = (date(2026, 3, 1), date(2026, 3, 31))


def moment(text):
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=SHANGHAI)


@pytest.fixture
def stored(clock):
    """Three cases of Monday 2 March 09:00: three, four and one complainants, assigned at once;
    it is 15:00 now, and none has a plan."""
    clock.set(moment("03-02 09:00"))
    loop = Loop.new()
    cases = [
        loop.assign(loop.register(GROUP_OF_THREE | {"complainants": count})) for count in (3, 4, 1)
    ]
    clock.set(moment("03-02 15:00"))
    return loop, cases


def run(draft=DRAFT, period=MARCH):
    return backtest(read_pack(draft), *period, record_clock.now(), lambda count: None)


def test_grades_lateness_and_money_are_counted_on_both_sides(stored):
    """Three complainants fall to 一般: the response (1 hour) and the plan (4 hours) are late, as
    they were for one complainant. Four stay 重大: their plan is late under the draft alone.
    The response was due after 2 hours as 重大 and 1 hour as 一般, so it is late everywhere; the
    assigning itself passes a 一般投诉 on, so the transfer of the first one is no longer late."""
    _loop, (three, four, _one) = stored
    outcome = run()
    assert (outcome.total.cases, outcome.total.changed, outcome.total.regraded) == (3, 2, 1)
    assert dict(outcome.grades) == {
        ("重大投诉", "一般投诉"): 1,
        ("重大投诉", "重大投诉"): 1,
        ("一般投诉", "一般投诉"): 1,
    }
    listed = {row.number: row for row in outcome.listed}
    assert set(listed) == {three.number, four.number}
    # 300 for a plan that is late (9.1)
    assert listed[four.number].after.money - listed[four.number].before.money == Decimal(300)
    assert outcome.total.became_late == 2
    assert outcome.total.came_in_time == 1
    assert outcome.departments["物业公司"].cases == 3
    assert outcome.months["2026-03"].changed == 2


def test_the_version_in_force_as_its_own_draft_changes_nothing(stored):
    outcome = run(DALI)
    assert (outcome.total.cases, outcome.total.changed, outcome.listed) == (3, 0, [])
    assert outcome.total.money_before == outcome.total.money_after > 0


def test_the_period_holds_both_its_days(stored):
    first = date(2026, 3, 2)
    assert run(period=(first, first)).total.cases == 3
    assert run(period=(first + timedelta(days=1), MARCH[1])).total.cases == 0
    assert run(period=(MARCH[0], first - timedelta(days=1))).total.cases == 0


def test_what_the_draft_does_not_know_is_counted(stored):
    without = DALI.replace("{name: 物业服务, aliases: [物业服务类],", "{name: 物业服务类,")
    assert dict(run(without).refused) == {"bad_value": 3}


def test_a_backtest_cannot_write(stored):
    before = (Complaint.objects.count(), CaseEvent.objects.count())
    run()
    assert (Complaint.objects.count(), CaseEvent.objects.count()) == before
    case = Complaint.objects.first()
    with pytest.raises(DatabaseError, match="read-only"), transaction.atomic(), read_only():
        case.save()


def test_two_queries_a_batch(stored, django_assert_num_queries):
    # now; savepoint, read-only; a batch's cases and events; no more cases; release
    with django_assert_num_queries(7):
        run()


def test_the_command_prints_the_sums_and_saves_them(stored, tmp_path):
    draft, out, said = tmp_path / "draft.yaml", tmp_path / "out.json", io.StringIO()
    draft.write_text(DRAFT, encoding="utf-8")
    period = {"since": MARCH[0], "until": MARCH[1]}
    call_command("backtest", draft, out=str(out), stdout=said, **period)
    assert "案件 3 件，其中结论改变 2 件，等级改变 1 件" in said.getvalue()
    assert json.loads(out.read_text(encoding="utf-8"))["total"]["changed"] == 2


def test_a_faulty_draft_is_refused_with_all_its_mistakes(stored):
    loop, _cases = stored
    wrong = DALI.replace("hours: 48", "hour: 48").replace("version: 1", "version: one")
    answer = start(loop, wrong)
    page = answer.content.decode()
    assert (answer.status_code, Job.objects.count()) == (422, 0)
    assert "version" in page
    assert "时限须恰好写一种" in page


def start(loop, text, **changed):
    draft = SimpleUploadedFile("draft.yaml", text.encode())
    data = {"draft": draft, "since": "2026-03-01", "until": "2026-03-31"} | changed
    return signed_in(loop.user("luqing")).post(reverse("backtest"), data)


def test_the_page_starts_the_work_and_every_figure_opens_its_cases(stored, monkeypatch):
    monkeypatch.setattr(tasks.run, "delay", lambda pk: None)
    loop, (three, four, _one) = stored
    answer = start(loop, DRAFT)
    job = Job.objects.get()
    assert answer.url == reverse("job", args=[job.pk])
    tasks.run(str(job.pk))
    client, page = signed_in(loop.user("luqing")), reverse("backtest_result", args=[job.pk])
    whole = client.get(page).content.decode()
    assert three.number in whole
    assert four.number in whole
    some = client.get(page, {"before": "重大投诉", "after": "一般投诉"}).content.decode()
    assert three.number in some
    assert four.number not in some


def test_a_period_that_ends_before_it_begins_is_refused(stored):
    loop, _cases = stored
    answer = start(loop, DRAFT, until="2026-02-01")
    assert (answer.status_code, "不能早于" in answer.content.decode()) == (422, True)


def test_only_rule_owners_backtest(stored):
    loop, _cases = stored
    assert signed_in(loop.user("zhoumin")).get(reverse("backtest")).status_code == 403
