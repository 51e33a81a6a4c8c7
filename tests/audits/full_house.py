"""A record with rows in every table: two closed cases and a late one, ledger, month, audits, reports."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal

from django.conf import settings
from django.db import connection
from django.test import override_settings

from accounts import access_log
from accounts.models import Identity, SignInChange
from accounts.signing import factors, recovery, telling
from audits import anchoring, sampling
from audits import papers as work
from audits.models import AuditText, Inspection, Paper, SpecialAudit, Tip, TipState
from audits.tips import handling
from complaints import revealing
from complaints.attachments import keeping
from complaints.lifecycle import Kind
from complaints.models import Complaint, Hold, SubjectRequest
from penalties import procedure
from penalties.closing import close
from penalties.periods import Span
from penalties.scoring import give_platform_score
from penalties.wages import set_base
from records import clock
from regulations import standards
from reports.models import (
    Appraisal,
    HotSpot,
    MeetingItem,
    Publication,
    Rectification,
    Report,
)
from tests import databases
from tests.accounts.signing import enrolled
from tests.audits.house import judged, papers, plan
from tests.complaints import files
from tests.loop import Loop
from tests.penalties.house import ONE, items, late, offence
from tests.regulations.drafting import signed, uploaded

MARCH = Span.named("2026-03")


@contextmanager
def stored(folder, worker_id) -> Iterator[Loop]:
    """Store it in a database of its own, used as the owner inside the block; without check constraints,
    which whoever switches the guards off would drop as well.
    """
    own = databases.clone(f"{worker_id}_tampering")
    vault = {
        "attachments": {
            **settings.STORAGES["attachments"],
            "OPTIONS": {"location": folder / "attachments"},
        }
    }
    with (
        databases.used(own),
        override_settings(
            ANCHOR_FOLDER=folder / "anchors", NO_SCANNER=True, STORAGES=settings.STORAGES | vault
        ),
    ):
        loop = _filled()
        with databases.used(own, owner=True):
            _drop_checks()
            yield loop
    databases.drop(own)


def _filled() -> Loop:
    loop = Loop.new()
    _penalties(loop)
    # Without a repair standard, which is marked.
    one, another = (loop.register(ONE | {"category": "维保修类"}) for _case in range(2))
    for relation in ("repeat", "same_target"):
        data = {"relation": relation, "other": one.pk}
        loop.do(another, Kind.LINKED, "zhoumin", data, note="同一客户")
    _audits(loop, papers(loop, closed=2))
    close(loop.organisation.tourism, MARCH, actor=loop.actor("tangxue"))
    _reports_of_misconduct(loop)
    _ways_to_sign_in(loop)
    _people(loop)
    signed(loop, uploaded(loop))
    _periodical(loop)
    _library(loop)
    for name in ("yangfan", "sujianing", "xujing"):
        access_log.refused(actor=loop.user(name))
    anchoring.anchor()
    access_log.refused(actor=loop.user("yangfan"))
    anchoring.anchor()
    return loop


def _audits(loop: Loop, rows: list[Paper]) -> None:
    actor = loop.actor("konglingyi")
    for paper in rows:
        with keeping.kept([keeping.check(files.sent("底稿.pdf", files.PDF))]) as kept:
            work.bring(paper.pk, actor=actor, files=kept, note="复印件")
        judged(loop, paper, faults=[paper.items.filter(topic="truth").first().place])
        work.submit(paper.pk, actor=actor)
        work.approve(paper.pk, actor=loop.actor("qinmo"))
    case = rows[0].case
    regulation, person, now = case.version.regulation, actor.user, clock.now()
    sampling.draw_plan(plan(loop, "tobacco-2026").pk, actor=loop.actor("lufang"))
    for year in (2024, 2025):
        texts = {
            name: AuditText.objects.create(body=f"{year}") for name in ("conclusion", "proposals")
        }
        SpecialAudit.objects.create(
            regulation=regulation, year=year, recorded_by=person, recorded_at=now, **texts
        )
        Inspection.objects.create(
            regulation=regulation,
            department=loop.department("物业公司"),
            way="open",
            day=f"{year}-03-02",
            result="fine",
            recorded_by=person,
            recorded_at=now,
        )


def _people(loop: Loop) -> None:
    """Legal holds, requests of complainants, and reasons in words for seeing their values."""
    clerk, now = loop.user("zhoumin"), clock.now()
    for case in Complaint.objects.order_by("pk")[:2]:
        Hold.objects.create(
            case=case, ground="audit", reason="待核", set_by=loop.user("konglingyi"), set_at=now
        )
        SubjectRequest.objects.create(
            case=case, kind="access", check_done="called_back", words="查阅", received_at=now,
            due_at=now, recorded_by=clerk, restrict_by=now, restricted_at=now,
        )  # fmt: skip
        revealing.give_reason(loop.actor("zhoumin"), case, "other", "核对门牌")


def _penalties(loop: Loop) -> None:
    tang, case = loop.actor("tangxue"), late(loop, 10)
    offence(loop, case, "DALI-32")
    fine = next(item for item in items(case) if item.root.amount)
    procedure.confirm(fine.root.pk, actor=loop.actor("linxiaoyun"))
    for person, pay in (("zhaogang", "6000"), ("zhoumin", "5000")):
        set_base(loop.user(person), MARCH, Decimal(pay), unit=loop.organisation.tourism, actor=tang)
    for place in ("物业公司", "项目工程部"):
        give_platform_score(
            case.version, loop.department(place), MARCH, Decimal(15), loop.actor("linxiaoyun")
        )
    with keeping.kept([keeping.check(files.sent("现场.pdf", files.PDF))]) as kept:
        procedure.appeal(fine.root.pk, actor=loop.actor("zhaogang"), reason="备件缺货", files=kept)


def _reports_of_misconduct(loop: Loop) -> None:
    for text in ("收受好处", "虚报费用"):
        handling.send(loop.organisation.tourism, {"text": text})
    for tip in Tip.objects.all():
        handling.step(tip, loop.user("konglingyi"), TipState.VERIFYING, "已约谈")


def _ways_to_sign_in(loop: Loop) -> None:
    for name in ("tangxue", "luqing", "qinmo", "konglingyi"):
        enrolled(loop.user(name))
        recovery.renew(loop.user(name))
        telling.note(loop.user(name), SignInChange.Kind.CODES, by=loop.user(name))
    for number, name in enumerate(("qinmo", "konglingyi")):
        factors.reset(loop.user(name), loop.user("fangzhou"), f"手机丢失 {number}")
        person = loop.user(name)
        person.set_password(f"Another-2026-{number}")
        person.save()
        Identity.objects.create(person=person, provider="ldap", subject=f"{number}")


def _library(loop: Loop) -> None:
    for title in ("接待规范", "电话礼仪"):
        standards.begin(
            loop.organisation.tourism,
            "standard",
            title,
            by=loop.user("luqing"),
            text=title,
            why="首次发布",
            in_force_from=date(2026, 1, 1),
        )


def _periodical(loop: Loop) -> None:
    version, person, now = loop.versions["dali-tourism"], loop.user("linxiaoyun"), clock.now()
    regulation, place = version.regulation, loop.department("物业公司")
    for month in ("2026-01-01", "2026-02-01"):
        report = Report.objects.create(
            regulation=regulation,
            version=version,
            key="ranking",
            first=month,
            months=1,
            content={"tables": [], "corrections": []},
            signed_by=person,
            post="部门负责人",
            signed_at=now,
        )
        Publication.objects.create(
            report=report,
            audience=[[place.pk, "部门负责人"]],
            published_by=person,
            published_at=now,
        )
        entered = {"entered_by": person, "entered_at": now}
        HotSpot.objects.create(
            regulation=regulation, month=month, found="check", text=month, **entered
        )
        item = MeetingItem.objects.create(
            regulation=regulation,
            held_on=month,
            matter=month,
            department=place,
            due_on=month,
            **entered,
        )
        Rectification.objects.create(item=item, text=month, sent_by=person, sent_at=now)
        Appraisal.objects.create(
            regulation=regulation,
            department=place,
            month=month,
            result="good",
            appraised_by=person,
            appraised_at=now,
        )


def _drop_checks() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text, quote_ident(conname) FROM pg_constraint"
            " WHERE contype = 'c' AND connamespace = 'public'::regnamespace"
        )
        for table, name in cursor.fetchall():
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
