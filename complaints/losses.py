"""What a case has cost us, by the department that an offence was recorded of."""

from collections.abc import Iterable
from decimal import Decimal

from accounts.models import Department
from complaints.lifecycle import Kind
from complaints.models import CaseEvent


def losses(events: Iterable[CaseEvent]) -> list[tuple[str, Decimal]]:
    """Return each department that has caused a loss with its sum in CNY, the largest first.

    One query, none where nothing was lost.
    """
    sums: dict[int, Decimal] = {}
    for event in events:
        if event.kind == Kind.OFFENCE and "loss" in event.data:
            place = event.data["department_id"]
            sums[place] = sums.get(place, Decimal(0)) + Decimal(event.data["loss"])
    names = dict(Department.objects.filter(pk__in=sums).values_list("pk", "name")) if sums else {}
    return sorted(((names[pk], sums[pk]) for pk in sums), key=lambda row: (-row[1], row[0]))
