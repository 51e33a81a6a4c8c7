"""Which regulation, months and department somebody wants to see."""

from datetime import date, datetime

from django import forms
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.models import Department
from records import clock
from reports.briefing import figures
from reports.briefing.scope import Scope, regulations

# So many months are shown at most, and by default.
MOST_MONTHS = 36
USUAL_MONTHS = 12


class MonthField(forms.Field):
    """A month such as `2026-03`, as its first day."""

    widget = forms.DateInput(attrs={"type": "month"}, format="%Y-%m")

    def to_python(self, value) -> date | None:
        if not value:
            return None
        try:
            return datetime.strptime(value, "%Y-%m").date()  # noqa: DTZ007
        except ValueError:
            raise forms.ValidationError(_("请按“2026-03”填写月份。")) from None

    def prepare_value(self, value):
        return f"{value:%Y-%m}" if isinstance(value, date) else value


class ScopeForm(forms.Form):
    """Every field is optional; what is unknown or not somebody's is as good as none."""

    regulation = forms.ModelChoiceField(None, label=_("制度"), required=False, empty_label=None)
    since = MonthField(label=_("收到自"), required=False)
    until = MonthField(label=_("收到至"), required=False)
    department = forms.ModelChoiceField(
        None, label=_("责任部门"), required=False, empty_label=_("全部")
    )

    def __init__(self, data, actor: Actor):
        super().__init__(data or None, label_suffix="")
        self.open = list(regulations(actor).select_related("unit"))
        units = {one.unit_id for one in self.open}
        self.fields["regulation"].queryset = regulations(actor)
        self.fields["regulation"].choices = [(one.pk, one.title) for one in self.open]
        places = Department.objects.filter(pk__in=actor.tree.below(units)).order_by("pk")
        self.fields["department"].queryset = places
        self.full_clean()
        if self.scope:  # the fields show what is shown, also where nothing was asked for
            self.is_bound, self.data = True, {k: str(v) for k, v in self.scope.query().items()}

    @property
    def scope(self) -> Scope | None:
        """Return what is asked for, the last twelve months by default; None for somebody who sees no sums."""
        values = getattr(self, "cleaned_data", {})
        regulation = values.get("regulation") or next(iter(self.open), None)
        if regulation is None:
            return None
        until = values.get("until") or localdate(clock.now()).replace(day=1)
        since = values.get("since") or figures.shifted(until, 1 - USUAL_MONTHS)
        since = max(min(since, until), figures.shifted(until, 1 - MOST_MONTHS))
        place = values.get("department")
        return Scope(regulation, since, until, place.pk if place else None)
