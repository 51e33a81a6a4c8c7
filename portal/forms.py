"""What a customer fills in: the fields of the pack that they can know, files, and their consent."""

from collections.abc import Sequence
from datetime import datetime

from django import forms
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.attachments.keeping import Checked, Kept
from complaints.attachments.sorts import MEDIA
from complaints.forms.asked import form_field
from complaints.forms.base import KeyedForm
from complaints.forms.files import Files
from complaints.forms.intake import facts_of_form, missing, particulars_from
from complaints.intake import Intake
from complaints.lifecycle import Kind
from complaints.models import Complaint
from complaints.notice import How, lines, told
from complaints.pipeline import Act
from notices import customers
from portal import houses, room
from regulations.engine.conditions import ALWAYS
from regulations.models import RegulationVersion

AGREED = ("minor", "guardian", "consent")
NUMBER, CODE = 32, 40


class ComplaintForm(KeyedForm):
    """One complaint, entered by whoever complains."""

    consent = forms.BooleanField(
        label=_("我已阅读上述说明，同意为处理本次投诉使用我的个人信息"),
        error_messages={
            "required": _("未经您同意，我们不能登记您的个人信息（个人信息保护法第十三条）。")
        },
    )
    minor = forms.BooleanField(label=_("我未满14周岁"), required=False)
    guardian = forms.BooleanField(label=_("我的监护人已同意"), required=False)

    def __init__(self, *args, version: RegulationVersion, now: datetime, **options):
        super().__init__(*args, **options)
        self.version, self.now, self.pack = version, now, version.pack
        self.asked = [field for field in self.pack.intake if field.public]
        for field in self.asked:
            made = form_field(field, self.pack)
            made.wanted = field.required and field.when is ALWAYS
            made.widget.attrs.pop("data-clause", None)
            self.fields[field.key] = made
        if "phone" in self.fields and customers.tells(self.pack, houses.channel_of(version)):
            self.fields["phone"].help_text = _contact_help()
        self.takes_files = room.for_files()
        if self.takes_files:
            self.fields["files"] = Files(label=_("图片与视频"), endings=MEDIA, required=False)
            self.fields["files"].wide = True
        self.order_fields([*(field.key for field in self.asked), "files", *AGREED])

    def entered(self) -> list[forms.BoundField]:
        """Return the fields about the complaint, in the pack's order, the files last."""
        names = [field.key for field in self.asked] + ["files"] * self.takes_files
        return [self[name] for name in names]

    def agreed(self) -> list[forms.BoundField]:
        return [self[name] for name in AGREED]

    @property
    def lost_files(self) -> bool:
        """Whether files came with a form that is shown again: a browser does not choose them anew."""
        return bool(self.files.getlist("files")) if self.files else False

    def notice_lines(self) -> list[tuple[str, str]]:
        """Return what is told of the use of the data before anything is sent."""
        return lines(self.pack)

    def clean(self):
        cleaned = super().clean()
        for field in missing(self.asked, self.pack, cleaned):
            if field.key not in self.errors:
                self.add_error(field.key, _("请填写。"))
        for field in self.asked:
            happened = cleaned.get(field.key) if field.fact == "occurred_at" else None
            if happened and happened > self.now:
                self.add_error(field.key, _("发生时间不能晚于现在。"))
        if cleaned.get("minor") and not cleaned.get("guardian"):
            words = _("未满14周岁的，须经监护人同意（个人信息保护法第三十一条）。")
            self.add_error("guardian", words)
        return cleaned

    def uploads(self) -> list[Checked]:
        return self.cleaned_data.get("files") or []

    def intake(self, files: Sequence[Kept]) -> Intake:
        """Return the complaint for registration, with the files that lie in the vault already."""
        given = self.cleaned_data
        facts = facts_of_form(self.pack, {one.key: given.get(one.key) for one in self.asked})
        return Intake(
            version=self.version,
            received_at=self.now,
            facts=facts | {"channel": houses.channel_of(self.version)},
            particulars=particulars_from(self.asked, given),
            acts=[Act(Kind.ATTACHED, files=files)] if files else [],
            notice=told(How.AGREED, minor=given["minor"], guardian=given["guardian"]),
            origin=Complaint.Origin.PUBLIC,
        )


def _contact_help() -> Promise:
    if settings.SMS_GATEWAY:
        return _("填手机号或邮箱：受理提醒发到这里。")
    return _("填写邮箱可收到受理提醒。")


class TrackForm(forms.Form):
    """By what a customer asks how their case stands."""

    number = forms.CharField(label=_("投诉编号"), max_length=NUMBER)
    code = forms.CharField(
        label=_("查询码"),
        max_length=CODE,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
