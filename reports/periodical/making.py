"""Making reports: due when their period is over, frozen by a signature, published to posts."""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts import access
from accounts.access import Situation
from accounts.actors import Actor
from complaints.refusals import NotPermitted, Reason, Refused
from records import chain, clock
from regulations import bindings
from regulations.engine.pack import Periodic
from regulations.models import Regulation, RegulationVersion
from reports.briefing import figures, keeping
from reports.briefing.scope import Scope
from reports.models import DueReport, Publication, Report
from reports.periodical.contents import BUILDERS, tables

MONTHS = {"month": 1, "quarter": 3, "year": 12}
# So many earlier reports are looked through for numbers that have changed since.
LOOKED_BACK = 3


def version_of(regulation: Regulation, now: datetime) -> RegulationVersion | None:
    """Return the version in force, which says what reports there are."""
    return regulation.versions.in_force(localdate(now)).select_related("regulation__unit").first()


def duties(version: RegulationVersion, report: str | None = None) -> list[Periodic]:
    """Return the duties of a version that are reports of the product, or those of one kind."""
    rows = (row for row in version.pack.periodic if row.report in BUILDERS)
    if report is not None:
        rows = (row for row in version.pack.periodic if row.report == report)
    return list(rows)


def months_of(duty: Periodic) -> int:
    """Return how many months a report covers; where the text gives no period, the house's (单位设定)."""
    return MONTHS.get(duty.every or settings.REPORT_EVERY, 1)


def maker(version: RegulationVersion, duty: Periodic) -> int:
    """Return the department that makes a report, or appraises."""
    return bindings.department(version, duty.by) or version.owner_department_id


def last_period(duty: Periodic, now: datetime) -> date:
    """Return the first day of the last period of a duty that is over."""
    span, today = months_of(duty), localdate(now)
    begun = today.replace(month=(today.month - 1) // span * span + 1, day=1)
    return figures.shifted(begun, -span)


def make_due(now: datetime | None = None) -> int:
    """Put every report whose period is over and that nobody has signed among those that wait."""
    now = now or clock.now()
    count = 0
    for regulation in Regulation.objects.all():
        version = version_of(regulation, now)
        for duty in duties(version) if version else ():
            named = {
                "regulation": regulation,
                "key": duty.key,
                "first": last_period(duty, now),
            }
            if not Report.objects.filter(**named).exists():
                made = {"months": months_of(duty), "made_at": now}
                _due, new = DueReport.objects.get_or_create(**named, defaults=made)
                count += new
    return count


def scope_of(report: DueReport | Report) -> Scope:
    last = figures.shifted(report.first, report.months - 1)
    return Scope(report.regulation, report.first, last)


def content(due: DueReport, version: RegulationVersion, duty: Periodic) -> dict[str, Any]:
    """Return what a report says now, and which numbers of signed ones have changed since.

    It is written in Chinese, whoever looks at it: what is signed has one wording.
    """
    with override("zh-hans"):
        made = tables(duty.report or "", scope_of(due), version)
        earlier = Report.objects.filter(regulation=due.regulation, key=due.key, first__lt=due.first)
        rows = earlier.select_related("regulation__unit", "version").order_by("-first")
        changed = [line for one in rows[:LOOKED_BACK] for line in corrections(one)]
    return {"tables": made, "corrections": changed}


def corrections(report: Report) -> Iterator[str]:
    """Say which numbers of a signed report would be others if it were made today."""
    now = tables(report.duty.report or "", scope_of(report), report.version)
    cells = _cells(now)
    for key, before in _cells(report.content["tables"]).items():
        after = cells.get(key, "—")
        if after != before:
            yield _("%(report)s %(cell)s：%(before)s → %(after)s") % {
                "report": f"{report.first:%Y-%m}",
                "cell": " · ".join(key),
                "before": before,
                "after": after,
            }


def _cells(made: list[dict]) -> dict[tuple[str, str, str], object]:
    return {
        (table["title"], str(row[0]), head): cell
        for table in made
        for row in table["rows"]
        for head, cell in zip(table["head"][1:], row[1:], strict=True)
    }


def digest(made: Mapping[str, Any]) -> str:
    """Return by what a report is known to be what the signer has read."""
    return hashlib.sha256(chain.canonical(made)).hexdigest()


def sign(due: DueReport, *, actor: Actor, seen: str) -> Report:
    """Freeze a report as somebody has read it (`seen`: its digest). Raises NotPermitted, Refused."""
    version = version_of(due.regulation, clock.now())
    duty = next(row for row in duties(version) if row.key == due.key)
    holding = _permitted(actor, "report_signed", version, duty)
    keeping.refresh()  # stays, also where the signature is refused: the next look is at these numbers
    with transaction.atomic():
        waiting = DueReport.objects.select_for_update().filter(pk=due.pk).first()
        if waiting is None:
            raise Refused(Reason("already_signed", source=duty.source))
        made = content(due, version, duty)
        if digest(made) != seen:
            raise Refused(Reason("numbers_changed", source=duty.source))
        waiting.delete()
        return Report.objects.create(
            regulation=due.regulation,
            version=version,
            key=due.key,
            first=due.first,
            months=due.months,
            content=made,
            signed_by=actor.user,
            post=holding.title,
            signed_at=clock.now(),
        )


def publish(report: Report, posts: list[tuple[int, str]], *, actor: Actor) -> Publication:
    """Publish a signed report to posts, each a department and a title. Raises NotPermitted."""
    _permitted(actor, "report_published", report.version, report.duty)
    return Publication.objects.create(
        report=report,
        audience=[list(post) for post in posts],
        published_by=actor.user,
        published_at=clock.now(),
    )


def may(actor: Actor, act: str, version: RegulationVersion, duty: Periodic) -> access.Decision:
    """Say whether somebody may sign, publish or appraise: the department that the regulation names."""
    unit = version.regulation.unit_id
    return access.may(actor, act, Situation(unit=unit, owner=maker(version, duty)))


def _permitted(actor: Actor, act: str, version: RegulationVersion, duty: Periodic):
    decision = may(actor, act, version, duty)
    if not decision.allowed:
        raise NotPermitted(decision)
    return decision.holding
