"""Words for the codes of checklists and findings, in the reader's language."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audits.models import Finding, Item
from complaints.joining import listed
from complaints.lifecycle import Kind
from complaints.wording import moment_words
from regulations.engine.pack import Pack
from regulations.words import STAGES, WHATS

QUESTIONS = {
    "closing": gettext_lazy("关闭时条件齐备"),
    "late_entries": gettext_lazy("记录及时，没有补录"),
    "customer_agrees": gettext_lazy("记录的处理结果与客户的说法一致"),
    "reasons_real": gettext_lazy("调查结论有证据支持"),
    "customer_informed_truly": gettext_lazy("告知客户的内容与实际处理一致"),
    "responsibility": gettext_lazy("调查定责"),
}


def what(row: Item | Finding) -> str:
    """Return what a line asks, or a finding holds against the case, in a few words."""
    code, _colon, word = row.code.partition(":")
    if row.code in QUESTIONS:
        return str(QUESTIONS[row.code])
    if code == "step":
        return _("%(step)s已办理") % {"step": Kind(word).label}
    if code == "missing":
        return _("关闭时缺%(what)s") % {"what": WHATS.get(word, word)}
    if code == "clock":
        return _("%(stage)s按时完成") % {"stage": STAGES.get(word, word)}
    if code == "signature":
        return _("%(what)s由%(by)s签批") % {
            "what": WHATS.get(word, word),
            "by": row.data.get("by") or "—",
        }
    kind = row.data.get("kind", "")
    named = Kind(kind).label if kind in Kind.values else kind
    return _("未被制度承认的记录：%(kind)s") % {"kind": named}


def detail(row: Item | Finding) -> str:
    """Return the moments and figures behind a line, empty for none."""
    data = row.data
    if data.get("missed_at"):
        return _("%(at)s 起逾期，其后案件另行结束") % {"at": _moment(data["missed_at"])}
    if "late_days" in data:
        return _due(data)
    if data.get("seqs"):
        return _("案件记录第 %(seqs)s 条为补录") % {"seqs": listed(data["seqs"])}
    if data.get("at"):
        return _moment(data["at"])
    if row.code.startswith("signature:"):
        return _("未签批")
    if row.code.startswith("step:"):
        return _("没有记录")
    return data.get("by") or data.get("accepted") or ""


def _due(data: dict) -> str:
    words = _("应于 %(due)s") % {"due": _moment(data["due_at"])}
    if data["stopped_at"]:
        words += _("，实际 %(done)s") % {"done": _moment(data["stopped_at"])}
    else:
        words += _("，未完成")
    if data["late_days"]:
        words += _("，逾期%(days)s天") % {"days": data["late_days"]}
    return words


def basis(row: Item | Finding, pack: Pack) -> str:
    """Return the clauses that a line rests on, or that the house asks it by itself."""
    return pack.basis(tuple(row.source)) if row.source else _("单位设定")


def _moment(text: str | None) -> str:
    return moment_words(datetime.fromisoformat(text)) if text else "—"
