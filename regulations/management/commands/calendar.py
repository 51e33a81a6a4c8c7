"""`manage.py calendar UNIT`: a unit's working days; with exceptions, publish the next version."""

from datetime import date, time

from django.core.management.base import BaseCommand, CommandError

from accounts.models import Department
from regulations import calendars
from regulations.calendars import Exceptional


def day(text: str) -> tuple[date, str]:
    """Return the day and the reason of `2026-03-09=盘点停业`."""
    when, _equals, reason = text.partition("=")
    if not reason:
        raise ValueError(text)
    return date.fromisoformat(when), reason


def windows(text: str) -> list[tuple[time, time]]:
    """Return the windows of `09:00-12:00,13:30-18:00`."""
    pairs = (window.split("-") for window in text.split(","))
    return [(time.fromisoformat(begin), time.fromisoformat(end)) for begin, end in pairs]


class Command(BaseCommand):
    help = "显示单位的工作日历；给出例外或工作时间则发布下一版本，未结案件随后改用。"

    def add_arguments(self, parser):
        parser.add_argument("unit", metavar="UNIT", help="单位（顶级部门名称）")
        for name, words in (("--close", "停业日"), ("--open", "加班日")):
            parser.add_argument(
                name, action="append", default=[], type=day, metavar="DATE=REASON", help=words
            )
        parser.add_argument(
            "--forget", action="append", default=[], type=date.fromisoformat, metavar="DATE"
        )
        parser.add_argument("--hours", type=windows, metavar="09:00-12:00,13:30-18:00")

    def handle(self, *, unit, close, forget, hours, **options):
        place = Department.objects.filter(name=unit, parent=None).first()
        if place is None:
            raise CommandError(f"没有名为“{unit}”的单位。")
        before = calendars.newest(place.pk)
        kept = {one.day: one for one in (calendars.exceptions_of(before) if before else ())}
        changes = [(close, False), (options["open"], True)]
        kept |= {
            when: Exceptional(when, is_open, reason)
            for days, is_open in changes
            for when, reason in days
        }
        for when in forget:
            kept.pop(when, None)
        try:
            version = calendars.publish(
                place, list(kept.values()), by=None, hours=hours or calendars.hours_of(before)
            )
        except ValueError as problem:
            raise CommandError(f"工作时间有误：{problem}") from None
        self._show(version)

    def _show(self, version) -> None:
        hours = "、".join("–".join(window) for window in version.hours)
        self.stdout.write(f"{version.unit.name} 日历第 {version.number} 版，工作时间 {hours}")
        self.stdout.write(f"官方安排公布至 {version.known_until}，此后按周末休息暂计")
        for one in calendars.exceptions_of(version):
            self.stdout.write(f"{one.day} {'上班' if one.is_open else '停业'}：{one.reason}")
