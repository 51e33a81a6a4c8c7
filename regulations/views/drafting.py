"""Drafts: upload a pack, arrange what the unit adds, sign in turn, withdraw."""

from dataclasses import replace

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts import access, access_log
from accounts.actors import Actor
from accounts.middleware import address_of
from accounts.models import Role
from accounts.policy import policy
from regulations import drafts
from regulations.condition_words import reading_words
from regulations.engine.yaml_tree import MAX_ERRORS, PackErrors
from regulations.faults import fault
from regulations.forms.drafts import ArrangeForm, UploadForm
from regulations.forms.readings import ReadingsForm
from regulations.models import RegulationDraft, Step
from regulations.views.editions import of_draft, versions_of


def upload(request):
    """Show the form, or store a faultless pack as a draft; a faulty one gives all its mistakes."""
    actor = request.user.actor
    form = UploadForm(request.POST or None, request.FILES or None, units=access.units_owned(actor))
    faults, status = [], 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                draft = drafts.upload(
                    form.cleaned_data["file"], unit=form.cleaned_data["unit"], actor=actor
                )
            except PackErrors as problems:
                name = request.FILES["file"].name
                faults = [replace(fault(error), file=name) for error in problems.errors]
            except ValidationError as problem:
                form.add_error("file", problem)
            else:
                messages.success(request, _("制度包没有错误，已作为草案保存。"))
                return redirect(draft)
    context = {"form": form, "faults": faults, "more": len(faults) >= MAX_ERRORS}
    return render(request, "regulations/upload.html", context, status=status)


def draft(request, pk):
    """Show a draft: what the unit adds to it, and who has signed."""
    return _page(request, _draft(request, pk))


def arrange(request, pk):
    """Store what the unit adds to the text."""
    row = _draft(request, pk)
    unit, found = drafts.found_places(row)
    form = ArrangeForm(request.POST, draft=row, unit=unit, found=found)
    readings = _settings(row, request.POST)
    if not (form.is_valid() & readings.is_valid()):
        return _page(request, row, form, readings, status=422)
    try:
        drafts.arrange(row.pk, form.arrangement(readings.chosen()), actor=request.user.actor)
    except PackErrors as problems:
        for one in map(fault, problems.errors):
            form.add_error(None, f"{one.key}：{one.wrong}；{one.right}")
        return _page(request, row, form, readings, status=422)
    except ValidationError as problem:
        return _refused(request, row, problem)
    except PermissionDenied:
        _log(request, "arranged")
        raise
    messages.success(request, _("已保存。"))
    return redirect(row)


def sign(request, pk):
    """Sign the place of the control block whose turn it is."""
    row = _draft(request, pk)
    step = request.POST.get("step", "")
    if step not in Step.values:
        raise Http404
    digest = request.POST.get("digest", "")
    try:
        row = drafts.sign(row.pk, step, digest=digest, actor=request.user.actor)
    except ValidationError as problem:
        return _refused(request, row, problem)
    except PermissionDenied:
        _log(request, step)
        raise
    if row.version_id is None:
        messages.success(request, _("已签署：%(step)s") % {"step": Step(step).label})
        return redirect(row)
    messages.success(
        request,
        _("四人均已签署，第%(number)s版自 %(day)s 起施行。")
        % {"number": row.version.number, "day": row.version.in_force_from},
    )
    return redirect(row.version)


def withdraw(request, pk):
    """End a draft that is not to become a version."""
    row = _draft(request, pk)
    try:
        drafts.withdraw(row.pk, actor=request.user.actor)
    except ValidationError as problem:
        return _refused(request, row, problem)
    except PermissionDenied:
        _log(request, "withdrawn")
        raise
    messages.success(request, _("草案已撤回。"))
    return redirect("regulations:list")


def _draft(request, pk: int) -> RegulationDraft:
    rows = RegulationDraft.objects.select_related("unit", "uploaded_by", "withdrawn_by", "version")
    row = access.drafts(request.user.actor, rows).filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def _page(request, row: RegulationDraft, form=None, readings=None, status=200):
    actor = request.user.actor
    unit, found = drafts.found_places(row)
    signed = {one.step: one for one in row.signatures.select_related("person")}
    open_ = row.version_id is None and row.withdrawn_at is None
    edition = of_draft(row)
    context = {
        "draft": row,
        "edition": edition,
        "form": form or ArrangeForm(draft=row, unit=unit, found=found),
        "readings": readings or _settings(row),
        "set_figures": _set_figures(row),
        "found": found,
        "steps": _steps(row, signed, actor, open_),
        "may_arrange": open_ and not signed and drafts.may(actor, "arranged", row.unit_id).allowed,
        "may_withdraw": open_ and drafts.may(actor, "withdrawn", row.unit_id).allowed,
        "is_open": open_,
        "newest": next(iter(versions_of(request, row.code)), None),
    }
    return render(request, "regulations/draft.html", context, status=status)


def _settings(row: RegulationDraft, data=None) -> ReadingsForm:
    return ReadingsForm(data, pack=row.pack, settings_only=True)


def _set_figures(row: RegulationDraft) -> list[tuple[str, str]]:
    """Return the house's figures as they stand, by label."""
    return [
        (reading.label, reading_words(reading, reading.value))
        for reading in row.pack.readings
        if reading.setting
    ]


def _steps(row: RegulationDraft, signed: dict, actor: Actor, open_: bool) -> list[dict]:
    """Return the control block: who has signed, whose turn it is, and whether this person may."""
    turn = drafts.next_step(signed)
    mine = any(one.person_id == actor.user.pk for one in signed.values())
    steps = []
    for step in Step:
        one, decision = signed.get(step), drafts.may(actor, step, row.unit_id)
        steps.append(
            {
                "key": step.value,
                "label": step.label,
                "person": one.person.name if one else "",
                "post": one.post if one else "",
                "at": localtime(one.signed_at) if one else None,
                "turn": open_ and step == turn,
                "may_sign": open_ and step == turn and decision.allowed and not mine,
                "already": mine and decision.allowed,
                "needed": _roles(step),
            }
        )
    return steps


def _roles(step: Step) -> str:
    """Return who may sign a step, in words."""
    grantees = policy().actions[f"regulation_{step.value}"]
    return "、".join(str(Role(grantee.partition("@")[0]).label) for grantee in grantees)


def _refused(request, row: RegulationDraft, problem: ValidationError):
    for message in problem.messages:
        messages.error(request, message)
    row.refresh_from_db()
    return _page(request, row, status=409)


def _log(request, act: str) -> None:
    access_log.refused(
        actor=request.user,
        address=address_of(request),
        page=request.resolver_match.view_name,
        act=act,
    )
