"""Quarters with handled cases, and the audits of them."""

from datetime import date
from decimal import Decimal

from audits import papers as work
from audits import sampling
from audits.models import Draw, Finding, Paper, Plan
from complaints.lifecycle import Kind
from complaints.models import Complaint
from records import clock
from tests.loop import Loop
from tests.penalties.house import ONE, stand

FIRST = date(2026, 1, 1)


def handle(loop: Loop, *, department: str | None = None, category="物业服务") -> Complaint:
    """Return a case that is closed now: its customer took it back, perhaps after its assignment."""
    case = loop.register(ONE | {"category": category})
    if department:
        case = loop.assign(case, department)
    return loop.do(case, Kind.WITHDRAWN, "zhoumin", reason="客户撤回")


def quarter(loop: Loop, count: int) -> list[Complaint]:
    """Return cases of 大理文旅 that were closed on 2 March; the clock stands at 1 April afterwards."""
    stand("03-02 09:00")
    cases = [handle(loop) for _case in range(count)]
    stand("04-01 09:00")
    return cases


def plan(loop: Loop, code="dali-tourism", first=FIRST, **changes) -> Plan:
    version = loop.versions[code]
    given = {"share": Decimal("0.3"), "axes": [], "minimum": 0, "seed": 7}
    return Plan.objects.create(
        regulation=version.regulation,
        version=version,
        first=first,
        made_at=clock.now(),
        **given | changes,
    )


def drawn(loop: Loop, by="konglingyi", **changes) -> Draw:
    """Plan and draw the first quarter."""
    return sampling.draw_plan(plan(loop, **changes).pk, actor=loop.actor(by))


def numbers(draw: Draw) -> list[str]:
    return list(draw.samples.order_by("pk").values_list("member__number", flat=True))


def papers(loop: Loop, *, closed: int = 1, by="konglingyi") -> list[Paper]:
    """Return the papers of cases that went round the whole loop; all of them are drawn."""
    stand("03-02 09:00")
    for _case in range(closed):
        loop.to("archived")
    stand("04-01 09:00")
    drawn(loop, share=Decimal(1))
    rows = Paper.objects.order_by("pk")
    rows.update(auditor=loop.user(by))
    return list(rows)


def judged(loop: Loop, paper: Paper, faults=()) -> Paper:
    """Judge the lines at the places `faults` as faults, and all others as none."""
    for item in paper.items.all():
        fault = item.place in faults
        work.judge(
            item.pk,
            actor=loop.actor(paper.auditor.username),
            judgment="fault" if fault else "fine",
            remark="未见签字原件" if fault else "补录有据" if item.says == "fault" else "",
        )
    return paper


def finding(loop: Loop) -> Finding:
    """Return a finding of 孔令仪 on a 物业公司 case, approved by 秦墨 on 1 April 2026."""
    paper = papers(loop)[0]
    truth = paper.items.filter(topic="truth").first()
    judged(loop, paper, faults=[truth.place])
    work.submit(paper.pk, actor=loop.actor("konglingyi"))
    work.approve(paper.pk, actor=loop.actor("qinmo"))
    return Finding.objects.get()
