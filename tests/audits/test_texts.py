"""What auditors and departments write stands in rows of its own, and nowhere else."""

from datetime import date
from uuid import uuid4

import pytest
from django.conf import settings
from django.urls import reverse

from audits import findings, sampling
from audits import papers as work
from audits.models import AuditText, Finding, Paper
from complaints.lifecycle import Kind
from complaints.pipeline import Act
from tests.audits.house import drawn, judged, quarter
from tests.audits.test_pages import checklist_form
from tests.canaries import in_redis, tables_with
from tests.complaints.sending import signed_in
from tests.loop import Loop
from tests.penalties.house import stand

pytestmark = pytest.mark.fresh_db
CANARY = "金丝雀"


def test_no_word_of_an_audit_is_in_an_entry_a_log_a_notice_or_redis(fresh_db, clock, caplog):
    loop = Loop.new()
    auditor, other, head = (loop.actor(name) for name in ("konglingyi", "qinmo", "duanhongwei"))
    stand("03-02 09:00")
    loop.to("archived")
    quarter(loop, 9)
    draw = drawn(loop)
    sampling.replace(draw.samples.last().pk, actor=auditor, reason=f"{CANARY}1")
    free = draw.members.filter(sample=None).first()
    sampling.add(draw.plan_id, free.number, actor=auditor, reason=f"{CANARY}2")
    Paper.objects.update(auditor=auditor.user)
    paper = Paper.objects.filter(state="open").first()
    places = {"items-0-judgment": "fault", "items-0-remark_text": f"{CANARY}3"}
    client = signed_in(auditor.user)
    url = reverse("admin:audits_paper_change", args=[paper.pk])
    assert client.post(url, checklist_form(paper, **places)).status_code == 302
    submit = reverse("audit_act", args=["papers", paper.pk, "submit"])
    assert client.post(submit, {"key": uuid4()}).status_code == 302
    second = signed_in(other.user)
    for act, entered in (("send-back", {"reason": f"{CANARY}4"}), ("approve", {})):
        if act == "approve":
            assert client.post(submit, {"key": uuid4()}).status_code == 302
        step = reverse("audit_act", args=["papers", paper.pk, act])
        assert second.post(step, {"key": uuid4(), **entered}).status_code == 302
    row = Finding.objects.get()
    Finding.objects.update(department=loop.department("物业公司"))
    findings.object_to(row.pk, actor=head, reason=f"{CANARY}5")
    findings.decide(row.pk, actor=other, uphold=True, reason=f"{CANARY}6")
    findings.order(row.pk, actor=auditor, due_on=date(2026, 4, 9), text=f"{CANARY}7")
    findings.report(row.pk, actor=head, text=f"{CANARY}8")
    findings.check(row.pk, actor=auditor, effective=True, text=f"{CANARY}9")
    for name, form in (
        ("specialaudit", {"year": 2026, "conclusion_text": CANARY, "proposals_text": CANARY}),
        (
            "inspection",
            {
                "department": loop.department("物业公司").pk,
                "day": "2026-03-02",
                "way": "open",
                "result": "problems",
                "problems_text": CANARY,
            },
        ),
    ):
        form["regulation"] = draw.plan.regulation_id
        assert client.post(reverse(f"admin:audits_{name}_add"), form).status_code == 302
    refused = client.post(reverse("admin:audits_inspection_add"), {"problems_text": CANARY})
    assert refused.status_code == 200
    assert AuditText.objects.filter(body__contains=CANARY).count() == 12
    assert tables_with(CANARY) == {"audits_audittext"}
    assert CANARY not in in_redis(settings.REDIS_URL) + caplog.text


def test_evidence_of_an_offence_stands_with_the_cases_texts(fresh_db, clock):
    loop = Loop.new()
    stand("03-02 09:00")
    loop.to("archived")
    stand("04-01 09:00")
    drawn(loop)
    Paper.objects.update(auditor=loop.user("konglingyi"))
    paper = judged(loop, Paper.objects.get(), faults=[1])
    work.submit(paper.pk, actor=loop.actor("konglingyi"))
    work.approve(paper.pk, actor=loop.actor("qinmo"))
    row = Finding.objects.get()
    data = {"source": "DALI-136", "department_id": loop.department("物业公司").pk}
    act = Act(Kind.OFFENCE, data, {"evidence": CANARY})
    findings.hand_over(row.pk, actor=loop.actor("konglingyi"), act=act)
    assert tables_with(CANARY) == {"complaints_casetext"}
