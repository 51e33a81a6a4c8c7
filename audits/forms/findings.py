"""Steps on a finding, by the department and by audit."""

from django import forms
from django.utils.translation import gettext_lazy as _

from audits import findings
from audits.forms.base import StepForm
from audits.models import Finding
from complaints.forms.acts import OffenceForm
from complaints.forms.base import TextArea
from complaints.forms.files import Files
from records import clock

DATE = {"widget": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}


class FindingForm(StepForm):
    thing: Finding

    @classmethod
    def permission(cls, actor, thing):
        return findings.may(actor, cls.act, thing)

    @classmethod
    def possible(cls, thing):
        return thing.state in findings.FROM[cls.act]


class ObjectForm(FindingForm):
    act, title = findings.OBJECT, _("提出异议")
    reason = TextArea(label=_("理由"))
    files = Files(label=_("异议材料"), required=False)

    @classmethod
    def possible(cls, thing):
        return super().possible(thing) and findings.may_object(thing, clock.now())

    def send(self, files=()):
        return findings.object_to(self.thing.pk, actor=self.actor, reason=self.text(), files=files)


class DecideForm(FindingForm):
    act, title = findings.DECIDE, _("答复异议")
    decision = forms.ChoiceField(
        label=_("决定"),
        choices=[("uphold", _("维持发现")), ("dismiss", _("撤销发现"))],
        widget=forms.RadioSelect,
    )
    reason = TextArea(label=_("理由"))

    def send(self, files=()):
        uphold = self.text("decision") == "uphold"
        return findings.decide(self.thing.pk, actor=self.actor, uphold=uphold, reason=self.text())


class OrderForm(FindingForm):
    act, title = findings.ORDER, _("要求整改")
    due_on = forms.DateField(label=_("整改期限"), **DATE)
    text_ = TextArea(label=_("整改要求"))

    def send(self, files=()):
        return findings.order(
            self.thing.pk, actor=self.actor, due_on=self.text("due_on"), text=self.text("text_")
        )


class ReportForm(FindingForm):
    act, title = findings.REPORT, _("报告整改完成")
    text_ = TextArea(label=_("整改情况"))
    files = Files(label=_("整改材料"), required=False)

    def send(self, files=()):
        return findings.report(
            self.thing.pk, actor=self.actor, text=self.text("text_"), files=files
        )


class CheckForm(FindingForm):
    act, title = findings.CHECK, _("检查整改效果")
    effect = forms.ChoiceField(
        label=_("效果"),
        choices=[("good", _("合格，关闭发现")), ("bad", _("不合格，继续整改"))],
        widget=forms.RadioSelect,
    )
    due_on = forms.DateField(label=_("新的整改期限"), required=False, **DATE)
    text_ = TextArea(label=_("检查情况"))

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("effect") == "bad" and not cleaned.get("due_on"):
            self.add_error("due_on", _("请填写新的整改期限。"))
        return cleaned

    def send(self, files=()):
        return findings.check(
            self.thing.pk,
            actor=self.actor,
            effective=self.text("effect") == "good",
            due_on=self.text("due_on"),
            text=self.text("text_"),
        )


class CloseForm(FindingForm):
    act, title = findings.CLOSE, _("不需整改，关闭")
    reason = TextArea(label=_("理由"))

    def send(self, files=()):
        return findings.close(self.thing.pk, actor=self.actor, reason=self.text())


class HandOverForm(OffenceForm):
    """The offence form of the case: what is recorded there the ledger prices by the clause."""

    act_name, title = findings.HAND_OVER, _("移送考核")
    folded = ()

    def __init__(self, *args, thing, actor, **options):
        self.thing = thing
        initial = {"department_id": thing.department_id}
        super().__init__(
            *args, case=thing.case, verdict=None, actor=actor, initial=initial, **options
        )
        del self.fields["at"], self.fields["late_reason"]

    @classmethod
    def permission(cls, actor, thing):
        return findings.may(actor, cls.act_name, thing)

    @classmethod
    def possible(cls, thing):
        rules = [rule for rule in thing.case.version.pack.penalties if not rule.bands]
        return bool(rules) and thing.state in findings.FROM[cls.act_name]

    def send(self, files=()):
        return findings.hand_over(self.thing.pk, actor=self.actor, act=self.act(files))
