"""Histories whose answers are known, compared by the tool that comes with them."""

import importlib.util
import json

import pytest

from regulations.engine.calendar import official
from regulations.engine.replay import replay_lines
from tests.engine.cases import SHARED, pack

TOOL = SHARED / "tools" / "compare.py"
pytestmark = pytest.mark.skipif(not TOOL.exists(), reason="the shared cases are not here")


@pytest.mark.parametrize(
    "code",
    [
        "airport-group",
        "changan-suzuki",
        "claims-sheet",
        "auto-4s",
        "dali-tourism",
        "dealer-policy",
        "food-factory",
        "fudi-auto",
        "general-enterprise",
        "grading-solar",
        "qe-manufacturing",
        "sales-service-procedure",
        "tobacco-2026",
        "tobacco-marketing",
    ],
)
def test_every_known_answer_is_met(code):
    spec = importlib.util.spec_from_file_location("compare", TOOL)
    compare = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(compare)
    path = SHARED / "cases" / f"{code}.jsonl"
    with path.open(encoding="utf-8") as lines:
        results = [
            json.loads(json.dumps(result)) for result in replay_lines(lines, pack, official())
        ]
    known = compare.read_objects(path)
    wrong, passed, failed = compare.compare(known, results)
    assert (failed, wrong) == (0, [])
    assert passed == len(known) > 0
