"""What a verification found, less the case numbers of units that somebody does not audit."""

import re
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from accounts import access
from accounts.actors import Actor
from complaints.models import Complaint

# What follows a case's number in the name of a row.
REST = re.compile(r"[/ ].*")


def seen_by(actor: Actor, named: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    """Return the differences, each a dict of table, row and fault, as this auditor may see them."""
    numbers = {REST.sub("", one["row"]) for one in named}
    strange = set(
        Complaint.objects.filter(number__in=numbers)
        .exclude(unit__in=access.units_audited(actor))
        .values_list("number", flat=True)
    )
    return [
        {**one, "row": _("其他单位的案件")} if REST.sub("", one["row"]) in strange else dict(one)
        for one in named
    ]
