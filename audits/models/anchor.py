"""Anchors: what stood at the ends of all chains at a moment, signed with a key from outside."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from records import chain


class Anchor(models.Model):
    """One signed root over the ends of the chains that have grown since the anchor before it.

    `totals` holds for each kind of chain how many there are and how many rows they have in all,
    `marks` up to which row of the chained tables it has looked.
    """

    seq = models.BigIntegerField(_("序号"), primary_key=True)
    at = models.DateTimeField(_("时间"))
    leaves = models.PositiveIntegerField(_("链数"))
    root = models.CharField(_("根"), max_length=64)
    totals = models.JSONField(_("合计"))
    marks = models.JSONField()
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    # Ed25519 over the hash, in hex; `key` are the first digits of the public key's SHA-256.
    key = models.CharField(_("密钥"), max_length=16)
    signature = models.CharField(max_length=128)

    class Meta:
        verbose_name = _("存证锚点")
        verbose_name_plural = _("存证锚点")
        ordering = ["-seq"]

    def __str__(self):
        return str(self.seq)

    def content(self) -> dict[str, Any]:
        """Return what the hash covers."""
        return {
            "seq": self.seq,
            "at": self.at,
            "leaves": self.leaves,
            "root": self.root,
            "totals": self.totals,
            "marks": self.marks,
            "key": self.key,
        }

    def seal(self, previous_hash: str) -> None:
        """Join the chain after the anchor with the hash `previous_hash`."""
        self.previous_hash = previous_hash
        self.hash = chain.link(previous_hash, self.content())


class AnchorLeaf(models.Model):
    """The end of one chain: with its row `count` it had the hash `hash`.

    It covers the rows after `since`, the count of the chain's leaf before it. `chain` is one of
    audits.heads, `key` the case's id, or 0 for a chain of which there is one.
    """

    anchor = models.ForeignKey(Anchor, on_delete=models.PROTECT, related_name="ends")
    place = models.PositiveIntegerField()
    chain = models.CharField(max_length=8)
    key = models.BigIntegerField()
    since = models.PositiveBigIntegerField()
    count = models.PositiveBigIntegerField()
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="anchor_place_once", fields=["anchor", "place"]),
            models.UniqueConstraint(name="chain_anchored_once", fields=["chain", "key", "count"]),
        ]

    def __str__(self):
        return f"{self.chain} {self.key}/{self.count}"
