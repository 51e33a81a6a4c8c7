"""The forms of an import: which file under which regulation, and what its columns are."""

import tempfile
from pathlib import Path

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from records import clock
from regulations.engine.pack import Pack
from regulations.models import Regulation, RegulationVersion
from reports.importing import gate, matching
from reports.importing.faults import BadMap, file_words
from reports.importing.fields import choices_of, words_of
from reports.importing.gate import Unreadable
from reports.importing.history import Reader
from reports.importing.maps import CONTENT, CONTINUE, FIRST, NUMBER, REFUSE, Map, map_of
from reports.importing.matching import USUAL_DATES, Table
from reports.importing.tables import Peek, Sheet
from reports.importing.workbooks import survey

# Fields that are often the same for a whole ledger; the required choices of the form come first.
OFTEN_CONSTANT = (
    "category",
    "department",
    "opinion",
    "customer_confirmation",
    "property_confirmation",
    "conclusion",
    "option",
    "satisfaction",
)


class UploadForm(forms.Form):
    """A ledger and the regulation under which its cases are history; refused files are told why."""

    file = forms.FileField(label=gettext_lazy("台账文件（.xlsx 或 .csv）"))
    regulation = forms.ModelChoiceField(
        label=gettext_lazy("适用制度"), queryset=Regulation.objects.none(), empty_label=None
    )

    peeks: list[Peek]

    def __init__(self, *args, units, **options):
        super().__init__(*args, label_suffix="", **options)
        published = Regulation.objects.filter(unit__in=units, versions__isnull=False)
        self.fields["regulation"].queryset = published.distinct().order_by("code")
        self.fields["file"].widget.attrs["accept"] = ".xlsx,.csv"

    def clean_file(self):
        file = self.cleaned_data["file"]
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"ledger{Path(file.name).suffix.lower()}"
            with path.open("wb") as copy:
                for part in file.chunks():
                    copy.write(part)
            try:
                gate.check(path, file.name)
                self.peeks = survey(path)
            except Unreadable as refused:
                raise forms.ValidationError(file_words(refused)) from None
        return file


class ColumnsForm(forms.Form):
    """What each column is, what all rows have in common, and how rows are recognised.

    `plan` is the map that comes of it, after validation.
    """

    plan: Map

    def __init__(self, data=None, *, table: Table, version: RegulationVersion, content):
        super().__init__(data, label_suffix="")
        self.table, self.version, self.content = table, version, content
        self.names = matching.labels(version.pack)
        self._add_columns()
        self._add_constants()
        self._add_settings()

    def _add_columns(self) -> None:
        # The column of the answer may also be that of the response; it is drawn as the answer's.
        fields: dict[str, str] = {}
        for name, title in self.content["columns"].items():
            fields.setdefault(title, name)
        choices = [("", _("不导入")), *self.names.items()]
        for place, title in enumerate(self.table.header):
            if title:
                self.fields[f"column_{place}"] = forms.ChoiceField(
                    label=title, choices=choices, required=False, initial=fields.get(title, "")
                )

    def _add_constants(self) -> None:
        given = self.content.get("constants", {})
        for name in _constants(self.version.pack):
            terms = words_of(name, self.version.pack)
            choices = [("", _("按列，或不填")), *((term, term) for term in terms)]
            self.fields[f"constant_{name}"] = forms.ChoiceField(
                label=self.names[name],
                choices=choices,
                required=False,
                initial=given.get(name, ""),
            )

    def _add_settings(self) -> None:
        self.fields["key"] = forms.ChoiceField(
            label=_("凭什么认出一行"),
            choices=[(NUMBER, _("编号列")), (CONTENT, _("收到时间、投诉人和内容（没有编号时）"))],
            initial=self.content.get("key", NUMBER),
            help_text=_("再次导入时，已有的行不会重复；内容不同的会列出，不会改动。"),
        )
        self.fields["repeated"] = forms.ChoiceField(
            label=_("文件里同一编号出现多次时"),
            choices=[(REFUSE, _("报错")), (FIRST, _("只导入第一行"))],
            initial=self.content.get("repeated", REFUSE),
        )
        self.fields["series"] = forms.ChoiceField(
            label=_("编号属于本制度当前的号段时"),
            choices=[(REFUSE, _("报错")), (CONTINUE, _("保留，新案件接着编号"))],
            initial=self.content.get("series", REFUSE),
        )
        self.fields["number_prefix"] = forms.CharField(
            label=_("编号前缀"),
            required=False,
            max_length=12,
            initial=self.content.get("number_prefix", ""),
            help_text=_("加在每个编号前，以免与系统将要发出的编号相同。"),
        )
        self.fields["dates"] = forms.CharField(
            label=_("日期写法"),
            required=False,
            max_length=200,
            initial="、".join(self.content.get("dates", ())),
            help_text=_("留空即认 2026-3-9、2026/3/9 9:05、2026年3月9日 等常用写法和 Excel 日期。"),
        )
        self.fields["answer_is_response"] = forms.BooleanField(
            label=_("没有单独的响应时间时，以答复时间为响应时间"),
            required=False,
            initial="responded_at" in self.content["columns"] or not self.content.get("regulation"),
        )

    def columns(self) -> list[dict]:
        """Return each column with its letter, title, samples and field, for the table."""
        return [
            {
                "title": title,
                "samples": self.table.samples[place],
                "field": self[f"column_{place}"],
            }
            for place, title in enumerate(self.table.header)
            if title
        ]

    def constants(self) -> list:
        return [self[name] for name in self.fields if name.startswith("constant_")]

    def settings(self) -> list:
        names = ("key", "repeated", "series", "number_prefix", "dates", "answer_is_response")
        return [self[name] for name in names]

    def clean(self):
        cleaned = super().clean()
        try:
            self.plan = map_of(self._content(cleaned))
            sheet = Sheet(self.table.sheet, (), self.table.header, ())
            Reader(self.plan, sheet, clock.now())
        except BadMap as bad:
            raise forms.ValidationError(list(bad.problems)) from None
        return cleaned

    def _content(self, cleaned) -> dict:
        """Return the map as plain values. Raises BadMap where two columns are one field."""
        columns: dict[str, str] = {}
        for place, title in enumerate(self.table.header):
            if name := cleaned.get(f"column_{place}"):
                if name in columns:
                    words = _("“%(one)s”和“%(other)s”都是“%(field)s”，请只留一列。")
                    said = {"one": columns[name], "other": title, "field": self.names[name]}
                    raise BadMap([words % said])
                columns[name] = title
        if cleaned.get("answer_is_response") and "answered_at" in columns:
            columns.setdefault("responded_at", columns["answered_at"])
        constants = {
            name.removeprefix("constant_"): value
            for name, value in cleaned.items()
            if name.startswith("constant_") and value
        }
        kept = {name: value for name, value in constants.items() if name not in columns}
        values = self.content.get("values", {})
        dates = [word.strip() for word in cleaned.get("dates", "").replace(",", "、").split("、")]
        return {
            "regulation": self.version.regulation.code,
            "sheet": self.table.sheet,
            "header_row": self.table.header_row,
            "columns": columns,
            "constants": kept,
            "optional": [name for name in columns if name not in ("number", "received_at")],
            "values": {name: words for name, words in values.items() if name in columns},
            "dates": list(filter(None, dates)) or list(USUAL_DATES),
            "number_prefix": cleaned.get("number_prefix") or None,
            "key": cleaned.get("key"),
            "repeated": cleaned.get("repeated"),
            "series": cleaned.get("series"),
        }


def _constants(pack: Pack) -> list[str]:
    required = [f.key for f in pack.intake if f.required and f.type == "choice"]
    names = dict.fromkeys([*required, *OFTEN_CONSTANT])
    return [name for name in names if choices_of(name, pack)]


class TermsForm(forms.Form):
    """What words of the file mean in the regulation's terms; `values` is field → word → term."""

    def __init__(self, data=None, *, unknown, names, pack: Pack):
        super().__init__(data, label_suffix="")
        self.asked: list[tuple[str, str, str]] = []
        for name, words in unknown.items():
            terms = words_of(name, pack)
            choices = [("", _("保留为错误")), *((term, term) for term in terms)]
            for word, count in words.items():
                key = f"term_{len(self.asked)}"
                self.asked.append((key, name, word))
                self.fields[key] = forms.ChoiceField(
                    label=_("%(field)s：%(word)s（%(count)s 行）")
                    % {"field": names.get(name, name), "word": word, "count": count},
                    choices=choices,
                    required=False,
                )

    def values(self) -> dict[str, dict[str, str]]:
        """Return the answers that were given."""
        found: dict[str, dict[str, str]] = {}
        for key, name, word in self.asked:
            if term := self.cleaned_data.get(key):
                found.setdefault(name, {})[word] = term
        return found
