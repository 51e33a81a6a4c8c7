"""Periods, spans and moments of time in words, and how periods are counted."""

from datetime import datetime, timedelta

from django.utils.timezone import localtime

from regulations.engine.calendar import Hours
from regulations.engine.periods import Period

UNITS = {
    "minutes": "分钟",
    "hours": "小时",
    "working_hours": "工作小时",
    "days": "日",
    "working_days": "个工作日",
    "months": "个月",
}
COUNTING = {
    "minutes": "自起算时刻连续计",
    "hours": "自起算时刻连续计",
    "working_hours": "只计工作时间",
    "days": "自然日，起算日不计，至末日24:00",
    "working_days": "工作日，起算日不计，至末日24:00",
    "months": "按月，至对应日24:00",
    "same_day": "至起算日24:00",
    "next_month": "至次月最后一日24:00",
}


def period_words(period: Period | None) -> str:
    """Return a period as the clause would say it."""
    if period is None:
        return "未规定时限"
    if period.unit == "same_day":
        return "当日"
    if period.unit == "next_month":
        return "次月底"
    figure = f"{period.limit}" if period.target is None else f"{period.target}至{period.limit}"
    words = f"{figure}{UNITS[period.unit]}"
    if period.deferred:
        words += "，节假日顺延"
    if period.within is not None:
        words += f"，只计{hours_words(period.within)}"
    return words


def counting_words(period: Period | None) -> str:
    """Return how a period is counted: its unit, whether the first day counts, where it ends."""
    if period is None:
        return ""
    words = COUNTING[period.unit]
    if period.within is not None:
        words = f"只计{hours_words(period.within)}"
    if period.deferred:
        words = "连续计，休息日与节假日不计"
    if period.target is not None:
        words += (
            f"；满{period.target}{UNITS[period.unit]}预警，满{period.limit}{UNITS[period.unit]}逾期"
        )
    return words


def hours_words(hours: Hours) -> str:
    """Return hours of the day, and whether they are of every day or of working days."""
    windows = "、".join(f"{a:%H:%M}–{b:%H:%M}" for a, b in hours.windows)
    return f"{'每日' if hours.every_day else '工作日'} {windows}"


def span_words(span: timedelta) -> str:
    """Return a span as days, hours and minutes."""
    minutes, seconds = divmod(int(span.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    if hours and not (hours % 24 or minutes or seconds):
        return f"{hours // 24}日"
    parts = [f"{hours}小时" if hours else "", f"{minutes}分" if minutes else ""]
    return "".join(parts) + (f"{seconds}秒" if seconds else "") or "0"


def moment_words(moment: datetime) -> str:
    """Return a moment in China's time; 24:00 is written as the end of its day."""
    local = localtime(moment)
    if (local.hour, local.minute, local.second) == (0, 0, 0):
        return f"{local - timedelta(days=1):%Y-%m-%d} 24:00"
    return f"{local:%Y-%m-%d %H:%M}"
