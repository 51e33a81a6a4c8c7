"""What the form of every step on an audit has in common."""

from collections.abc import Sequence
from typing import Any

from accounts.access import Decision
from complaints.attachments.keeping import Checked, Kept
from complaints.forms.base import KeyedForm


class StepForm(KeyedForm):
    """The form of one step on a `thing`: a plan, a paper or a finding.

    `permission` says whether this person may take it, `possible` whether it is its turn; what the
    step itself stands against is refused when it is sent.
    """

    act: str
    title: str

    def __init__(self, *args, thing, actor, **options):
        self.thing, self.actor = thing, actor
        super().__init__(*args, **options)
        self.build()

    def build(self) -> None:
        """Fill choices from the thing."""

    def uploads(self) -> list[Checked]:
        """Return the files that were sent with a valid form."""
        return self.cleaned_data.get("files") or []

    @classmethod
    def permission(cls, actor, thing) -> Decision:
        raise NotImplementedError

    @classmethod
    def possible(cls, thing) -> bool:
        return True

    def send(self, files: Sequence[Kept] = ()) -> Any:
        """Take the step; `files` are the kept `uploads`. Raises NotPermitted or Refused."""
        raise NotImplementedError

    def text(self, name: str = "reason") -> str:
        return self.cleaned_data[name]
