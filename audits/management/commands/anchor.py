"""Anchor now, make a key, or hand out and check the root of a day."""

import json
import sys
from datetime import date
from pathlib import Path

from django.core.management import BaseCommand, CommandError
from django.utils.translation import gettext as _

from audits import anchoring, days, keys, outside


class Command(BaseCommand):
    help = "Anchor the ends of all chains now; or make a key, export a day's root, check an export."

    def add_arguments(self, parser):
        parser.add_argument("--new-key", metavar="FILE", type=Path, help="make a pair of keys")
        parser.add_argument("--export", metavar="OUT.json", type=Path, help="a day's signed root")
        parser.add_argument("--day", type=date.fromisoformat, help="which day; the newest anchor's")
        parser.add_argument("--check", metavar="FILE.json", type=Path, help="check such a root")
        parser.add_argument("--public-key", metavar="FILE.pub", type=Path, help="with this key")

    def handle(self, *, new_key, export, day, check, public_key, **options):
        if new_key:
            keys.create(new_key)
            self.stdout.write(str(keys.public_file(new_key)))
        elif export:
            export.write_text(json.dumps(_root(day), indent=1) + "\n", encoding="utf-8")
            self.stdout.write(str(export))
        elif check:
            self.check_root(check, keys.public_key(public_key))
        else:
            self.anchor()

    def anchor(self):
        try:
            made = anchoring.anchor()
        except outside.Contradiction as problem:
            raise CommandError(
                _("数据库与库外存证日志不一致，没有生成锚点：%(problem)s") % {"problem": problem}
            ) from None
        self.stdout.write(f"{made} {made.root}" if made else _("另一进程正在生成锚点。"))

    def check_root(self, file: Path, key):
        told = json.loads(file.read_text(encoding="utf-8"))
        if not days.is_signed(told, key):
            self.stdout.write(_("签名不符：该文件不是由此密钥签发，或已被改动。"))
            sys.exit(1)
        body = told["body"]
        self.stdout.write(f"{body['day']} {body['first']}–{body['last']} {body['root']}")


def _root(day: date | None) -> dict:
    try:
        return days.signed_root(day)
    except LookupError:
        raise CommandError(_("这一天没有锚点。")) from None
