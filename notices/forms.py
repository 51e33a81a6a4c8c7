"""A person's choice of channels."""

from django import forms
from django.db import transaction

from accounts.models import User
from notices.models import OF_STAFF, PERSONAL, Channel, Muted

OUTSIDE = [channel for channel in PERSONAL if channel != Channel.IN_APP]


class ChoicesForm(forms.Form):
    """One box for each topic and outside channel; a box that is not ticked is muted."""

    def __init__(self, *given, person: User, **named):
        super().__init__(*given, **named)
        self.person = person
        rows = Muted.objects.filter(person=person).values_list("topic", "channel")
        muted = set(rows)
        for topic, _label in OF_STAFF:
            for channel in OUTSIDE:
                self.fields[f"{topic}-{channel}"] = forms.BooleanField(
                    required=False,
                    initial=(topic, channel) not in muted,
                    label=channel.label,
                )

    def rows(self):
        """Yield each topic with its boxes, one for each channel."""
        for topic, label in OF_STAFF:
            yield label, [self[f"{topic}-{channel}"] for channel in OUTSIDE]

    def heads(self):
        return [channel.label for channel in OUTSIDE]

    @transaction.atomic
    def save(self) -> None:
        wanted = {
            (topic, channel)
            for topic, _label in OF_STAFF
            for channel in OUTSIDE
            if not self.cleaned_data[f"{topic}-{channel}"]
        }
        Muted.objects.filter(person=self.person).delete()
        Muted.objects.bulk_create(
            Muted(person=self.person, topic=topic, channel=channel) for topic, channel in wanted
        )
