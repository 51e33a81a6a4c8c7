"""Take one message of the complaints' mailbox from standard input; a mail server starts this for each.

The exit codes are those that mail servers know (sysexits.h): with 65 the sender is told that the message
was not taken, with 75 it is delivered again later.
"""

import sys

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import DatabaseError
from django.utils.translation import gettext as _

from complaints.attachments.keeping import NotKept
from complaints.mail.letter import Unreadable, read
from complaints.mail.taking import NoMailbox, take
from complaints.refusals import Refused
from regulations.models import Regulation

TAKEN, REFUSED, LATER = 0, 65, 75


class Command(BaseCommand):
    help = "把标准输入中的一封投诉邮件登记为投诉。退出码：0 已登记，65 不予接收，75 稍后重投。"

    def add_arguments(self, parser):
        parser.add_argument("--regulation", required=True, metavar="CODE", help="适用制度的代码")

    def handle(self, *, regulation, **options):
        status = self._receive(regulation)
        if status != TAKEN:
            sys.exit(status)

    def _receive(self, code: str) -> int:
        raw = sys.stdin.buffer.read(settings.MAIL_BYTES + 1)
        try:
            if len(raw) > settings.MAIL_BYTES:
                raise Unreadable("too_large")
            case, new = take(read(raw), Regulation.objects.get(code=code))
        except Regulation.DoesNotExist:
            return self._refused("no_such_regulation")
        except NoMailbox:
            return self._refused("no_mailbox")
        except Unreadable as problem:
            return self._refused(str(problem))
        except Refused as refused:
            return self._refused(refused.reasons[0].code)
        except (DatabaseError, NotKept) as problem:
            self.stderr.write(_("暂时无法登记：%(why)s") % {"why": type(problem).__name__})
            return LATER
        said = _("已登记，编号 %(number)s") if new else _("此前已登记，编号 %(number)s")
        self.stdout.write(said % {"number": case.number})
        return TAKEN

    def _refused(self, code: str) -> int:
        self.stderr.write(_("未予接收：%(why)s") % {"why": code})
        return REFUSED
