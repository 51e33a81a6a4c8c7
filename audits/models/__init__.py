from audits.models.anchor import Anchor, AnchorLeaf
from audits.models.beside import FlaggedCase, Inspection, Result, SpecialAudit, Way
from audits.models.finding import AuditEntry, EntryKind, Finding, FindingState
from audits.models.paper import Item, Judgment, Paper, PaperState, Says, Topic
from audits.models.plan import Axis, Draw, Member, Part, Plan, Sample
from audits.models.text import AuditText
from audits.models.tip import Tip, TipOutcome, TipState, TipStep

__all__ = [
    "Anchor",
    "AnchorLeaf",
    "AuditEntry",
    "AuditText",
    "Axis",
    "Draw",
    "EntryKind",
    "Finding",
    "FindingState",
    "FlaggedCase",
    "Inspection",
    "Item",
    "Judgment",
    "Member",
    "Paper",
    "PaperState",
    "Part",
    "Plan",
    "Result",
    "Sample",
    "Says",
    "SpecialAudit",
    "Tip",
    "TipOutcome",
    "TipState",
    "TipStep",
    "Topic",
    "Way",
]
