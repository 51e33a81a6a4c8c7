"""One small form for each act, in the order of the loop."""

from dataclasses import replace
from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.actors import members
from accounts.models import User
from complaints.causes import CAUSES
from complaints.first_talk import first_talk
from complaints.forms.base import YES_NO, ActForm, TextArea, terms
from complaints.forms.files import Files
from complaints.lifecycle import DISSATISFIED, Kind
from complaints.owed import open_orders, open_tasks, order_numbers
from complaints.wording import moment_words
from regulations import bindings
from regulations.engine.outside import OUTSIDE
from regulations.engine.subtasks import SUBTASK
from regulations.forms.fields import Moment
from regulations.words import STAGES, SUBJECTS

# Nothing of the regulation extends these: their time is somebody else's, or was agreed on.
AGREED = (OUTSIDE.stage, SUBTASK.stage)
FORMS: dict[str, type[ActForm]] = {}
# 4.1.2 of 大理文旅 and the like: what is assessed by its severity.
SEVERITIES = ("轻微", "一般", "严重")
# How a customer is asked, in the order in which it is tried (GEN-45).
METHODS = ("电话", "短信", "邮件", "上门")
# Who sets a due time from outside; the event keeps the word.
SENDERS = [
    ("hotline", _("政务服务热线")),
    ("regulator", _("行业主管或监管部门")),
    ("consumer_body", _("消费者协会")),
    ("superior", _("上级单位")),
    ("court", _("司法机关")),
    ("other", _("其他单位")),
]


def form_for(kind):
    def add(form):
        form.kind = kind
        FORMS[kind] = form
        return form

    return add


class NoteForm(ActForm):
    """An act with nothing to enter but a remark."""

    note = TextArea(label=_("说明"), required=False)
    text_fields = ("note",)


class ReasonForm(ActForm):
    """An act that needs its reason in writing."""

    reason = TextArea(label=_("原因"))
    text_fields = ("reason",)


for _kind in (
    Kind.DEPARTMENT_RESPONDED,
    Kind.VISITED,
    Kind.SAMPLED,
    Kind.REPORT_ISSUED,
    Kind.STAFF_PLAN_CONFIRMED,
    Kind.PLAN_APPROVED,
    Kind.ARCHIVED,
    Kind.SHEET_ISSUED,
    Kind.JUDGMENT,
    Kind.FORMALITIES_DONE,
    Kind.RESUMED,
):
    form_for(_kind)(type(f"{_kind.name.title()}Form", (NoteForm,), {}))

for _kind in (Kind.RETURNED, Kind.PLAN_REJECTED, Kind.WITHDRAWN):
    form_for(_kind)(type(f"{_kind.name.title()}Form", (ReasonForm,), {}))


@form_for(Kind.CUSTOMER_INFORMED)
class CustomerInformedForm(NoteForm):
    """The customer is told the result."""

    reply_field = "note"


@form_for(Kind.RESPONDED)
class RespondedForm(NoteForm):
    reply_field = "note"
    expected_at = Moment(label=_("告知客户的预计时间"), required=False)

    def data_fields(self):
        data = super().data_fields()
        if "expected_at" in data:
            data["expected_at"] = data["expected_at"].isoformat()
        return data


@form_for(Kind.TRANSFERRED)
class TransferredForm(NoteForm):
    to = forms.ChoiceField(label=_("上报给"))

    def build(self):
        wanted = [report.to for report in self.verdict.reports]
        others = [post.name for post in self.pack.posts if post.name not in wanted]
        owner = [self.pack.owner_department]
        self.fields["to"].choices = terms(dict.fromkeys([*wanted, *owner, *others]))


@form_for(Kind.JUDGED)
class JudgedForm(ActForm):
    """Valid or not; why not is one of the pack's cases, or said in words where it names none."""

    valid = forms.ChoiceField(label=_("是否有效投诉"), choices=YES_NO, widget=forms.RadioSelect)
    reason = forms.ChoiceField(label=_("无效情形"), required=False)
    note = TextArea(label=_("说明"), required=False)
    text_fields = ("note",)

    def build(self):
        named = [
            (row.fact, f"{row.text}（{self.pack.basis((row.fact,))}）")
            for row in self.pack.validity
        ]
        self.fields["reason"].choices = [("", _("请选择")), *named]
        if not named:
            del self.fields["reason"]
        for question in self._questions():
            self.fields[question.key] = forms.ChoiceField(
                label=question.label,
                choices=YES_NO,
                widget=forms.RadioSelect,
                help_text=self.pack.basis(question.source),
            )

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("valid") != "no":
            return cleaned
        if "reason" in self.fields and not cleaned.get("reason"):
            self.add_error("reason", _("判为无效须选择制度所列的情形。"))
        if "reason" not in self.fields and not cleaned.get("note"):
            self.add_error("note", _("判为无效须写明理由。"))
        explained = {row.fact for row in self.pack.validity if row.explained}
        if cleaned.get("reason") in explained and not cleaned.get("note"):
            self.add_error("note", _("以此情形终止须写明原因。"))
        return cleaned

    def data_fields(self):
        valid = self.cleaned_data["valid"] == "yes"
        reason = self.cleaned_data.get("reason")
        keys = [question.key for question in self._questions()]
        answers = {key: self.cleaned_data[key] == "yes" for key in keys}
        data = {"valid": valid} | ({"reason": reason} if reason and not valid else {})
        return data | ({"answers": answers} if answers else {})

    def _questions(self):
        return self.pack.validity_questions


@form_for(Kind.SCREENED)
class ScreenedForm(JudgedForm):
    """The first verdict, of whoever took the complaint in."""

    def extra_fields(self):
        return []

    def _questions(self):
        return []


@form_for(Kind.GRADED)
class GradedForm(ReasonForm):
    grade = forms.ChoiceField(label=_("等级"))
    field_order = ["grade", "reason"]

    def build(self):
        self.fields["grade"].choices = terms(grade.name for grade in self.pack.grades)


@form_for(Kind.ASSIGNED)
class AssignedForm(NoteForm):
    department_id = forms.ChoiceField(label=_("责任部门"))

    def build(self):
        places = bindings.departments(self.case.version)
        self.fields["department_id"].choices = [(row.pk, row.name) for row in places]
        first, source = self.verdict.responsible.first, self.verdict.responsible.source
        events = self.case.events.order_by("seq")
        if point := first_talk(self.pack, events):
            first, source = point.department, point.source
        wanted = bindings.department(self.case.version, first)
        self.initial.setdefault("department_id", wanted)
        if wanted:
            self.fields["department_id"].help_text = self.pack.basis(source)

    def data_fields(self):
        return {"department_id": int(self.cleaned_data["department_id"])}


@form_for(Kind.ACCEPTED)
class AcceptedForm(NoteForm):
    handler = forms.ChoiceField(label=_("承办人"))

    def build(self):
        people = members(self.case.department_id, self.actor.at)
        people = people.exclude(pk__in=self.case.kept_out)
        self.fields["handler"].choices = [(person.pk, person.name) for person in people]

    def data_fields(self):
        return {"handler": int(self.cleaned_data["handler"])}


@form_for(Kind.HANDED_OVER)
class HandedOverForm(AcceptedForm):
    """Another person of the department goes on with the case."""

    def build(self):
        super().build()
        others = self.fields["handler"].choices
        self.fields["handler"].choices = [one for one in others if one[0] != self.case.handler_id]


@form_for(Kind.VERIFIED)
class VerifiedForm(NoteForm):
    check = forms.ChoiceField(label=_("核查项"), required=False)
    passed = forms.ChoiceField(label=_("核查通过"), choices=YES_NO, widget=forms.RadioSelect)

    def build(self):
        checks = [check for rule in self.pack.verifications for check in rule.checks]
        if not checks:
            del self.fields["check"]
            return
        self.fields["check"].required = True
        self.fields["check"].choices = [
            (check.fact, f"{check.text}（{self.pack.basis(check.source)}）") for check in checks
        ]

    def data_fields(self):
        return super().data_fields() | {"passed": self.cleaned_data["passed"] == "yes"}


@form_for(Kind.ANSWERED)
class AnsweredForm(ActForm):
    """The answer to an enquiry or a suggestion, which ends it."""

    reply_field = "answer"

    answer = TextArea(label=_("答复内容"))
    text_fields = ("answer",)


@form_for(Kind.PAUSED)
class PausedForm(NoteForm):
    reason = forms.ChoiceField(label=_("暂停原因"))

    def build(self):
        self.fields["reason"].choices = [
            (rule.reason, f"{rule.reason}（{self.pack.basis(rule.source)}）")
            for rule in self.pack.pauses
        ]


@form_for(Kind.INVESTIGATED)
class InvestigatedForm(ActForm):
    conclusion = forms.ChoiceField(label=_("调查结论"))
    cause = forms.ChoiceField(
        label=_("根本原因"), choices=[("", _("未查明")), *terms(CAUSES)], required=False
    )
    findings = TextArea(label=_("核实情况"))
    text_fields = ("findings",)

    def build(self):
        self.fields["conclusion"].choices = terms(self.pack.conclusions)


@form_for(Kind.CUSTOMER_TALKED)
class CustomerTalkedForm(NoteForm):
    opinion = forms.ChoiceField(
        label=_("客户意见"),
        choices=terms(["接受", "部分接受", "拒绝"]),
        widget=forms.RadioSelect,
    )


@form_for(Kind.RESULT_RETURNED)
class ResultForm(ActForm):
    result = TextArea(label=_("处理过程与结果"))
    text_fields = ("result",)


@form_for(Kind.CONFIRMED)
class ConfirmedForm(NoteForm):
    by = forms.ChoiceField(
        label=_("确认方"),
        choices=[("customer", _("客户")), ("property", _("物业公司"))],
        widget=forms.RadioSelect,
    )
    form = forms.ChoiceField(
        label=_("确认方式"),
        choices=[("written", _("书面")), ("recorded_call", _("电话录音"))],
        widget=forms.RadioSelect,
    )


@form_for(Kind.FOLLOWED_UP)
class FollowedUpForm(NoteForm):
    """The follow-up with the pack's survey; the pack says which low score needs its reason."""

    satisfaction = forms.ChoiceField(
        label=_("总体满意度"),
        choices=terms(["满意", "基本满意", DISSATISFIED]),
        widget=forms.RadioSelect,
    )
    method = forms.ChoiceField(
        label=_("回访方式"), choices=[("", _("请选择")), *terms(METHODS)], required=False
    )

    def build(self):
        reasons = []
        for question in self.pack.survey:
            self.fields[question.key] = self._field(question)
            if question.reason_below is not None:
                name = f"reason_{question.key}"
                self.fields[name] = forms.CharField(
                    label=_("%(question)s：低于%(score)s分的原因")
                    % {"question": question.label, "score": question.reason_below},
                    required=False,
                    max_length=500,
                )
                reasons.append(name)
        self.text_fields = ("note", *reasons)

    def _field(self, question):
        if question.type == "yes_no":
            return forms.ChoiceField(label=question.label, choices=YES_NO, widget=forms.RadioSelect)
        scored = forms.IntegerField(
            label=question.label,
            min_value=question.low,
            max_value=question.high,
            help_text=_("%(low)s至%(high)s分") % {"low": question.low, "high": question.high},
        )
        scored.first = True  # its reason stands beside it
        return scored

    def clean(self):
        cleaned = super().clean()
        for question in self.pack.survey:
            score = cleaned.get(question.key)
            if question.reason_below is None or not isinstance(score, int):
                continue
            if score < question.reason_below and not cleaned.get(f"reason_{question.key}"):
                self.add_error(
                    f"reason_{question.key}",
                    _("评分低于%(score)s分须注明原因。依据：%(basis)s。")
                    % {
                        "score": question.reason_below,
                        "basis": self.pack.basis(question.source),
                    },
                )
        return cleaned

    def data_fields(self):
        scores = {}
        for question in self.pack.survey:
            value = self.cleaned_data[question.key]
            scores[question.key] = value == "yes" if question.type == "yes_no" else value
        data = {"satisfaction": self.cleaned_data["satisfaction"]}
        return data | ({"scores": scores} if scores else {})

    def act(self, files=()):
        act = super().act(files)
        texts = {name.replace("reason_", "reasons.", 1): text for name, text in act.texts.items()}
        return replace(act, texts=texts)


@form_for(Kind.REVIEWED)
class ReviewedForm(NoteForm):
    passed = forms.ChoiceField(
        label=_("复核结论"),
        choices=[("yes", _("通过")), ("no", _("不通过，退回处理"))],
        widget=forms.RadioSelect,
    )

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("passed") == "no" and not cleaned.get("note"):
            self.add_error("note", _("复核不通过须写明原因。"))
        return cleaned

    def data_fields(self):
        return {"passed": self.cleaned_data["passed"] == "yes"}


@form_for(Kind.CLOSED)
class ClosedForm(NoteForm):
    mode = forms.ChoiceField(label=_("关闭方式"))

    def build(self):
        judged_invalid = not self.verdict.counts_in_rate
        known = [mode for mode in self.pack.closing if mode.name != "answered"]
        modes = [mode for mode in known if (mode.name == "invalid") == judged_invalid]
        self.fields["mode"].choices = [(mode.name, mode.label) for mode in modes]


class ExtensionFields(ReasonForm):
    """Which clock, until when, and why in writing."""

    clock = forms.ChoiceField(label=_("时限"))
    until = Moment(label=_("延期至"))
    field_order = ["clock", "until", "reason"]

    def build(self):
        self.clocks = {
            c.key: c
            for c in self.verdict.clocks
            if c.state in ("running", "overdue") and c.stage not in AGREED
        }
        self.fields["clock"].choices = [
            (
                key,
                f"{STAGES.get(c.stage, c.stage)} {moment_words(c.due_at) if c.due_at else '—'}",
            )
            for key, c in self.clocks.items()
        ]

    def clean_until(self):
        until = self.cleaned_data["until"]
        clock = self.clocks.get(self.data.get("clock"))
        if clock and clock.due_at and until <= clock.due_at:
            raise forms.ValidationError(_("延期后的时间应晚于原时限。"))
        return until

    def data_fields(self):
        clock = self.clocks[self.cleaned_data["clock"]]
        return {
            "source": clock.source[0],
            "stage": clock.stage,
            "until": self.cleaned_data["until"].isoformat(),
        }


@form_for(Kind.EXTENSION_ASKED)
class ExtensionAskedForm(ExtensionFields):
    """The handler asks; whoever the clause names signs it with an act of their own."""


@form_for(Kind.EXTENDED)
class ExtendedForm(ExtensionFields):
    """The post that the clause names grants the extension."""


@form_for(Kind.OFFENCE)
class OffenceForm(ActForm):
    """An offence that no clock finds, with its evidence; the ledger prices it by the clause."""

    source = forms.ChoiceField(label=_("违规情形"))
    department_id = forms.ChoiceField(label=_("违规部门"))
    person = forms.ChoiceField(
        label=_("责任人"),
        required=False,
        help_text=_("条款由部门负责人承担的不必填写。"),
    )
    severity = forms.ChoiceField(
        label=_("情节"),
        choices=[("", _("请选择")), *((word, word) for word in SEVERITIES)],
        required=False,
    )
    subject = forms.ChoiceField(
        label=_("由谁承担"), required=False, help_text=_("条款列出几方的，每方登记一次。")
    )
    loss = forms.DecimalField(
        label=_("造成损失（元）"),
        required=False,
        min_value=Decimal("0.01"),
        max_digits=12,
        decimal_places=2,
    )
    evidence = TextArea(label=_("事实与证据"))
    files = Files(label=_("证据文件"), required=False)
    text_fields = ("evidence",)

    def build(self):
        rules = [rule for rule in self.pack.penalties if not rule.bands]
        self.fields["source"].choices = [
            (rule.source[0], f"{rule.text}（{self.pack.basis(rule.source[:1])}）") for rule in rules
        ]
        several = {word for rule in rules if len(rule.subjects) > 1 for word in rule.subjects}
        named = [(word, SUBJECTS[word]) for word in SUBJECTS if word in several]
        self.fields["subject"].choices = [("", _("按条款")), *named]
        if not several:
            del self.fields["subject"]
        places = bindings.departments(self.case.version)
        self.fields["department_id"].choices = [(row.pk, row.name) for row in places]
        self.initial.setdefault("department_id", self.case.department_id)
        people = User.objects.filter(posts__department__in=places).distinct().order_by("pk")
        self.fields["person"].choices = [("", _("请选择")), *((p.pk, p.name) for p in people)]

    def data_fields(self):
        data = super().data_fields()
        if "loss" in data:
            data["loss"] = f"{data['loss']:.2f}"
        return data | {
            name: int(data[name]) for name in ("department_id", "person") if name in data
        }


@form_for(Kind.NOTED)
class NotedForm(ActForm):
    note = TextArea(label=_("备注"))
    text_fields = ("note",)


@form_for(Kind.PRESSED)
class PressedForm(ActForm):
    """督办: the owner department asks why it takes so long, and by when it will be done."""

    press = TextArea(label=_("督办意见"))
    text_fields = ("press",)


@form_for(Kind.ORDER_RECEIVED)
class OrderReceivedForm(ActForm):
    """An order from outside with a due time of its own, which nothing of ours moves."""

    sender = forms.ChoiceField(label=_("来文单位"), choices=SENDERS)
    number = forms.CharField(label=_("来文字号"), max_length=80, help_text=_("文号或工单号。"))
    due_at = Moment(label=_("来文规定的答复时间"))
    content = TextArea(label=_("来文要求"))
    text_fields = ("number", "content")

    def data_fields(self):
        return super().data_fields() | {"due_at": self.cleaned_data["due_at"].isoformat()}


@form_for(Kind.ORDER_ANSWERED)
class OrderAnsweredForm(ActForm):
    order = forms.ChoiceField(label=_("来文"))
    answer = TextArea(label=_("答复内容"))
    text_fields = ("answer",)

    def build(self):
        numbers = order_numbers(self.case)
        self.fields["order"].choices = [
            (order, f"{order}（{numbers.get(order, '')}）") for order in open_orders(self.verdict)
        ]


@form_for(Kind.TASK_DONE)
class TaskDoneForm(ActForm):
    """Something that the regulation wants beside the loop was done; how, is said in words."""

    task = forms.ChoiceField(label=_("事项"))
    result = TextArea(label=_("办理情况"))
    text_fields = ("result",)

    def build(self):
        texts = {rule.id: rule.text for rule in self.pack.tasks}
        self.fields["task"].choices = [
            (row.id, f"{texts[row.id]}（{self.pack.basis(row.source)}）")
            for row in open_tasks(self.verdict)
        ]


@form_for(Kind.PRESS_ANSWERED)
class PressAnsweredForm(ActForm):
    answer = TextArea(label=_("回复"))
    text_fields = ("answer",)


@form_for(Kind.ATTACHED)
class AttachedForm(NoteForm):
    files = Files(label=_("文件"))
