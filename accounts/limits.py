"""How much one person takes out or brings in on a day: counted in the database, refused beyond the limit.

The day is that of the house. Auditors and administrators are told of whoever went beyond it.
"""

import logging
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from accounts import access_log
from accounts.models import DailyUse, User, What
from records import clock

log = logging.getLogger(__name__)
# How long the counts of past days are kept.
KEPT = timedelta(days=30)
# One statement, so that of several at once none goes beyond the limit.
SPEND = """
INSERT INTO accounts_dailyuse AS used (person_id, what, day, count, refused)
VALUES (%(person)s, %(what)s, %(day)s, %(count)s, 0)
ON CONFLICT (day, person_id, what) DO UPDATE SET count = used.count + excluded.count
WHERE used.count + excluded.count <= %(most)s
RETURNING count
"""


class OverLimit(Exception):
    """What somebody asked for goes beyond the day's limit; nothing was counted."""

    def __init__(self, person: User, what: str, most: int, day: date):
        super().__init__(what)
        self.person, self.what, self.most, self.day = person, what, most, day


def spend(person: User, what: str, count: int = 1) -> None:
    """Count what somebody does now, in the caller's transaction: undone with it. Raises OverLimit."""
    most, day = settings.DAILY_LIMITS[what], localdate(clock.now())
    row = {"person": person.pk, "what": what, "day": day, "count": count, "most": most}
    if count <= most:
        with connection.cursor() as cursor:
            cursor.execute(SPEND, row)
            if cursor.fetchone():
                return
    raise OverLimit(person, what, most, day)


def spend_on_files(person: User, sizes: list[int]) -> None:
    """Count files that somebody brings in, and how large they are, in bytes. Raises OverLimit."""
    if sizes:
        spend(person, What.UPLOAD, len(sizes))
        spend(person, What.KILOBYTES, -(-sum(sizes) // 1024))


def refuse(over: OverLimit, address: str = "") -> str:
    """Write down that somebody went beyond a limit, for auditors to see; return what they are told.

    Call it outside of the transaction that was refused.
    """
    row = {"person": over.person, "what": over.what, "day": over.day}
    with transaction.atomic():
        DailyUse.objects.get_or_create(**row)
        DailyUse.objects.filter(**row).update(refused=F("refused") + 1)
    access_log.refused(actor=over.person, address=address, limit=over.what, most=over.most)
    log.warning("person %s has reached the day's limit of %s", over.person.pk, over.what)
    return words(over)


def words(over: OverLimit) -> str:
    """Say which limit it is, and from when on it is possible again."""
    again = f"{over.day + timedelta(days=1):%Y-%m-%d} 00:00"
    return _(
        "已达到您今日的上限：%(what)s每人每日最多 %(most)s。%(again)s 起可以继续；确有需要请联系系统管理员。"
    ) % {"what": What(over.what).label, "most": _amount(over.what, over.most), "again": again}


def warnings(now: datetime) -> list[str]:
    """Return who went beyond which limit today, in words for auditors and administrators."""
    rows = DailyUse.objects.filter(day=localdate(now), refused__gt=0).select_related("person")
    said = _("%(name)s 今日超出“%(what)s”上限，被拒绝 %(count)s 次；详见访问日志。")
    return [
        said % {"name": row.person.name, "what": row.get_what_display(), "count": row.refused}
        for row in rows.order_by("pk")[:10]
    ]


def forget() -> int:
    """Forget the counts of days long past; return how many."""
    before = localdate(clock.now() - KEPT)
    return DailyUse.objects.filter(day__lt=before).delete()[0]


def _amount(what: str, most: int) -> str:
    if what == What.KILOBYTES:
        return _("%(count)s MB") % {"count": most // 1024}
    return _("%(count)s 次") % {"count": most}
