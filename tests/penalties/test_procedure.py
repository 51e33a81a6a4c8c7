"""From a proposal to money: who confirms, objects, decides, adjusts, and within which figures."""

from datetime import timedelta
from decimal import Decimal

import pytest

from accounts.access import Situation, may_apart
from accounts.models import Deputy
from complaints.refusals import NotPermitted, Refused
from notices.models import Notice
from penalties import procedure
from penalties.items import State
from penalties.models import EntryText
from tests.clock import Clock
from tests.loop import Loop
from tests.penalties.house import entries, items, late, offence, prepared

pytestmark = pytest.mark.django_db

OWNER, DEPUTY_DIRECTOR, DIRECTOR = "linxiaoyun", "chenglixin", "gaoyuan"


@pytest.fixture
def loop(clock):
    return Loop.new()


def again(case, pk):
    return next(item for item in items(case) if item.root.pk == pk)


@pytest.fixture
def fined(loop):
    """Offer a day's penalty of 赵刚, proposed."""
    case = late(loop, 1)
    return case, items(case)[0].root.pk


@pytest.mark.feature("F210")
def test_the_whole_way_from_proposal_to_the_second_look(loop, fined):
    case, pk = fined
    act = loop.actor
    procedure.confirm(pk, actor=act(OWNER))
    procedure.appeal(pk, actor=act("zhaogang"), reason="等待业主开门")
    procedure.review(pk, actor=act(DEPUTY_DIRECTOR), amount=Decimal("60"), reason="部分属实")
    procedure.appeal(pk, actor=act("zhaogang"), reason="仍有异议")
    procedure.review(pk, actor=act(DIRECTOR), amount=None, reason="维持")
    item = again(case, pk)
    assert [entry.kind for entry in item.entries] == [
        "proposed",
        "confirmed",
        "appealed",
        "adjusted",
        "appealed",
        "charged",
    ]
    assert (item.balance, item.state) == (Decimal("60.00"), State.DECIDED)
    assert item.is_final(Clock().now())  # no third objection
    with pytest.raises(Refused, match="no_more_appeals"):
        procedure.appeal(pk, actor=act("zhaogang"), reason="再次异议")
    assert [entry.post for entry in item.entries[1:4]] == ["部门负责人", "维修主管", "分管副总"]


def test_the_person_is_told_what_was_decided_and_until_when_they_may_object(loop, fined):
    case, pk = fined
    entry = procedure.confirm(pk, actor=loop.actor(OWNER))
    assert entry.until == Clock().now() + timedelta(days=7)
    notice = Notice.objects.get(topic="penalty", channel="in_app")
    assert (notice.recipient, notice.case) == (loop.user("zhaogang"), case)
    assert notice.data["due_at"] == entry.until.isoformat()


def test_an_objection_comes_in_time_or_not_at_all(loop, fined):
    _case, pk = fined
    entry = procedure.confirm(pk, actor=loop.actor(OWNER))
    Clock().set(entry.until + timedelta(seconds=1))
    with pytest.raises(Refused, match="too_late"):
        procedure.appeal(pk, actor=loop.actor("zhaogang"), reason="迟到的异议")
    Clock().set(entry.until)
    procedure.appeal(pk, actor=loop.actor("zhaogang"), reason="按时的异议")


def test_nobody_decides_their_own_objection(loop):
    case = prepared(loop)
    pk = offence(loop, case, "DALI-160").root.pk  # charges 段宏伟, head of 物业公司
    procedure.confirm(pk, actor=loop.actor(OWNER))
    procedure.appeal(pk, actor=loop.actor("duanhongwei"), reason="并未推诿")
    for by in ("duanhongwei", OWNER, "zhoumin", "tangxue", "konglingyi"):
        with pytest.raises(NotPermitted):
            procedure.review(pk, actor=loop.actor(by), amount=None, reason="维持")
    procedure.review(pk, actor=loop.actor(DEPUTY_DIRECTOR), amount=None, reason="维持")


def test_who_recorded_an_offence_does_not_confirm_it(loop):
    case = prepared(loop)
    pk = offence(loop, case, "DALI-160", by=OWNER).root.pk
    with pytest.raises(NotPermitted) as refused:
        procedure.confirm(pk, actor=loop.actor(OWNER))
    assert refused.value.decision.needed == ("somebody_else",)


def test_a_deputy_does_not_decide_in_the_place_of_the_person_concerned(loop, fined):
    """和佳 stands in for 林晓芸 of 客户服务部, but not where 林晓芸 is concerned."""
    case, pk = fined
    absent, deputy = loop.user(OWNER), loop.user("hejia")
    Deputy.objects.create(person=absent, deputy=deputy, since=Clock().now())
    item = again(case, pk)
    assert procedure.may(loop.actor("hejia"), procedure.CONFIRM, item).allowed
    place = Situation(unit=case.unit_id, owner=case.owner_department_id)
    decided = may_apart(loop.actor("hejia"), procedure.CONFIRM, place, {absent.pk})
    assert not decided.allowed


def test_the_days_of_one_delay_are_confirmed_together_with_one_message(loop):
    case = late(loop, 16)
    procedure.confirm_days(items(case)[0].root.pk, actor=loop.actor(OWNER))
    states = [(item.root.day is not None, item.state) for item in items(case)]
    assert states == [(True, State.CONFIRMED)] * 15 + [(False, State.PROPOSED)] * 2
    assert Notice.objects.filter(topic="penalty", channel="in_app").count() == 1


@pytest.mark.feature("F206")
@pytest.mark.parametrize("amount", ["499.99", "1500.01", "0", "-500", None])
def test_an_amount_outside_the_range_is_refused_with_its_clause(loop, amount):
    pk = _range(late(loop, 16)).root.pk
    given = None if amount is None else Decimal(amount)
    with pytest.raises(Refused) as refused:
        procedure.confirm(pk, actor=loop.actor(OWNER), amount=given, reason="情节一般")
    (reason,) = refused.value.reasons
    assert reason.accepted == "500.00-1500.00"
    assert reason.source == ("DALI-134", "DALI-170")


@pytest.mark.feature("F206")
@pytest.mark.parametrize("amount", ["500", "800.50", "1500"])
def test_an_amount_within_the_range_is_decided_with_its_reason(loop, amount):
    case = late(loop, 16)
    pk = _range(case).root.pk
    with pytest.raises(Refused, match="no_reason"):
        procedure.confirm(pk, actor=loop.actor(OWNER), amount=Decimal(amount), reason=" ")
    entry = procedure.confirm(
        pk, actor=loop.actor(OWNER), amount=Decimal(amount), reason="情节一般"
    )
    assert again(case, pk).balance == Decimal(amount)
    assert EntryText.objects.get(pk=entry.reason["text"]).body == "情节一般"


def _range(case):
    return next(i for i in items(case) if i.root.low is not None and i.root.subject == "handler")


def test_leaders_that_nothing_names_are_named_by_whoever_confirms(loop):
    """Two who hold the post are as good as nobody: which of them it was, a person says."""
    also = loop.user("gaoyuan").posts.get()
    also.pk, also.title = None, "主管领导"
    also.save(force_insert=True)
    case = late(loop, 16)
    pk = next(i for i in items(case) if i.root.subject == "leaders").root.pk
    given = {"amount": Decimal("500"), "reason": "领导责任"}
    with pytest.raises(Refused, match="no_person"):
        procedure.confirm(pk, actor=loop.actor(OWNER), **given)
    with pytest.raises(NotPermitted):
        procedure.confirm(pk, actor=loop.actor(OWNER), person=loop.user(OWNER).pk, **given)
    procedure.confirm(pk, actor=loop.actor(OWNER), person=loop.user(DEPUTY_DIRECTOR).pk, **given)
    assert again(case, pk).person_id == loop.user(DEPUTY_DIRECTOR).pk


@pytest.mark.feature("F210")
def test_the_owner_adjusts_with_a_reason_and_never_above_the_tariff(loop, fined):
    case, pk = fined
    procedure.confirm(pk, actor=loop.actor(OWNER))
    with pytest.raises(Refused, match="no_reason"):
        procedure.adjust(pk, actor=loop.actor(OWNER), amount=Decimal("50"), reason="")
    with pytest.raises(Refused, match="above_tariff"):
        procedure.adjust(pk, actor=loop.actor(OWNER), amount=Decimal("100.01"), reason="从重")
    procedure.adjust(pk, actor=loop.actor(OWNER), amount=Decimal("50"), reason="客户改约")
    item = again(case, pk)
    assert (item.balance, item.root.amount) == (Decimal("50.00"), Decimal("100.00"))


@pytest.mark.feature("F208")
def test_a_sanction_without_an_amount_is_confirmed_and_cannot_be_priced(loop):
    case = prepared(loop)
    pk = offence(loop, case, "DALI-32").root.pk
    procedure.confirm(pk, actor=loop.actor(OWNER))
    with pytest.raises(Refused, match="nothing_to_adjust"):
        procedure.adjust(pk, actor=loop.actor(OWNER), amount=Decimal("50"), reason="改为罚款")
    item = again(case, pk)
    assert (item.balance, item.root.sanction) == (Decimal("0.00"), "按情节从严考核")


@pytest.mark.feature("F214")
@pytest.mark.parametrize(
    ("source", "by"), [("DALI-136", DEPUTY_DIRECTOR), ("DALI-138", DEPUTY_DIRECTOR)]
)
def test_what_the_regulation_gives_to_a_post_that_post_decides(loop, source, by):
    """10: 分管副总 issues the sanction; 12: 客服部分管副总 investigates."""
    case = prepared(loop)
    pk = offence(loop, case, source, person=loop.user("yangfan").pk).root.pk
    task = Notice.objects.get(topic="decision", channel="in_app")
    assert (task.recipient, task.data["item"]) == (loop.user(by), pk)
    for other in (OWNER, DIRECTOR):
        with pytest.raises(NotPermitted):
            procedure.confirm(pk, actor=loop.actor(other))
    assert procedure.confirm(pk, actor=loop.actor(by)).post in ("分管副总", "客服部分管副总")


def test_a_department_s_item_is_objected_to_by_its_head(loop):
    case = prepared(loop)
    pk = offence(loop, case, "DALI-32").root.pk
    procedure.confirm(pk, actor=loop.actor(OWNER))
    for other in ("zhaogang", "wangjianye"):
        with pytest.raises(NotPermitted):
            procedure.appeal(pk, actor=loop.actor(other), reason="已配合")
    procedure.appeal(pk, actor=loop.actor("duanhongwei"), reason="已配合")


def test_reversing_everything_leaves_nothing(loop):
    case = late(loop, 10)
    for item in items(case):
        procedure.waive(item.root.pk, actor=loop.actor(OWNER), reason="系统试运行")
    assert sum(item.balance for item in items(case)) == 0
    assert len(entries(case)) == 20
    with pytest.raises(Refused, match="wrong_state"):
        procedure.waive(items(case)[0].root.pk, actor=loop.actor(OWNER), reason="再次")
