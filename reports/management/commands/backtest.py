"""`manage.py backtest DRAFT.yaml --since DATE --until DATE`: stored cases under a draft."""

import json
import sys
from datetime import date
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from rich.progress import Progress

from records import clock
from regulations import faults
from regulations.engine.reading import PackErrors, read_pack
from reports.backtest.running import Outcome, backtest, cases_of


class Command(BaseCommand):
    help = "按草案重新判断已有案件，与现行版本的结论对照；不改动任何数据。"

    def add_arguments(self, parser):
        parser.add_argument("draft", metavar="DRAFT.yaml")
        for name, words in (("--since", "收到日期自"), ("--until", "收到日期至（含）")):
            parser.add_argument(
                name, required=True, metavar="DATE", type=date.fromisoformat, help=words
            )
        parser.add_argument("--json", dest="out", metavar="OUT.json", help="另存全部结果")

    def handle(self, *, draft, since, until, out, **options):
        try:
            pack = read_pack(Path(draft))
        except PackErrors as problems:
            for error in problems.errors:
                self.stdout.write(faults.line(error))
            sys.exit(1)
        except (OSError, UnicodeDecodeError) as problem:
            raise CommandError(f"无法读取 {draft}：{problem}") from None
        with Progress(disable=not sys.stderr.isatty()) as bar:
            task = bar.add_task("判断", total=cases_of(pack, since, until).count())
            outcome = backtest(
                pack, since, until, clock.now(), lambda count: bar.advance(task, count)
            )
        for line in lines(outcome):
            self.stdout.write(line)
        if out:
            _save(outcome, Path(out))


def lines(outcome: Outcome) -> list[str]:
    """Return the outcome as lines of text."""
    total = outcome.total
    told = [
        f"案件 {total.cases} 件，其中结论改变 {total.changed} 件，等级改变 {total.regraded} 件",
        f"逾期时限 {total.late_before} → {total.late_after}"
        f"（新增 {total.became_late}，减少 {total.came_in_time}）",
        f"考核金额 {total.money_before:.2f} → {total.money_after:.2f} 元",
    ]
    told += [
        f"等级 {before or '—'} → {after or '—'}：{count} 件"
        for (before, after), count in sorted(outcome.grades.items())
        if before != after
    ]
    for title, tallies in (("部门", outcome.departments), ("月份", outcome.months)):
        told += [
            f"{title} {name or '—'}：{row.cases} 件，逾期 {row.late_before} → {row.late_after}，"
            f"金额 {row.money_before:.2f} → {row.money_after:.2f}"
            for name, row in sorted(tallies.items())
        ]
    told += [f"草案不认的记录 {reason}：{count} 条" for reason, count in outcome.refused.items()]
    return told


def _save(outcome: Outcome, path: Path) -> None:
    text = json.dumps(outcome.as_json(), ensure_ascii=False, indent=1)
    path.write_text(text, encoding="utf-8")
