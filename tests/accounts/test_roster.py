"""Who is told in whose place: deputies of the absent, those above a vacant post, one's own unit."""

from datetime import timedelta

import pytest

from accounts.models import Department, Deputy, Post, Role
from accounts.roster import Roster
from tests.engine.cases import at
from tests.loop import Loop

pytestmark = pytest.mark.django_db
NOW = at("03-02 09:00")


@pytest.fixture
def loop(clock) -> Loop:
    clock.set(NOW)
    return Loop.new()


def names(loop, people) -> set[str]:
    known = {user.pk: name for name, user in loop.organisation.people.items()}
    return {known[pk] for pk in people}


def leave(loop, username):
    Post.objects.filter(person=loop.user(username)).update(until=NOW)


def test_the_head_of_a_department(loop):
    place = loop.department("物业公司")
    assert names(loop, Roster(NOW).heads(place.pk)) == {"duanhongwei"}


def test_a_deputy_stands_beside_whoever_is_away(loop):
    place = loop.department("物业公司")
    Deputy.objects.create(
        person=loop.user("duanhongwei"),
        deputy=loop.user("hanbing"),
        since=NOW,
        until=NOW + timedelta(hours=1),
    )
    assert names(loop, Roster(NOW).heads(place.pk)) == {"duanhongwei", "hanbing"}
    assert names(loop, Roster(NOW + timedelta(hours=1)).heads(place.pk)) == {"duanhongwei"}


def test_a_vacant_head_leads_to_the_next_above(loop):
    place = loop.department("物业公司")
    below = Department.objects.create(name="一组", parent=place)
    leave(loop, "duanhongwei")
    above = names(loop, Roster(NOW).heads(place.pk))
    # nobody heads the unit: its management
    assert above == {"shenzhuo", "gaoyuan", "chenglixin"}
    assert names(loop, Roster(NOW).heads(below.pk)) == above
    Post.objects.create(
        person=loop.user("hanbing"),
        department=place,
        title="部门负责人",
        role=Role.DEPARTMENT_HEAD,
        since=NOW,
    )
    assert names(loop, Roster(NOW).heads(below.pk)) == {"hanbing"}


def test_a_vacant_post_is_reported_to_who_stands_above(loop):
    """DALI-116: a 重大投诉 goes to 人力运营中心副总经理; while the post is vacant, above."""
    from notices.models import Notice, Topic

    leave(loop, "shenzhuo")
    loop.register()
    told = Notice.objects.filter(topic=Topic.REPORT, channel="in_app")
    assert {one.recipient.username for one in told} == {"gaoyuan", "chenglixin"}


def test_a_post_of_the_same_name_in_another_unit_is_not_meant(loop):
    unit = loop.organisation.tobacco
    roster = Roster(NOW)
    own = names(loop, roster.holders("总经理", None, loop.organisation.tourism.pk))
    other = names(loop, roster.holders("总经理", None, unit.pk))
    assert own == {"gaoyuan"}
    assert "gaoyuan" not in other


def test_whoever_held_a_post_is_looked_for_in_the_unit_alone(loop):
    """A second holder elsewhere neither stands in for nor blurs the one that is meant."""
    tourism, tobacco = loop.organisation.tourism.pk, loop.organisation.tobacco.pk
    elsewhere = Post.objects.filter(department__parent=tobacco).first()
    Post.objects.create(
        person=elsewhere.person,
        department=elsewhere.department,
        title="总经理",
        role=Role.MANAGEMENT,
        since=NOW - timedelta(days=1),
    )
    roster = Roster(NOW)
    assert roster.sole_holder_at("总经理", None, tourism, NOW) == loop.user("gaoyuan").pk
    assert roster.sole_holder_at("没有的职务", None, tourism, NOW) is None
