"""What is due to be erased, erasing it, and erasing again after a backup was restored."""

import sys
from pathlib import Path

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from archive import outside, purging, retention
from complaints.models import Complaint
from records import clock

DONE = ("erased", "gone")


class Command(BaseCommand):
    help = "到期个人信息：列出（due）、清除（purge），或在恢复旧备份后按清单重新清除（reapply）。"

    def add_arguments(self, parser):
        parser.add_argument("deed", choices=("due", "purge", "reapply"))
        parser.add_argument("--file", type=Path, help="清单；默认为锚点文件夹中的 erasures.jsonl")

    def handle(self, *, deed, file=None, **options):
        getattr(self, deed)(file)

    def due(self, file):
        cases = retention.free(retention.due(Complaint.objects.all(), clock.now()))
        for number in cases.values_list("number", flat=True):
            self.stdout.write(number)

    def purge(self, file):
        total = 0
        while count := purging.purge():
            total += count
        self.stdout.write(_("已清除 %(count)s 件的个人信息。") % {"count": total})

    def reapply(self, file):
        """Exit 1 with each case that could not be erased, 2 where the list cannot be read."""
        path = file or outside.path()
        kept = 0
        try:
            for number, what in purging.reapply(path):
                self.stdout.write(f"{number} {what}")
                kept += what not in DONE
        except (OSError, outside.Unreadable) as problem:
            self.stderr.write(_("清单无法读取：%(problem)s") % {"problem": problem})
            sys.exit(2)
        if kept:
            self.stderr.write(_("%(count)s 件未能清除。") % {"count": kept})
            sys.exit(1)
