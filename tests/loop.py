"""Going round the loop in tests: the demo's people, and short ways to act as one of them."""

from dataclasses import dataclass

from accounts.actors import actor_of
from complaints import intake, pipeline
from complaints.lifecycle import Kind
from complaints.models import Complaint
from complaints.pipeline import Act
from demo import people, seed
from records import clock

GROUP_OF_THREE = {
    "category": "物业服务",
    "channel": "电话",
    "customer_kind": "业主",
    "receiving_department": "客户服务部",
    "project": "实力北岸",
    "complainants": 3,
}
LATE_DELIVERY = {"category": "服务类", "channel": "热线", "customer_kind": "零售终端"}

PARTICULARS = {
    "name": "李建国",
    "phone": "13000000001",
    "subject": "小区门禁长期失灵",
    "description": "三户业主反映单元门禁失灵两周，外来人员随意进出。",
    "demand": "修复门禁并说明原因",
    "more": {"room": "3-2-501"},
}


@dataclass
class Loop:
    """The published demo organisation, and acts in it."""

    organisation: people.Organisation
    versions: dict
    particulars: dict

    @classmethod
    def new(cls, particulars: dict = PARTICULARS) -> "Loop":
        versions = seed.publish_packs()
        return cls(people.organisation(), versions, particulars)

    def user(self, username):
        return self.organisation.people[username]

    def actor(self, username):
        """Return the person with the posts held now, read anew."""
        return actor_of(self.user(username))

    def department(self, name, unit=people.TOURISM):
        return self.organisation.departments[unit, name]

    def register(self, facts=None, *, code="dali-tourism", by="zhoumin", **particulars):
        """Register a complaint received now, three neighbours' by default (重大投诉)."""
        return intake.register(
            intake.Intake(
                version=self.versions[code],
                received_at=clock.now(),
                facts=GROUP_OF_THREE if facts is None else facts,
                particulars=self.particulars | particulars,
            ),
            actor=self.actor(by),
        )

    def do(self, case, kind, by, data=None, *, seen=None, **texts) -> Complaint:
        """Record one act as a person; return the case as it is stored then."""
        act = Act(kind, data or {}, texts)
        return pipeline.act(case.pk, [act], actor=self.actor(by), seen=seen)

    def assign(self, case, department="物业公司", by="zhoumin", unit=people.TOURISM):
        place = self.department(department, unit)
        return self.do(case, Kind.ASSIGNED, by, {"department_id": place.pk})

    def accept(self, case, head="duanhongwei", handler="zhaogang"):
        return self.do(case, Kind.ACCEPTED, head, {"handler": self.user(handler).pk})

    def to(self, state, facts=None) -> Complaint:
        """Take a new 大理文旅 case of three complainants round the loop as far as `state`."""
        case = self.register(facts)
        for reached, steps in self.steps():
            for kind, by, data, texts in steps:
                if case.state == state:
                    return case
                case = self.do(case, kind, by, data, **texts)
            if case.state == state == reached:
                return case
        return case

    def steps(self, after="received"):
        """Return the acts from a state to the end: (state reached, [(kind, by, data, texts), …])."""
        every = list(self._steps())
        states = ["received", *(reached for reached, _steps in every)]
        return every[states.index(after) :]

    def _steps(self):
        place = {"department_id": self.department("物业公司").pk}
        handler = {"handler": self.user("zhaogang").pk}
        text = {"note": "已办理"}
        yield "assigned", [(Kind.ASSIGNED, "zhoumin", place, {})]
        yield "investigating", [(Kind.ACCEPTED, "duanhongwei", handler, {})]
        yield (
            "resolving",
            [(Kind.INVESTIGATED, "zhaogang", {"conclusion": "属实"}, {"findings": "门禁主板损坏"})],
        )
        yield (
            "feedback",
            [
                (Kind.PLAN_SUBMITTED, "zhaogang", {"option": "进行更换"}, {"measures": "更换主板"}),
                (Kind.PLAN_APPROVED, "linxiaoyun", {}, text),
                (Kind.CUSTOMER_TALKED, "zhoumin", {"opinion": "接受"}, text),
                (Kind.EXECUTED, "zhaogang", {}, text),
                (Kind.RESULT_RETURNED, "zhaogang", {}, {"result": "已更换并测试"}),
            ],
        )
        scores = {"Q1": True, "Q2": True, "Q3": 9, "Q4": 9, "Q5": 9}
        yield (
            "review",
            [
                (Kind.CUSTOMER_INFORMED, "zhoumin", {}, text),
                (Kind.CONFIRMED, "zhoumin", {"by": "customer", "form": "recorded_call"}, text),
                (Kind.FOLLOWED_UP, "zhoumin", {"satisfaction": "满意", "scores": scores}, {}),
            ],
        )
        yield (
            "archived",
            [
                (Kind.REVIEWED, "linxiaoyun", {"passed": True}, text),
                (Kind.CLOSED, "linxiaoyun", {"mode": "agreed"}, text),
                (Kind.ARCHIVED, "zhoumin", {}, text),
            ],
        )
