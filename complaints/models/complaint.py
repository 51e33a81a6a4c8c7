"""A complaint: where it stands. What happened to it is in its events, and only there."""

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from complaints.lifecycle import MOVES, OPEN, Move, State
from complaints.models.particulars import Particulars, erased
from complaints.models.signature import AwaitedSignature
from records.chain import GENESIS
from regulations.engine.verdict import Gate


class ComplaintQuerySet(models.QuerySet):
    def open(self):
        """Cases that still go round the loop."""
        return self.filter(state__in=OPEN)

    def due(self, moment):
        """Cases whose verdict changes by itself up to `moment`, the longest waiting first."""
        return self.filter(next_moment__lte=moment).order_by("next_moment", "pk")

    def late(self, moment):
        """Open cases with a clock that has run out."""
        return self.open().filter(next_due__lt=moment)

    def awaited(self, actor):
        """The ids of cases that wait for a signature that this person can give, as one array.

        An array is read before the cases are: a list in the place of one keeps every index away.
        """
        return ArraySubquery(AwaitedSignature.objects.for_actor(actor).values("case"))

    def assisted_by(self, departments):
        """Open cases of which one of some departments has or had a sub-task."""
        assisted = self.open().exclude(assisting=[])
        return assisted.filter(assisting__overlap=sorted(departments))

    def for_list(self):
        """Fetch with the rows that a list shows beside each case, without the texts of regulations."""
        rows = self.select_related("department", "handler", "particulars", "version__regulation")
        return rows.defer("version__text")


def _move(field: FSMField, move: Move):
    """Return the django-fsm transition of one line of the lifecycle's table."""

    def passes_gates(complaint) -> bool:
        return not complaint.closed_gates(move.kind)

    def take(self):
        """Take the step; the pipeline saves, records and settles."""

    take.__name__ = move.name
    return transition(
        field=field,
        source=list(move.sources),
        target=move.target,
        conditions=[passes_gates],
        custom={"kind": move.kind},
    )(take)


class Complaint(FSMModelMixin, models.Model):
    """The case row: identity, place, state, and what the last verdict said (a cache of it)."""

    class Origin(models.TextChoices):
        REGISTERED = "registered", _("登记")
        IMPORTED = "imported", _("历史导入")
        # Entered by whoever complains: on the public's pages, or by writing to the mailbox.
        PUBLIC = "public", _("公众入口")
        MAIL = "mail", _("投诉邮箱")

    OUTSIDE = (Origin.PUBLIC, Origin.MAIL)

    number = models.CharField(_("投诉编号"), max_length=32, unique=True, null=True)  # noqa: DJ001
    version = models.ForeignKey(
        "regulations.RegulationVersion",
        verbose_name=_("制度版本"),
        on_delete=models.PROTECT,
    )
    unit = models.ForeignKey(
        "accounts.Department",
        verbose_name=_("单位"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    owner_department = models.ForeignKey(
        "accounts.Department",
        verbose_name=_("归口部门"),
        on_delete=models.PROTECT,
        related_name="owned_complaints",
    )
    department = models.ForeignKey(
        "accounts.Department",
        verbose_name=_("责任部门"),
        null=True,
        on_delete=models.PROTECT,
        related_name="complaints",
    )
    supporting = ArrayField(models.BigIntegerField(), verbose_name=_("配合部门"), default=list)
    # Departments that have been given a sub-task: they see the case and answer what is theirs.
    assisting = ArrayField(models.BigIntegerField(), verbose_name=_("承办交办的部门"), default=list)
    handler = models.ForeignKey(
        "accounts.User",
        verbose_name=_("承办人"),
        null=True,
        on_delete=models.PROTECT,
        related_name="handled_complaints",
    )
    # Who registered it; they keep seeing it though another department owns complaints.
    registrar = models.ForeignKey(
        "accounts.User",
        verbose_name=_("登记人"),
        null=True,
        on_delete=models.PROTECT,
        related_name="registered_complaints",
    )
    # Who keeps out of the case because it is about them: ids of people.
    kept_out = ArrayField(models.BigIntegerField(), verbose_name=_("回避人员"), default=list)
    origin = models.CharField(
        _("来源"), max_length=16, choices=Origin.choices, default=Origin.REGISTERED
    )
    state = FSMField(
        _("状态"),
        choices=State.choices,
        default=State.RECEIVED,
        protected=True,
        max_length=16,
    )
    cycle = models.PositiveSmallIntegerField(_("轮次"), default=1)
    # The digest of the calendar that counts now; the events say since when.
    calendar = models.CharField(_("适用的日历"), max_length=64, blank=True)
    received_at = models.DateTimeField(_("收到时间"))
    ended_at = models.DateTimeField(_("结束时间"), null=True)

    # The pack's terms, kept for filters; the events are what counts.
    kind = models.CharField(_("事项"), max_length=16, default="投诉")
    category = models.CharField(_("类别"), max_length=64, blank=True)
    channel = models.CharField(_("渠道"), max_length=32, blank=True)
    project = models.CharField(_("项目"), max_length=64, blank=True)

    # What the last verdict said.
    grade = models.CharField(_("等级"), max_length=32, blank=True)
    counts_in_rate = models.BooleanField(_("计入关闭率"), default=True)
    next_moment = models.DateTimeField(_("下次变化"), null=True)
    settled_at = models.DateTimeField(_("上次核算"), null=True)
    # The running clock that is due first, for lists.
    next_due = models.DateTimeField(_("最近时限"), null=True)
    next_due_from = models.DateTimeField(_("时限起算"), null=True)
    next_due_stage = models.CharField(_("时限环节"), max_length=32, blank=True)
    next_due_source = ArrayField(
        models.CharField(max_length=16), verbose_name=_("时限依据"), default=list
    )

    # The end of the case's chain.
    event_count = models.PositiveIntegerField(_("事件数"), default=0)
    head_hash = models.CharField(_("末条哈希"), max_length=64, default=GENESIS)

    objects = ComplaintQuerySet.as_manager()

    for _line in MOVES:
        locals()[_line.name] = _move(state, _line)
    del _line

    class Meta:
        verbose_name = _("投诉")
        verbose_name_plural = _("投诉")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="complaint_state_known", condition=Q(state__in=State.values)
            ),
            models.CheckConstraint(
                name="complaint_handler_has_department",
                condition=Q(handler=None) | Q(department__isnull=False),
            ),
        ]
        indexes = [
            # The sweep: cases whose verdict changes by itself, in order of that moment.
            models.Index(
                name="complaint_next_moment",
                fields=["next_moment", "id"],
                condition=Q(next_moment__isnull=False),
            ),
            # Lists in order of what is due first, open cases only.
            models.Index(
                F("next_due").asc(nulls_last=True),
                "id",
                name="complaint_open_by_due",
                condition=Q(state__in=OPEN),
            ),
            # The department board: what each person has, the first due first.
            models.Index(
                "department",
                "handler",
                F("next_due").asc(nulls_last=True),
                "id",
                name="complaint_board",
                condition=Q(state__in=OPEN),
            ),
            # The board by stage, and what waits for the head of a department.
            models.Index(
                "department",
                "state",
                F("next_due").asc(nulls_last=True),
                "id",
                name="complaint_open_at_stage",
                condition=Q(state__in=OPEN),
            ),
            # What waits for the department that owns complaints.
            models.Index(
                "owner_department",
                "state",
                F("next_due").asc(nulls_last=True),
                "id",
                name="complaint_open_owned",
                condition=Q(state__in=OPEN),
            ),
            # Open cases that count with an older calendar than their unit's newest.
            models.Index(
                name="complaint_open_calendar",
                fields=["unit", "calendar"],
                condition=Q(state__in=OPEN),
            ),
            # The sub-tasks on somebody's desk.
            models.Index(
                name="complaint_open_assisted",
                fields=["id"],
                condition=Q(state__in=OPEN) & ~Q(assisting=[]),
            ),
            # Similar open cases, while a complaint is typed.
            models.Index(
                name="complaint_open_category",
                fields=["category", "-id"],
                condition=Q(state__in=OPEN),
            ),
            models.Index(name="complaint_owner_newest", fields=["owner_department", "-id"]),
            models.Index(name="complaint_department_newest", fields=["department", "-id"]),
            models.Index(name="complaint_unit_newest", fields=["unit", "-id"]),
        ]

    def __str__(self):
        return self.number or f"#{self.pk}"

    @property
    def told(self) -> Particulars:
        """The complainant's words; once they are erased, a row of none that says so."""
        try:
            return self.particulars
        except Particulars.DoesNotExist:
            return erased(self)

    @property
    def entered_outside(self) -> bool:
        """Whether whoever complains entered it themselves, so that nobody of the house has seen it yet."""
        return self.origin in self.OUTSIDE

    @property
    def newest_plan(self):
        """The plan that counts now, None before the first one."""
        return max(self.plans.all(), key=lambda plan: plan.version, default=None)

    # Set by the pipeline before a transition: the verdict with the candidate in it says which
    # steps the regulation does not allow yet.
    gates: tuple[Gate, ...] = ()

    def closed_gates(self, step: str) -> list[Gate]:
        """Return what the regulation still asks for before `step`."""
        return [gate for gate in self.gates if gate.step == step]
