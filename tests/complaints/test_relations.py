"""Cases that belong together: linked, counted, merged; and people who keep out of a case."""

from datetime import timedelta
from itertools import pairwise

import pytest
from django.urls import reverse

from accounts.actors import actor_of
from complaints import pipeline, relations
from complaints.histories import facts_of
from complaints.lifecycle import Kind
from complaints.models import Complaint, Link
from complaints.pipeline import Act
from complaints.refusals import NotPermitted, Refused
from tests.complaints.sending import registration, signed_in
from tests.engine.cases import at
from tests.loop import GROUP_OF_THREE, Loop
from tests.regulations.test_every_pack_lives import House

pytestmark = pytest.mark.django_db

ONE = GROUP_OF_THREE | {"complainants": 1}


@pytest.fixture
def loop(clock):
    clock.set(at("03-02 09:00"))
    return Loop.new()


@pytest.fixture
def commit(django_capture_on_commit_callbacks):
    """Offer `commit(deed)`: what happens after the commit happens too."""

    def done(deed, *arguments, **options):
        with django_capture_on_commit_callbacks(execute=True):
            return deed(*arguments, **options)

    return done


def one(loop, name, **facts):
    return loop.register(ONE | facts, name=name, phone=f"137{abs(hash(name)) % 10**8:08}")


def link(loop, case, other, relation, by="zhoumin"):
    return loop.do(case, Kind.LINKED, by, {"relation": relation, "other": other.pk})


def facts(case):
    return facts_of(case.events.order_by("seq"))


def grade(case):
    case.refresh_from_db()
    return case.grade


def page(loop, case, by="zhoumin"):
    return signed_in(loop.user(by)).get(reverse("case", args=[case.number]))


@pytest.mark.feature("F078")
def test_a_third_complainant_of_the_same_issue_raises_the_grade_of_all(loop, commit):
    """6.1.2 of 大理文旅: three different complainants about one problem are 重大投诉 (DALI-84)."""
    first, second, third = (one(loop, name) for name in ("甲某", "乙某", "丙某"))
    commit(link, loop, second, first, "same_issue")
    assert {grade(case) for case in (first, second, third)} == {"一般投诉"}
    commit(link, loop, third, second, "same_issue")
    assert {grade(case) for case in (first, second, third)} == {"重大投诉"}
    assert facts(first)["same_issue_complainants"] == 3
    told = page(loop, first)
    titles = [entry.title for entry in told.context["entries"]]
    assert "更正事实：同一问题的不同投诉人数：3" in titles
    assert "没有关联时为一般投诉，现为重大投诉" in told.content.decode()
    assert [row.number for row in told.context["related"]] == [second.number]


def test_one_person_who_complains_three_times_is_one_complainant(loop, commit):
    cases = [loop.register(ONE) for _number in range(3)]
    for earlier, later in pairwise(cases):
        commit(link, loop, later, earlier, "same_issue")
    assert facts(cases[0])["same_issue_complainants"] == 1
    assert grade(cases[0]) == "一般投诉"


@pytest.mark.feature("F079")
def test_a_third_case_on_the_same_target_raises_the_grade(loop, commit):
    """6.1.3 of 大理文旅: the same target complained about three times is 重要投诉 (DALI-90)."""
    first, second, third = (one(loop, name) for name in ("甲某", "乙某", "丙某"))
    commit(link, loop, second, first, "same_target")
    commit(link, loop, third, first, "same_target")
    assert {grade(case) for case in (first, second, third)} == {"重要投诉"}


@pytest.mark.feature("F052")
def test_a_repeat_is_linked_to_the_earlier_case_and_both_pages_say_so(loop, commit):
    earlier, later = one(loop, "甲某"), one(loop, "甲某")
    commit(link, loop, later, earlier, "repeat")
    forth, back = (page(loop, case).context["related"] for case in (later, earlier))
    assert [(row.number, row.relation) for row in forth] == [(earlier.number, "此前的投诉")]
    assert [(row.number, row.relation) for row in back] == [(later.number, "此后再次投诉")]
    commit(link, loop, later, earlier, "same_target")
    assert facts(earlier)["same_target_complaints"] == facts(later)["same_target_complaints"] == 2


def test_what_was_handled_and_occurs_again_counts_by_its_grade(loop, commit):
    """DALI-87: a handled 重要投诉 that occurs again is 重大投诉."""
    earlier = loop.to("archived", ONE | {"authority": True})
    assert earlier.grade == "重要投诉"
    later = one(loop, "甲某")
    commit(link, loop, later, earlier, "repeat")
    assert facts(later)["recurs_from"] == "重要投诉"
    assert grade(later) == "重大投诉"


@pytest.mark.parametrize(("days", "recurs"), [(89, True), (93, False)])
def test_the_second_complaint_of_an_airport_counts_within_three_months(clock, commit, days, recurs):
    """AIR-04: the same event again within three months of the previous complaint."""
    clock.set(at("03-02 09:00"))
    house = House("airport-group")
    graded = Act(Kind.GRADED, {"grade": "二类投诉"}, {"reason": "由人认定"})
    linked = Act(Kind.LINKED, {"relation": "repeat"})
    earlier = house.register()
    pipeline.act(earlier.pk, [graded], actor=actor_of(house.service))
    clock.set(at("03-02 09:00") + timedelta(days=days))
    later = house.register()
    linked.data["other"] = earlier.pk
    commit(pipeline.act, later.pk, [linked], actor=actor_of(house.service))
    assert ("recurs_from" in facts(later)) is recurs


def test_an_undone_link_counts_no_more(loop, commit):
    first, second, third = (one(loop, name) for name in ("甲某", "乙某", "丙某"))
    commit(link, loop, second, first, "same_issue")
    commit(link, loop, third, first, "same_issue")
    row = Link.objects.get(case=third)
    commit(loop.do, third, Kind.UNLINKED, "zhoumin", {"link": row.seq}, reason="不是同一问题")
    assert facts(first)["same_issue_complainants"] == 2
    assert grade(first) == "一般投诉"
    assert page(loop, third).context["related"] == []


def test_a_pass_that_never_came_is_made_up_for(loop):
    first, second = one(loop, "甲某"), one(loop, "乙某")
    link(loop, second, first, "same_issue")  # the process dies before what follows the commit
    assert "same_issue_complainants" not in facts(first)
    assert relations.spread_all() == 1
    assert facts(first)["same_issue_complainants"] == 2
    before = first.events.count()
    assert relations.spread_all() == 0
    relations.spread(Link.objects.get().pk)
    assert first.events.count() == before


def test_a_merged_case_ends_and_the_other_counts_its_complainant(loop, commit):
    survivor, merged = one(loop, "甲某"), one(loop, "乙某")
    merged = commit(
        loop.do, merged, Kind.MERGED, "zhoumin", {"into": survivor.pk}, reason="同一问题"
    )
    assert merged.state == "merged"
    assert merged.ended_at is not None
    assert not merged.clocks.filter(state__in=["running", "overdue"]).exists()
    assert facts(survivor)["same_issue_complainants"] == 2
    told = page(loop, merged)
    assert [row.relation for row in told.context["related"]] == ["本案并入"]
    assert [row.relation for row in page(loop, survivor).context["related"]] == ["并入本案"]
    with pytest.raises(Refused) as refused:
        loop.do(one(loop, "丙某"), Kind.MERGED, "zhoumin", {"into": merged.pk}, reason="再并")
    assert [reason.code for reason in refused.value.reasons] == ["merged_into_ended"]


@pytest.mark.parametrize("other", ["itself", "of another regulation", "nobody's"])
def test_only_another_case_of_the_regulation_can_be_linked(loop, other):
    case = one(loop, "甲某")
    facts_ = {"category": "服务类", "channel": "热线", "customer_kind": "零售终端"}
    pk = {
        "itself": case.pk,
        "of another regulation": loop.register(facts_, code="tobacco-2026", by="xujing").pk,
        "nobody's": 0,
    }[other]
    with pytest.raises(Refused) as refused:
        loop.do(case, Kind.LINKED, "zhoumin", {"relation": "repeat", "other": pk})
    assert [reason.code for reason in refused.value.reasons] == ["no_such_case"]


def test_a_case_that_one_may_not_see_cannot_be_named_and_is_not_shown(loop, commit):
    own = loop.accept(loop.assign(one(loop, "甲某")))
    theirs = loop.assign(one(loop, "乙某"), "营销部")
    commit(link, loop, own, theirs, "same_issue")
    answer = page(loop, own, by="zhaogang")
    assert answer.context["related"] == []
    assert theirs.number not in answer.content.decode()
    client = signed_in(loop.user("zhaogang"))
    address = reverse("case_act", args=[own.number, "linked"])
    form = client.get(address).context["form"]
    hidden = {name: form[name].value() for name in ("key", "seen")}
    sent = client.post(address, hidden | {"relation": "repeat", "other": theirs.number})
    assert sent.status_code == 422
    assert "没有这个编号的案件，或您无权查看。" in sent.content.decode()


def test_what_is_ticked_beside_the_form_is_linked_with_the_registration(loop, commit):
    before, similar = loop.register(ONE), one(loop, "乙某")
    form = registration(loop, complainants="1", repeats=[before.pk], same_issue=[similar.pk])
    client = signed_in(loop.user("zhoumin"))
    assert commit(client.post, reverse("register"), form).status_code == 302
    case = Complaint.objects.latest("pk")
    links = set(case.links.values_list("other", "relation"))
    assert links == {(before.pk, "repeat"), (similar.pk, "same_issue")}
    assert facts(similar)["same_issue_complainants"] == 2


def test_a_ticked_case_that_one_may_not_see_is_refused(loop):
    theirs = loop.register()
    form = registration(loop, repeats=[theirs.pk])
    answer = signed_in(loop.user("yinlan")).post(reverse("register"), form)
    assert answer.status_code == 409
    assert Complaint.objects.count() == 1


def test_who_took_the_first_question_stands_on_the_page(loop):
    """首问责任: whoever was asked first stays answerable until the customer has an answer."""
    case = loop.register(by="yinlan")
    said = page(loop, case).content.decode()
    assert "首问责任人" in said
    assert "尹岚" in said


class TestRecusal:
    """Staff whom a complaint is about neither see it nor act on it."""

    @pytest.fixture
    def case(self, loop):
        case = loop.accept(loop.assign(loop.register(ONE | {"against_staff": True})))
        assert page(loop, case, by="zhaogang").status_code == 200
        data = {"person": loop.user("zhaogang").pk}
        return loop.do(case, Kind.RECUSED, "zhoumin", data, reason="投诉其服务态度")

    def test_the_person_is_no_handler_any_more_and_does_not_see_it(self, loop, case):
        assert case.handler is None
        client = signed_in(loop.user("zhaogang"))
        assert client.get(reverse("case", args=[case.number])).status_code == 404
        found = client.post(reverse("case_search"), {"text": case.number})
        assert client.get(found["Location"]).context["rows"] == []

    def test_the_person_may_not_act_in_whatever_post(self, loop, case):
        with pytest.raises(NotPermitted) as refused:
            loop.do(case, Kind.NOTED, "zhaogang", note="我来处理")
        assert refused.value.decision.needed == ("somebody_else",)

    def test_the_head_goes_on(self, loop, case):
        case = loop.do(
            case, Kind.STAFF_PLAN_SUBMITTED, "duanhongwei", measures="批评教育并调离岗位"
        )
        assert case.state == "investigating"

    def test_the_person_cannot_be_named_as_handler_again(self, loop):
        case = loop.assign(loop.register(ONE))
        data = {"person": loop.user("zhaogang").pk}
        case = loop.do(case, Kind.RECUSED, "zhoumin", data, reason="投诉其服务态度")
        with pytest.raises(Refused) as refused:
            loop.accept(case)
        assert [reason.code for reason in refused.value.reasons] == ["handler_recused"]

    def test_nobody_of_another_unit_is_kept_out(self, loop, case):
        with pytest.raises(Refused) as refused:
            loop.do(case, Kind.RECUSED, "zhoumin", {"person": loop.user("xujing").pk}, reason="误")
        assert [reason.code for reason in refused.value.reasons] == ["nobody_to_recuse"]
