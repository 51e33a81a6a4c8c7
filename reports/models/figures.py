"""What the briefing is drawn from: each case's figures, and their sums by month. Derived, never a record."""

from django.db import models

FEW = {"max_length": 64, "blank": True}


class CaseFigure(models.Model):
    """What one case counts for. Written by `briefing.keeping` from the record alone.

    `month` is the first day of the month of receipt, in China's time: a case counts where it came in.
    """

    case = models.OneToOneField(
        "complaints.Complaint", on_delete=models.PROTECT, primary_key=True, related_name="figure"
    )
    regulation = models.ForeignKey(
        "regulations.Regulation", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    month = models.DateField()
    department = models.ForeignKey(
        "accounts.Department",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    kind = models.CharField(**FEW)
    category = models.CharField(**FEW)
    project = models.CharField(**FEW)
    # What the last investigation found to lie behind it.
    cause = models.CharField(**FEW)
    # Counted in the closing rate; a demand is counted apart; the rest was judged invalid.
    valid = models.BooleanField()
    demand = models.BooleanField()
    ended = models.BooleanField()
    # Some deadline was missed.
    late = models.BooleanField()
    # The customer's last answer.
    satisfaction = models.CharField(**FEW)
    # From receipt to the end, None for an open case.
    minutes = models.PositiveIntegerField(null=True)
    # A digest of the deadlines that were kept or missed, to see that one has changed.
    deadlines = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(name="case_figure_month", fields=["regulation", "month"])]

    def __str__(self):
        return f"{self.case_id}"


class CaseTally(models.Model):
    """How many cases of a month are alike in place, kind, category, project and cause; sums over them."""

    regulation = models.ForeignKey(
        "regulations.Regulation", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    month = models.DateField()
    department = models.ForeignKey(
        "accounts.Department",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    category = models.CharField(**FEW)
    project = models.CharField(**FEW)
    cause = models.CharField(**FEW)
    received = models.PositiveIntegerField()
    demands = models.PositiveIntegerField()
    # Of the valid ones, as everything below.
    valid = models.PositiveIntegerField()
    closed = models.PositiveIntegerField()
    late = models.PositiveIntegerField()
    # Ended without any missed deadline.
    in_time = models.PositiveIntegerField()
    answered = models.PositiveIntegerField()
    satisfied = models.PositiveIntegerField()
    minutes = models.PositiveBigIntegerField()

    class Meta:
        indexes = [models.Index(name="case_tally_month", fields=["regulation", "month"])]

    def __str__(self):
        return f"{self.regulation_id} {self.month:%Y-%m}"


class StageTally(models.Model):
    """In how many cases of a month a department kept, or missed, the deadlines of a stage.

    The stage "" is any of them; `everywhere` counts each case once, whichever departments it went
    through. A case in which one deadline was missed is late, however many were kept.
    """

    regulation = models.ForeignKey(
        "regulations.Regulation", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    month = models.DateField()
    department = models.ForeignKey(
        "accounts.Department",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    everywhere = models.BooleanField()
    stage = models.CharField(max_length=32, blank=True)
    kept = models.PositiveIntegerField()
    late = models.PositiveIntegerField()

    class Meta:
        indexes = [models.Index(name="stage_tally_month", fields=["regulation", "month"])]

    def __str__(self):
        return f"{self.regulation_id} {self.month:%Y-%m} {self.stage}"


class Watermark(models.Model):
    """Up to which event the figures have surely looked, and when they looked last; one row."""

    event = models.BigIntegerField(default=0)
    at = models.DateTimeField()

    def __str__(self):
        return str(self.event)
