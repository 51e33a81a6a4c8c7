"""How the system is doing: a few figures, for the administrator's page and for monitoring.

All are read from PostgreSQL when asked, so they are right whichever process answers.
"""

from collections.abc import Iterator
from datetime import date, datetime
from hmac import compare_digest
from typing import NamedTuple
from urllib.request import Request, urlopen

from celery import shared_task
from django.conf import settings
from django.db.models import Exists, Max, Min
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from audits.models import Anchor
from complaints.models import Complaint
from notices.models import Notice
from records import clock
from regulations.models import CalendarVersion
from sla import timekeeping
from sla.models import ClockAlarm, Outage, SetAside, Watch

# A sweep comes every ten seconds; so long a silence is an alarm (INV-15).
SILENT_SECONDS = 300
DEADMAN_SECONDS = 10
# The State Council announces the next year's holidays in autumn.
FIRST_MONTH_OF_WARNING = 10


class Figure(NamedTuple):
    """One figure: its name in the metrics, what it is, its value, and from where on it is bad."""

    name: str
    label: str
    value: float
    bad_above: float | None = None

    @property
    def is_bad(self) -> bool:
        return self.bad_above is not None and self.value > self.bad_above


def figures() -> Iterator[Figure]:
    """Yield the figures as they are now (seven queries)."""
    now = clock.now()
    yield Figure(
        "bihuan_seconds_since_sweep",
        _("距上次巡检（秒）"),
        seconds_since_sweep(now) or 0,
        SILENT_SECONDS,
    )
    due = Complaint.objects.due(now).order_by()
    yield Figure("bihuan_sweep_backlog", _("到时未巡检的案件"), due.count())
    oldest = due.aggregate(oldest=Min("next_moment"))["oldest"]
    yield Figure("bihuan_sweep_lag_seconds", _("最久未巡检（秒）"), _since(oldest, now), 60)
    yield Figure("bihuan_set_aside", _("搁置案件"), SetAside.objects.count(), 0)
    waiting = Notice.objects.pending(now).order_by()
    row = waiting.aggregate(oldest=Min("created_at"), tries=Max("attempts"))
    yield Figure("bihuan_outbox_waiting", _("待发通知"), waiting.count())
    yield Figure("bihuan_outbox_age_seconds", _("最久待发（秒）"), _since(row["oldest"], now), 600)
    yield Figure("bihuan_outbox_attempts", _("最多已试次数"), row["tries"] or 0, 5)
    anchored = Anchor.objects.values_list("at", flat=True).first()
    yield Figure("bihuan_anchor_age_seconds", _("距上次存证（秒）"), _since(anchored, now), 600)
    yield Figure("bihuan_clock_alarm", _("时钟报警"), timekeeping.alarm() is not None, 0)


def seconds_since_sweep(now: datetime) -> float | None:
    """Return how long ago the last sweep began, None before the first one."""
    last = Watch.objects.first()
    return _since(last.swept_at, now) if last else None


def _since(moment: datetime | None, now: datetime) -> float:
    return max(0.0, (now - moment).total_seconds()) if moment else 0.0


def warnings(now: datetime) -> list[str]:
    """Return what an administrator must see on every page: silence, and a clock that jumped.

    One query: every page asks.
    """
    alarms = ClockAlarm.objects.filter(confirmed_at=None)
    last = Watch.objects.annotate(alarmed=Exists(alarms)).first()
    told = []
    if last is None or _since(last.swept_at, now) > SILENT_SECONDS:
        told.append(_("时限巡检已超过五分钟没有运行：预警、逾期和考核暂不产生，恢复后自动补记。"))
    if last is not None and last.alarmed:
        told.append(_("数据库时钟异常，巡检已停止，请核对时间后在管理后台确认。"))
    if next_year_is_missing(localdate(now)):
        told.append(_("明年的节假日安排尚未载入：跨年的时限暂按周末休息计算，载入后自动重算。"))
    return told


def next_year_is_missing(today: date) -> bool:
    """Say whether a unit's calendar still ends with this year, from 1 October on (INV-12)."""
    if today.month < FIRST_MONTH_OF_WARNING:
        return False
    newest = CalendarVersion.objects.values("unit").annotate(until=Max("known_until"))
    return newest.filter(until__year__lte=today.year).exists()


class _Figures:
    """The figures as Prometheus collects them."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        for figure in figures():
            yield GaugeMetricFamily(figure.name, figure.name, value=figure.value)


@never_cache
@require_safe
def metrics(request):
    """Answer a scraper that knows METRICS_TOKEN; without one set nobody is answered."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not settings.METRICS_TOKEN or not compare_digest(given, settings.METRICS_TOKEN):
        raise Http404
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Figures())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


@never_cache
@require_safe
def status(request):
    """The administrator's page: the same figures, what is set aside, and when it stood still."""
    return render(
        request,
        "config/status.html",
        {
            "figures": list(figures()),
            "set_aside": SetAside.objects.select_related("case").order_by("since")[:50],
            "outages": Outage.objects.order_by("-since")[:20],
            "alarm": timekeeping.alarm(),
        },
    )


@shared_task(name="config.watching.signal_life")
def signal_life() -> bool:
    """Tell the outside that the sweep runs, so that its silence is noticed there (dead man's switch).

    Nothing is sent while the sweep is silent or stopped; whoever waits for it raises the alarm.
    """
    silent = seconds_since_sweep(clock.now())
    if not settings.DEADMAN_URL or silent is None or silent > SILENT_SECONDS or timekeeping.alarm():
        return False
    with urlopen(Request(settings.DEADMAN_URL, method="POST"), timeout=DEADMAN_SECONDS):
        return True
