"""Count the figures of the briefing again, from the record alone."""

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from complaints.models import Complaint
from reports.briefing import keeping
from reports.progress import progress


class Command(BaseCommand):
    help = "Count the briefing's kept sums again from cases, events and clocks."

    def handle(self, **options):
        with progress(self.stdout, _("统计"), Complaint.objects.count()) as advance:
            count = keeping.recount(advance)
        self.stdout.write(_("已重新统计 %(count)s 件案件。") % {"count": count})
