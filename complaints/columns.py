"""The columns that a list of cases can have; the number always stands first."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from django.utils.translation import gettext_lazy as _

from complaints.models import ListColumns

# In the order in which they stand.
COLUMNS: Mapping[str, str] = MappingProxyType(
    {
        "number": _("编号"),
        "subject": _("主题 / 客户"),
        "category": _("类别"),
        "grade": _("等级"),
        "state": _("环节"),
        "place": _("责任部门 / 承办人"),
        "received": _("收到时间"),
        "channel": _("渠道"),
        "project": _("项目"),
        "regulation": _("制度"),
        "due": _("最近时限"),
    }
)
USUAL = ("number", "subject", "category", "grade", "state", "place", "due")
ALWAYS = ("number", "subject")


def arranged(names: Iterable[str]) -> tuple[str, ...]:
    """Return the columns of some names in their order, with those that no list does without."""
    wanted = {*names, *ALWAYS}
    return tuple(name for name in COLUMNS if name in wanted)


def columns_of(person) -> tuple[str, ...]:
    """Return the columns that a person has chosen, the usual ones before they have."""
    kept = ListColumns.objects.filter(person=person).values_list("names", flat=True).first()
    return arranged(kept) if kept else USUAL


def keep_columns(person, names: Iterable[str]) -> None:
    """Keep the columns that a person has chosen."""
    ListColumns.objects.update_or_create(person=person, defaults={"names": list(arranged(names))})


def headed(names: Iterable[str]) -> dict[str, str]:
    """Return some columns with their headings, by name."""
    return {name: str(COLUMNS[name]) for name in names}
