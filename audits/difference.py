"""What verification finds."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Difference:
    """One row that is not what the record says it must be."""

    table: str
    row: str
    fault: str

    def __str__(self) -> str:
        return f"{self.table} {self.row}: {self.fault}"
