"""`manage.py reseal`: seal anew under the newest key what an earlier one sealed."""

import sys

from django.core.management.base import BaseCommand

from audits.resealing import reseal


class Command(BaseCommand):
    help = "Seal anew under SECRET_KEY what a key of SECRET_KEY_FALLBACKS sealed."

    def handle(self, *args, **options):
        """Print what came of each table; exit 1 where an earlier key is still needed, or missing."""
        needed = False
        for one in reseal():
            said = f"{one.table}: {one.anew} anew, {one.earlier} under an earlier key"
            self.stdout.write(f"{said}, {one.unreadable} that no key opens")
            needed |= bool(one.earlier or one.unreadable)
        if needed:
            sys.exit(1)
