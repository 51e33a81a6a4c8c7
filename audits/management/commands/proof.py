"""Write the proof pack of one case, which is checked without this product."""

from pathlib import Path

from django.core.management import BaseCommand, CommandError
from django.utils.translation import gettext as _

from audits import proofs
from complaints.models import Complaint


class Command(BaseCommand):
    help = (
        "Write a case's events with the proof that they were anchored, and a script that checks it."
    )

    def add_arguments(self, parser):
        parser.add_argument("number", metavar="NUMBER")
        parser.add_argument("out", metavar="OUT.zip", type=Path)
        parser.add_argument("--texts", action="store_true", help="with what people wrote")

    def handle(self, *, number, out, texts, **options):
        case = Complaint.objects.filter(number=number).first()
        if case is None:
            raise CommandError(_("没有编号为 %(number)s 的投诉。") % {"number": number})
        with out.open("wb") as file:
            proofs.write(case, file, texts=texts)
        self.stdout.write(str(out))
