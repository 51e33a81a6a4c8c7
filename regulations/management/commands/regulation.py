"""`manage.py regulation check FILE…` and `publish FILE …`: packs, from the file to being in force."""

import sys
from datetime import date
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from regulations import faults
from regulations.engine.pack import Pack
from regulations.engine.reading import PackErrors, read_pack

SIGNERS = {"drafted": "编制人", "checked": "复核人", "reviewed": "审核人", "approved": "批准人"}


class Command(BaseCommand):
    help = "检查或发布制度包。"
    requires_system_checks = []

    def add_arguments(self, parser):
        actions = parser.add_subparsers(dest="action", required=True, metavar="check|publish")
        check = actions.add_parser(
            "check", help="列出制度包的全部错误，每条注明文件、行、键、错在哪里、应为什么"
        )
        check.add_argument("files", nargs="+", metavar="FILE")
        issue = actions.add_parser("publish", help="发布为下一版本，须四人签署并注明施行日期")
        issue.add_argument("file", metavar="FILE")
        issue.add_argument("--unit", required=True, metavar="NAME", help="适用单位（顶级部门名称）")
        for role, words in SIGNERS.items():
            issue.add_argument(f"--{role}", required=True, metavar="USER", help=words)
        issue.add_argument("--in-force", required=True, metavar="DATE", type=date.fromisoformat)

    def handle(self, *, action, **options):
        if action == "publish":
            self._publish(**options)
        elif any([self._check(Path(name)) for name in options["files"]]):
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


def _summary(pack: Pack, path: Path) -> str:
    return (
        f"{path.name}：无错误。{pack.reference} {pack.title}，事实{len(pack.facts)}条，"
        f"时限{len(pack.clocks)}种，考核{len(pack.penalties)}项。"
    )
