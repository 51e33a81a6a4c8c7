"""A quarter's plan: population, draw, additions, replacements, recusal (INV-19, F220)."""

from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError

from audits import drawing, sampling
from audits.models import Draw, Member, Paper, PaperState, Part, Plan, Sample
from audits.population import handled
from audits.quarters import Quarter
from complaints.lifecycle import Kind
from complaints.refusals import NotPermitted, Refused
from tests.audits.house import FIRST, drawn, handle, numbers, plan, quarter
from tests.engine.cases import at
from tests.loop import LATE_DELIVERY, Loop
from tests.penalties.house import stand

pytestmark = pytest.mark.django_db
Q1 = Quarter(FIRST)


def code(caught) -> str:
    (reason,) = caught.value.reasons
    return reason.code


@pytest.mark.parametrize(
    ("name", "since", "until"),
    [("2026Q1", "01-01 00:00", "04-01 00:00"), ("2026q2", "04-01 00:00", "07-01 00:00")],
)
def test_a_quarter_is_half_open_in_chinas_time(name, since, until):
    found = Quarter.named(name)
    assert (found.since, found.until) == (at(since), at(until))
    assert found.next.previous == found == Quarter.of(found.since)
    assert str(found) == name.upper()


@pytest.mark.parametrize("name", ["2026", "2026Q5", "Q1", "2026-Q1"])
def test_what_is_no_quarter(name):
    with pytest.raises(ValueError, match=name):
        Quarter.named(name)


@pytest.mark.feature("F220")
@pytest.mark.parametrize(("count", "due"), [(10, 3), (11, 4)])
def test_of_so_many_handled_cases_so_many_are_drawn(count, due, clock):
    loop = Loop.new()
    quarter(loop, count)
    draw = drawn(loop)
    assert (draw.size, draw.due, len(set(numbers(draw)))) == (count, due, due)
    assert Paper.objects.filter(sample__draw=draw).count() == due


def test_the_population_is_what_was_closed_in_the_quarter(clock):
    loop = Loop.new()
    moments = ["12-31 23:59", "01-01 00:00", "03-31 23:59", "04-01 00:00"]
    clock.set(at("01-01 00:00").replace(year=2025, month=12, day=31, hour=23, minute=59))
    cases = [handle(loop)]
    for moment in moments[1:]:
        clock.set(at(moment))
        cases.append(handle(loop))
    loop.register()  # is still open
    assert list(handled(cases[0].version.regulation, Q1, cases[0].version.pack)) == cases[1:3]


def test_only_cases_of_the_regulation_are_drawn(clock):
    loop = Loop.new()
    stand("03-02 09:00")
    other = loop.register(LATE_DELIVERY, code="tobacco-2026", by="xujing")
    loop.do(other, Kind.WITHDRAWN, "xujing", reason="客户撤回")
    quarter(loop, 2)
    assert drawn(loop).size == 2
    tobacco = drawn(loop, by="lufang", code="tobacco-2026")
    assert numbers(tobacco) == [other.number]


def test_inv_19_a_frozen_population_stays_whatever_becomes_of_its_cases(clock):
    loop = Loop.new()
    stand("03-02 09:00")
    again = loop.to("archived")
    quarter(loop, 9)
    draw = drawn(loop)
    before = (draw.population(), numbers(draw))
    loop.do(again, Kind.REOPENED, "zhoumin", reason="问题再次出现")
    handle(loop)
    draw = Draw.objects.get()
    assert (draw.population(), numbers(draw)) == before
    assert drawing.digest(draw.population()) == draw.population_sha256


def test_a_case_that_was_opened_again_before_the_draw_is_still_of_the_quarter(clock):
    loop = Loop.new()
    stand("03-02 09:00")
    case = loop.to("archived")
    stand("04-01 09:00")
    loop.do(case, Kind.REOPENED, "zhoumin", reason="问题再次出现")
    assert numbers(drawn(loop)) == [case.number]


def test_inv_19_the_draw_can_be_repeated_from_what_is_stored(clock):
    loop = Loop.new()
    stand("03-02 09:00")
    for place in range(12):
        handle(loop, department=("物业公司", "营销部")[place % 3 // 2])
    stand("04-01 09:00")
    draw = drawn(loop, axes=["department", "category"], minimum=1)
    again = drawing.draw(draw.population(), draw.plan.exact_share, 1, draw.plan.seed)
    assert numbers(draw) == [member.number for member in again]
    assert draw.algorithm == drawing.ALGORITHM == 1
    strata = {tuple(row) for row in draw.members.values_list("stratum", flat=True)}
    assert strata == {("物业公司", "物业服务"), ("营销部", "物业服务")}
    met = {tuple(s.member.stratum) for s in draw.samples.select_related("member")}
    assert met == strata


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audits_plan SET seed = 8",
        "UPDATE audits_plan SET share = 0.9",
        "DELETE FROM audits_plan",
        "UPDATE audits_draw SET due = 0",
        "DELETE FROM audits_member",
        "UPDATE audits_member SET number = 'X'",
        "UPDATE audits_sample SET part = 'random'",
        "DELETE FROM audits_sample",
    ],
)
def test_the_database_keeps_what_was_drawn(statement, clock):
    loop = Loop.new()
    quarter(loop, 3)
    drawn(loop)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Plan.objects.get().seed == 7


def test_a_plan_may_be_changed_until_it_is_drawn(clock):
    loop = Loop.new()
    quarter(loop, 3)
    row = plan(loop)
    row.seed = 8
    row.save()
    assert Plan.objects.get().seed == 8
    row.delete()
    assert not Plan.objects.exists()


@pytest.mark.parametrize(("by", "moment"), [("konglingyi", "03-31 23:59"), (None, "03-31 23:59")])
def test_nothing_is_drawn_before_the_quarter_is_over(by, moment, clock):
    loop = Loop.new()
    quarter(loop, 3)
    stand(moment)
    row = plan(loop)
    with pytest.raises(Refused) as caught:
        sampling.draw_plan(row.pk, actor=loop.actor(by) if by else None)
    assert code(caught) == "quarter_not_over"
    assert not Draw.objects.exists()


def test_tob_37_a_share_below_thirty_per_cent_is_refused_with_its_clause(clock):
    loop = Loop.new()
    stand("04-01 09:00")
    row = plan(loop, code="tobacco-2026", share=Decimal("0.2999"))
    with pytest.raises(Refused) as caught:
        sampling.draw_plan(row.pk, actor=loop.actor("lufang"))
    (reason,) = caught.value.reasons
    assert (reason.code, reason.source, reason.accepted) == ("share_too_small", ("TOB-37",), "30%")


@pytest.mark.parametrize("by", ["linxiaoyun", "zhaogang", "fangzhou", "gaoyuan", "lufang"])
def test_only_auditors_of_the_unit_draw(by, clock):
    loop = Loop.new()
    quarter(loop, 3)
    row = plan(loop)
    with pytest.raises(NotPermitted):
        sampling.draw_plan(row.pk, actor=loop.actor(by))
    assert not Draw.objects.exists()


def test_a_plan_is_drawn_once(clock):
    loop = Loop.new()
    quarter(loop, 3)
    draw = drawn(loop)
    with pytest.raises(Refused) as caught:
        sampling.draw_plan(draw.plan_id, actor=loop.actor("konglingyi"))
    assert code(caught) == "already_drawn"
    with pytest.raises(IntegrityError), transaction.atomic():
        plan(loop, seed=8)  # nobody looks for a seed that spares somebody


def test_inv_19_nobody_audits_a_case_they_handled(clock):
    """孔令仪 has registered one of two cases herself, before she was an auditor."""
    loop = Loop.new()
    stand("03-02 09:00")
    from accounts.models import Post

    post = Post.objects.get(person=loop.user("konglingyi"))
    desk = Post.objects.create(
        person=post.person,
        department=loop.department("客户服务部"),
        title="投诉专员",
        role="customer_service",
        since=post.since,
    )
    own = loop.do(loop.register(by="konglingyi"), Kind.WITHDRAWN, "zhoumin", reason="撤回")
    other = handle(loop)
    desk.until = at("03-03 00:00")
    desk.save()
    Post.objects.filter(role="auditor").exclude(pk=post.pk).delete()
    stand("04-01 09:00")
    drawn(loop, share=Decimal(1))
    given = dict(Paper.objects.values_list("case__number", "auditor__username"))
    assert given == {own.number: None, other.number: "konglingyi"}


def test_papers_are_shared_out_evenly(clock):
    loop = Loop.new()
    quarter(loop, 4)
    drawn(loop, share=Decimal(1))
    given = sorted(Paper.objects.values_list("auditor__username", flat=True))
    assert given == ["konglingyi", "konglingyi", "qinmo", "qinmo"]


def test_a_replacement_is_the_next_of_its_stratum_and_keeps_its_reason(clock):
    loop = Loop.new()
    quarter(loop, 5)
    draw = drawn(loop)
    first = draw.samples.first()
    new = sampling.replace(first.pk, actor=loop.actor("konglingyi"), reason="档案在法院")
    order = drawing.ranked(draw.population(), 7)[()]
    assert numbers(draw) == order[:3]
    assert (new.part, new.replaces, new.reason.keys()) == (
        Part.REPLACEMENT,
        first,
        {"text", "digest"},
    )
    first.paper.refresh_from_db()
    assert first.paper.state == PaperState.REPLACED
    with pytest.raises(Refused) as caught:
        sampling.replace(first.pk, actor=loop.actor("konglingyi"), reason="再换")
    assert code(caught) == "already_replaced"


def test_a_replacement_needs_a_reason_and_a_case(clock):
    loop = Loop.new()
    quarter(loop, 1)
    sample = drawn(loop).samples.get()
    with pytest.raises(Refused) as caught:
        sampling.replace(sample.pk, actor=loop.actor("konglingyi"), reason="  ")
    assert code(caught) == "no_reason"
    with pytest.raises(Refused) as caught:
        sampling.replace(sample.pk, actor=loop.actor("konglingyi"), reason="档案在法院")
    assert code(caught) == "stratum_empty"
    assert Sample.objects.count() == 1


def test_an_addition_for_risk_stands_apart_and_is_in_the_population(clock):
    loop = Loop.new()
    cases = quarter(loop, 5)
    draw = drawn(loop)
    free = next(case for case in cases if case.number not in numbers(draw))
    new = sampling.add(
        draw.plan_id, free.number, actor=loop.actor("konglingyi"), reason="三次投诉同一电梯"
    )
    assert new.part == Part.RISK
    assert draw.samples.filter(part=Part.RANDOM).count() == draw.due == 2
    later = handle(loop)
    for number in (free.number, later.number, "XX"):
        with pytest.raises(Refused) as caught:
            sampling.add(draw.plan_id, number, actor=loop.actor("konglingyi"), reason="理由")
        assert code(caught) == "not_in_population"


def run(capsys, *arguments: str) -> list[str]:
    call_command("sample", *arguments)
    return capsys.readouterr().out.split()


def test_the_command_draws_the_same_and_prints_it_again(clock, capsys):
    loop = Loop.new()
    quarter(loop, 11)
    call = ("--regulation", "dali-tourism", "--quarter", "2026Q1", "--seed", "42")
    printed = run(capsys, *call)
    draw = Draw.objects.get()
    assert printed == numbers(draw)
    assert len(printed) == 4
    assert run(capsys, *call) == printed
    sampling.replace(draw.samples.first().pk, actor=loop.actor("konglingyi"), reason="在法院")
    assert run(capsys, *call) == printed  # what was drawn, whatever replaced it
    again = drawing.draw(draw.population(), draw.plan.exact_share, 1, 42)
    assert printed == [member.number for member in again]
    with pytest.raises(CommandError, match="42"):
        run(capsys, *call[:-1], "43")
    assert Draw.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (("--quarter", "2026"), "2026Q1"),
        (("--regulation", "nobody"), "nobody"),
        (("--seed", "-1"), "负"),
        (("--share", "much"), "0.3"),
        (("--share", "0.1"), "30%"),
        (("--quarter", "2030Q1"), "2030-04-01"),
    ],
)
def test_the_command_says_what_is_wrong(changes, words, clock, capsys):
    loop = Loop.new()
    quarter(loop, 1)
    call = ["--regulation", "dali-tourism", "--quarter", "2026Q1", "--seed", "42", *changes]
    with pytest.raises(CommandError, match=words):
        run(capsys, *call)
    assert not Member.objects.exists()
