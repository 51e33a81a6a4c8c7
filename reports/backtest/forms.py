"""What a backtest needs: a draft, and from when to when."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulations.engine.reading import PackErrors, read_pack
from regulations.engine.yaml_tree import MAX_BYTES
from regulations.faults import fault
from regulations.forms.fields import Day


class BacktestForm(forms.Form):
    """A draft whose mistakes are all told at once; nothing is stored of a faulty one."""

    draft = forms.FileField(label=gettext_lazy("制度包草案（YAML）"))
    since = Day(label=gettext_lazy("收到日期自"))
    until = Day(label=gettext_lazy("至"))

    pack_errors: tuple = ()

    def clean_draft(self):
        file = self.cleaned_data["draft"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(_("文件超过 %(limit)s 字节。") % {"limit": MAX_BYTES})
        try:
            read_pack(file.read().decode("utf-8"), file.name)
        except UnicodeDecodeError:
            raise forms.ValidationError(_("文件不是 UTF-8 文本。")) from None
        except PackErrors as problems:
            self.pack_errors = tuple(map(fault, problems.errors))
            raise forms.ValidationError(
                _("草案有 %(count)s 处错误，见下。") % {"count": len(problems.errors)}
            ) from None
        file.seek(0)
        return file

    def clean(self):
        cleaned = super().clean()
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", _("结束日期不能早于开始日期。"))
        return cleaned
