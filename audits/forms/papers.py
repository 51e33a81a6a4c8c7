"""Steps on a working paper: evidence, the second look, assignment, replacement."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from audits import papers, sampling
from audits.forms.base import StepForm
from audits.models import Paper, PaperState
from audits.recusal import auditors, hands
from complaints.forms.base import TextArea
from complaints.forms.files import Files
from records import clock


class PaperForm(StepForm):
    thing: Paper
    states: tuple[PaperState, ...] = (PaperState.OPEN,)

    @classmethod
    def permission(cls, actor, thing):
        return papers.may(actor, cls.act_of_policy(), thing)

    @classmethod
    def act_of_policy(cls) -> str:
        return papers.WORK

    @classmethod
    def possible(cls, thing):
        return thing.state in cls.states


class ReplaceForm(PaperForm):
    act, title = sampling.REPLACE, _("替换样本")
    reason = TextArea(label=_("理由"), help_text=_("由同层抽取顺序中的下一件替换，不能指定案件。"))

    @classmethod
    def permission(cls, actor, thing):
        return sampling.may(actor, cls.act, thing.case.version.regulation)

    def send(self, files=()):
        return sampling.replace(self.thing.sample_id, actor=self.actor, reason=self.text())


class AssignForm(PaperForm):
    act, title = papers.ASSIGN, _("指定审计人员")
    auditor = forms.ModelChoiceField(
        User.objects.none(), label=_("审计人员"), help_text=_("经手过本案的人员已排除。")
    )

    @classmethod
    def act_of_policy(cls):
        return papers.ASSIGN

    def build(self):
        case = self.thing.case
        able = auditors(case.unit_id, self.actor.tree, clock.now())
        free = {one.pk for one in able} - hands([case])[case.pk]
        self.fields["auditor"].queryset = User.objects.filter(pk__in=free).order_by("pk")

    def send(self, files=()):
        return papers.assign(self.thing.pk, actor=self.actor, auditor=self.text("auditor"))


class EvidenceForm(PaperForm):
    act, title = "evidence", _("上传证据")
    files = Files(label=_("证据文件"))
    note = TextArea(label=_("说明"), required=False)

    def send(self, files=()):
        return papers.bring(self.thing.pk, actor=self.actor, files=files, note=self.text("note"))


class SubmitForm(PaperForm):
    act, title = "submit", _("提交二审")

    def send(self, files=()):
        return papers.submit(self.thing.pk, actor=self.actor)


class SecondLookForm(PaperForm):
    states = (PaperState.SUBMITTED,)

    @classmethod
    def act_of_policy(cls):
        return papers.REVIEW


class ApproveForm(SecondLookForm):
    act, title = "approve", _("二审通过")

    def send(self, files=()):
        return papers.approve(self.thing.pk, actor=self.actor)


class SendBackForm(SecondLookForm):
    act, title = "send-back", _("退回底稿")
    reason = TextArea(label=_("退回理由"))

    def send(self, files=()):
        return papers.send_back(self.thing.pk, actor=self.actor, reason=self.text())
