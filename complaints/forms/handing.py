"""The form with which anybody in the house hands a complaint in."""

from datetime import datetime

from django import forms
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from complaints.forms.texts import TextArea
from regulations.forms.fields import Moment
from regulations.models import Regulation


class HandInForm(forms.Form):
    """Who complained about what, where it was heard, and what one should know of it."""

    regulation = forms.ModelChoiceField(
        label=_("适用制度"), queryset=Regulation.objects.none(), empty_label=None
    )
    received_at = Moment(label=_("收到时间"))
    origin = forms.CharField(
        label=_("在何处收到"), max_length=100, help_text=_("部门、渠道或场合，如销售部电话。")
    )
    customer_name = forms.CharField(label=_("投诉人"), max_length=100)
    phone = forms.CharField(label=_("联系方式"), max_length=64)
    description = TextArea(label=_("投诉内容"))
    background = TextArea(label=_("背景"), required=False)

    def __init__(self, *args, actor: Actor, **options):
        initial = {"received_at": actor.at} | options.pop("initial", {})
        super().__init__(*args, initial=initial, **options)
        self.actor = actor
        regulations = Regulation.objects.filter(unit__in=actor.units())
        self.fields["regulation"].queryset = regulations
        self.initial.setdefault("regulation", regulations.first())

    def clean_received_at(self) -> datetime:
        received = self.cleaned_data["received_at"]
        if received > self.actor.at:
            raise forms.ValidationError(_("收到时间不能晚于现在。"))
        return received

    def clean(self):
        cleaned = super().clean()
        regulation, received = cleaned.get("regulation"), cleaned.get("received_at")
        if regulation and received:
            self.version = regulation.versions.in_force(localdate(received)).first()
            if self.version is None:
                self.add_error("received_at", _("该日尚无已施行的制度版本。"))
        return cleaned

    def entered(self) -> dict[str, str]:
        names = ("origin", "customer_name", "phone", "description", "background")
        return {name: self.cleaned_data[name] for name in names if self.cleaned_data[name]}
