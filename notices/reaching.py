"""By which channels people can be reached, and which of them they want to be reached by."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.conf import settings

from accounts.models import User
from notices.models import Channel, Muted


@dataclass(frozen=True)
class Reached:
    """The addresses and wishes of some people, read in two queries."""

    addresses: dict[int, tuple[str, str]]
    muted: frozenset[tuple[int, str, str]]

    @classmethod
    def of(cls, people: Iterable[int]) -> "Reached":
        people = list(people)
        known = User.objects.filter(pk__in=people).values_list("pk", "email", "mobile")
        muted = Muted.objects.filter(person__in=people).values_list("person", "topic", "channel")
        return cls({pk: (email, mobile) for pk, email, mobile in known}, frozenset(muted))

    def channels(self, person: int, topic: str) -> Iterator[Channel]:
        """Yield the channels on which a person is told of a topic; in the application always."""
        email, mobile = self.addresses[person]
        yield Channel.IN_APP
        if email and (person, topic, Channel.EMAIL) not in self.muted:
            yield Channel.EMAIL
        if mobile and settings.SMS_GATEWAY and (person, topic, Channel.SMS) not in self.muted:
            yield Channel.SMS
