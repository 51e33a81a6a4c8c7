"""A draft from the file to a version in force: upload, arrange, four signatures in turn, withdraw.

Each act locks the draft first, asks access, and refuses with what would be accepted.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from accounts import access
from accounts.access import Decision, Situation
from accounts.actors import Actor
from accounts.models import Department
from records import clock
from regulations import places
from regulations.models import DraftSignature, RegulationDraft, RegulationVersion, Step, pack_of
from regulations.publishing import (
    Signatures,
    publish,
    refuse_code_of_another_unit,
    refuse_unbound,
    sha256,
)


@dataclass(frozen=True)
class Arrangement:
    """What a unit adds to the text: when it comes into force, its figures, what terms mean here."""

    in_force_from: date | None
    chosen: Mapping[str, Any]
    departments: Mapping[str, int]
    titles: Mapping[str, str]


def may(actor: Actor, act: str, unit: int) -> Decision:
    """Say whether `actor` may do an act (uploaded, arranged, withdrawn, or a step) for a unit."""
    return access.may(actor, f"regulation_{act}", Situation(unit=unit, owner=unit))


@transaction.atomic
def upload(text: str, *, unit: Department, actor: Actor) -> RegulationDraft:
    """Store a pack as a draft of a unit. Raises PackErrors for a faulty one: nothing is stored then.

    The same text again is the draft that is under way. Raises ValidationError for a code of another
    unit, PermissionDenied for somebody who owns no rules there.
    """
    _permit(actor, "uploaded", unit.pk)
    pack = pack_of(text)
    refuse_code_of_another_unit(pack.code, unit)
    digest = sha256(text)
    same = RegulationDraft.objects.under_way().filter(unit=unit, sha256=digest)
    if existing := same.first():
        return existing
    return RegulationDraft.objects.create(
        code=pack.code,
        title=pack.title,
        unit=unit,
        text=text,
        sha256=digest,
        uploaded_by=actor.user,
        uploaded_at=clock.now(),
        in_force_from=pack.in_force_from,
    )


@transaction.atomic
def arrange(draft_id: int, arrangement: Arrangement, *, actor: Actor) -> RegulationDraft:
    """Set what the unit adds to the text; refused once somebody has signed.

    Raises PackErrors where a figure does not fit the pack.
    """
    draft = _locked(draft_id)
    _refuse_ended(draft)
    _permit(actor, "arranged", draft.unit_id)
    if draft.signatures.exists():
        raise ValidationError(_("已有人签署，内容不能再改。要修改请撤回后重新上传。"))
    pack_of(draft.text, arrangement.chosen)
    draft.in_force_from = arrangement.in_force_from
    draft.chosen = dict(arrangement.chosen)
    draft.departments = dict(arrangement.departments)
    draft.titles = dict(arrangement.titles)
    draft.save(update_fields=["in_force_from", "chosen", "departments", "titles"])
    return draft


@transaction.atomic
def sign(draft_id: int, step: str, *, digest: str, actor: Actor) -> RegulationDraft:
    """Sign one place of the control block; the last signature publishes the version.

    `digest` is that of what the signer has read. Signing again what one has signed changes nothing.
    Raises ValidationError where it is not this step's turn, the content is another one, the person
    has signed before, the date has passed, or a term is not bound; PermissionDenied for a person
    who may not sign this place.
    """
    draft = _locked(draft_id)
    if draft.signatures.filter(step=step, person=actor.user).exists():
        return draft
    _refuse_ended(draft)
    decision = _permit(actor, step, draft.unit_id)
    signed = {one.step: one for one in draft.signatures.select_related("person")}
    _check_turn(draft, step, signed, actor, digest)
    signed[step] = DraftSignature.objects.create(
        draft=draft,
        step=step,
        person=actor.user,
        post=decision.holding.title if decision.holding else "",
        signed_at=clock.now(),
        digest=digest,
    )
    if len(signed) == len(Step):
        _publish(draft, signed)
    return draft


@transaction.atomic
def withdraw(draft_id: int, *, actor: Actor) -> RegulationDraft:
    """End a draft that is not to become a version; its signatures stay on record."""
    draft = _locked(draft_id)
    _refuse_ended(draft)
    _permit(actor, "withdrawn", draft.unit_id)
    draft.withdrawn_by, draft.withdrawn_at = actor.user, clock.now()
    draft.save(update_fields=["withdrawn_by", "withdrawn_at"])
    return draft


def next_step(signed: Mapping[str, Any]) -> Step | None:
    """Return whose turn it is, None when all have signed."""
    return next((step for step in Step if step not in signed), None)


def found_places(draft: RegulationDraft) -> tuple[places.Unit, places.Places]:
    """Return the draft's unit and what the draft's terms mean in it."""
    unit = places.unit_of(draft.unit)
    return unit, places.find(draft.pack, unit, draft.departments, draft.titles)


def _locked(draft_id: int) -> RegulationDraft:
    """Return a draft with its row locked."""
    rows = RegulationDraft.objects.select_for_update(of=("self",)).select_related("unit")
    return rows.get(pk=draft_id)


def _refuse_ended(draft: RegulationDraft) -> None:
    if draft.withdrawn_at is not None:
        raise ValidationError(_("草案已撤回。"))
    if draft.version_id is not None:
        raise ValidationError(_("草案已发布，不能再改。"))


def _permit(actor: Actor, act: str, unit: int) -> Decision:
    decision = may(actor, act, unit)
    if not decision.allowed:
        raise PermissionDenied
    return decision


def _check_turn(
    draft: RegulationDraft,
    step: str,
    signed: Mapping[str, DraftSignature],
    actor: Actor,
    digest: str,
) -> None:
    """Refuse a signature that is out of turn or for something else than what was read."""
    if step in signed:
        other = signed[step].person.name
        raise ValidationError(
            _("“%(step)s”已由%(who)s签署。") % {"step": Step(step).label, "who": other}
        )
    turn = next_step(signed)
    if step != turn and turn is not None:
        raise ValidationError(_("须先由“%(step)s”签署。") % {"step": turn.label})
    if any(one.person_id == actor.user.pk for one in signed.values()):
        raise ValidationError(_("您已签署过本草案；编制、复核、审核、批准须由四位不同的人签署。"))
    if digest != draft.digest or any(one.digest != digest for one in signed.values()):
        raise ValidationError(_("草案内容已变，请重新阅读后再签署。"))
    if draft.in_force_from is None:
        raise ValidationError(_("尚未填写施行日期。"))
    if draft.in_force_from < localdate(clock.now()):
        raise ValidationError(_("施行日期已过。请撤回草案，改日期后重新签署。"))
    _refuse_published(draft)
    _unit, found = found_places(draft)
    refuse_unbound(found, draft.unit)


def _refuse_published(draft: RegulationDraft) -> None:
    """Refuse what is a version already, word for word and figure for figure."""
    same = RegulationVersion.objects.filter(
        regulation__code=draft.code, sha256=draft.sha256, chosen=draft.chosen
    ).first()
    if same is not None:
        raise ValidationError(
            _("内容与已发布的第%(number)s版完全相同，无须再发布。") % {"number": same.number}
        )


def _publish(draft: RegulationDraft, signed: Mapping[str, DraftSignature]) -> None:
    assert draft.in_force_from is not None
    draft.version = publish(
        draft.text,
        unit=draft.unit,
        signatures=Signatures(**{step: one.person for step, one in signed.items()}),
        in_force=draft.in_force_from,
        titles=draft.titles,
        departments=draft.departments,
        chosen=draft.chosen,
    )
    draft.save(update_fields=["version"])
