"""A trial: facts and events that nobody has recorded, judged under a version. Nothing is stored."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from regulations.engine.calendar import WorkCalendar
from regulations.engine.explanation import Explanation, OtherPack, explain
from regulations.engine.history import History
from regulations.engine.judge import judge
from regulations.engine.pack import Pack
from regulations.engine.terms import Source
from regulations.engine.verdict import Approval, Clock, Penalty, Refusal, Verdict
from regulations.explain import STATES, counting
from regulations.lines.parts import event_words, money_words, range_words, signer_words
from regulations.period_words import moment_words, period_words
from regulations.words import REFUSALS, STAGES, SUBJECTS, WHATS

TONES = {"met": "ok", "late": "late", "overdue": "late", "running": "", "paused": "", "void": ""}


@dataclass(frozen=True)
class Said:
    """One row of a verdict in words: what, who or how much, when, and the facts it rests on."""

    what: str
    detail: str
    source: Source
    more: tuple[str, ...] = ()
    tone: str = ""


@dataclass(frozen=True)
class Trial:
    """What a regulation says about a history at a moment, in words."""

    grade: Said
    responsible: Said
    clocks: tuple[Said, ...]
    reports: tuple[Said, ...]
    approvals: tuple[Said, ...]
    penalties: tuple[Said, ...]
    ready: bool
    missing: tuple[Said, ...]
    refused: tuple[Said, ...]
    flags: tuple[Said, ...]
    counts_in_rate: bool
    next_moment: str


def try_out(
    pack: Pack,
    history: History,
    calendar: WorkCalendar,
    now: datetime,
    others: Sequence[OtherPack] = (),
) -> Trial:
    """Return the verdict over a history in words, each clock with its counting day by day.

    Raises what `judge` raises: CalendarGap and OverflowError where a period cannot be counted.
    """
    verdict = judge(pack, history, calendar, now)
    counted = {one.key: one for one in explain(pack, history, calendar, now, others)}
    return Trial(
        grade=_grade(verdict, pack),
        responsible=_responsible(verdict),
        clocks=tuple(_clock(one, counted.get(one.key)) for one in verdict.clocks),
        reports=tuple(Said(one.to, moment_words(one.at), one.source) for one in verdict.reports),
        approvals=tuple(map(_approval, verdict.approvals)),
        penalties=tuple(_penalty(one, pack) for one in verdict.penalties),
        ready=verdict.closing.ready,
        missing=tuple(
            Said(str(WHATS.get(one.what, one.what)), signer_words(one.by), one.source)
            for one in verdict.closing.missing
        ),
        refused=tuple(_refused(one, history) for one in verdict.refused),
        flags=tuple(_flags(verdict, pack)),
        counts_in_rate=verdict.counts_in_rate,
        next_moment=moment_words(verdict.next_moment) if verdict.next_moment else "",
    )


def _grade(verdict: Verdict, pack: Pack) -> Said:
    """Return the grade with the criteria that gave it."""
    source = verdict.grade.source
    lines = tuple(pack.facts[name].line for name in source if name in pack.facts)
    return Said(verdict.grade.name or _("没有等级"), "", source, lines)


def _responsible(verdict: Verdict) -> Said:
    found = verdict.responsible
    support = _("配合：%(names)s") % {"names": "、".join(found.supporting)}
    detail = support if found.supporting else ""
    return Said(found.first or _("逐案确定"), detail, found.source)


def _clock(clock: Clock, counted: Explanation | None) -> Said:
    state = STATES[clock.state]
    if clock.late_days:
        state = _("%(state)s%(days)s天") % {"state": state, "days": clock.late_days}
    due = moment_words(clock.due_at) if clock.due_at else _("没有期限")
    what = str(STAGES[clock.stage])
    if counted is not None:
        what = f"{what} · {period_words(counted.period)}"
    detail = _("%(state)s，到期 %(due)s") % {"state": state, "due": due}
    if clock.stopped_at:
        detail += _("，完成 %(at)s") % {"at": moment_words(clock.stopped_at)}
    more = tuple(counting(counted)) if counted is not None else ()
    return Said(what, detail, clock.source, more, TONES.get(clock.state, ""))


def _approval(approval: Approval) -> Said:
    given = moment_words(approval.at) if approval.at else _("待签")
    what = f"{WHATS.get(approval.what, approval.what)} · {signer_words(approval.by)}"
    return Said(what, given, approval.source, tone="ok" if approval.at else "")


def _penalty(penalty: Penalty, pack: Pack) -> Said:
    rule = next((one for one in pack.penalties if penalty.key.startswith(f"{one.id}:")), None)
    text = rule.text if rule else ""
    price = range_words(penalty.range) or money_words(penalty.amount)
    words = [price, penalty.sanction or ""]
    if penalty.days:
        first, last = penalty.days
        words.append(_("逾期第%(first)s至%(last)s天") % {"first": first, "last": last})
    what = f"{SUBJECTS[penalty.subject]} · {text}"
    return Said(what, "，".join(filter(None, words)), penalty.source)


def _refused(refusal: Refusal, history: History) -> Said:
    text = str(REFUSALS.get(refusal.reason, refusal.reason))
    accepted = refusal.accepted or ""
    if refusal.reason == "after_due":
        accepted = moment_words(datetime.fromisoformat(accepted))
    words = text % {"accepted": accepted} if "%(" in text else text
    if accepted and accepted not in words:
        words += _("应为：%(accepted)s。") % {"accepted": accepted}
    at = moment_words(history.events[refusal.index].at) if refusal.index >= 0 else ""
    return Said(f"{event_words(refusal.kind)} {at}".strip(), words, refusal.source)


def _flags(verdict: Verdict, pack: Pack) -> Iterator[Said]:
    texts = {rule.name: rule.text for rule in pack.flags}
    for flag in verdict.flags:
        text = texts.get(flag.name, _("日历未公布，暂计"))
        yield Said(text, "", flag.source)
