"""The pages of an import: upload, name the columns, look at what would happen, let it happen."""

import json

from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts import access_log
from accounts.middleware import address_of
from accounts.models import AccessEntry, Role
from jobs import work
from jobs.models import Job, JobState
from records import clock
from regulations.models import Regulation, RegulationVersion
from reports.importing import matching
from reports.importing.faults import BadMap, faults_from
from reports.importing.forms import ColumnsForm, TermsForm, UploadForm
from reports.importing.headers import plain_title
from reports.importing.job import LISTED, local
from reports.importing.maps import map_of
from reports.importing.workbooks import survey
from reports.models import LedgerImport, LedgerMap

SHOWN_IMPORTS = 10


def ledger(request):
    """Show the ways in and out; POST takes a file, refused or kept for the next steps."""
    form = UploadForm(request.POST or None, request.FILES or None, units=_units(request))
    if request.method == "POST" and form.is_valid():
        try:
            return redirect("ledger_columns", pk=_kept(request.user, form).pk)
        except BadMap as bad:
            form.add_error("file", list(bad.problems))
    rows = LedgerImport.objects.filter(owner=request.user).select_related("regulation")
    context = {"form": form, "imports": rows.order_by("-created_at")[:SHOWN_IMPORTS]}
    return render(request, "reports/ledger.html", context, status=422 if form.is_bound else 200)


def columns(request, pk):
    """Show what each column is taken for; POST starts the check of the whole file."""
    entry = _open_entry(request, pk)
    version = _version(entry.regulation)
    with local(entry.file) as path:
        peeks = survey(path)
    table = matching.table_at(peeks, entry.plan["sheet"], entry.plan["header_row"])
    form = ColumnsForm(request.POST or None, table=table, version=version, content=entry.plan)
    if request.method == "POST" and form.is_valid():
        entry.plan = form.plan.content()
        return redirect("job", pk=_check(entry).pk)
    context = {"entry": entry, "form": form, "table": table}
    return render(
        request, "reports/ledger_columns.html", context, status=422 if form.is_bound else 200
    )


def preview(request, pk):
    """Show what a check has found, with the way on: name terms, mend the file, or import."""
    entry, job = _entry_of_job(request, pk, "check_job")
    report = _report(entry)
    if report["different"]:
        _log(request, entry, "ledger_preview")
    version = _version(entry.regulation)
    context = {
        "entry": entry,
        "job": job,
        "found": job.result,
        "listed": LISTED,
        "report": report,
        "terms": _terms_form(None, report, version) if report["unknown"] else None,
        "ready": not job.result["faults"] and job.result["new"] and entry.file,
    }
    return render(request, "reports/ledger_preview.html", context)


@require_POST
def terms(request, pk):
    """Take what words of the file mean in the regulation's terms, and check anew."""
    entry = _open_entry(request, pk)
    form = _terms_form(request.POST, _report(entry), _version(entry.regulation))
    if form.is_valid():
        given = form.values()
        known = entry.plan.get("values", {})
        entry.plan["values"] = known | {k: known.get(k, {}) | v for k, v in given.items()}
        map_of(entry.plan)
    return redirect("job", pk=_check(entry).pk)


@require_POST
def store(request, pk):
    """Start storing a checked file, once."""
    with transaction.atomic():
        entry = _open_entry(request, pk, lock=True)
        job = entry.store_job
        if job is None or job.state in (JobState.FAILED, JobState.CANCELLED):
            checked = entry.check_job
            if checked is None or checked.state != JobState.DONE or checked.result["faults"]:
                return redirect("ledger_columns", pk=entry.pk)
            job = work.start("ledger_import", owner=request.user, params={})
            entry.store_job = job
            entry.save(update_fields=["store_job"])
    return redirect("job", pk=job.pk)


def imported(request, pk):
    """Show what came of an import."""
    entry, job = _entry_of_job(request, pk, "store_job")
    context = {"entry": entry, "job": job, "found": job.result, "report": _report(entry)}
    return render(request, "reports/ledger_imported.html", context)


def _units(request) -> set[int]:
    return request.user.actor.units(Role.CUSTOMER_SERVICE)


def _kept(user, form: UploadForm) -> LedgerImport:
    """Keep an uploaded file with what its columns seem to be; forget the person's earlier ones.

    Raises BadMap where no table is found in it.
    """
    regulation = form.cleaned_data["regulation"]
    earlier = list(
        LedgerMap.objects.filter(regulation=regulation)
        .order_by("-used_at")
        .values_list("content", flat=True)[:50]
    )
    pack = _version(regulation).pack
    known = [plain_title(word) for word in matching.labels(pack).values()]
    known += [plain_title(word) for content in earlier for word in content["columns"].values()]
    plan = matching.proposed(matching.found(form.peeks, known), pack, earlier)
    file = form.cleaned_data["file"]
    file.seek(0)
    for old in LedgerImport.objects.filter(owner=user, stored_at=None).exclude(file=""):
        if old.store_job is None or not old.store_job.under_way:
            old.forget_files()
            old.save(update_fields=["file", "report"])
    entry = LedgerImport(
        owner=user, regulation=regulation, name=file.name[:200], plan=plan, created_at=clock.now()
    )
    suffix = "csv" if file.name.lower().endswith(".csv") else "xlsx"
    entry.file.save(f"{entry.pk.hex}.{suffix}", file, save=False)
    entry.save(force_insert=True)
    return entry


def _check(entry: LedgerImport) -> Job:
    with transaction.atomic():
        entry.check_job = work.start("ledger_check", owner=entry.owner, params={})
        entry.store_job = None
        entry.save(update_fields=["plan", "check_job", "store_job"])
    return entry.check_job


def _open_entry(request, pk, *, lock: bool = False) -> LedgerImport:
    """Return an import of this person that still has its file and is not being stored."""
    rows = LedgerImport.objects.select_for_update(of=["self"]) if lock else LedgerImport.objects
    rows = rows.select_related("regulation", "check_job", "store_job")
    entry = get_object_or_404(
        rows, pk=pk, owner=request.user, stored_at=None, regulation__unit__in=_units(request)
    )
    if not entry.file or (not lock and entry.store_job and entry.store_job.under_way):
        raise Http404
    return entry


def _entry_of_job(request, pk, name: str) -> tuple[LedgerImport, Job]:
    job = get_object_or_404(Job.objects.of(request.user), pk=pk, state=JobState.DONE)
    rows = LedgerImport.objects.select_related("regulation")
    return get_object_or_404(rows, owner=request.user, **{name: job}), job


def _report(entry: LedgerImport) -> dict:
    if not entry.report:
        return {"faults": [], "different": [], "unknown": {}}
    with entry.report.open("rb") as file:
        report = json.load(file)
    return report | {"faults": faults_from(report["faults"])}


def _terms_form(data, report: dict, version: RegulationVersion) -> TermsForm:
    names = matching.labels(version.pack)
    return TermsForm(data, unknown=report["unknown"], names=names, pack=version.pack)


def _version(regulation: Regulation) -> RegulationVersion:
    """Return the newest version, whose terms the pages show."""
    rows = regulation.versions.select_related("regulation")
    return rows.order_by("in_force_from", "number").last()


def _log(request, entry: LedgerImport, page: str) -> None:
    access_log.record(
        AccessEntry.Kind.REVEALED,
        actor=request.user,
        address=address_of(request),
        data={"page": page, "import": str(entry.pk)},
    )
