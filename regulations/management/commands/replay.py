"""Run the rule engine over written-down case histories; needs no database and no Redis."""

import io
import json
import sys
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from regulations import builtin
from regulations.engine.calendar import WorkCalendar, calendar_from, official
from regulations.engine.explanation import explain as explain_clocks
from regulations.engine.history import History
from regulations.engine.pack import Pack
from regulations.engine.replay import replay_lines
from regulations.explain import explain as explained


class Command(BaseCommand):
    help = "按制度重演案件：每行一个案件历史（JSON），每行一个结论。"
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("cases", metavar="CASES.jsonl", help="案件文件，“-”为标准输入")
        parser.add_argument("--regulation", metavar="CODE[@VERSION]", help="改用此制度")
        parser.add_argument("--calendar", metavar="FILE.json", help="改用此日历")
        parser.add_argument("--explain", action="store_true", help="输出便于阅读的文字")

    def handle(self, *, cases, regulation, calendar, explain, **options):
        if regulation:
            _known(regulation)
        failed = False
        days = _calendar(calendar)
        also = partial(_explanations, days) if explain else None
        for result in replay_lines(_lines(cases), builtin.pack_named, days, regulation, also):
            failed = failed or "error" in result
            if explain:
                self.stdout.write(explained(result, builtin.pack_named) + "\n")
            else:
                self.stdout.write(json.dumps(result, ensure_ascii=False))
        if failed:
            sys.exit(1)


def _explanations(days: WorkCalendar, pack: Pack, history: History, now: datetime) -> dict:
    others = builtin.others_of(pack.code)
    return {"explanations": explain_clocks(pack, history, days, now, others)}


def _known(regulation: str) -> None:
    try:
        builtin.pack_named(regulation)
    except KeyError:
        names = "、".join(sorted(path.stem for path in builtin.FOLDER.glob("*.yaml")))
        raise CommandError(f"没有制度 {regulation}；现有：{names}。") from None


def _lines(name: str) -> Iterator[str]:
    """Yield the lines of a file or of standard input, one at a time."""
    if name == "-":
        if isinstance(sys.stdin, io.TextIOWrapper):
            sys.stdin.reconfigure(encoding="utf-8")
        yield from sys.stdin
        return
    try:
        with Path(name).open(encoding="utf-8") as file:
            yield from file
    except (OSError, UnicodeDecodeError) as problem:
        raise CommandError(f"无法读取 {name}：{problem}") from None


def _calendar(name: str | None) -> WorkCalendar:
    if name is None:
        return official()
    try:
        return calendar_from(json.loads(Path(name).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, AttributeError) as problem:
        raise CommandError(f"日历文件 {name} 有误：{problem}") from None
