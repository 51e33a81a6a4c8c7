"""`manage.py regulation check FILE…`: read packs and say everything that is wrong with them."""

import re
import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from regulations.engine.pack import Pack
from regulations.engine.reading import PackError, PackErrors, read_pack

# The reader's messages in words; what stands in quotation marks or figures is kept.
WORDS = (
    (r"missing", "缺少此项"),
    (r"unknown key", "没有这个键"),
    (r"key given twice", "同一个键出现两次"),
    (r"alias or anchor", "不接受锚点和别名"),
    (r"file too large", "文件过大"),
    (r"not YAML: (.*)", r"不是有效的 YAML（\1）"),
    (r"no rule cites this fact", "没有规则引用此条"),
    (r"unknown [a-z ]+(.*)", r"没有\1这个词"),
    (r"(.*) stands twice", r"\1 重复"),
    (r"(.*) is cited by a rule", r"\1 已被规则引用"),
    (r"not an? (.*)", r"应为其他类型（\1）"),
)


class Command(BaseCommand):
    help = "检查制度包：列出全部错误，每条注明文件、行、键、错在哪里、应为什么。"
    requires_system_checks = []

    def add_arguments(self, parser):
        actions = parser.add_subparsers(dest="action", required=True, metavar="check")
        check = actions.add_parser("check", help="检查制度包文件")
        check.add_argument("files", nargs="+", metavar="FILE")

    def handle(self, *, action, files, **options):
        faults = sum(self._check(Path(name)) for name in files)
        if faults:
            sys.exit(1)

    def _check(self, path: Path) -> int:
        """Print what a file holds or what is wrong with it; return how many errors it has."""
        try:
            pack = read_pack(path)
        except PackErrors as problems:
            for error in problems.errors:
                self.stdout.write(in_words(error))
            return len(problems.errors)
        except (OSError, UnicodeDecodeError) as problem:
            raise CommandError(f"无法读取 {path}：{problem}") from None
        self.stdout.write(_summary(pack, path))
        return 0


def in_words(error: PackError) -> str:
    """Return one error of a pack as a line: file, line, key, what is wrong, what would be right."""
    message = error.message
    for pattern, words in WORDS:
        if found := re.fullmatch(pattern, message, re.DOTALL):
            message = found.expand(words)
            break
    return f"{error.file}:{error.line}: {error.key}：{message}；应为：{error.expected}"


def _summary(pack: Pack, path: Path) -> str:
    return (
        f"{path.name}：无错误。{pack.reference} {pack.title}，事实{len(pack.facts)}条，"
        f"时限{len(pack.clocks)}种，考核{len(pack.penalties)}项。"
    )
