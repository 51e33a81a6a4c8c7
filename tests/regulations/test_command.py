"""`manage.py regulation`: check, diff and export, which need no database."""

from io import StringIO

import openpyxl
import pytest
from django.core.management import CommandError, call_command

from manage import needs_database
from tests.engine.small_pack import SMALL


@pytest.fixture
def files(tmp_path):
    (tmp_path / "a.yaml").write_text(SMALL, encoding="utf-8")
    (tmp_path / "b.yaml").write_text(SMALL.replace("hours: 2", "hours: 3"), encoding="utf-8")
    (tmp_path / "bad.yaml").write_text(SMALL.replace("hours: 2", "hour: 2"), encoding="utf-8")
    return tmp_path


def run(*arguments) -> tuple[str, int]:
    """Return what the command writes, and its exit status."""
    out = StringIO()
    try:
        call_command("regulation", *map(str, arguments), stdout=out)
    except SystemExit as ended:
        return out.getvalue(), ended.code
    return out.getvalue(), 0


def test_diff_names_the_rule_and_both_figures(files):
    said, status = run("diff", files / "a.yaml", files / "b.yaml")
    assert status == 1
    assert said.splitlines() == [
        "修改　时限　响应　时限 2小时，节假日顺延 → 3小时，节假日顺延　［S-03］",
        "新增0项、删除0项、修改1项。",
    ]


def test_diff_of_one_and_the_same_is_clean(files):
    assert run("diff", files / "a.yaml", files / "a.yaml") == ("新增0项、删除0项、修改0项。\n", 0)


def test_diff_takes_a_code_of_the_product(files):
    said, status = run("diff", "tobacco-2026", "dali-tourism")
    assert status == 1
    assert said.splitlines()[-1].startswith("新增")


def test_export_writes_the_workbook(files):
    said, status = run("export", files / "a.yaml", files / "out.xlsx")
    assert status == 0
    assert "small@1" in said
    assert openpyxl.load_workbook(files / "out.xlsx").sheetnames[0] == "条款"


def test_a_faulty_pack_is_refused_with_all_its_mistakes(files):
    with pytest.raises(
        CommandError, match=r"bad\.yaml:\d+: clocks\[0\]\.rows\[0\]\.hour：没有这个键"
    ):
        call_command("regulation", "export", str(files / "bad.yaml"), str(files / "out.xlsx"))
    assert not (files / "out.xlsx").exists()


def test_what_is_not_there_is_named(files):
    with pytest.raises(CommandError, match="没有文件或制度 nothing"):
        call_command("regulation", "diff", "nothing", "tobacco-2026")


@pytest.mark.parametrize("action", ["check", "diff", "export"])
def test_packs_are_looked_at_without_a_database(action):
    assert not needs_database(["regulation", action, "a.yaml"])
    assert needs_database(["regulation", "publish", "a.yaml"])
