"""The try-out: facts and events entered in a form, judged under a version. No stored row is touched."""

from dataclasses import dataclass
from datetime import datetime, time

from django import forms
from django.shortcuts import render
from django.utils.timezone import localdate, make_aware
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from records import clock
from regulations import calendars
from regulations.engine.calendar import CalendarGap, WorkCalendar
from regulations.engine.history import History
from regulations.engine.yaml_tree import PackErrors
from regulations.faults import fault
from regulations.forms.events import LATEST_ROUND, EventTable
from regulations.forms.facts import FactsForm
from regulations.forms.fields import Moment
from regulations.forms.presets import PRESETS, preset_initial
from regulations.forms.readings import ReadingsForm
from regulations.models import other_packs_of, pack_of
from regulations.trial import Trial, try_out
from regulations.views.editions import Edition, edition_for, page

MORNING = time(9, 0)
USUAL = "assigned"


class WhenForm(forms.Form):
    """As of which moment the verdict is asked, and over how many rounds the events go."""

    as_of = Moment(label=gettext_lazy("截至"))
    rounds = forms.IntegerField(
        min_value=1, max_value=LATEST_ROUND, initial=1, widget=forms.HiddenInput
    )


@dataclass
class Sheet:
    """Everything that is entered for a trial."""

    when: WhenForm
    facts: FactsForm
    events: EventTable
    readings: ReadingsForm

    def is_valid(self) -> bool:
        parts = (self.when, self.facts, self.events, self.readings)
        return all([part.is_valid() for part in parts])


def try_it(request, code, slug):
    """Show the form, filled with a preset, or judge what was entered; htmx asks for the verdict alone."""
    edition = edition_for(request, code, slug)
    sheet = _entered(request, edition) if request.method == "POST" else _preset(request, edition)
    trial, problems = None, []
    if request.method == "POST" and "more" not in request.POST:
        trial, problems = _judged(edition, sheet)
    context = {
        "sheet": sheet,
        "trial": trial,
        "problems": problems,
        "presets": [(name, preset.label) for name, preset in PRESETS.items()],
        "may_add": sheet.events.rounds < LATEST_ROUND,
    }
    partial = request.htmx and not request.htmx.boosted
    template = "regulations/_verdict.html" if partial else "regulations/try_out.html"
    status = 422 if problems and not partial else 200
    return render(request, template, page(edition, "try_out", **context), status=status)


def _entered(request, edition: Edition) -> Sheet:
    when = WhenForm(request.POST)
    when.is_valid()
    rounds = when.cleaned_data.get("rounds") or 1
    pack, more = edition.pack, "more" in request.POST
    sheet = Sheet(
        when,
        FactsForm(request.POST, pack=pack),
        EventTable(pack, request.POST, rounds=rounds + more),
        ReadingsForm(request.POST, pack=pack),
    )
    if more:
        sheet.when = WhenForm({**request.POST.dict(), "rounds": sheet.events.rounds})
    return sheet


def _preset(request, edition: Edition) -> Sheet:
    name = request.GET.get("preset", USUAL)
    received = make_aware(datetime.combine(localdate(clock.now()), MORNING))
    told, as_of = preset_initial(name if name in PRESETS else USUAL, received)
    pack = edition.pack
    return Sheet(
        WhenForm(initial={"as_of": as_of, "rounds": 1}),
        FactsForm(pack=pack),
        EventTable(pack, initial=told),
        ReadingsForm(pack=pack),
    )


def _judged(edition: Edition, sheet: Sheet) -> tuple[Trial | None, list[str]]:
    """Return the verdict, or what keeps it from being given."""
    if not sheet.is_valid():
        return None, [_("有几处填写有误，请看标出的各项。")]
    chosen = {**edition.chosen, **sheet.readings.chosen()}
    history = History("trial", sheet.facts.facts(), sheet.events.events())
    try:
        pack = pack_of(edition.text, chosen)
        others = other_packs_of(edition.text, chosen)
        now = sheet.when.cleaned_data["as_of"]
        return try_out(pack, history, _calendar(edition), now, others), []
    except PackErrors as errors:
        return None, [f"{one.key}：{one.wrong}；{one.right}" for one in map(fault, errors.errors)]
    except (CalendarGap, OverflowError):
        return None, [_("有的时限超出了日历所能计算的年份，请换用较近的时间。")]


def _calendar(edition: Edition) -> WorkCalendar:
    newest = calendars.newest(edition.unit.pk)
    return calendars.of_case(newest.digest if newest else None)
