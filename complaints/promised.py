"""What a regulation promises whoever complains: the deadlines of what is done towards them, in their words."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.wording import moment_words
from regulations.engine.pack import Pack
from regulations.engine.verdict import Clock

# The stages that a customer sees of the house; every other one is its own affair.
TOWARDS_CUSTOMERS = {
    "response": gettext_lazy("与您首次联系"),
    "visit": gettext_lazy("上门查看"),
    "customer_talk": gettext_lazy("与您沟通处理方案"),
    "execution": gettext_lazy("完成处理"),
    "inform": gettext_lazy("告知您处理结果"),
    "answer": gettext_lazy("答复您"),
    "followup": gettext_lazy("回访"),
    "close": gettext_lazy("办结"),
}
RUNNING = ("running", "overdue")


class Promise(NamedTuple):
    """What is done towards the customer, until when, and by which facts of the pack."""

    stage: str
    due_at: datetime
    source: tuple[str, ...]

    def kept(self) -> dict[str, Any]:
        """Return the promise as JSON: codes and a moment, nothing of anybody."""
        return {
            "stage": self.stage,
            "due_at": self.due_at.isoformat(),
            "source": list(self.source),
        }

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Promise":
        due = datetime.fromisoformat(kept["due_at"])
        return cls(kept["stage"], due, tuple(kept["source"]))

    @property
    def words(self) -> str:
        """Return what is done and until when."""
        words = {
            "what": TOWARDS_CUSTOMERS[self.stage],
            "due": moment_words(localtime(self.due_at)),
        }
        return _("%(what)s：不迟于 %(due)s") % words

    def basis(self, pack: Pack) -> str:
        return pack.basis(self.source)


def promises(clocks: Iterable[Clock]) -> Iterator[Promise]:
    """Yield what is promised now, what is due first in front; one promise for each stage."""
    told = set()
    open_ones = [one for one in clocks if one.state in RUNNING and one.due_at is not None]
    for clock in sorted(open_ones, key=lambda one: (one.due_at, one.key)):
        if clock.stage in TOWARDS_CUSTOMERS and clock.stage not in told:
            told.add(clock.stage)
            assert clock.due_at is not None
            yield Promise(clock.stage, clock.due_at, clock.source)
