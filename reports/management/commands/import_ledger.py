"""Import history from a workbook: all of its rows become cases, or none does."""

import sys
from pathlib import Path

from django.core.management.base import BaseCommand
from django.db import DatabaseError, IntegrityError
from django.utils.translation import gettext as _

from reports.importing import run
from reports.importing.faults import BadMap, Fault, file_words
from reports.importing.gate import Unreadable
from reports.importing.maps import Map, read_map
from reports.progress import progress

IMPORTED, FAULTS, COULD_NOT_RUN = 0, 1, 2


class Command(BaseCommand):
    help = (
        "把历史台账导入为投诉；有一处错误则一件也不导入。退出码：0 已导入，1 有错误，2 未能运行。"
    )

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE.xlsx")
        parser.add_argument("--map", required=True, metavar="MAP.yaml", help="映射文件")
        parser.add_argument("--errors", metavar="OUT.xlsx", help="把错误标在此副本中")

    def handle(self, *, file, map, errors=None, **options):
        try:
            status = self._import(Path(file), Path(map), errors and Path(errors))
        except Unreadable as refused:
            status = self._stopped(file_words(refused))
        except BadMap as bad:
            status = self._stopped("\n".join(bad.problems))
        except IntegrityError:
            status = self._stopped(_("导入期间有相同编号的投诉登记，请重试。"))
        except (DatabaseError, OSError) as problem:
            status = self._stopped(str(problem))
        if status != IMPORTED:
            sys.exit(status)

    def _import(self, file: Path, map_file: Path, errors: Path | None) -> int:
        plan = read_map(map_file)
        checked = run.check(file, plan)
        stored, faults = 0, checked.faults
        if not faults:
            with progress(self.stdout, _("导入历史"), checked.new) as advance:
                stored, faults = run.store(file, plan, advance=advance)
        if faults:
            return self._faulty(file, plan, faults, errors)
        self.stdout.write(_("已导入 %(count)s 件投诉。") % {"count": stored})
        return IMPORTED

    def _faulty(self, file: Path, plan: Map, faults: list[Fault], errors: Path | None) -> int:
        for fault in faults:
            self.stdout.write(str(fault))
        self.stdout.write(
            _("共 %(rows)s 行 %(faults)s 处错误，没有导入任何投诉。")
            % {"rows": len({fault.row for fault in faults}), "faults": len(faults)}
        )
        if errors is not None:
            run.mark(file, plan, faults, errors)
            self.stdout.write(_("错误已标在 %(path)s。") % {"path": errors})
        return FAULTS

    def _stopped(self, words: str) -> int:
        self.stderr.write(words)
        return COULD_NOT_RUN
