"""Replay: one JSON object a line in, one out; a line that fails leaves the others."""

import io
import json
import sys

import pytest

from regulations.engine.calendar import official
from regulations.engine.replay import Unreplayable, replay_lines
from regulations.explain import explain
from regulations.management.commands.regulation import Command as Regulation
from regulations.management.commands.replay import Command as Replay
from tests.engine.cases import PACKS, pack

CASE = {
    "case": "X",
    "regulation": "dali-tourism",
    "asof": "2026-03-02T12:00:00+08:00",
    "facts": {"category": "物业服务", "receiving_department": "客户服务部"},
    "events": [
        {"at": "2026-03-02T09:00:00+08:00", "kind": "received"},
        {"at": "2026-03-02T09:30:00+08:00", "kind": "assigned", "department": "物业公司"},
    ],
}


def find(code):
    name, _, version = code.partition("@")
    if not (PACKS / f"{name}.yaml").exists() or version not in ("", "1"):
        raise KeyError(code)
    return pack(name)


def results(*lines, **options):
    texts = [one if isinstance(one, str) else json.dumps(one) for one in lines]
    return list(replay_lines(texts, find, official(), **options))


def test_the_output_has_the_shape_of_the_contract():
    (found,) = results(CASE)
    assert found["case"] == "X"
    assert found["regulation"] == "dali-tourism@1"
    assert found["grade"] == {"name": "一般投诉", "source": ["DALI-95"]}
    assert found["responsible"] == {
        "first": "物业公司",
        "supporting": ["项目工程部"],
        "source": ["DALI-38"],
    }
    plan = next(row for row in found["clocks"] if row["stage"] == "plan")
    assert plan["due_at"] == "2026-03-02T13:30:00+08:00"
    (penalty,) = found["penalties"]
    assert (penalty["amount"], penalty["days"]) == ("200.00", None)
    assert json.loads(json.dumps(found)) == found


def test_a_wrong_line_leaves_the_others_and_says_where():
    found = results(CASE, "{", {**CASE, "case": "Y"})
    assert [row["case"] for row in found] == ["X", None, "Y"]
    assert found[1]["error"]["line"] == 2
    assert "error" not in found[2]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        pytest.param({"case": None}, "case", id="no-name"),
        pytest.param({"asof": "2026-03-02T12:00:00"}, "asof", id="no-offset"),
        pytest.param({"regulation": "nowhere"}, "regulation", id="unknown-regulation"),
        pytest.param({"regulation": "dali-tourism@9"}, "regulation", id="unknown-version"),
        pytest.param({"facts": {"complainant": 3}}, "facts.complainant", id="unknown-fact"),
        pytest.param({"facts": {"complainants": "3"}}, "facts.complainants", id="count-as-text"),
        pytest.param({"facts": {"amount": "viel"}}, "facts.amount", id="amount"),
        pytest.param({"facts": []}, "facts", id="facts-no-object"),
        pytest.param({"events": {}}, "events", id="events-no-list"),
        pytest.param({"events": [{"at": "x", "kind": "received"}]}, "events[0].at", id="time"),
        pytest.param(
            {"events": [{"at": "2026-03-02T09:00:00+08:00", "kind": "recieved"}]},
            "events[0].kind",
            id="kind",
        ),
        pytest.param({"events": list(reversed(CASE["events"]))}, "events[1].at", id="order"),
        pytest.param(
            {"events": [{"at": "2026-03-02T09:00:00+08:00", "kind": "judged", "valid": "ja"}]},
            "events[0].valid",
            id="truth",
        ),
        pytest.param(
            {
                "events": [{"at": "2069-12-31T09:00:00+08:00", "kind": "received"}],
                "asof": "2069-12-31T10:00:00+08:00",
            },
            "events",
            id="beyond-the-calendar",
        ),
    ],
)
def test_what_is_wrong_is_named(change, field):
    (found,) = results({**CASE, **change})
    assert found["error"]["field"] == field
    assert found["error"]["message"]


def test_other_keys_and_derived_events_are_ignored():
    told = {**CASE, "expect": {}, "why": "x"}
    told["events"] = [
        *CASE["events"],
        {"at": "2026-03-02T10:00:00+08:00", "kind": "derived.overdue", "subject": "x"},
    ]
    assert results(told)[0]["clocks"] == results(CASE)[0]["clocks"]


def test_a_regulation_on_the_command_line_stands_before_the_line():
    (found,) = results(CASE, regulation="tobacco-2026")
    assert found["regulation"] == "tobacco-2026@1"


def test_lines_are_read_one_at_a_time():
    def endless():
        while True:
            yield json.dumps(CASE)

    rows = replay_lines(endless(), find, official())
    assert [next(rows)["case"] for _ in range(3)] == ["X"] * 3


def test_explained_in_words():
    words = explain(results(CASE)[0], find)
    assert "大理文旅 8.1" in words
    assert "响应" in words
    assert "第2行" in explain(results(CASE, "{")[1], find)


def run(command, *arguments, monkeypatch=None, stdin=""):
    out = io.StringIO()
    if monkeypatch:
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
    made = command(stdout=out, no_color=True)
    parser = made.create_parser("manage.py", "x")
    options = vars(parser.parse_args(list(arguments)))
    try:
        made.handle(**options)
    except SystemExit as end:
        return end.code, out.getvalue()
    return 0, out.getvalue()


def test_replay_from_standard_input(monkeypatch):
    status, out = run(Replay, "-", monkeypatch=monkeypatch, stdin=json.dumps(CASE) + "\n{\n")
    assert status == 1
    assert [json.loads(line)["case"] for line in out.splitlines()] == ["X", None]


def test_replay_with_a_calendar_of_its_own(tmp_path, monkeypatch):
    file = tmp_path / "calendar.json"
    file.write_text(json.dumps({"closed": ["2026-03-03"]}), encoding="utf-8")
    status, out = run(
        Replay, "-", "--calendar", str(file), monkeypatch=monkeypatch, stdin=json.dumps(CASE)
    )
    cap = next(row for row in json.loads(out)["clocks"] if row["rule"] == "response-cap")
    assert (status, cap["due_at"]) == (0, "2026-03-04T09:00:00+08:00")


def test_check_says_what_a_pack_holds():
    status, out = run(Regulation, "check", *(str(path) for path in sorted(PACKS.glob("*.yaml"))))
    assert status == 0
    assert "dali-tourism@1" in out


def test_check_lists_every_mistake_with_its_line(tmp_path):
    text = (PACKS / "tobacco-2026.yaml").read_text(encoding="utf-8")
    file = tmp_path / "wrong.yaml"
    file.write_text(
        text.replace("version: 1", "version: x").replace("hours: 1", "hour: 1"), "utf-8"
    )
    status, out = run(Regulation, "check", str(file))
    assert status == 1
    assert "wrong.yaml:3: version：" in out
    assert "没有这个键" in out


AT = "2026-03-02T09:00:00+08:00"
EXPECTED = {
    "text": "expected a text",
    "truth": "expected true or false",
    "object": "expected an object",
    "number": "expected a number, true or false",
    "time": "expected a time with an offset",
}


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        *[
            pytest.param(field, 3, "text", id=field)
            for field in (
                *("to", "grade", "department", "handler", "conclusion", "by", "form", "opinion"),
                *("satisfaction", "mode", "version", "source", "stage", "signed_by", "check"),
                *("into", "subject", "what"),
            )
        ],
        pytest.param("valid", "ja", "truth", id="valid"),
        pytest.param("passed", 1, "truth", id="passed"),
        pytest.param("scores", [9], "object", id="scores"),
        pytest.param("reasons", "x", "object", id="reasons"),
        pytest.param("scores", {"Q1": "9"}, "number", id="a-score"),
        pytest.param("until", "2026-03-02T09:00:00", "time", id="until"),
        pytest.param("expected_at", "2026-03-02T09:00:00", "time", id="expected_at"),
    ],
)
def test_a_field_of_an_event_has_its_type(field, value, expected):
    told = {**CASE, "events": [*CASE["events"], {"at": AT, "kind": "responded", field: value}]}
    told["events"][-1]["at"] = "2026-03-02T10:00:00+08:00"
    (found,) = results(told)
    place = f"events[2].{field}" + (".Q1" if expected == "number" else "")
    assert found["error"] == {"line": 1, "field": place, "message": EXPECTED[expected]}


@pytest.mark.parametrize(
    ("line", "field", "message"),
    [
        pytest.param("[]", "", "expected a JSON object", id="no-object"),
        pytest.param('{"case": NaN}', "", "not JSON: NaN is no JSON value", id="nan"),
        pytest.param({"case": ""}, "case", "a case's name is missing", id="empty-name"),
        pytest.param({"case": 7}, "case", "a case's name is missing", id="name-no-text"),
        pytest.param({"asof": 5}, "asof", "expected an ISO time, found 5", id="no-time"),
        pytest.param({"asof": AT[:-6]}, "asof", "expected a time with an offset", id="no-offset"),
        pytest.param({"events": {}}, "events", "expected a list", id="no-list"),
        pytest.param({"events": [3]}, "events[0]", "expected an object", id="event-no-object"),
        pytest.param(
            {"events": [{"at": AT, "kind": 3}]}, "events[0].kind", "unknown kind 3", id="kind"
        ),
        pytest.param(
            {"events": [{"at": AT, "kind": "facts_changed", "colour": "red"}]},
            *("events[0].colour", "unknown fact"),
            id="fact-of-an-event",
        ),
        pytest.param({"facts": {"colour": 1}}, "facts.colour", "unknown fact", id="fact"),
        pytest.param({"facts": []}, "facts", "expected an object", id="facts"),
        pytest.param(
            {"regulation": 5}, "regulation", "a regulation's code is missing", id="no-code"
        ),
        pytest.param(
            {"regulation": "x"}, "regulation", "unknown regulation 'x'", id="unknown-code"
        ),
        pytest.param(
            {"events": [CASE["events"][1], CASE["events"][0]]},
            *("events[1].at", "earlier than the event before it"),
            id="order",
        ),
    ],
)
def test_the_message_says_what_was_expected(line, field, message):
    (found,) = results(line if isinstance(line, str) else {**CASE, **line})
    assert (found["error"]["field"], found["error"]["message"]) == (field, message)


def test_a_reason_is_no_fact_of_a_correction():
    told = {**CASE, "events": [*CASE["events"]]}
    told["events"].append(
        {
            "at": "2026-03-02T10:00:00+08:00",
            "kind": "facts_changed",
            "reason": {"text": 1},
            "complainants": 3,
        }
    )
    (found,) = results(told)
    assert found["grade"]["name"] == "重大投诉"


def test_a_given_key_is_left_out_where_it_says_nothing():
    (found,) = results(CASE)
    for row in found["clocks"]:
        assert None not in (row.get("basis", ""), row.get("calendar", ""))
    (penalty,) = found["penalties"]
    assert not {"range", "sanction"} & set(penalty)
    assert "amount" in penalty


def test_empty_lines_count_but_say_nothing():
    found = results(CASE, "  ", "{")
    assert [row.get("error", {}).get("line") for row in found] == [None, 3]


def test_the_error_of_a_line_is_a_sentence():
    assert str(Unreplayable("asof", "expected a time")) == "asof: expected a time"
