"""Checking and storing a ledger as work in the background."""

import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from shutil import copyfileobj
from typing import Any

from django.core.files.base import ContentFile, File
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jobs.models import Job
from jobs.progress import Progress
from jobs.work import Kind, Unusable
from records import clock
from reports.importing import run
from reports.importing.faults import BadMap, Fault, file_words
from reports.importing.gate import Unreadable
from reports.importing.maps import Map, map_of
from reports.models import LedgerImport, LedgerMap

# So many faults and differences are shown on the page; the marked workbook has all faults.
LISTED = 100


def check(job: Job, progress: Progress) -> Mapping[str, Any]:
    """Check a whole file against its map; what is found is for the preview."""
    entry = LedgerImport.objects.get(check_job=job)
    with _usable(), local(entry.file) as path:
        plan = map_of(entry.plan)
        found = run.check(path, plan, skip_known=True, advance=progress.step)
        counts = {
            "rows": found.rows,
            "new": found.new,
            "same": found.same,
            "repeated": found.repeated,
            "different": len(found.different),
            "faults": len(found.faults),
            "faulty_rows": len({fault.row for fault in found.faults}),
            "stopped": found.stopped,
        }
        _report(entry, found.faults, found)
        return counts | _marked(job, path, plan, found.faults)


def store(job: Job, progress: Progress) -> Mapping[str, Any]:
    """Store all new rows of a checked file, or nothing."""
    entry = LedgerImport.objects.select_related("check_job").get(store_job=job)
    progress.expect(entry.check_job.result["new"])
    with _usable(), local(entry.file) as path:
        plan = map_of(entry.plan)
        with transaction.atomic():
            count, faults = run.store(path, plan, skip_known=True, advance=progress.step)
            if not faults:
                _stored(entry, count)
        if faults:
            _report(entry, faults)
            return {"stored": 0, "faults": len(faults)} | _marked(job, path, plan, faults)
    entry.forget_files()
    entry.save(update_fields=["file", "report"])
    return {"stored": count, "faults": 0}


def _stored(entry: LedgerImport, count: int) -> None:
    entry.stored, entry.stored_at = count, clock.now()
    entry.save(update_fields=["stored", "stored_at"])
    titles = "\n".join(entry.plan["columns"].values())
    LedgerMap.objects.update_or_create(
        regulation=entry.regulation,
        titles=titles,
        defaults={"content": entry.plan, "used_at": entry.stored_at},
    )


@contextmanager
def _usable() -> Iterator[None]:
    """Say in words why a file or a map cannot be used."""
    try:
        yield
    except Unreadable as refused:
        raise Unusable(file_words(refused)) from None
    except BadMap as bad:
        raise Unusable("\n".join(bad.problems)) from None
    except IntegrityError:
        raise Unusable(_("导入期间有相同编号的投诉登记，请重试。")) from None


@contextmanager
def local(file: Any) -> Iterator[Path]:
    """Yield the path of a copy of a stored file on this machine."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"ledger{Path(file.name).suffix}"
        with file.open("rb") as source, path.open("wb") as copy:
            copyfileobj(source, copy)
        yield path


def _report(entry: LedgerImport, faults: list[Fault], found: run.Checked | None = None) -> None:
    """Keep what the preview shows; it holds what rows say, so it is a file that can be deleted."""
    content = {
        "faults": [fault.as_json() for fault in faults[:LISTED]],
        "different": [one.as_json() for one in found.different[:LISTED]] if found else [],
        "unknown": found.unknown if found else {},
    }
    text = json.dumps(content, ensure_ascii=False)
    if entry.report:
        entry.report.delete(save=False)
    entry.report.save(f"{entry.pk.hex}.json", ContentFile(text.encode()), save=False)
    entry.save(update_fields=["report"])


def _marked(job: Job, path: Path, plan: Map, faults: list[Fault]) -> dict[str, str]:
    """Let the job offer the file with its faults marked; nothing where it has none."""
    if not faults:
        return {}
    with tempfile.TemporaryFile() as file:
        run.mark(path, plan, faults, file)
        file.seek(0)
        job.file.save(f"{job.pk.hex}.xlsx", File(file), save=False)
    return {"name": _("台账_错误标注.xlsx")}


CHECK = Kind("ledger_check", gettext_lazy("检查台账"), check, result_url="ledger_preview")
STORE = Kind("ledger_import", gettext_lazy("导入台账"), store, result_url="ledger_imported")
