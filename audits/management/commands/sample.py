"""Draw an audit sample from the command line; the same plan gives the same numbers in the admin."""

from decimal import Decimal, InvalidOperation

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from audits import sampling
from audits.models import Axis, Part, Plan
from audits.quarters import Quarter
from audits.refusals import refusal
from audits.share import least_share
from complaints.refusals import Reason, Refused
from records import clock
from regulations.models import Regulation


class Command(BaseCommand):
    help = "Draw the audit sample of a quarter and print the numbers drawn; once drawn, print them again."

    def add_arguments(self, parser):
        parser.add_argument("--regulation", required=True, metavar="CODE")
        parser.add_argument("--quarter", required=True, metavar="2026Q1")
        parser.add_argument("--seed", required=True, type=int, metavar="N")
        parser.add_argument("--share", metavar="0.3", help="at least, and by default, the pack's")
        parser.add_argument("--minimum", type=int, default=1, help="per stratum, 1 by default")
        parser.add_argument(
            "--axes",
            nargs="*",
            choices=Axis.values,
            default=[Axis.DEPARTMENT.value, Axis.GRADE.value],
            help="department and grade by default",
        )

    def handle(self, *, regulation, quarter, seed, **options):
        own = Regulation.objects.filter(code=regulation).first()
        if own is None:
            raise CommandError(_("没有代码为 %(code)s 的制度。") % {"code": regulation})
        try:
            span = Quarter.named(quarter)
        except ValueError:
            raise CommandError(_("季度应写作 2026Q1。")) from None
        if seed < 0 or options["minimum"] < 0:
            raise CommandError(_("种子与每层件数不能为负。"))
        try:
            plan = self._drawn(own, span, seed, options)
        except Refused as refused:
            raise CommandError(" ".join(refusal(one) for one in refused.reasons)) from None
        for number in plan.draw.samples.filter(part=Part.RANDOM).values_list(
            "member__number", flat=True
        ):
            self.stdout.write(number)
        figures = {"size": plan.draw.size, "due": plan.draw.due, "seed": plan.seed}
        self.stderr.write(
            _("总体 %(size)s 件，应抽 %(due)s 件，种子 %(seed)s，校验和 ") % figures
            + plan.draw.population_sha256
        )

    @transaction.atomic
    def _drawn(self, regulation: Regulation, span: Quarter, seed: int, options) -> Plan:
        version = sampling.version_for(regulation, span)
        plan, _new = Plan.objects.get_or_create(
            regulation=regulation,
            first=span.first,
            defaults={
                "version": version,
                "share": self._share(options["share"], version),
                "axes": list(options["axes"]),
                "minimum": options["minimum"],
                "seed": seed,
                "made_at": clock.now(),
            },
        )
        if plan.seed != seed:
            raise Refused(Reason("other_seed", accepted=str(plan.seed)))
        plan = Plan.objects.select_for_update().get(pk=plan.pk)
        if not plan.is_drawn:
            sampling.draw_plan(plan.pk, actor=None)
        return plan

    def _share(self, text: str | None, version) -> Decimal:
        if text is None:
            return least_share(version.pack)
        try:
            share = Decimal(text)
        except InvalidOperation:
            raise CommandError(_("抽查比例应写作 0.3。")) from None
        if not 0 < share <= 1:
            raise CommandError(_("抽查比例应大于 0、不超过 1。"))
        sampling.check_share(version, share)
        return share
