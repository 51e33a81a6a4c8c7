"""Months: closed once, frozen, corrected in the next; sums, rewards, wage caps."""

from contextlib import suppress
from decimal import Decimal
from random import Random

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import InternalError, ProgrammingError

from audits.verification import differences
from complaints.refusals import NotPermitted, Refused
from penalties import procedure
from penalties.closing import close
from penalties.models import Award, Entry, Month, WageBaseChange
from penalties.periods import Span
from penalties.scoring import give_platform_score, scores
from penalties.statements import by_department, by_person, lines, postings_of
from penalties.wages import set_base, warnings
from tests.loop import Loop
from tests.penalties.house import followed, items, late, offence, prepared, stand

pytestmark = pytest.mark.django_db
MARCH, APRIL, MAY = Span.named("2026-03"), Span.named("2026-04"), Span.named("2026-05")
OWNER = "linxiaoyun"


@pytest.fixture
def loop(clock):
    return Loop.new()


def confirmed(loop, case):
    for item in items(case):
        if item.state == "proposed" and item.root.low is None:
            procedure.confirm(item.root.pk, actor=loop.actor(OWNER))


def closed(loop, span, day):
    stand(day)
    return close(loop.organisation.tourism, span, actor=loop.actor("tangxue"))


def money(rows):
    return sum((row.amount for row in rows), Decimal(0))


@pytest.mark.feature("F219")
def test_inv_18_the_statement_adds_up_to_the_balances(loop):
    case = late(loop, 10)
    offence(loop, case, "DALI-32")
    confirmed(loop, case)
    month = closed(loop, MARCH, "04-01 09:00")
    rows = lines(postings_of(month))
    balance = sum(item.balance for item in items(case))
    assert money(rows) == balance == Decimal("1300.00")
    for totals in (by_person(rows, MARCH), by_department(rows)):
        assert sum(total.amount for total in totals) == balance
    assert [total.name for total in by_person(rows, MARCH)] == ["赵刚", ""]
    assert [row.sanction for row in rows if row.sanction] == ["按情节从严考核"]
    assert list(differences()) == []


def test_what_is_not_final_waits_for_a_later_month(loop):
    case = late(loop, 3)
    stand("03-29 09:00")
    first, second, _third = items(case)[:3]
    for item in (first, second):
        procedure.confirm(item.root.pk, actor=loop.actor(OWNER))
    procedure.appeal(first.root.pk, actor=loop.actor("zhaogang"), reason="设备待件")
    # the 4th: the second may still be objected to until the 5th of April, the third is no more
    month = closed(loop, MARCH, "04-04 09:00")
    assert lines(postings_of(month)) == []
    later = closed(loop, APRIL, "05-02 09:00")
    assert [row.day for row in lines(postings_of(later))] == [2]


def test_a_correction_goes_to_the_next_month_and_refers_to_the_first(loop):
    case = late(loop, 1)
    confirmed(loop, case)
    march = closed(loop, MARCH, "04-01 09:00")
    (before,) = lines(postings_of(march))
    pk = items(case)[0].root.pk
    procedure.adjust(pk, actor=loop.actor(OWNER), amount=Decimal("40"), reason="复核后减轻")
    april = closed(loop, APRIL, "05-12 09:00")
    (row,) = lines(postings_of(april))
    assert (row.amount, row.corrects) == (Decimal("-60.00"), "2026-03")
    assert row.entry.corrects == before.entry
    assert lines(postings_of(march)) == [before]
    procedure.waive(pk, actor=loop.actor(OWNER), reason="撤销")
    (last,) = lines(postings_of(closed(loop, MAY, "06-01 09:00")))
    assert (last.amount, last.entry.corrects) == (Decimal("-40.00"), row.entry)
    item = items(case)[0]
    assert item.balance == item.posted == 0
    assert list(differences()) == []


def test_a_month_is_closed_once_when_it_is_over_and_in_order(loop):
    stand("03-31 23:59")
    with pytest.raises(Refused, match="month_not_over"):
        close(loop.organisation.tourism, MARCH, actor=loop.actor("tangxue"))
    for by in (OWNER, "gaoyuan", "konglingyi", "pengxue"):  # 彭雪 is HR of the other unit
        with pytest.raises(NotPermitted):
            close(loop.organisation.tourism, MARCH, actor=loop.actor(by))
    closed(loop, MARCH, "05-02 09:00")
    with pytest.raises(Refused, match="month_closed"):
        closed(loop, MARCH, "05-02 09:00")
    with pytest.raises(Refused, match="earlier_month_open"):
        closed(loop, MAY, "06-02 09:00")


@pytest.mark.parametrize(
    "act", ["UPDATE {} SET amount = 1", "DELETE FROM {}", "TRUNCATE {} CASCADE"]
)
def test_inv_17_the_application_can_change_no_entry(loop, act):
    late(loop, 1)
    with (
        pytest.raises((InternalError, ProgrammingError)),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(act.format("penalties_entry"))


def test_inv_17_of_two_reversals_one_remains(loop):
    case = late(loop, 1)
    root = items(case)[0].root
    procedure.waive(root.pk, actor=loop.actor(OWNER), reason="首次")
    with pytest.raises(Refused, match="wrong_state"):
        procedure.waive(root.pk, actor=loop.actor(OWNER), reason="再次")
    end = Entry.objects.get(item=root, kind="waived")
    end.pk, end.seq, end.kind = None, 99, "reversed"
    with pytest.raises(IntegrityError, match="item_ends_once"), transaction.atomic():
        end.save(force_insert=True)
    assert Entry.objects.filter(item=root).count() == 1


def test_inv_18_the_wage_caps_are_warned_of_and_decide_nothing(loop, settings):
    settings.MINIMUM_WAGE = Decimal(1900)
    case = late(loop, 10)
    confirmed(loop, case)
    month = closed(loop, MARCH, "04-01 09:00")

    def told():
        (total, *_rest) = by_person(lines(postings_of(month)), MARCH)
        return total.amount, [warning.code for warning in total.warnings]

    assert told() == (Decimal("1300.00"), ["wage_unknown"])
    hr, unit, person = loop.actor("tangxue"), loop.organisation.tourism, loop.user("zhaogang")
    set_base(person, MARCH, Decimal(6500), unit=unit, actor=hr)  # a fifth is 1300
    assert told() == (Decimal("1300.00"), [])
    set_base(person, MARCH, Decimal("6499.99"), unit=unit, actor=hr)
    assert told() == (Decimal("1300.00"), ["above_share"])
    set_base(person, MARCH, Decimal(3000), unit=unit, actor=hr)
    assert told() == (Decimal("1300.00"), ["above_share", "below_minimum"])
    with pytest.raises(NotPermitted):
        set_base(person, MARCH, Decimal(1), unit=unit, actor=loop.actor(OWNER))


def test_each_wage_that_is_given_leaves_a_line_without_its_amount(loop):
    stand("03-02 09:00")
    hr, unit, person = loop.actor("tangxue"), loop.organisation.tourism, loop.user("zhaogang")
    for amount in (Decimal(6500), Decimal("7000.50")):
        row = set_base(person, MARCH, amount, unit=unit, actor=hr)
    first, second = WageBaseChange.objects.order_by("pk")
    assert (first.before, second.before, second.after) == ("", first.after, row.digest())
    assert {change.entered_by for change in (first, second)} == {hr.user}
    assert "6500" not in str(WageBaseChange.objects.values())
    for statement in ("UPDATE {} SET before = 'x'", "DELETE FROM {}"):
        with (
            pytest.raises((InternalError, ProgrammingError)),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement.format("penalties_wagebasechange"))


def test_the_words_of_an_unknown_wage_base():
    assert [row.text for row in warnings(Decimal(1), None)] == ["工资基数未知，无法核对扣减上限"]


@pytest.mark.feature("F216", "F218")
def test_the_month_rewards_departments_by_their_score(loop):
    version = loop.versions["dali-tourism"]
    followed(loop, 9)
    place = loop.department("物业公司")
    (before,) = scores(version, MARCH)
    assert (before.score.total, before.score.missing) == (None, ("platform",))
    assert before.rests_on_few
    give_platform_score(version, place, MARCH, Decimal(20), loop.actor("zhoumin"))
    give_platform_score(version, place, MARCH, Decimal(100), loop.actor("zhoumin"))
    month = closed(loop, MARCH, "04-01 09:00")
    award = Award.objects.get(month=month)
    assert (award.department, award.score, award.amount) == (place, 93, 200)
    assert award.steps == [
        ["customer", "90.00", "0.7", "63.000"],
        ["platform", "100.00", "0.3", "30.000"],
    ]
    assert award.source == ["DALI-172", "DALI-173", "DALI-176"]
    assert list(differences()) == []


@pytest.mark.feature("F217")
def test_the_owner_department_is_not_scored(loop):
    version, own = loop.versions["dali-tourism"], loop.department("客户服务部")
    with pytest.raises(Refused, match="not_scored"):
        give_platform_score(version, own, MARCH, Decimal(100), loop.actor("zhoumin"))


@pytest.mark.feature("F218")
def test_only_the_owner_department_scores_cooperation(loop):
    version, place = loop.versions["dali-tourism"], loop.department("物业公司")
    for by in ("duanhongwei", "tangxue", "xujing", "yinlan"):
        with pytest.raises(NotPermitted):
            give_platform_score(version, place, MARCH, Decimal(100), loop.actor(by))


def test_a_score_outside_0_to_100_is_refused_by_the_database(loop):
    version, place = loop.versions["dali-tourism"], loop.department("物业公司")
    with pytest.raises(IntegrityError, match="platform_score_0_to_100"), transaction.atomic():
        give_platform_score(version, place, MARCH, Decimal(101), loop.actor("zhoumin"))


def test_a_prepared_case_in_time_costs_nothing(loop):
    case = prepared(loop)
    assert items(case) == []


def test_inv_18_whatever_is_done_to_items_sums_stay_right_and_waiving_all_leaves_nothing(loop):
    """Fifteen days of one delay, each on a way of its own, drawn from a fixed seed."""
    chance, case = Random(20260302), late(loop, 15)
    pks = [item.root.pk for item in items(case)]
    decide = {
        "confirm": lambda pk: procedure.confirm(pk, actor=loop.actor(OWNER)),
        "appeal": lambda pk: procedure.appeal(pk, actor=loop.actor("zhaogang"), reason="异议"),
        "uphold": lambda pk: review(loop, pk, None),
        "reduce": lambda pk: review(loop, pk, Decimal(chance.randint(1, 9999)) / 100),
        "adjust": lambda pk: procedure.adjust(
            pk, actor=loop.actor(OWNER), amount=Decimal(chance.randint(1, 9999)) / 100, reason="调"
        ),
        "waive": lambda pk: procedure.waive(pk, actor=loop.actor(OWNER), reason="免"),
    }
    for number, day in enumerate(("04-01 09:00", "05-01 09:00", "06-01 09:00")):
        for pk in pks:
            for act in ["confirm", *chance.choices(list(decide), k=3)]:
                with suppress(Refused, NotPermitted):
                    decide[act](pk)
        closed(loop, (MARCH, APRIL, MAY)[number], day)
        assert all(0 <= item.balance <= item.root.amount for item in items(case))
        assert list(differences()) == []
    for pk in pks:
        with suppress(Refused):
            procedure.review(pk, actor=loop.actor("gaoyuan"), amount=None, reason="维持")
        with suppress(Refused):
            procedure.waive(pk, actor=loop.actor(OWNER), reason="全部撤销")
    closed(loop, MAY.next, "07-01 09:00")
    months = [lines(postings_of(month)) for month in Month.objects.order_by("first")]
    assert any(months)
    assert money(row for rows in months for row in rows) == 0
    assert {item.balance for item in items(case)} == {0}


def review(loop, pk, amount):
    return procedure.review(pk, actor=loop.actor("chenglixin"), amount=amount, reason="裁定")
