"""The archive: closed cases by class, how long each is kept, legal holds, and requests of complainants."""

from dataclasses import dataclass
from tempfile import TemporaryFile
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef
from django.http import FileResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts import access, access_log
from accounts.middleware import address_of
from accounts.models import AccessEntry
from accounts.policy import policy
from archive import asking, holding, retention
from archive.forms import TABS, AnswerForm, ArchiveFilter, AskedForm, HoldForm, LiftForm
from complaints.histories import situation_of
from complaints.lifecycle import OPEN
from complaints.models import Complaint, Hold, SubjectRequest
from complaints.personal import Veil
from complaints.views import paging
from complaints.views.finding import case_for
from complaints.wording import moment_words
from records import clock

CLASSES = ("kind", "category", "project")


@dataclass(frozen=True)
class Row:
    """One closed case as the archive lists it."""

    number: str
    url: str
    subject: str
    kind: str
    category: str
    project: str
    ended: str
    until: str
    basis: str
    held: bool
    erased: bool


def archive(request):
    """Show closed cases by class, what is due, what is held, and whose complainants wait for an answer."""
    cases = access.visible(request.user.actor, Complaint.objects.exclude(state__in=OPEN))
    form = ArchiveFilter(request.GET or None, classes=_classes(cases))
    chosen = form.chosen() if form.is_bound else {}
    tab = chosen.pop("tab", "all")
    found = _narrowed(_of_tab(cases, tab), chosen)
    held = Hold.objects.filter(case=OuterRef("pk"), lifted_at=None)
    page = paging.newest(found.for_list().annotate(held=Exists(held)), request.GET.get("after", ""))
    query = {"tab": tab} | chosen
    context = {
        "form": form,
        "tabs": [{"name": name, "label": label, "active": name == tab} for name, label in TABS],
        "rows": [_row(case) for case in page.rows],
        "count": paging.capped_count(found),
        "older": "?" + urlencode(query | {"after": page.after}) if page.after else "",
        "newest": "" if page.first else "?" + urlencode(query),
    }
    return render(request, "archive/list.html", context)


def archived(request, number):
    """Show how long a case's values are kept and why, its holds, and what its complainant has asked."""
    case = case_for(request, number)
    return render(request, "archive/case.html", _page(request, case))


def hold_set(request, number):
    """Keep a case whatever is due."""
    case, form = _asked_of(request, number, "hold_set"), HoldForm(request.POST)

    def do(given):
        holding.set_hold(case.pk, actor=request.user.actor, **given)

    return _done(request, case, form, do, "hold_form", _("已设定法律保留。"))


def hold_lift(request, number):
    """Let a case go when its time is over."""
    case, form = _asked_of(request, number, "hold_lifted"), LiftForm(request.POST)

    def do(given):
        holding.lift_hold(case.pk, actor=request.user.actor, **given)

    return _done(request, case, form, do, "lift_form", _("已解除法律保留。"))


def subject_request(request, number):
    """Record what a complainant asks about their data."""
    case, form = _asked_of(request, number, "subject_request"), AskedForm(request.POST)

    def do(given):
        asking.record(
            case.pk,
            actor=request.user.actor,
            kind=given["kind"],
            check=given["check_done"],
            words=given["words"],
        )

    return _done(request, case, form, do, "asked_form", _("已登记请求。"))


def subject_answer(request, number, pk):
    """Answer a complainant's request."""
    case, form = _asked_of(request, number, "subject_answer"), AnswerForm(request.POST)
    row = get_object_or_404(case.subject_requests, pk=pk)

    def do(given):
        asking.answer(row.pk, actor=request.user.actor, **given)

    return _done(request, case, form, do, "answer_form", _("已答复请求。"))


def subject_copy(request, number, pk):
    """Send a copy of what is held of a complainant who has asked for it; logged before it goes."""
    case = _asked_of(request, number, "subject_request")
    kind = SubjectRequest.Kind.ACCESS
    row = get_object_or_404(case.subject_requests.filter(kind=kind), pk=pk)
    file = TemporaryFile()  # noqa: SIM115 - the response closes it
    asking.write_copy(case, file)
    access_log.record(
        AccessEntry.Kind.REVEALED,
        actor=request.user,
        address=address_of(request),
        data={"page": "subject_copy", "case": case.pk, "request": row.pk},
    )
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"copy-{case.number}.zip")


def _asked_of(request, number: str, act: str) -> Complaint:
    """Return the case on which this person may do an act; who may not is refused on record."""
    case = case_for(request, number)
    decision = access.may(request.user.actor, act, situation_of(case, None))
    if not decision.allowed:
        access_log.refused(
            actor=request.user,
            address=address_of(request),
            case=case.pk,
            act=act,
            why=list(decision.needed),
        )
        raise PermissionDenied
    return case


def _done(request, case, form, do, name: str, said: str):
    """Do what a valid form asks; else show the page again with what stands against it."""
    if form.is_valid():
        try:
            do(form.cleaned_data)
        except holding.NotPossible:
            form.add_error(None, _("案件的法律保留状态已被他人改变，请核对。"))
        except asking.Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, said)
            return redirect("archived", number=case.number)
    return render(request, "archive/case.html", _page(request, case, **{name: form}), status=422)


def _page(request, case: Complaint, **forms) -> dict:
    actor, situation = request.user.actor, situation_of(case, None)
    term, closed = retention.term_of(case.version.pack), case.state not in OPEN
    until = retention.kept_until(case.ended_at, term.months) if closed else None
    holds = list(case.holds.select_related("set_by", "lifted_by").order_by("-pk"))
    standing = next((one for one in holds if one.lifted_at is None), None)
    veil = Veil(case.told)
    acts = ("hold_set", "hold_lifted", "subject_request", "subject_answer")
    may = {act: access.may(actor, act, situation).allowed for act in acts}
    return {
        "case": case,
        "subject": veil.value("subject"),
        "ended": moment_words(case.ended_at) if closed else "",
        "until": f"{localtime(until):%Y-%m-%d}" if until else "",
        "due": until is not None and until <= clock.now(),
        "erased": case.told.pk is None,
        "basis": term.basis,
        "kept": retention.rows_of(case.version.pack),
        "holds": holds,
        "standing": standing,
        "requests": [
            (one, veil.text(one.words), veil.text(one.answer_words))
            for one in case.subject_requests.order_by("-pk")
        ],
        "may": may,
        "may_prove": policy().allows("case_proof", "GET", actor.roles),
        "hold_form": HoldForm(),
        "lift_form": LiftForm(),
        "asked_form": AskedForm(),
        "answer_form": AnswerForm(),
    } | forms


def _row(case: Complaint) -> Row:
    term, veil = retention.term_of(case.version.pack), Veil(case.told)
    return Row(
        number=str(case.number),
        url=reverse("archived", args=[case.number]),
        subject=veil.value("subject"),
        kind=case.kind,
        category=case.category,
        project=case.project,
        ended=f"{localtime(case.ended_at):%Y-%m-%d}",
        until=f"{localtime(retention.kept_until(case.ended_at, term.months)):%Y-%m-%d}",
        basis=term.basis,
        held=case.held,
        erased=case.told.pk is None,
    )


def _classes(cases) -> dict[str, list[str]]:
    """Return the values by which the closed cases are classified."""
    rows = list(cases.order_by().values_list(*CLASSES, "ended_at__year").distinct())
    columns = zip(*rows, strict=True) if rows else ([],) * (len(CLASSES) + 1)
    values = [sorted({str(one) for one in column if one}) for column in columns]
    return dict(zip((*CLASSES, "year"), values, strict=True))


def _of_tab(cases, tab: str):
    match tab:
        case "due":
            return retention.free(retention.due(cases, clock.now()))
        case "held":
            standing = Hold.objects.filter(lifted_at=None).values("case")
            return cases.filter(pk__in=standing)
        case "asked":
            return cases.filter(pk__in=SubjectRequest.objects.waiting().values("case"))
        case "erased":
            return cases.filter(particulars=None)
    return cases


def _narrowed(cases, chosen: dict[str, str]):
    year = chosen.get("year")
    cases = cases.filter(**{name: chosen[name] for name in CLASSES if name in chosen})
    return cases.filter(ended_at__year=int(year)) if year else cases
