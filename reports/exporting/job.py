"""Writing the ledger as work in the background; the job's file is what comes of it."""

import json
import tempfile
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO

from django.core.files.base import File
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import access, access_log
from accounts.actors import Actor
from accounts.models import AccessEntry
from complaints.forms.filters import FilterForm
from complaints.models import Complaint
from complaints.revealing import shown_to
from jobs.models import Job
from jobs.progress import Progress
from jobs.work import Kind, Unusable
from records import clock
from reports.entries import nothing
from reports.exporting.logs import write_log
from reports.exporting.templates import BadTemplate, write_by_template
from reports.models import LedgerTemplate
from reports.resources import FORMATS, write_ledger

JSONL = "jsonl"
CHOICES = (*FORMATS, JSONL)


def chosen(actor: Actor, query: Mapping[str, str]) -> QuerySet[Complaint]:
    """Return the cases that somebody may see and that pass the filters of the list."""
    data = QueryDict(mutable=True)
    data.update(query)
    form = FilterForm(data or None, actor=actor)
    cases = access.visible(actor, Complaint.objects.all())
    cases = form.narrow(cases, actor, clock.now())
    regulation = query.get("regulation")
    return cases.filter(version__regulation=regulation) if regulation else cases


def export(job: Job, progress: Progress) -> Mapping[str, Any]:
    """Write the ledger that the job asks for. What was searched for lies in the job's upload.

    Personal values are masked, but where a reason was given for those that its owner may see.
    """
    with job.upload.open("rb") as file:
        query = json.load(file)
    cases = chosen(job.owner.actor, query)
    progress.expect(cases.count())
    format_name = job.params["format"]
    with tempfile.TemporaryFile() as file:
        try:
            count = _write(job, cases, file, progress.step)
        except BadTemplate as bad:
            raise Unusable("\n".join(bad.problems)) from None
        file.seek(0)
        why = {"reason": job.params["personal"]} if job.params.get("personal") else {}
        access_log.record(
            AccessEntry.Kind.REVEALED,
            actor=job.owner,
            data={"page": "ledger_export", "format": format_name, "cases": count} | why,
        )
        job.file.save(f"{job.pk.hex}.{format_name}", File(file), save=False)
    job.upload.delete(save=False)
    name = _("投诉台账_%(moment)s") % {"moment": f"{localtime(clock.now()):%Y%m%d_%H%M}"}
    return {"name": f"{name}.{format_name}", "cases": count}


def _write(job: Job, cases: QuerySet[Complaint], file: BinaryIO, advance: Callable[[], Any]) -> int:
    if job.params["format"] == JSONL:
        return write_log(cases, file, clock.now(), advance)
    shown = shown_to(job.owner.actor) if job.params.get("personal") else nothing
    if pk := job.params.get("template"):
        template = LedgerTemplate.objects.get(pk=pk)
        return write_by_template(template.file, cases, file, advance, shown)
    return write_ledger(cases, file, job.params["format"], advance, shown)


EXPORT = Kind("ledger_export", gettext_lazy("导出台账"), export)
