"""A unit's own rules beneath those of its group: they may narrow a deadline, never loosen it."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from regulations.engine.narrowing import loosened
from regulations.engine.reading import read_pack
from regulations.publishing import Signatures, publish
from tests.engine.cases import PACKS
from tests.regulations.test_every_pack_lives import House

GROUP = (PACKS / "tobacco-2026.yaml").read_text(encoding="utf-8")
RESPONSE = "rows: [{hours: 1, source: [TOB-47]}]"


def unit(rows: str) -> str:
    assert GROUP.count(RESPONSE) == 1
    own = GROUP.replace(RESPONSE, f"rows: [{rows}]")
    return own.replace("code: tobacco-2026", "code: tobacco-unit\nbeneath: tobacco-2026")


@pytest.mark.parametrize(
    ("rows", "kept"),
    [
        pytest.param("{hours: 1, source: [TOB-47]}", True, id="the-same"),
        pytest.param("{minutes: 30, source: [TOB-47]}", True, id="half-an-hour"),
        pytest.param("{minutes: 61, source: [TOB-47]}", False, id="a-minute-more"),
        pytest.param("{hours: 2, source: [TOB-47]}", False, id="an-hour-more"),
        pytest.param("{hours: 1, defer: holidays, source: [TOB-47]}", False, id="deferred"),
        pytest.param("{no_limit: true, source: [TOB-47]}", False, id="no-figure"),
        pytest.param("{working_hours: 1, source: [TOB-47]}", False, id="at-work-only"),
    ],
)
def test_a_deadline_is_kept_or_narrowed(rows, kept):
    """TOB-47: first response within an hour."""
    found = loosened(read_pack(GROUP), read_pack(unit(rows)))
    assert [(one.stage, one.source) for one in found] == [("response", ("TOB-47",))] * (not kept)


@pytest.mark.feature("F016")
@pytest.mark.django_db
def test_a_unit_cannot_publish_what_loosens_its_group_s_clock():
    house = House("tobacco-2026")
    terms = {"unit": house.unit, "signatures": Signatures(*house.signers)}
    with pytest.raises(ValidationError) as refused:
        publish(unit("{hours: 2, source: [TOB-47]}"), **terms, in_force=date(2026, 3, 1))
    (said,) = refused.value.messages
    assert said.startswith("“响应”时限宽于上级制度")
    assert "烟草2026" in said
    version = publish(unit("{minutes: 30, source: [TOB-47]}"), **terms, in_force=date(2026, 3, 1))
    assert version.pack.beneath == "tobacco-2026"
    with pytest.raises(ValidationError, match="没有已公布的版本"):
        publish(unit("{minutes: 20, source: [TOB-47]}"), **terms, in_force=date(2025, 12, 31))
