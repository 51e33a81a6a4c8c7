"""`manage.py regulation`: check, compare, export and publish packs, show what they cover."""

import sys
from datetime import date
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from regulations import builtin, faults
from regulations.coverage import coverage
from regulations.differences import Change, by_kind, differences
from regulations.engine.pack import Pack
from regulations.engine.reading import PackErrors, read_pack
from regulations.workbook import write_workbook

SIGNERS = {"drafted": "编制人", "checked": "复核人", "reviewed": "审核人", "approved": "批准人"}
KINDS = {"added": "新增", "removed": "删除", "changed": "修改"}
NAMED = "制度包文件，或随系统提供的制度代码"


class Command(BaseCommand):
    help = "检查、比较、导出或发布制度包。"
    requires_system_checks = []

    def add_arguments(self, parser):
        actions = parser.add_subparsers(
            dest="action", required=True, metavar="check|diff|export|publish|coverage"
        )
        check = actions.add_parser(
            "check", help="列出制度包的全部错误，每条注明文件、行、键、错在哪里、应为什么"
        )
        check.add_argument("files", nargs="+", metavar="FILE")
        diff = actions.add_parser("diff", help="逐条列出两个制度包的差别，有差别时退出码为1")
        diff.add_argument("old", metavar="A", help=NAMED)
        diff.add_argument("new", metavar="B", help=NAMED)
        export = actions.add_parser("export", help="导出为工作簿，供制度主管逐条核对")
        export.add_argument("file", metavar="FILE", help=NAMED)
        export.add_argument("out", metavar="OUT.xlsx")
        self._add_publish(actions)

    def _add_publish(self, actions):
        issue = actions.add_parser("publish", help="发布为下一版本，须四人签署并注明施行日期")
        issue.add_argument("file", metavar="FILE")
        issue.add_argument("--unit", required=True, metavar="NAME", help="适用单位（顶级部门名称）")
        for role, words in SIGNERS.items():
            issue.add_argument(f"--{role}", required=True, metavar="USER", help=words)
        issue.add_argument("--in-force", required=True, metavar="DATE", type=date.fromisoformat)
        actions.add_parser("coverage", help="列出内置各制度包引用了哪些条文，未引用的为何")

    def handle(self, *, action, **options):
        match action:
            case "publish":
                self._publish(**options)
            case "diff":
                self._diff(**options)
            case "export":
                self._export(**options)
            case "coverage":
                packs = map(builtin.pack_named, builtin.codes())
                self.stdout.write(coverage(packs), ending="")
            case "check":
                if any([self._check(Path(name)) for name in options["files"]]):
                    sys.exit(1)

    def _publish(self, *, file, unit, in_force, **options):
        from accounts.models import Department, User
        from regulations.publishing import Signatures, publish

        people = {}
        for role in SIGNERS:
            people[role] = User.objects.filter(username=options[role], is_active=True).first()
            if people[role] is None:
                raise CommandError(f"没有在职人员 {options[role]}（--{role}）。")
        place = Department.objects.filter(name=unit, parent=None).first()
        if place is None:
            raise CommandError(f"没有名为“{unit}”的单位。")
        if self._check(Path(file)):
            sys.exit(1)
        try:
            version = publish(
                Path(file).read_text(encoding="utf-8"),
                unit=place,
                signatures=Signatures(**people),
                in_force=in_force,
            )
        except ValidationError as problem:
            raise CommandError("\n".join(problem.messages)) from None
        self.stdout.write(f"已发布 {version}，自 {version.in_force_from} 起施行。")

    def _check(self, path: Path) -> int:
        """Print what a file holds or what is wrong with it; return how many errors it has."""
        try:
            pack = read_pack(path)
        except PackErrors as problems:
            for error in problems.errors:
                self.stdout.write(faults.line(error))
            return len(problems.errors)
        except (OSError, UnicodeDecodeError) as problem:
            raise CommandError(f"无法读取 {path}：{problem}") from None
        self.stdout.write(_summary(pack, path))
        return 0

    def _diff(self, *, old, new, **options):
        changes = differences(self._pack(old), self._pack(new))
        for change in changes:
            self.stdout.write(_change(change))
        counts = by_kind(changes)
        self.stdout.write("、".join(f"{KINDS[kind]}{counts[kind]}项" for kind in KINDS) + "。")
        if changes:
            sys.exit(1)

    def _export(self, *, file, out, **options):
        pack = self._pack(file)
        try:
            with Path(out).open("wb") as target:
                write_workbook(pack, target)
        except OSError as problem:
            raise CommandError(f"无法写入 {out}：{problem}") from None
        self.stdout.write(f"已导出 {pack.reference} 到 {out}。")

    def _pack(self, name: str) -> Pack:
        """Return the pack of a file, or the one that comes with the product under a code."""
        path = Path(name)
        try:
            return read_pack(path) if path.exists() else builtin.pack_named(name)
        except PackErrors as problems:
            raise CommandError("\n".join(map(faults.line, problems.errors))) from None
        except KeyError:
            raise CommandError(f"没有文件或制度 {name}。") from None
        except (OSError, UnicodeDecodeError) as problem:
            raise CommandError(f"无法读取 {path}：{problem}") from None


def _summary(pack: Pack, path: Path) -> str:
    return (
        f"{path.name}：无错误。{pack.reference} {pack.title}，事实{len(pack.facts)}条，"
        f"时限{len(pack.clocks)}种，考核{len(pack.penalties)}项。"
    )


def _change(change: Change) -> str:
    cells = [
        f"{header} {before or '—'} → {after or '—'}"
        if change.kind == "changed"
        else f"{header} {before or after}"
        for header, before, after in change.cells
    ]
    basis = "、".join(change.source)
    return f"{KINDS[change.kind]}　{change.label}　{change.name}　{'；'.join(cells)}　［{basis}］"
