"""Regulations, their versions, what their terms mean here, and drafts on the way to a version."""

from regulations.calendar_version import CalendarVersion
from regulations.models.draft import DraftSignature, RegulationDraft, Step
from regulations.models.regulation import (
    Binding,
    Regulation,
    RegulationVersion,
    other_packs_of,
    pack_by_digest,
    pack_of,
)
from regulations.models.standard import Standard, StandardEdition

__all__ = [
    "Binding",
    "CalendarVersion",
    "DraftSignature",
    "Regulation",
    "RegulationDraft",
    "RegulationVersion",
    "Standard",
    "StandardEdition",
    "Step",
    "other_packs_of",
    "pack_by_digest",
    "pack_of",
]
