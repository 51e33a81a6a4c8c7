"""What the regulations want said of a plan and of its execution: the form insists, by the clause."""

import pytest

from accounts.actors import actor_of
from complaints.forms.acts import FORMS
from complaints.lifecycle import Kind
from complaints.models import Plan
from tests.complaints.sending import drawn, signed_in
from tests.loop import Loop
from tests.penalties.house import stand
from tests.regulations.test_every_pack_lives import House

pytestmark = pytest.mark.django_db
TODAY = "2026-03-02"
PLAN = ("plan_submitted", "zhaogang")


@pytest.fixture
def loop(clock) -> Loop:
    stand("03-02 09:00")
    return Loop.new()


def errors(answer) -> dict[str, list[str]]:
    assert answer.status_code == 422
    return {name: list(said) for name, said in answer.context["form"].errors.items()}


def label_and_basis(answer, name: str) -> tuple[str, str]:
    field = answer.context["form"].fields[name]
    return str(field.label), str(field.help_text)


@pytest.mark.feature("F134")
def test_a_plan_without_its_deadline_is_refused_by_the_clause(loop):
    case = loop.to("resolving")
    form = drawn(loop, case, *PLAN, finishes_on="")
    answer = form.send()
    assert errors(answer).keys() == {"finishes_on"}
    assert label_and_basis(answer, "finishes_on")[1].startswith("大理文旅 投诉处理通知单")
    assert not Plan.objects.exists()
    early = drawn(loop, case, *PLAN, starts_on="2026-03-03", finishes_on=TODAY).send()
    assert errors(early)["finishes_on"] == ["完成时间不能早于启动时间。"]
    assert drawn(loop, case, *PLAN).send().status_code == 302


@pytest.mark.feature("F134")
@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        ("food-factory", {"place", "responsible", "measures", "finishes_on"}),
        ("general-enterprise", {"responsible", "measures", "finishes_on"}),
    ],
)
def test_what_a_plan_must_name(code, wanted, clock):
    """FOOD-31: 责任部门, 责任人, 处理措施, 完成时间; GEN-41: 具体措施, 执行时限, 责任人."""
    house = House(code)
    form = FORMS[Kind.PLAN_SUBMITTED](
        case=house.register(), verdict=None, actor=actor_of(house.service)
    )
    shown = {name for name, field in form.fields.items() if field.required}
    assert shown - {"seen", "key"} == wanted


def test_a_plan_of_the_guide_has_five_ways_and_two_days(loop):
    """DALI-144, which names the five in this order."""
    case = loop.to("resolving")
    form = drawn(loop, case, *PLAN, starts_on=TODAY, finishes_on="2026-03-05")
    page = form.client.get(f"/cases/{case.number}/plan_submitted/")
    choices = [value for value, _label in page.context["form"].fields["option"].choices if value]
    assert choices == ["进行修复", "进行更换", "业主自行修复", "沟通解决", "其它"]
    form.send()
    plan = Plan.objects.get()
    assert (plan.option, f"{plan.starts_on}", f"{plan.finishes_on}") == (
        "进行更换",
        TODAY,
        "2026-03-05",
    )


@pytest.mark.feature("F257")
def test_handling_is_done_with_what_was_done_and_from_when_to_when(loop):
    case = loop.to("resolving")
    steps = dict(loop.steps("resolving"))["feedback"]
    for kind, by, data, texts in steps[:3]:
        loop.do(case, kind, by, data, **texts)
    case.refresh_from_db()
    executed = ("executed", "zhaogang")
    offered = drawn(loop, case, *executed).client.get(f"/cases/{case.number}/executed/")
    initial = offered.context["form"].initial
    assert (initial["actions"], f"{initial['ended_on']}") == (["进行更换"], TODAY)
    bare = drawn(loop, case, *executed, actions=[], started_on="", ended_on="").send()
    assert errors(bare).keys() == {"actions", "started_on", "ended_on"}
    assert "投诉处理结果确认表" in label_and_basis(bare, "ended_on")[1]
    ahead = drawn(loop, case, *executed, ended_on="2999-01-01").send()
    assert errors(ahead)["ended_on"] == ["实际结束日期不能晚于今天。"]
    done = {"actions": ["进行更换", "沟通解决"], "started_on": TODAY, "ended_on": "2026-03-03"}
    stand("03-03 12:00")
    assert drawn(loop, case, *executed, **done).send().status_code == 302
    event = case.events.get(kind="executed")
    assert {name: event.data[name] for name in done} == done
    page = signed_in(loop.user("zhoumin")).get(f"/cases/{case.number}/").content.decode()
    assert "处理完成：进行更换、沟通解决 2026-03-02 – 2026-03-03" in page
