"""Case numbers: gap-free in each series and period (INV-5)."""

from django.db import models, transaction

from regulations.engine.pack import Numbering

# How the count begins again: the name of the period that a local date lies in.
PERIODS = {
    "month": lambda day: f"{day:%Y-%m}",
    "year": lambda day: f"{day:%Y}",
    "none": lambda day: "",
}


class NumberSeries(models.Model):
    """The last number given out in a period; its row is the lock for the next one."""

    regulation = models.ForeignKey("regulations.Regulation", on_delete=models.PROTECT)
    period = models.CharField(max_length=16)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="series_period_once", fields=["regulation", "period"])
        ]

    def __str__(self):
        return f"{self.regulation_id}/{self.period}"


def issue_number(regulation, numbering: Numbering, local_day) -> str:
    """Return the next number of the series, inside the caller's transaction.

    `local_day` is the date in China on which the case was registered. The number is free again
    if the transaction rolls back, so there are no gaps.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a number is issued inside the transaction that stores its case")
    period = PERIODS[numbering.reset](local_day)
    NumberSeries.objects.bulk_create(
        [NumberSeries(regulation=regulation, period=period)], ignore_conflicts=True
    )
    series = NumberSeries.objects.select_for_update().get(regulation=regulation, period=period)
    series.last += 1
    series.save(update_fields=["last"])
    return numbering.number(local_day, series.last)


def continue_after(regulation, period: str, serial: int) -> None:
    """Let a series go on after a number that history has brought, if it has not come so far."""
    NumberSeries.objects.bulk_create(
        [NumberSeries(regulation=regulation, period=period)], ignore_conflicts=True
    )
    series = NumberSeries.objects.select_for_update().get(regulation=regulation, period=period)
    if series.last < serial:
        series.last = serial
        series.save(update_fields=["last"])
