"""Workbooks for the tests: honest ones row by row, hostile ones part by part."""

import csv
import io
import shutil
import subprocess
import zipfile
from pathlib import Path

from django.conf import settings
from openpyxl import Workbook

HERE = Path(__file__).parent
# 1,414 public messages with their answers, beside the project where they are at hand.
MESSAGES = settings.BASE_DIR.parent / "shared/data/teddy_cup_2020_c/附件4_留言与答复.xlsx"
MESSAGES_MAP = HERE / "messages.yaml"

HEADER = ("编号", "时间", "客户", "主题", "内容", "类别", "答复", "答复时间")
MAP = """
regulation: tobacco-2026
columns:
  number: 编号
  received_at: 时间
  customer_name: 客户
  subject: 主题
  description: 内容
  category: 类别
  answer: 答复
  answered_at: 答复时间
constants: {channel: 线上平台, customer_kind: 消费者, department: 客服部门}
dates: [YYYY/MM/DD hh:mm:ss]
number_prefix: LY
"""


def row(number=1, **changes):
    """Return one good row in the order of HEADER, with some of its cells changed."""
    cells = {
        "编号": number,
        "时间": "2026/2/3 9:05:00",
        "客户": "张三",
        "主题": "送货晚了三天",
        "内容": "\n\t订单晚到，店里断货。\u3000",
        "类别": "服务类",
        "答复": "已补送并致歉。",
        "答复时间": "2026/2/5 16:30:00",
    }
    return [(cells | changes)[name] for name in HEADER]


def write(path: Path, rows, header=HEADER, sheet="留言") -> Path:
    book = Workbook()
    book.active.title = sheet
    for cells in (header, *rows):
        book.active.append(cells)
    book.save(path)
    return path


def write_map(path: Path, text: str = MAP) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def rebuilt(path: Path, **parts: bytes) -> Path:
    """Write a good workbook with some parts replaced or added; `__` in a name stands for `/`."""
    plain = io.BytesIO()
    book = Workbook()
    book.active.append(HEADER)
    book.save(plain)
    changed = {
        name.replace("__", "/").replace("_xml", ".xml"): body for name, body in parts.items()
    }
    with (
        zipfile.ZipFile(plain) as source,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            if name not in changed:
                target.writestr(name, source.read(name))
        for name, body in changed.items():
            target.writestr(name, body)
    return path


def libreoffice_rows(path: Path) -> list[list[str]] | None:
    """Return the rows that LibreOffice sees in a workbook, None where it is not installed."""
    office = shutil.which("soffice")
    if office is None:
        return None
    subprocess.run(
        [
            office, "--headless", f"-env:UserInstallation=file://{path.parent}/office",
            "--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false",
            "--outdir", str(path.parent), str(path),
        ],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    with path.with_suffix(".csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))
