from reports.models.figures import CaseFigure, CaseTally, StageTally, Watermark
from reports.models.ledgers import FormTemplate, LedgerImport, LedgerMap, LedgerTemplate

__all__ = [
    "CaseFigure",
    "CaseTally",
    "FormTemplate",
    "LedgerImport",
    "LedgerMap",
    "LedgerTemplate",
    "StageTally",
    "Watermark",
]
