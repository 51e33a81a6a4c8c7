"""The backtest as work in the background."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jobs.models import Job
from jobs.progress import Progress
from jobs.work import Kind, Unusable
from records import clock
from regulations.engine.pack import Pack
from regulations.engine.reading import PackErrors, read_pack
from reports.backtest.running import backtest, cases_of


def read_draft(job: Job) -> Pack:
    """Return the draft that a job was started with. Raises PackErrors, UnicodeDecodeError."""
    with job.upload.open("rb") as file:
        return read_pack(file.read().decode("utf-8"), "draft.yaml")


def run(job: Job, progress: Progress) -> Mapping[str, Any]:
    """Do the backtest that the job asks for; its result is the outcome as plain values."""
    try:
        pack = read_draft(job)
    except (PackErrors, UnicodeDecodeError):
        raise Unusable(_("草案有误，请先改正后重新上传。")) from None
    since, until = (date.fromisoformat(job.params[key]) for key in ("since", "until"))
    progress.expect(cases_of(pack, since, until).count())
    outcome = backtest(pack, since, until, clock.now(), progress.step)
    return outcome.as_json() | {"draft": pack.reference}


BACKTEST = Kind("backtest", gettext_lazy("制度沙盘"), run, result_url="backtest_result")
