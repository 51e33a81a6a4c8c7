"""Replay: one JSON object a line in, one out; a line that fails leaves the others."""

import io
import json
import sys

import pytest

from regulations.engine.calendar import official
from regulations.engine.replay import replay_lines
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
