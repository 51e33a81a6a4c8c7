"""A child process that a hostile file has taken over says what it likes; nothing of it is run."""

import os
import pickle
from datetime import datetime
from decimal import Decimal
from io import BytesIO

import pytest

from reports.importing.gate import Unreadable
from reports.importing.hearing import heard
from reports.importing.tables import Cell, Peek, Row, Sheet

ROW = Row(2, (Cell("张三", "s"), Cell(datetime(2026, 3, 2), "d"), Cell(Decimal("1.5"))))  # noqa: DTZ001


class Trap:
    """Makes a folder when it is read as pickle reads by itself."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.mkdir, (self.path,)


def test_what_a_child_says_is_heard_and_no_function_that_it_names_is_called(tmp_path):
    trap = pickle.dumps(Trap(f"{tmp_path}/made"))
    with pytest.raises(pickle.UnpicklingError, match=r"posix\.mkdir"):
        heard(BytesIO(trap))
    assert not (tmp_path / "made").exists()
    pickle.loads(trap)  # the control
    assert (tmp_path / "made").exists()


def test_rows_sheets_and_refusals_come_over_whole():
    for said in (
        [ROW],
        Sheet("台账", (ROW,), ROW, ()),
        Peek("台账", (ROW,), ((1, 1, 2, 1),)),
        None,
    ):
        assert heard(BytesIO(pickle.dumps(said, protocol=5))) == said
    refused = heard(BytesIO(pickle.dumps(Unreadable("too_large", most="50"))))
    assert (refused.code, refused.params) == ("too_large", {"most": "50"})


@pytest.mark.parametrize("noise", [b"\x80\x05.", b"not a pickle", b"cbuiltins\neval\n."])
def test_noise_is_no_value(noise):
    with pytest.raises(pickle.UnpicklingError):
        heard(BytesIO(noise))
