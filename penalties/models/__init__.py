from penalties.models.entry import Entry, EntryText, Kind, LedgerHead
from penalties.models.month import Award, Month, PlatformScore, WageBase, WageBaseChange

__all__ = [
    "Award",
    "Entry",
    "EntryText",
    "Kind",
    "LedgerHead",
    "Month",
    "PlatformScore",
    "WageBase",
    "WageBaseChange",
]
