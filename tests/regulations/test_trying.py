"""The try-out: what is entered is judged as the engine judges it, and nothing is stored."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from regulations.builtin import FOLDER, pack_named
from regulations.engine.reading import read_pack
from regulations.forms.events import EventTable, offered
from regulations.forms.facts import FactsForm
from tests.complaints.sending import signed_in
from tests.engine.cases import pack
from tests.engine.small_pack import SMALL
from tests.loop import Loop

URL = "/regulations/dali-tourism/v1/try/"


@pytest.fixture
def loop(db):
    return Loop.new()


def sent(loop, by="luqing", htmx=False, **entered):
    """Send a trial; return the answer and its text. `entered` maps fields; `_` stands for `-`."""
    data = {"as_of": "2026-03-02T13:00", "rounds": "1"}
    data |= {name.replace("__", "-"): value for name, value in entered.items()}
    headers = {"HX-Request": "true"} if htmx else {}
    answer = signed_in(loop.user(by)).post(URL, data, headers=headers)
    text = unescape(re.sub(r"<[^>]+>", " ", answer.content.decode()))
    return answer, " ".join(text.split())


# Monday 2 March 2026: three neighbours complain about 物业服务 (重大), dispatched at 10:00.
THREE = {
    "fact__category": "物业服务",
    "fact__complainants": "3",
    "e1__received0__at": "2026-03-02T09:00",
    "e1__registered0__at": "2026-03-02T09:10",
    "e1__assigned0__at": "2026-03-02T10:00",
    "e1__assigned0__department": "物业公司",
}


def test_the_verdict_says_grade_department_clocks_and_reports_with_their_clauses(loop):
    """6.1.2.3 three people; 8.1: transfer 2 h, response 2 h, plan 24 h, close 3 days."""
    answer, text = sent(loop, **THREE)
    assert answer.status_code == 200
    assert "等级 重大投诉 6.1.2.3 重大：三人以上十人以下集体投诉" in text
    assert "责任部门 物业公司 配合：项目工程部 4.1.2.6" in text
    assert "信息传递 · 2小时 已逾期，到期 2026-03-02 11:00" in text
    assert "响应 · 2小时 已逾期，到期 2026-03-02 12:00" in text
    assert "响应 · 24小时，节假日顺延 进行中，到期 2026-03-03 09:00" in text
    assert "处理方案 · 24小时 进行中，到期 2026-03-03 10:00" in text
    assert "投诉关闭 · 3日 进行中，到期 2026-03-05 24:00" in text
    assert "人力运营副总 2026-03-02 09:00" in text
    assert "总经理 2026-03-02 09:00 6.1.2 末" in text
    assert '#DALI-85"' in answer.content.decode()


def test_each_clock_shows_its_counting_day_by_day(loop):
    _answer, text = sent(loop, **THREE)
    assert "2026-03-03 开放日 计1日 2026-03-04 开放日 计1日 2026-03-05 开放日 计1日" in text
    assert "2026-03-02 开放日 计2小时" in text


def test_penalties_and_what_closing_lacks(loop):
    """9.4: a missed response costs 200; 9.2: missing transfer 200 where nobody else is named."""
    _answer, text = sent(loop, **THREE)
    assert "责任人 · 未按要求响应 200元 9.4" in text
    assert "客服责任人 · 客服部未按要求传递信息 200元 9.2" in text
    assert "关闭 尚不能关闭" in text
    assert "关闭尚缺 处理完成 3.6.1" in text


def test_the_next_moment_is_told(loop):
    """At 13:00 the next is the warning of the 24-hour cap: a quarter before 09:00, at 03:00."""
    _answer, text = sent(loop, **THREE)
    assert "下一个变化时刻 2026-03-03 03:00" in text


def test_another_reading_gives_another_verdict(loop):
    """6.1.2.1 as ≥10000: 500 yuan is then no criterion, and 一般 is left."""
    entered = THREE | {"fact__complainants": "", "fact__amount_company": "500"}
    assert "等级 重大投诉 6.1.2.1" in sent(loop, **entered)[1]
    other = entered | {"reading__amount_direction": "at_least"}
    assert "等级 一般投诉 6.1.4" in sent(loop, **other)[1]


def test_a_figure_of_the_house_can_be_tried(loop):
    """工程类 has no closing figure until the house sets one: 10 days from 2 March is 12 March."""
    entered = THREE | {"fact__category": "维保修类"}
    assert "投诉关闭 · 未规定时限 无时限" in sent(loop, **entered)[1]
    _answer, text = sent(loop, **(entered | {"reading__repair_standard": "10"}))
    assert "投诉关闭 · 10日 进行中，到期 2026-03-12 24:00" in text


def test_an_event_that_a_rule_refuses_says_why(loop):
    refused = {"e1__judged0__at": "2026-03-02T09:30", "e1__judged0__valid": "no"}
    _answer, text = sent(loop, **(THREE | refused))
    assert "未被采纳的事件 判定有效性 2026-03-02 09:30 无效原因须从制度所列情形中选择。" in text


def test_a_second_round_is_a_second_task(loop):
    again = {
        "rounds": "2",
        "e1__returned0__at": "2026-03-02T10:30",
        "e2__assigned0__at": "2026-03-02T11:00",
        "e2__assigned0__department": "物业公司",
    }
    _answer, text = sent(loop, **(THREE | again))
    assert "响应 · 2小时 作废" in text
    assert "响应 · 2小时 进行中，到期 2026-03-02 13:00" in text


def test_one_more_round_keeps_what_was_entered(loop):
    answer, _text = sent(loop, more="1", **THREE)
    html = answer.content.decode()
    assert 'name="e2-assigned0-at"' in html
    assert re.search(r'name="e1-received0-at" value="2026-03-02T09:00"', html)
    assert re.search(r'name="rounds" value="2"', html)


def test_htmx_gets_the_verdict_alone(loop):
    answer, text = sent(loop, htmx=True, **THREE)
    assert "<html" not in answer.content.decode()
    assert text.startswith("判断 等级 重大投诉")


@pytest.mark.parametrize(
    "wrong",
    [
        {"as_of": "yesterday"},
        {"fact__complainants": "-1"},
        {"fact__category": "没有这类"},
        {"e1__received0__at": "soon"},
        {"e1__assigned0__department": "没有这个部门"},
        {"reading__repair_standard": "十天"},
        {"reading__repair_standard": "1e9"},
    ],
)
def test_what_is_entered_wrong_is_refused_in_words(loop, wrong):
    answer, text = sent(loop, **(THREE | wrong))
    assert answer.status_code == 422
    assert "有几处填写有误" in text


@pytest.mark.parametrize("day", ["1000-01-01T00:00", "9998-12-31T23:00"])
def test_a_time_that_no_calendar_counts_is_no_error(loop, day):
    answer, _text = sent(loop, as_of="9999-12-31T00:00", e1__received0__at=day)
    assert answer.status_code in (200, 422)


@pytest.mark.parametrize("preset", ["new", "assigned", "late", "done", "nonsense"])
def test_a_preset_fills_the_form_and_can_be_sent_as_it_is(loop, preset):
    client = signed_in(loop.user("zhaogang"))
    html = client.get(URL, {"preset": preset}).content.decode()
    inputs = re.findall(r"<input[^>]*>", html[html.index('id="trial"') :])
    data = {
        name[1]: value[1]
        for one in inputs
        if (name := re.search(r'name="([^"]+)"', one))
        and (value := re.search(r'value="([^"]*)"', one))
    }
    answer = client.post(URL, data)
    assert answer.status_code == 200
    assert "判断" in answer.content.decode()


def test_it_writes_nothing(loop):
    client = signed_in(loop.user("luqing"))
    client.get(URL)
    with CaptureQueriesContext(connection) as queries:
        client.post(
            URL,
            {
                "as_of": "2026-03-02T13:00",
                "rounds": "1",
                **{k.replace("__", "-"): v for k, v in THREE.items()},
            },
        )
    written = [q["sql"] for q in queries if re.match("INSERT|UPDATE|DELETE", q["sql"])]
    assert written == []
    assert len(queries) <= 20


def test_people_of_another_unit_find_nothing(loop):
    assert sent(loop, by="dingkai")[0].status_code == 404


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_fact_that_a_pack_looks_at_can_be_entered(path):
    whole = pack_named(path.stem)
    form = FactsForm(pack=whole)
    assert whole.asked & {"complainants", "category", "media", "amount"} <= set(form.fields)
    for field in whole.intake:
        assert not field.fact or field.fact in form.fields


def test_a_criterion_that_only_a_person_sees_can_be_ticked():
    text = SMALL.replace(
        "      - {id: amount,",
        "      - {id: seen, text: 影响恶劣, when: {tagged: [S-02]}, source: [S-02]}\n      - {id: amount,",
    )
    form = FactsForm({"fact-tags": ["S-02"]}, pack=read_pack(text, "x"))
    assert form.is_valid()
    assert form.facts() == {"tags": ["S-02"]}


def test_only_events_that_a_rule_looks_at_are_offered():
    kinds = offered(pack())
    assert {"received", "staff_plan_submitted", "judgment", "extended", "offence"} <= set(kinds)
    assert not {"sampled", "sheet_issued", "paused", "merged"} & set(kinds)
    assert len(EventTable(pack()).forms) == len(kinds) + 1  # two confirm
