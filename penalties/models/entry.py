"""The ledger: append-only, chained by hash for each case, without free text."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models.particulars import digest, new_salt
from records import chain
from records.bulk import columns


class Kind(models.TextChoices):
    """What an entry says of its item. Retired codes stay and are never used again."""

    PROPOSED = "proposed", _("提出")
    CONFIRMED = "confirmed", _("确认")
    APPEALED = "appealed", _("提出异议")
    CHARGED = "charged", _("维持")
    ADJUSTED = "adjusted", _("调整")
    WAIVED = "waived", _("免除")
    REVERSED = "reversed", _("冲销")
    POSTED = "posted", _("计入月结")


# Nothing but a correction in a later month comes after these.
ENDS = (Kind.WAIVED, Kind.REVERSED)


# Amounts with two places, which the hash covers as text.
AMOUNTS = ("amount", "low", "high")


class EntryQuerySet(models.QuerySet):
    def items(self):
        """The entries that begin an item; everything that follows refers to one of them."""
        return self.filter(kind=Kind.PROPOSED)


class Entry(models.Model):
    """One line of the ledger; a proposal begins an item, all others refer to it as `item`.

    `amount` (CNY) is what the entry adds to its item: the item's balance is their sum, and never
    negative. A posted entry adds nothing: there it is what the month took over. `offence`, `cycle`,
    `day`, `subject` and `round` name a proposal once; `round` counts how often the same offence was
    proposed after a reversal. `told` is the number of the case's last event when it was written.
    """

    case = models.ForeignKey(
        "complaints.Complaint", verbose_name=_("案件"), on_delete=models.PROTECT, related_name="+"
    )
    seq = models.PositiveIntegerField(_("序号"))
    kind = models.CharField(_("种类"), max_length=16, choices=Kind.choices)
    item = models.ForeignKey(
        "self",
        verbose_name=_("事项"),
        null=True,
        on_delete=models.PROTECT,
        related_name="following",
    )

    key = models.CharField(_("标识"), max_length=160, blank=True)
    offence = models.CharField(_("违规情形"), max_length=160, blank=True)
    rule = models.CharField(_("规则"), max_length=64, blank=True)
    cycle = models.PositiveSmallIntegerField(_("轮次"), null=True)
    day = models.PositiveIntegerField(_("逾期第几天"), null=True)
    round = models.PositiveSmallIntegerField(_("轮次"), null=True)
    subject = models.CharField(_("承担人"), max_length=32, blank=True)
    source = ArrayField(models.CharField(max_length=16), verbose_name=_("依据"), default=list)
    pack = models.CharField(_("制度版本"), max_length=80, blank=True)
    clock = models.CharField(_("时限"), max_length=128, blank=True)
    # The number of the case's event that triggered it: the clock that ran out, or what was recorded.
    event = models.PositiveIntegerField(_("事件"), null=True)
    incurred_at = models.DateTimeField(_("发生时间"), null=True)
    told = models.PositiveIntegerField(_("已告知"), null=True)
    low = models.DecimalField(_("下限"), max_digits=10, decimal_places=2, null=True)
    high = models.DecimalField(_("上限"), max_digits=10, decimal_places=2, null=True)
    sanction = models.CharField(_("处分"), max_length=200, blank=True)

    amount = models.DecimalField(_("金额"), max_digits=10, decimal_places=2, null=True)
    person = models.ForeignKey(
        "accounts.User",
        verbose_name=_("人员"),
        null=True,
        on_delete=models.PROTECT,
        related_name="penalties",
    )
    department = models.ForeignKey(
        "accounts.Department",
        verbose_name=_("部门"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    # Until when the person may object, as the setting was on that day.
    until = models.DateTimeField(_("异议期至"), null=True)
    reason = models.JSONField(_("理由"), null=True)
    month = models.ForeignKey(
        "penalties.Month",
        verbose_name=_("月份"),
        null=True,
        on_delete=models.PROTECT,
        related_name="entries",
    )
    # The posting of an earlier month that a posting corrects.
    corrects = models.ForeignKey(
        "self", verbose_name=_("更正"), null=True, on_delete=models.PROTECT, related_name="+"
    )

    actor = models.ForeignKey(
        "accounts.User",
        verbose_name=_("经办人"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    post = models.CharField(_("职务"), max_length=64, blank=True)
    recorded_at = models.DateTimeField(_("记录时间"))
    previous_hash = models.CharField(_("前一条的哈希"), max_length=64)
    hash = models.CharField(_("哈希"), max_length=64)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("考核记录")
        verbose_name_plural = _("考核台账")
        ordering = ["case", "seq"]
        constraints = [
            models.UniqueConstraint(name="entry_place_once", fields=["case", "seq"]),
            models.UniqueConstraint(
                name="offence_charged_once",
                fields=["case", "offence", "cycle", "day", "subject", "round"],
                condition=Q(kind="proposed"),
                nulls_distinct=False,
            ),
            models.UniqueConstraint(
                name="item_ends_once", fields=["item"], condition=Q(kind__in=ENDS)
            ),
            models.UniqueConstraint(
                name="item_confirmed_once", fields=["item"], condition=Q(kind="confirmed")
            ),
            models.UniqueConstraint(
                name="item_posted_once_a_month",
                fields=["item", "month"],
                condition=Q(kind="posted"),
            ),
            models.CheckConstraint(
                name="entry_kind_known", condition=Q(kind__in=[kind.value for kind in Kind])
            ),
            models.CheckConstraint(
                name="proposal_begins_an_item",
                condition=Q(kind="proposed", item=None, offence__gt="", round__isnull=False)
                | (~Q(kind="proposed") & Q(item__isnull=False)),
            ),
            models.CheckConstraint(
                name="proposal_is_not_negative",
                condition=~Q(kind="proposed") | Q(amount=None) | Q(amount__gte=0),
            ),
        ]
        indexes = [
            models.Index(name="item_entries", fields=["item", "seq"]),
            models.Index(
                name="item_of_person", fields=["person", "-id"], condition=Q(kind="proposed")
            ),
            models.Index(
                name="item_of_department",
                fields=["department", "-id"],
                condition=Q(kind="proposed"),
            ),
        ]

    def __str__(self):
        return f"{self.case_id}/{self.seq} {self.kind}"

    @property
    def identity(self) -> tuple[str, int, int | None, str]:
        """Name the offence as `regulations.engine.charges.Charge.identity` does."""
        return self.offence, self.cycle, self.day, self.subject

    def content(self):
        """Return what the hash covers: everything but the hashes."""
        content = columns(self)
        del content["previous_hash"], content["hash"]
        for name in AMOUNTS:
            if content[name] is not None:
                content[name] = f"{content[name]:.2f}"
        return content

    def seal(self, previous_hash: str) -> None:
        """Join the case's ledger after the entry with the hash `previous_hash`."""
        self.previous_hash = previous_hash
        self.hash = chain.link(previous_hash, self.content())


class LedgerHead(models.Model):
    """Where a case's ledger ends, so that a missing tail shows."""

    case = models.OneToOneField(
        "complaints.Complaint", on_delete=models.PROTECT, related_name="ledger_head"
    )
    count = models.PositiveIntegerField(default=0)
    hash = models.CharField(max_length=64, default=chain.GENESIS)

    def __str__(self):
        return f"{self.case_id}: {self.count}"


class EntryText(models.Model):
    """A reason or an objection in somebody's own words; may be erased, not changed."""

    case = models.ForeignKey("complaints.Complaint", on_delete=models.PROTECT, related_name="+")
    body = models.TextField()
    salt = models.CharField(max_length=32, default=new_salt)

    class Meta:
        verbose_name = _("考核说明")
        verbose_name_plural = _("考核说明")

    def __str__(self):
        return self.body[:40]

    def reference(self):
        """Return what an entry keeps of this text."""
        return {"text": self.pk, "digest": digest(self.salt, self.body)}
