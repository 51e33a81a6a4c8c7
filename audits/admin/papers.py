"""Working papers: auditors change their own, and read all others of their unit."""

from django.contrib import admin, messages
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from audits import papers, words
from audits.admin.base import OwnUnit
from audits.admin.forms import ItemForm
from audits.forms import PAPER_STEPS, offered
from audits.models import Item, Paper, PaperState, Says
from audits.views.findings import history
from complaints.refusals import NotTaken


class ItemInline(admin.TabularInline):
    """The checklist: what the system found stands fixed beside the auditor's own judgment."""

    model = Item
    form = ItemForm
    template = "admin/audits/paper/items.html"
    extra = 0
    can_delete = False
    verbose_name_plural = _("核查项")
    fields = ["asks", "found", "judgment", "remark_text"]
    readonly_fields = ["asks", "found"]

    class Media:
        css = {"all": ["css/audit-paper.css"]}

    def get_queryset(self, request):
        rows = super().get_queryset(request)
        return rows.select_related("paper__case__version__regulation", "remark")

    @admin.display(description=_("核查内容与依据"))
    def asks(self, item):
        return format_html(
            '<div class="ask">{}. {}：{}<small>{}</small></div>',
            item.place,
            item.get_topic_display(),
            words.what(item),
            words.basis(item, item.paper.case.version.pack),
        )

    @admin.display(description=_("系统核对"))
    def found(self, item):
        said = Says(item.says).label
        return format_html('<b class="says-{}">{}</b> {}', item.says, said, words.detail(item))

    @admin.display(description=_("情况说明"))
    def remark_text(self, item):
        return item.remark.body if item.remark else "—"

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return _works_on(request, obj)


def _works_on(request, paper) -> bool:
    """Say whether a paper is this person's own and open; who handled the case is recused."""
    if paper is None or paper.state != PaperState.OPEN:
        return False
    return papers.may(request.user.actor, papers.WORK, paper).allowed


@admin.register(Paper)
class PaperAdmin(OwnUnit):
    unit = "case__unit"
    list_display = ["case", "quarter", "part", "auditor", "reviewer", "state", "judged"]
    list_select_related = ["case", "auditor", "reviewer", "sample__draw__plan"]
    list_filter = ["state", ("auditor", admin.RelatedOnlyFieldListFilter), "sample__part"]
    search_fields = ["case__number"]
    fields = ["case", "auditor", "reviewer", "state"]
    readonly_fields = ["case", "auditor", "reviewer", "state"]
    inlines = [ItemInline]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("items")

    @admin.display(description=_("季度"))
    def quarter(self, paper):
        return str(paper.sample.draw.plan.quarter)

    @admin.display(description=_("来源"))
    def part(self, paper):
        return paper.sample.get_part_display()

    @admin.display(description=_("已判断"))
    def judged(self, paper):
        items = paper.items.all()
        return f"{sum(bool(item.judgment) for item in items)} / {len(items)}"

    def has_change_permission(self, request, obj=None):
        if obj is None:
            return request.user.has_perm("audits.change_paper")
        return _works_on(request, obj)

    def save_model(self, request, obj, form, change):
        """The paper's own row is changed by its steps alone."""

    def save_formset(self, request, form, formset, change):
        """Take each changed line through the paper's own step, which asks again who may."""
        formset.new_objects, formset.changed_objects, formset.deleted_objects = [], [], []
        for line in formset.forms:
            if not line.has_changed():
                continue
            try:
                papers.judge(
                    line.instance.pk,
                    actor=request.user.actor,
                    judgment=line.cleaned_data["judgment"],
                    remark=line.cleaned_data["remark_text"].strip(),
                )
            except NotTaken:  # submitted, replaced or given to somebody else in the meantime
                messages.error(request, _("底稿已不在您手中或已提交，其余内容没有保存。"))
                return
            formset.changed_objects.append((line.instance, line.changed_data))

    def change_view(self, request, object_id, form_url="", extra_context=None):
        paper = self.get_object(request, object_id)
        extra = {}
        if paper is not None:
            actor = request.user.actor
            extra["steps"] = offered(PAPER_STEPS, actor, paper)
            extra["entries"] = history(paper.entries.select_related("actor"), actor)
        return super().change_view(request, object_id, form_url, extra)
