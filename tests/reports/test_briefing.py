"""The briefing: its sums are those of the record, and each figure opens as many cases as it says."""

import re
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from html import unescape

import pytest
from django.core.management import call_command
from django.urls import reverse

from complaints.lifecycle import Kind
from complaints.models import Complaint
from reports.briefing import figures, keeping, page
from reports.briefing.figures import Sums
from reports.briefing.scope import Scope
from reports.models import CaseFigure, CaseTally, StageTally, Watermark
from sla import tasks
from sla.models import Clock
from tests.complaints.sending import signed_in
from tests.engine.cases import at
from tests.loop import GROUP_OF_THREE, LATE_DELIVERY, Loop
from tests.regulations.test_every_pack_lives import House

MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)
FIGURE = re.compile(r'<a class="figure" href="([^"]+)">(\d+)</a>')


@pytest.fixture
def loop(clock):
    clock.set(at("03-02 09:00"))
    return Loop.new()


def some_cases(loop: Loop, clock) -> None:
    """Closed, open, late, invalid and other units' cases of March and April."""
    loop.to("archived")
    loop.to("resolving", GROUP_OF_THREE | {"project": "书香大地"})
    loop.to("archived", GROUP_OF_THREE | {"project": "实力上筑"})
    clock.advance(timedelta(days=9))
    tasks.sweep()
    invalid = loop.register()
    loop.do(invalid, Kind.JUDGED, "zhoumin", {"valid": False, "reason": "DALI-17"})
    loop.do(invalid, Kind.CUSTOMER_INFORMED, "zhoumin", note="已说明")
    loop.do(invalid, Kind.CLOSED, "linxiaoyun", {"mode": "invalid"})
    loop.register(LATE_DELIVERY, code="tobacco-2026", by="xujing")
    clock.set(at("04-03 10:00"))
    for _n in range(3):
        loop.register(GROUP_OF_THREE)
    tasks.sweep()


def scope_of(loop: Loop, since=MARCH, until=APRIL, department=None) -> Scope:
    return Scope(loop.versions["dali-tourism"].regulation, since, until, department)


def counted(model) -> Counter:
    """Return what a table of sums holds, whatever the ids of its rows."""
    names = [field.attname for field in model._meta.concrete_fields if not field.primary_key]
    return Counter(model.objects.values_list(*names))


@pytest.mark.django_db
def test_the_sums_are_those_of_the_record(loop, clock):
    some_cases(loop, clock)
    keeping.refresh()
    dali = Complaint.objects.filter(version=loop.versions["dali-tourism"])
    valid = dali.filter(counts_in_rate=True)
    whole = figures.total(page.sums(scope_of(loop), "month").values())
    assert whole.received == dali.count() == 7
    assert whole.valid == valid.count() == 6
    assert whole.closed == valid.filter(state="archived").count() == 2
    missed = Clock.objects.filter(state__in=["late", "overdue"]).values("case")
    assert whole.late == valid.filter(pk__in=missed).count() > 0
    assert (whole.invalid, whole.demands) == (1, 0)
    assert (whole.satisfied, whole.answered) == (2, 2)
    by_stage = Clock.objects.filter(case__in=valid, state__in=["late", "overdue"])
    for row in page.by_stage(scope_of(loop)):
        cases = by_stage.filter(stage=row["row"].key).values("case").distinct()
        assert row["row"].late == cases.count(), row["row"].key


@pytest.mark.django_db
def test_what_has_changed_is_counted_as_everything_counted_again(loop, clock):
    some_cases(loop, clock)
    keeping.refresh()
    clock.advance(timedelta(hours=2))
    keeping.refresh()  # the mark moves up: what follows is looked at alone
    assert Watermark.objects.get().event > 0
    case = Complaint.objects.filter(state="resolving").get()
    for _state, steps in loop.steps("resolving"):
        for kind, by, data, texts in steps:
            loop.do(case, kind, by, data, **texts)
    clock.advance(timedelta(days=40))
    tasks.sweep()
    assert 0 < keeping.refresh() < Complaint.objects.count()
    kept = [counted(model) for model in (CaseFigure, CaseTally, StageTally)]
    CaseTally.objects.update(received=99)
    call_command("recount", verbosity=0)
    assert kept == [counted(model) for model in (CaseFigure, CaseTally, StageTally)]


@pytest.mark.django_db
def test_each_figure_opens_as_many_cases_as_it_says(loop, clock):
    some_cases(loop, clock)
    keeping.refresh()
    client = signed_in(loop.user("gaoyuan"))
    asked = {"since": "2026-03", "until": "2026-04"}
    place = loop.department("物业公司").pk
    opened = 0
    for query in (asked, asked | {"department": place}):
        answer = client.get(reverse("briefing"), query)
        assert answer.status_code == 200
        found = FIGURE.findall(answer.content.decode())
        assert len(found) > 20
        for address, count in set(found):
            cases = client.get(unescape(address))
            assert cases.context["count"] == int(count), unescape(address)
            assert len(cases.context["rows"]) == int(count)
            opened += 1
    assert opened > 50


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("gaoyuan", 200),
        ("konglingyi", 200),
        ("linxiaoyun", 200),
        ("duanhongwei", 404),
        ("zhoumin", 403),
        ("zhaogang", 403),
        ("tangxue", 403),
    ],
)
def test_who_sees_the_whole_sees_the_sums(name, status, loop):
    client = signed_in(loop.user(name))
    for page_name in ("briefing", "briefing_cases"):
        assert client.get(reverse(page_name)).status_code == status


@pytest.mark.django_db
def test_another_units_sums_are_not_to_be_had(loop, clock):
    loop.register(LATE_DELIVERY, code="tobacco-2026", by="xujing")
    keeping.refresh()
    tobacco = loop.versions["tobacco-2026"].regulation
    answer = signed_in(loop.user("gaoyuan")).get(
        reverse("briefing"), {"regulation": tobacco.pk, "until": "2026-03"}
    )
    assert answer.context["scope"].regulation != tobacco
    assert answer.context["whole"] == Sums()
    own = signed_in(loop.user("lufang")).get(reverse("briefing"), {"until": "2026-03"})
    assert own.context["scope"].regulation == tobacco
    assert own.context["whole"].received == 1


@pytest.mark.django_db
def test_a_case_about_the_reader_is_counted_but_not_shown(loop):
    case = loop.register()
    loop.do(case, Kind.RECUSED, "zhoumin", {"person": loop.user("gaoyuan").pk}, note="被投诉人")
    keeping.refresh()
    answer = signed_in(loop.user("gaoyuan")).get(reverse("briefing_cases"), {"until": "2026-03"})
    assert (answer.context["count"], answer.context["rows"], answer.context["hidden"]) == (1, [], 1)


@pytest.mark.django_db
def test_the_paper_is_a_pdf_without_a_word_of_a_case(loop, clock):
    loop.to("archived")
    keeping.refresh()
    client = signed_in(loop.user("gaoyuan"))
    answer = client.get(reverse("briefing"), {"until": "2026-03", "format": "pdf"})
    assert answer.content.startswith(b"%PDF-")
    shown = client.get(reverse("briefing"), {"until": "2026-03"}).content.decode()
    assert "李建国" not in shown
    assert "门禁主板" not in shown


@pytest.mark.feature("F226")
def test_the_closing_rate_leaves_the_invalid_out_and_adds_up_over_the_year():
    """3.7.1 and 3.7.2: eight closed of ten valid are 80.0 %, whatever was invalid beside them."""
    january, february = date(2026, 1, 1), date(2026, 2, 1)
    by_month = {
        date(2025, 12, 1): Sums(received=9, valid=9),
        january: Sums(received=13, valid=10, closed=8),
        february: Sums(received=10, valid=10, closed=10),
    }
    first, second = figures.rates(by_month, january, february)
    assert (first.own.rate, first.own.invalid) == (Decimal("80.0"), 3)
    assert first.year.rate == Decimal("80.0")
    assert (second.own.rate, second.year.rate) == (Decimal("100.0"), Decimal("90.0"))
    assert Sums(received=3).rate is None


@pytest.mark.feature("F236")
@pytest.mark.django_db
def test_valid_complaints_and_demands_are_counted_apart(clock):
    clock.set(at("03-02 09:00"))
    house = House("grading-solar")
    for category, count in (("有效投诉", 2), ("咨询型", 3)):
        for _n in range(count):
            house.register(category=category)
    keeping.refresh()
    scope = Scope(house.version.regulation, MARCH, MARCH)
    rows = page.early_warning(scope, {k[0]: v for k, v in page.sums(scope, "month").items()})
    assert [(row["row"].sort, row["row"].count) for row in rows] == [("valid", 2), ("demands", 3)]


def test_pareto_marks_what_makes_up_the_first_eighty_per_cent():
    rows = figures.pareto({"甲": 6, "乙": 2, "丙": 1, "丁": 1, "戊": 0})
    assert [(row.name, row.count, row.reached, row.vital) for row in rows] == [
        ("甲", 6, Decimal("60.0"), True),
        ("乙", 2, Decimal("80.0"), True),
        ("丁", 1, Decimal("90.0"), False),
        ("丙", 1, Decimal("100.0"), False),
    ]


def test_the_ranking_shares_places_and_marks_few_cases():
    rows = figures.ranking(
        {
            "甲": Sums(valid=10, closed=8, in_time=4, answered=2, satisfied=1),
            "乙": Sums(valid=10, closed=8, in_time=8, answered=2, satisfied=2),
            "丙": Sums(valid=2, closed=2, in_time=2),
            "丁": Sums(received=4),
        },
        few=5,
    )
    assert [row.name for row in rows] == ["丙", "乙", "甲"]
    assert [row.rank for row in rows] == [1, 2, 2]
    assert [row.few for row in rows] == [True, False, False]
    assert [row.ranks["satisfaction"] for row in rows] == [None, 1, 2]
    assert rows[1].sums.efficiency == Decimal("100.0")


def test_what_piles_up_is_a_hot_spot():
    counts = {
        (APRIL, "物业服务", "实力北岸"): 6,
        (MARCH, "物业服务", "实力北岸"): 3,
        (APRIL, "环境类", "实力北岸"): 2,
        (APRIL, "维保修类", "实力北岸"): 4,
        (MARCH, "维保修类", "实力北岸"): 12,
    }
    (hot,) = figures.hot_spots(counts, APRIL)
    assert (hot.category, hot.count, hot.before) == ("物业服务", 6, Decimal("1.0"))


def test_a_warning_needs_something_to_compare_with():
    first, *_rest = figures.early_warning({APRIL: Sums(received=9, valid=9)}, APRIL)
    assert not first.raised
    by_month = {MARCH: Sums(received=6, valid=6), APRIL: Sums(received=9, valid=9)}
    first, demands = figures.early_warning(by_month, APRIL)
    assert (first.before, first.raised, demands.raised) == (Decimal("2.0"), True, False)
