"""What goes out as one message: a single notice, or many of one addressee in one."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from notices import customers, words
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
    def address(self) -> str:
        """Where a person is written to; a complainant's address is read now, and kept nowhere."""
        if self.first.to_customer:
            return customers.usable(self.first.case, self.channel) or ""
        person = self.first.recipient
        return person.email if self.channel == Channel.EMAIL else person.mobile

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
    def short(self) -> str:
        """What a text message says: one line, to a complainant what they were promised too."""
        return words.line(self.first) if self.first.to_customer else self.title

    @property
    def text(self) -> str:
        """The lines below the title; of several notices each with its own title."""
        if len(self.notices) == 1:
            return words.body(self.first)
        return "\n\n".join(f"{words.title(one)}\n{words.body(one)}" for one in self.notices)
