"""Working papers: the checklist from the verdict, judgment, second look, findings (F221)."""

from datetime import datetime, timedelta

import pytest

from audits import papers as work
from audits.models import AuditEntry, AuditText, EntryKind, Finding, Item, Paper, PaperState
from complaints.attachments import keeping
from complaints.lifecycle import Kind
from complaints.models import Attachment
from complaints.refusals import NotPermitted, Refused
from notices.models import Notice
from tests.audits.house import drawn, finding, judged, papers
from tests.complaints import files
from tests.engine.cases import at
from tests.loop import Loop
from tests.penalties.house import late, stand

pytestmark = pytest.mark.django_db


def code(caught) -> str:
    return caught.value.reasons[0].code


def lines(paper) -> dict[str, tuple[str, list[str]]]:
    return {item.code: (item.says, item.source) for item in paper.items.all()}


def test_the_checklist_says_what_the_record_shows(clock):
    """大理文旅: steps, closing, deadlines and signatures in order; 5.3 …, and the truth is open."""
    (paper,) = papers(Loop.new())
    found = lines(paper)
    # The way of the tests reports to nobody and does not respond: 2 hours (9.1), in any case a day.
    faults = {code for code, (says, _source) in found.items() if says == "fault"}
    assert faults == {"clock:transfer", "clock:response"}
    for step in ("registered", "assigned", "accepted", "investigated", "reviewed", "archived"):
        assert found[f"step:{step}"][0] == "fine"
    assert found["closing"][0] == "fine"
    assert found["signature:plan_organiser"] == ("fine", ["DALI-125"])
    assert found["customer_agrees"][0] == "nothing"
    assert all(source for code, (_says, source) in found.items() if code.startswith("clock:"))


def test_a_late_clock_is_a_fault_with_its_clause(clock):
    (paper,) = papers(Loop.new())
    item = paper.items.get(code="clock:transfer")
    # A 重大投诉 is reported within 2 hours: from Monday 9:00 to 1 April 9:00 those are 30 days.
    assert (item.says, item.source, item.data["late_days"]) == ("fault", ["DALI-116"], 30)
    assert item.data["due_at"] == "2026-03-02T11:00:00+08:00"


def test_a_deadline_missed_before_the_customer_took_it_back_is_not_forgotten(clock):
    """A 物业类 case of 2 March was due on the 5th; it was withdrawn on the 8th."""
    loop = Loop.new()
    case = late(loop, 3)
    loop.do(case, Kind.WITHDRAWN, "zhoumin", reason="客户撤回")
    stand("04-01 09:00")
    drawn(loop)
    item = Paper.objects.get().items.get(code="clock:close")
    missed = datetime.fromisoformat(item.data["missed_at"])
    assert (item.says, missed) == ("fault", at("03-06 00:00"))
    assert item.source


def test_entries_made_late_are_listed_for_the_auditor(clock):
    loop = Loop.new()
    stand("03-02 09:00")
    case = loop.register()
    stand("03-02 11:00")
    from complaints import pipeline
    from complaints.pipeline import Act

    act = Act(Kind.RESPONDED, {}, {"late_reason": "电话机房断电"}, at=at("03-02 09:30"))
    case = pipeline.act(case.pk, [act], actor=loop.actor("zhoumin"))
    loop.do(case, Kind.WITHDRAWN, "zhoumin", reason="客户撤回")
    stand("04-01 09:00")
    drawn(loop)
    item = Item.objects.get(code="late_entries")
    seq = case.events.get(kind=Kind.RESPONDED).seq
    assert (item.says, item.data) == ("fault", {"seqs": [seq]})


def test_tobacco_lines_without_a_clause_rest_on_the_audits_own(clock):
    loop = Loop.new()
    stand("03-02 09:00")
    case = loop.register(
        {"category": "服务类", "channel": "热线"}, code="tobacco-2026", by="xujing"
    )
    loop.do(case, Kind.WITHDRAWN, "xujing", reason="客户撤回")
    stand("04-01 09:00")
    drawn(loop, by="lufang", code="tobacco-2026")
    truths = Item.objects.filter(topic="truth").values_list("source", flat=True)
    assert {tuple(source) for source in truths} == {("TOB-37",)}


def test_only_its_auditor_writes_in_a_paper(clock):
    loop = Loop.new()
    (paper,) = papers(loop)
    item = paper.items.first()
    for name in ("qinmo", "linxiaoyun", "zhaogang", "fangzhou", "gaoyuan", "lufang"):
        with pytest.raises(NotPermitted):
            work.judge(item.pk, actor=loop.actor(name), judgment="fine", remark="")
        with pytest.raises(NotPermitted):
            work.submit(paper.pk, actor=loop.actor(name))
    assert Item.objects.filter(judgment="").count() == paper.items.count()


def test_a_paper_is_submitted_whole(clock):
    loop = Loop.new()
    (paper,) = papers(loop)
    actor = loop.actor("konglingyi")
    with pytest.raises(Refused) as caught:
        work.submit(paper.pk, actor=actor)
    assert code(caught) == "not_judged"
    judged(loop, paper)
    truth = paper.items.filter(topic="truth").first()
    work.judge(truth.pk, actor=actor, judgment="fault", remark="")
    with pytest.raises(Refused) as caught:
        work.submit(paper.pk, actor=actor)
    assert (code(caught), caught.value.reasons[0].what) == ("no_remark", str(truth.place))
    work.judge(truth.pk, actor=actor, judgment="fault", remark="客户称未收到赔偿")
    assert work.submit(paper.pk, actor=actor).state == PaperState.SUBMITTED
    with pytest.raises(Refused) as caught:
        work.judge(truth.pk, actor=actor, judgment="fine", remark="")
    assert code(caught) == "wrong_state"


def test_a_changed_remark_leaves_no_old_one_behind(clock):
    loop = Loop.new()
    (paper,) = papers(loop)
    item = paper.items.first()
    for words in ("一", "二", ""):
        work.judge(item.pk, actor=loop.actor("konglingyi"), judgment="fault", remark=words)
        assert list(AuditText.objects.values_list("body", flat=True)) == ([words] if words else [])


def test_another_person_looks_at_it_a_second_time(clock):
    loop = Loop.new()
    (paper,) = papers(loop)
    judged(loop, paper)
    work.submit(paper.pk, actor=loop.actor("konglingyi"))
    for name in ("konglingyi", "linxiaoyun", "lufang", "fangzhou"):
        with pytest.raises(NotPermitted):
            work.approve(paper.pk, actor=loop.actor(name))
    work.send_back(paper.pk, actor=loop.actor("qinmo"), reason="请附回访录音")
    paper.refresh_from_db()
    assert paper.state == PaperState.OPEN
    work.submit(paper.pk, actor=loop.actor("konglingyi"))
    work.approve(paper.pk, actor=loop.actor("qinmo"))
    paper.refresh_from_db()
    assert (paper.state, paper.reviewer) == (PaperState.APPROVED, loop.user("qinmo"))
    kinds = list(paper.entries.values_list("kind", flat=True))
    assert kinds == ["submitted", "returned", "submitted", "approved"]


def test_a_fault_becomes_a_finding_told_to_its_department(clock):
    loop = Loop.new()
    row = finding(loop)
    assert row.department == loop.department("物业公司")
    assert row.source == row.item.source
    entry = row.entries.get()
    assert (entry.kind, entry.actor) == (EntryKind.RAISED, loop.user("qinmo"))
    assert entry.data["note"] == row.item.remark.reference()
    told = Notice.objects.filter(topic="audit", channel="in_app")
    assert [(one.recipient, one.data["finding"]) for one in told] == [
        (loop.user("duanhongwei"), row.pk)
    ]


def test_evidence_lies_in_the_vault_and_not_on_the_cases_page(clock, own_vault):
    loop = Loop.new()
    (paper,) = papers(loop)
    with keeping.kept([keeping.check(files.sent("底稿.pdf", files.PDF))]) as kept:
        work.bring(paper.pk, actor=loop.actor("konglingyi"), files=kept, note="处理单复印件")
    row = Attachment.objects.get()
    entry = AuditEntry.objects.get()
    assert entry.data["files"] == [row.reference()]
    assert keeping.is_whole(row)
    assert list(Attachment.objects.of_case()) == []


def test_who_handled_the_case_is_recused_from_assignment(clock):
    loop = Loop.new()
    (paper,) = papers(loop)
    actor = loop.actor("konglingyi")
    with pytest.raises(Refused) as caught:
        work.assign(paper.pk, actor=actor, auditor=loop.user("zhaogang"))
    assert code(caught) == "not_an_auditor"
    from accounts.models import Post

    Post.objects.create(
        person=loop.user("zhaogang"),
        department=loop.department("审计监察部"),
        title="审计专员",
        role="auditor",
        since=at("03-02 09:00") + timedelta(days=20),
    )
    with pytest.raises(Refused) as caught:
        work.assign(paper.pk, actor=actor, auditor=loop.user("zhaogang"))
    assert code(caught) == "recused"
    Paper.objects.update(auditor=loop.user("zhaogang"))  # however it came to be
    with pytest.raises(NotPermitted):
        work.judge(paper.items.first().pk, actor=loop.actor("zhaogang"), judgment="fine", remark="")
    work.assign(paper.pk, actor=actor, auditor=loop.user("qinmo"))
    assert Paper.objects.get().auditor == loop.user("qinmo")
    assert not Finding.objects.exists()
