"""Periods, spans and moments of time in words, and how periods are counted."""

from datetime import datetime, timedelta

from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulations.engine.calendar import Hours
from regulations.engine.periods import Period

UNITS = {
    "minutes": gettext_lazy("%(n)s分钟"),
    "hours": gettext_lazy("%(n)s小时"),
    "working_minutes": gettext_lazy("%(n)s工作分钟"),
    "working_hours": gettext_lazy("%(n)s工作小时"),
    "days": gettext_lazy("%(n)s日"),
    "working_days": gettext_lazy("%(n)s个工作日"),
    "months": gettext_lazy("%(n)s个月"),
    "same_day": gettext_lazy("当日"),
    "next_month": gettext_lazy("次月底"),
}
COUNTING = {
    "minutes": gettext_lazy("自起算时刻连续计"),
    "hours": gettext_lazy("自起算时刻连续计"),
    "working_minutes": gettext_lazy("只计工作时间"),
    "working_hours": gettext_lazy("只计工作时间"),
    "days": gettext_lazy("自然日，起算日不计，至末日24:00"),
    "working_days": gettext_lazy("工作日，起算日不计，至末日24:00"),
    "months": gettext_lazy("按月，至对应日24:00"),
    "same_day": gettext_lazy("至起算日24:00"),
    "next_month": gettext_lazy("至次月最后一日24:00"),
}


def period_words(period: Period | None) -> str:
    """Return a period as the clause would say it."""
    if period is None:
        return _("未规定时限")
    figure: object = period.limit
    if period.target is not None:
        figure = _("%(target)s至%(limit)s") % {"target": period.target, "limit": period.limit}
    words = UNITS[period.unit] % {"n": figure}
    if period.deferred:
        words = _("%(period)s，节假日顺延") % {"period": words}
    if period.within is not None:
        words = _("%(period)s，只计%(hours)s") % {
            "period": words,
            "hours": hours_words(period.within),
        }
    return words


def counting_words(period: Period | None) -> str:
    """Return how a period is counted: its unit, whether the first day counts, where it ends."""
    if period is None:
        return ""
    words = str(COUNTING[period.unit])
    if period.within is not None:
        words = _("只计%(hours)s") % {"hours": hours_words(period.within)}
    if period.deferred:
        words = _("连续计，休息日与节假日不计")
    if period.target is not None:
        words = _("%(counting)s；满%(target)s预警，满%(limit)s逾期") % {
            "counting": words,
            "target": UNITS[period.unit] % {"n": period.target},
            "limit": UNITS[period.unit] % {"n": period.limit},
        }
    return words


def hours_words(hours: Hours) -> str:
    """Return hours of the day, and whether they are of every day or of working days."""
    windows = "、".join(f"{a:%H:%M}–{b:%H:%M}" for a, b in hours.windows)
    every = _("每日 %(windows)s") if hours.every_day else _("工作日 %(windows)s")
    return every % {"windows": windows}


def span_words(span: timedelta) -> str:
    """Return a span as days, hours and minutes."""
    minutes, seconds = divmod(int(span.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    if hours and not (hours % 24 or minutes or seconds):
        return _("%(n)s日") % {"n": hours // 24}
    parts = [
        (hours, gettext_lazy("%(n)s小时")),
        (minutes, gettext_lazy("%(n)s分")),
        (seconds, gettext_lazy("%(n)s秒")),
    ]
    return "".join(text % {"n": number} for number, text in parts if number).strip() or "0"


def moment_words(moment: datetime) -> str:
    """Return a moment in China's time; 24:00 is written as the end of its day."""
    local = localtime(moment)
    if (local.hour, local.minute, local.second) == (0, 0, 0):
        return f"{local - timedelta(days=1):%Y-%m-%d} 24:00"
    return f"{local:%Y-%m-%d %H:%M}"
