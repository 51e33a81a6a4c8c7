"""The rule centre's pages: what stands on them, who may open them, how many queries they take."""

import pytest

from tests.complaints.sending import signed_in
from tests.loop import Loop

PAGES = ["", "clocks/", "grades/", "signing/", "penalties/", "terms/", "try/", "compare/"]


@pytest.fixture
def loop(db):
    return Loop.new()


@pytest.mark.parametrize("page", PAGES)
def test_open(loop, page):
    for code, by in (("dali-tourism", "luqing"), ("tobacco-2026", "liqing")):
        answer = signed_in(loop.user(by)).get(f"/regulations/{code}/v1/{page}")
        assert answer.status_code == 200, answer.content[-2000:]
    assert signed_in(loop.user(by)).get("/regulations/").status_code == 200
