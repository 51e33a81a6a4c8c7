"""What goes out as one message: a single notice, or many of one addressee in one."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from notices import words
from notices.models import Channel, Notice

# So many that wait for one addressee go out as one message.
TOGETHER_FROM = 4


@dataclass(frozen=True)
class Parcel:
    """Notices of one addressee on one channel that go out together."""

    notices: tuple[Notice, ...]

    @property
    def first(self) -> Notice:
        return self.notices[0]

    @property
    def channel(self) -> Channel:
        return Channel(self.first.channel)

    @property
    def message_id(self) -> str:
        """The same at each repetition: the receiver can tell a double."""
        if self.first.parcel is not None:
            return f"digest-{self.first.parcel}@bihuan"
        return f"notice-{self.first.pk}@bihuan"

    @property
    def title(self) -> str:
        if len(self.notices) == 1:
            return words.title(self.first)
        return _("%(count)s条通知") % {"count": len(self.notices)}

    @property
    def text(self) -> str:
        """The lines below the title; of several notices each with its own title."""
        if len(self.notices) == 1:
            return words.body(self.first)
        return "\n\n".join(f"{words.title(one)}\n{words.body(one)}" for one in self.notices)
