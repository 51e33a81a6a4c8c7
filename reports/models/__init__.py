from reports.models.figures import CaseFigure, CaseTally, StageTally, Watermark
from reports.models.ledgers import FormTemplate, LedgerImport, LedgerMap, LedgerTemplate
from reports.models.periodical import (
    Appraisal,
    DueReport,
    HotSpot,
    MeetingItem,
    Publication,
    Rectification,
    RectificationFile,
    Report,
)

__all__ = [
    "Appraisal",
    "CaseFigure",
    "CaseTally",
    "DueReport",
    "FormTemplate",
    "HotSpot",
    "LedgerImport",
    "LedgerMap",
    "LedgerTemplate",
    "MeetingItem",
    "Publication",
    "Rectification",
    "RectificationFile",
    "Report",
    "StageTally",
    "Watermark",
]
