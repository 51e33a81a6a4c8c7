"""What the pages of the rule centre show: a version, or a draft on its way to one."""

import re
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.http import Http404
from django.urls import reverse
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import access
from accounts.models import Department
from records import clock
from regulations.engine.pack import Pack
from regulations.lines import Line, lines_of
from regulations.models import Regulation, RegulationDraft, RegulationVersion, Step

SLUG = re.compile(r"(v|draft-)([0-9]{1,9})")
PAGES = (
    ("clauses", gettext_lazy("条款")),
    ("clocks", gettext_lazy("时限")),
    ("grades", gettext_lazy("等级")),
    ("signing", gettext_lazy("上报、签批与关闭")),
    ("penalties", gettext_lazy("考核与奖励")),
    ("terms", gettext_lazy("读法与用语")),
    ("try_out", gettext_lazy("试算")),
    ("compare", gettext_lazy("对比")),
)


@dataclass(frozen=True)
class Signature:
    """One place of a control block: who signed, and when, as far as that is known."""

    step: str
    person: str
    at: str


@dataclass(frozen=True)
class Edition:
    """A version, or a draft; `state` is now, coming, past or draft."""

    code: str
    slug: str
    label: str
    unit: Department
    text: str
    pack: Pack
    chosen: dict
    in_force_from: date | None
    state: str
    signatures: tuple[Signature, ...]
    version: RegulationVersion | None = None
    draft: RegulationDraft | None = None

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        return lines_of(self.pack)

    def url(self, page: str) -> str:
        """Return the address of one of the edition's pages."""
        return reverse(f"regulations:{page}", args=[self.code, self.slug])


def edition_for(request, code: str, slug: str) -> Edition:
    """Return the edition that an address names; raise Http404 for one the person may not read."""
    found = SLUG.fullmatch(slug)
    if found is None:
        raise Http404
    sort, number = found[1], int(found[2])
    if sort == "v":
        return of_version(_version(request, code, number))
    drafts = RegulationDraft.objects.select_related("unit")
    draft = access.drafts(request.user.actor, drafts).filter(pk=number, code=code).first()
    if draft is None:
        raise Http404
    return of_draft(draft)


def versions_of(request, code: str) -> list[RegulationVersion]:
    """Return the versions of a regulation that the person may read, newest first; maybe none."""
    readable = access.regulations(request.user.actor, Regulation.objects.filter(code=code))
    rows = RegulationVersion.objects.filter(regulation__in=readable)
    return list(rows.select_related("regulation__unit").order_by("-number"))


def of_version(version: RegulationVersion) -> Edition:
    """Return a version as an edition."""
    return Edition(
        code=version.regulation.code,
        slug=version.slug,
        label=_("第%(number)s版") % {"number": version.number},
        unit=version.regulation.unit,
        text=version.text,
        pack=version.pack,
        chosen=version.chosen,
        in_force_from=version.in_force_from,
        state=_state(version),
        signatures=_signed(version),
        version=version,
    )


def of_draft(draft: RegulationDraft) -> Edition:
    """Return a draft as an edition."""
    signed = {one.step: one for one in draft.signatures.select_related("person")}
    return Edition(
        code=draft.code,
        slug=draft.slug,
        label=_("草案%(number)s") % {"number": draft.pk},
        unit=draft.unit,
        text=draft.text,
        pack=draft.pack,
        chosen=draft.chosen,
        in_force_from=draft.in_force_from,
        state="draft",
        signatures=tuple(
            Signature(
                str(step.label),
                signed[step].person.name,
                f"{localtime(signed[step].signed_at):%Y-%m-%d}",
            )
            for step in Step
            if step in signed
        ),
        draft=draft,
    )


def tabs(edition: Edition, here: str) -> list[dict]:
    """Return the pages of an edition, the one that is open marked."""
    return [
        {"label": label, "url": edition.url(page), "here": page == here} for page, label in PAGES
    ]


def page(edition: Edition, here: str, **context) -> dict:
    """Return what every page of an edition needs, with its own context."""
    return {"edition": edition, "tabs": tabs(edition, here), "here": here, **context}


def _version(request, code: str, number: int) -> RegulationVersion:
    readable = access.regulations(request.user.actor, Regulation.objects.filter(code=code))
    version = (
        RegulationVersion.objects.filter(regulation__in=readable, number=number)
        .select_related(
            "regulation__unit",
            "owner_department",
            "drafted_by",
            "checked_by",
            "reviewed_by",
            "approved_by",
            "draft",
        )
        .first()
    )
    if version is None:
        raise Http404
    return version


def _state(version: RegulationVersion) -> str:
    today = localdate(clock.now())
    if version.in_force_from > today:
        return "coming"
    current = version.regulation.versions.in_force(today).first()
    return "now" if current is not None and current.pk == version.pk else "past"


def _signed(version: RegulationVersion) -> tuple[Signature, ...]:
    """Return who signed a version; the days of the four are known where they signed one by one."""
    draft = getattr(version, "draft", None)
    days = {}
    if draft is not None:
        days = {one.step: f"{localtime(one.signed_at):%Y-%m-%d}" for one in draft.signatures.all()}
    published = f"{localtime(version.published_at):%Y-%m-%d}"
    people = (version.drafted_by, version.checked_by, version.reviewed_by, version.approved_by)
    return tuple(
        Signature(
            str(step.label),
            person.name,
            days.get(step.value, published if step == Step.APPROVED else ""),
        )
        for step, person in zip(Step, people, strict=True)
    )
