"""Which cases somebody may see: by role and place, as a deputy, from when until when."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts import access
from accounts.actors import actor_of
from accounts.models import Deputy, Post, Role, User
from complaints.lifecycle import Kind
from complaints.models import Complaint
from complaints.refusals import Refused
from tests.complaints.sending import drawn, signed_in
from tests.engine.cases import at
from tests.loop import GROUP_OF_THREE, LATE_DELIVERY, Loop

pytestmark = pytest.mark.django_db

NOW = at("03-02 09:00")


@pytest.fixture
def loop(clock) -> Loop:
    clock.set(NOW)
    return Loop.new()


@pytest.fixture
def cases(loop) -> dict[str, Complaint]:
    """Return five cases by what is told apart in them."""
    sale = GROUP_OF_THREE | {"category": "规划设计类"}
    return {
        "new": loop.register(),
        "property": loop.accept(loop.assign(loop.register())),  # 物业公司, 赵刚 handles it
        "sales": loop.assign(loop.register(), "营销部"),
        "project": loop.assign(loop.register(sale), "项目部"),  # 物业公司 supports it (4.2.3)
        "front desk": loop.assign(loop.register(by="yinlan"), "营销部"),
        "tobacco": loop.register(LATE_DELIVERY, code="tobacco-2026", by="xujing"),
    }


TOURISM = {"new", "property", "sales", "project", "front desk"}
# Person → what they see. The owner is 客户服务部, in the other unit 客服部门.
SEEN = {
    "zhoumin": TOURISM,  # customer service of the owner
    "linxiaoyun": TOURISM,  # its head
    "yinlan": {"property", "front desk"},  # customer service of 物业公司; registered one
    "duanhongwei": {"property", "project"},  # head of 物业公司
    "zhaogang": {"property", "project"},  # handler in 物业公司, names him
    "yangfan": {"project"},  # handler in 物业公司, is not the one
    "sujianing": {"sales", "front desk"},  # head of 营销部
    "maxiao": set(),  # handler in 营销部
    "gaoyuan": TOURISM,  # management
    "konglingyi": TOURISM,  # auditor
    "tangxue": set(),  # HR
    "luqing": set(),  # rule owner
    "fangzhou": set(),  # administrator
    "xujing": {"tobacco"},
    "weidong": set(),  # head of 销售部门, which does not have it yet
    "zhengguoqiang": {"tobacco"},
    "lufang": {"tobacco"},
    "wangyu": set(),
}


def seen(actor, cases) -> set[str]:
    found = set(access.visible(actor, Complaint.objects.all()).values_list("pk", flat=True))
    return {name for name, case in cases.items() if case.pk in found}


def test_by_role_and_place(loop, cases):
    assert {name: seen(loop.actor(name), cases) for name in SEEN} == SEEN


def test_each_case_is_seen_once(loop, cases):
    """No condition is a join that would show a case twice."""
    for name in SEEN:
        rows = list(access.visible(loop.actor(name), Complaint.objects.all()))
        assert len(rows) == len({row.pk for row in rows}), name


def test_a_page_of_a_case_answers_as_if_there_were_none(loop, cases):
    statuses = {}
    for name in ("zhoumin", "sujianing", "zhaogang", "xujing"):
        client = signed_in(loop.user(name))
        statuses[name] = {
            key: client.get(reverse("case", args=[case.number])).status_code
            for key, case in cases.items()
        }
        unknown = client.get(reverse("case", args=["DL2026039999"]))
        assert unknown.status_code == 404
    assert statuses == {
        name: {key: 200 if key in SEEN[name] else 404 for key in cases} for name in statuses
    }


def test_a_post_above_sees_what_lies_below(loop, cases):
    everywhere = User.objects.create(username="above", name="总部")
    Post.objects.create(
        person=everywhere,
        department=loop.organisation.tourism,
        title="总监",
        role=Role.DEPARTMENT_HEAD,
        since=NOW,
    )
    assert seen(actor_of(everywhere), cases) == TOURISM


def test_nobody_sees_anything_without_a_post(loop, cases):
    nobody = User.objects.create(username="nobody", name="无职")
    assert seen(actor_of(nobody), cases) == set()


def test_a_post_counts_from_its_beginning_and_not_at_its_end(loop, cases, clock):
    since, until = NOW + timedelta(days=1), NOW + timedelta(days=3)
    guest = User.objects.create(username="guest", name="轮岗")
    Post.objects.create(
        person=guest,
        department=loop.department("客户服务部"),
        title="客服专员",
        role=Role.CUSTOMER_SERVICE,
        since=since,
        until=until,
    )
    client = signed_in(guest)
    page, found = reverse("case", args=[cases["new"].number]), {}
    for moment in (since - timedelta(seconds=1), since, until - timedelta(seconds=1), until):
        clock.set(moment)
        found[moment] = (seen(actor_of(guest), cases), client.get(page).status_code)
    assert list(found.values()) == [(set(), 403), (TOURISM, 200), (TOURISM, 200), (set(), 403)]


def away(loop, person, deputy, days=2):
    return Deputy.objects.create(
        person=loop.user(person),
        deputy=loop.user(deputy),
        since=NOW,
        until=NOW + timedelta(days=days),
    )


def test_a_deputy_has_the_posts_of_who_is_away_for_as_long(loop, cases, clock):
    away(loop, "duanhongwei", "sujianing")
    case = loop.assign(loop.register())
    assert seen(loop.actor("sujianing"), cases) == SEEN["sujianing"] | SEEN["duanhongwei"]
    assert drawn(loop, case, "accepted", "sujianing").send().status_code == 302
    clock.set(NOW + timedelta(days=2))
    assert seen(loop.actor("sujianing"), cases) == SEEN["sujianing"]
    other = loop.assign(loop.register())
    assert drawn(loop, other, "accepted", "sujianing").send().status_code == 404


def test_a_deputy_carries_on_what_the_handler_has_in_hand(loop, cases, clock):
    away(loop, "zhaogang", "yangfan")
    assert seen(loop.actor("yangfan"), cases) == {"property", "project"}
    page = signed_in(loop.user("yangfan")).get("/").content.decode()
    assert cases["property"].number in page
    form = drawn(loop, cases["property"], "investigated", "yangfan")
    assert form.send().status_code == 302
    assert cases["property"].events.last().actor == loop.user("yangfan")
    clock.set(NOW + timedelta(days=2))
    assert seen(loop.actor("yangfan"), cases) == {"project"}


def test_a_deputy_signs_in_the_post_of_who_is_away(loop):
    """8.3 asks for 客服部负责人; the record says in which post, and by whom."""
    case = loop.to("resolving")
    case = loop.do(case, Kind.PLAN_SUBMITTED, "zhaogang", {"option": "进行更换"}, measures="更换")
    assert drawn(loop, case, "plan_approved", "hanbing").send().status_code == 404
    away(loop, "linxiaoyun", "hanbing")
    assert drawn(loop, case, "plan_approved", "hanbing").send().status_code == 302
    signed = case.events.get(kind=Kind.PLAN_APPROVED)
    told = (signed.actor.username, signed.post, signed.data["by"])
    assert told == ("hanbing", "客服部负责人", "客服部负责人")


def test_a_deputy_does_not_pass_on_what_they_stand_in_for(loop, cases):
    away(loop, "duanhongwei", "sujianing")
    away(loop, "sujianing", "hanbing")
    assert seen(loop.actor("hanbing"), cases) == SEEN["sujianing"]


def test_nobody_stands_in_for_somebody_who_has_left(loop, cases):
    away(loop, "duanhongwei", "maxiao")
    User.objects.filter(username="duanhongwei").update(is_active=False)
    assert seen(loop.actor("maxiao"), cases) == set()


def test_whoever_must_sign_sees_the_case_until_they_have(loop):
    """成本采供部 signs where money is paid (5.2); it neither handles nor supports the case."""
    facts = GROUP_OF_THREE | {"complainants": 1, "amount_company": "3000"}
    case = loop.to("resolving", facts)
    form = {"option": "进行更换"}
    assert not access.visible(loop.actor("sunli"), Complaint.objects.filter(pk=case.pk)).exists()
    case = loop.do(case, Kind.PLAN_SUBMITTED, "zhaogang", form, measures="更换并赔偿")
    client = signed_in(loop.user("sunli"))
    assert case.number in client.get("/").content.decode()
    assert client.get(reverse("case", args=[case.number])).status_code == 200
    answer = drawn(loop, case, "approved", "sunli", client, what="cost").send()
    assert (answer.status_code, answer.url) == (302, reverse("desk"))
    assert client.get(reverse("case", args=[case.number])).status_code == 404
    assert (
        signed_in(loop.user("guojing")).get(reverse("case", args=[case.number])).status_code == 200
    )
    assert not access.visible(loop.actor("sujianing"), Complaint.objects.filter(pk=case.pk))


def test_a_handler_has_a_post_in_the_department_now(loop, clock):
    case = loop.assign(loop.register())
    Post.objects.filter(person=loop.user("zhaogang")).update(until=NOW)
    page = signed_in(loop.user("duanhongwei")).get(
        reverse("case_act", args=[case.number, "accepted"])
    )
    names = [name for _pk, name in page.context["form"].fields["handler"].choices]
    assert names == ["段宏伟", "杨帆", "李松梅", "尹岚"]
    with pytest.raises(Refused, match="handler_of_another_department"):
        loop.accept(case)
