"""Files in a form: several at once, each judged by its content before anything is kept."""

from collections.abc import Sequence

from django import forms
from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.attachments.keeping import Checked, check
from complaints.attachments.sorts import ENDINGS, Unfit, ending_of, shown_name

UNFIT = {
    "empty": gettext_lazy("文件是空的。"),
    "not_allowed": gettext_lazy("不接受这种文件。可上传：%(accepted)s。"),
    "other_ending": gettext_lazy("文件内容与扩展名不符。"),
    "two_sorts": gettext_lazy("文件里还藏有另一种文件。"),
    "macros": gettext_lazy("文档含有宏，请另存为不含宏的文档。"),
    "broken": gettext_lazy("文件已损坏，无法读取。"),
    "bomb": gettext_lazy("文件解开后过大。"),
    "too_large": gettext_lazy("文件过大，每个最大 %(limit)s。"),
}


class ManyFiles(forms.FileInput):
    allow_multiple_selected = True


class Files(forms.FileField):
    """Several files; the cleaned value is a list of `Checked`, empty where none was sent."""

    def __init__(self, *, endings: Sequence[str] = ENDINGS, **options):
        self.endings = tuple(endings)
        accept = ",".join(f".{one}" for one in self.endings)
        options.setdefault("widget", ManyFiles(attrs={"accept": accept}))
        super().__init__(**options)
        self.help_text = lazy(_help, str)(self.endings)

    def clean(self, data, initial=None) -> list[Checked]:
        files = [one for one in data or () if one]
        if self.required and not files:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        if len(files) > settings.ATTACHMENTS_AT_ONCE:
            words = _("一次最多上传 %(most)s 个文件。") % {"most": settings.ATTACHMENTS_AT_ONCE}
            raise forms.ValidationError(words, code="too_many")
        found, wrong = [], []
        for one in files:
            try:
                found.append(_checked(one, self.endings))
            except Unfit as unfit:
                name = shown_name(one.name or "")
                wrong.append(
                    forms.ValidationError(
                        f"{name}：{_why(unfit.code, self.endings)}", code=unfit.code
                    )
                )
        if wrong:
            raise forms.ValidationError(wrong)
        return found


def _checked(upload, endings: Sequence[str]) -> Checked:
    if ending_of(upload.name or "") not in endings:
        raise Unfit("not_allowed")
    if upload.size > settings.ATTACHMENT_BYTES:
        raise Unfit("too_large")
    return check(upload)


def _why(code: str, endings: Sequence[str]) -> str:
    limit = filesizeformat(settings.ATTACHMENT_BYTES)
    return str(UNFIT[code]) % {"accepted": " ".join(endings), "limit": limit}


def _help(endings: Sequence[str]) -> str:
    return _("一次最多 %(most)s 个，每个最大 %(limit)s：%(accepted)s") % {
        "most": settings.ATTACHMENTS_AT_ONCE,
        "limit": filesizeformat(settings.ATTACHMENT_BYTES),
        "accepted": " ".join(endings),
    }
