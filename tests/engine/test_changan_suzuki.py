"""长安铃木: either list of 重大 makes A级; B级 is a general complaint that the customer exposes."""

import pytest

from tests.engine.asking import judged, waits
from tests.engine.cases import at, event, history, pack

CODE = "changan-suzuki"
NOW = "03-10 12:00"
TEN = [f"CAS-{number:02}" for number in range(6, 16)]
NINE = [f"CAS-{number}" for number in range(21, 30)]


def complaint(*more, **facts):
    return history("03-10 09:00 received", "03-10 09:10 registered", *more, **facts)


def graded(told, now=NOW, **chosen):
    found = judged(CODE, told, now, **chosen).grade
    return found.name, set(found.source)


def flags(told, **chosen):
    return {flag.name for flag in judged(CODE, told, NOW, **chosen).flags}


@pytest.mark.feature("F084")  # CAS-12, CAS-26: media, courts, public bodies
@pytest.mark.feature("F085")  # CAS-06, CAS-07, CAS-13, CAS-21, CAS-22: safety, fire, airbag
@pytest.mark.feature("F086")  # CAS-08 to CAS-11, CAS-27: demands beyond the conditions
@pytest.mark.feature("F087")  # CAS-14, CAS-15, CAS-25, CAS-28, CAS-29: the other items
@pytest.mark.parametrize("item", [*TEN, *NINE])
def test_each_item_of_both_lists_makes_a(item):
    assert graded(complaint(tags=[item])) == ("A级", {item})


@pytest.mark.parametrize(
    ("facts", "grade", "source"),
    [
        pytest.param({}, None, set(), id="nothing-known"),
        pytest.param({"legal": "none", "media": "none"}, None, set(), id="nothing-of-the-kind"),
        pytest.param({"authority": False, "safety_risk": False}, None, set(), id="known-not-to-be"),
        pytest.param({"legal": "possible"}, "A级", {"CAS-23"}, id="may-be-sued"),
        pytest.param({"legal": "actual"}, "A级", {"CAS-12"}, id="sued"),
        pytest.param({"media": "possible"}, "A级", {"CAS-24"}, id="media-may-report"),
        pytest.param({"media": "actual"}, "A级", {"CAS-12"}, id="taken-to-the-media"),
        pytest.param({"safety_risk": True}, "A级", {"CAS-13"}, id="personal-safety"),
        pytest.param({"tags": ["CAS-19", "CAS-20"]}, None, set(), id="the-dealers-fault-is-none"),
        pytest.param({"tags": ["CAS-16"]}, None, set(), id="a-claim-is-none"),
        pytest.param(
            {"tags": ["CAS-06", "CAS-22"]}, "A级", {"CAS-06", "CAS-22"}, id="one-of-each-list"
        ),
    ],
)
def test_grade(facts, grade, source):
    assert graded(complaint(**facts)) == (grade, source)


@pytest.mark.feature("F084")
def test_a_public_body_is_named_by_both_lists():
    assert graded(complaint(authority=True)) == ("A级", {"CAS-12", "CAS-26"})


@pytest.mark.feature("F088")
@pytest.mark.parametrize(
    ("facts", "grade", "source"),
    [
        pytest.param({"media": "actual"}, "B级", {"CAS-30"}, id="exposed"),
        pytest.param({}, "B级", {"CAS-30"}, id="ticked-alone"),
        pytest.param({"media": "possible"}, "B级", {"CAS-30"}, id="no-criterion-but-media"),
        pytest.param({"media": "actual", "safety_risk": True}, "A级", {"CAS-13"}, id="and-safety"),
        pytest.param({"media": "actual", "legal": "possible"}, "A级", {"CAS-23"}, id="and-court"),
        pytest.param(
            {"media": "actual", "authority": True}, "A级", {"CAS-12", "CAS-26"}, id="and-authority"
        ),
    ],
)
def test_the_customer_exposes_a_general_complaint(facts, grade, source):
    assert graded(complaint(tags=["CAS-30"], **facts)) == (grade, source)


@pytest.mark.feature("F088")
@pytest.mark.parametrize(
    ("media", "source"), [("actual", {"CAS-12"}), ("possible", {"CAS-24"}), ("none", {"CAS-30"})]
)
def test_read_word_for_word_each_exposure_makes_a(media, source):
    grade = "B级" if media == "none" else "A级"
    told = complaint(tags=["CAS-30"], media=media)
    assert graded(told, b_exclusion=False) == (grade, source)


def test_a_second_a_criterion_beside_a_ticked_b_counts():
    assert graded(complaint(tags=["CAS-30", "CAS-28"], media="actual")) == ("A级", {"CAS-28"})


@pytest.mark.parametrize("item", TEN)
def test_by_the_a_list_alone_the_ten_items_give_no_grade_but_a_mark(item):
    told = complaint(tags=[item])
    assert graded(told, major_lists="a_list") == (None, set())
    assert "major" in flags(told, major_lists="a_list")
    assert "major" not in flags(told)


@pytest.mark.parametrize(
    "facts", [{"legal": "actual"}, {"media": "actual"}, {"authority": True}, {"safety_risk": True}]
)
def test_by_the_a_list_alone_a_fact_of_the_ten_is_marked_as_well(facts):
    assert "major" in flags(complaint(**facts), major_lists="a_list")
    assert "major" not in flags(complaint(), major_lists="a_list")


def test_by_the_a_list_alone_its_nine_items_still_make_a():
    told = complaint(tags=["CAS-21"], authority=True)
    assert graded(told, major_lists="a_list") == ("A级", {"CAS-21", "CAS-26"})


def test_what_becomes_known_later_raises_the_grade():
    told = complaint(
        event("03-10 10:00 facts_changed", media="actual"),
        event("03-10 11:00 facts_changed", authority=True),
        tags=["CAS-30"],
    )
    assert [graded(told, f"03-10 {hour}")[0] for hour in ("10:30", "11:30")] == ["B级", "A级"]


def test_a_grade_by_hand_rests_on_focused_control_and_gives_way_to_what_is_new():
    told = complaint(
        event("03-10 10:00 graded", grade="A级"),
        event("03-10 11:00 graded", grade="B级"),
        event("03-10 11:30 facts_changed", legal="actual"),
    )
    assert graded(told, "03-10 10:30") == ("A级", {"CAS-15"})
    assert graded(told, "03-10 11:10")[0] == "B级"
    assert graded(told, "03-10 11:40") == ("A级", {"CAS-12"})


@pytest.mark.feature("F071")
def test_only_the_grades_of_this_regulation_are_offered():
    assert [grade.name for grade in pack(CODE).grades] == ["B级", "A级"]
    found = judged(CODE, complaint(event("03-10 10:00 graded", grade="重大投诉")), NOW)
    assert [(row.reason, row.accepted) for row in found.refused] == [("unknown_grade", "B级、A级")]


@pytest.mark.parametrize(
    ("tags", "marks"),
    [
        pytest.param([], set(), id="not-the-dealer"),
        pytest.param(["CAS-19"], {"dealer_caused"}, id="caused"),
        pytest.param(["CAS-20"], {"dealer_worsened"}, id="worsened"),
        pytest.param(["CAS-19", "CAS-20"], {"dealer_caused", "dealer_worsened"}, id="both"),
    ],
)
def test_valid_means_the_dealers_fault_and_is_a_mark(tags, marks):
    assert flags(complaint(tags=tags)) == marks


@pytest.mark.parametrize(
    ("tag", "what", "by"),
    [("CAS-16", "exception", "技术支持系"), ("CAS-18", "compensation", "公司客户中心")],
)
def test_a_claim_beyond_the_warranty_is_signed_before_it_is_carried_out(tag, what, by):
    found = judged(CODE, complaint(tags=[tag]), NOW)
    assert [(row.what, row.by, row.at) for row in found.approvals] == [(what, by, None)]
    # who agrees to a goodwill payment is not said, so the house chose
    assert [rule.setting for rule in pack(CODE).approvals if rule.what == what] == [
        what == "compensation"
    ]
    assert waits(found, "executed") == {("approval", tag)}
    signed = complaint(event("03-10 11:00 approved", what=what, by=by), tags=[tag])
    found = judged(CODE, signed, NOW)
    assert [row.at for row in found.approvals] == [at("03-10 11:00")]
    assert waits(found, "executed") == set()


def test_the_limit_of_a_special_claim_is_the_houses():
    above, at_limit = (complaint(tags=["CAS-16"], amount=sum_) for sum_ in ("3000.01", "3000"))
    assert flags(above) == set()
    assert flags(above, special_limit=3000) == {"over_limit"}
    assert flags(at_limit, special_limit=3000) == set()


def test_nothing_runs_and_nothing_costs_whatever_time_passes():
    found = judged(CODE, complaint(tags=["CAS-06"]), "12-10 12:00")
    assert (found.clocks, found.penalties, found.reports, found.next_moment) == ((), (), (), None)
    assert found.counts_in_rate


def test_a_media_report_needs_no_contact():
    wanted = {field.key: field.when for field in pack(CODE).intake if field.required}
    for key in ("customer_name", "phone"):
        assert wanted[key].holds({"channel": "电话"})
        assert wanted[key].holds({})
        assert not wanted[key].holds({"channel": "媒体"})
