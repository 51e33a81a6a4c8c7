"""From a row of a workbook to the intake of a case with its whole history."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter

from complaints.intake import Intake, facts_from
from complaints.models import Complaint
from complaints.models.particulars import COLUMNS
from complaints.pipeline import Act
from complaints.wording import moment_words
from regulations import bindings
from regulations.models import Regulation, RegulationVersion
from reports.importing import loop, series
from reports.importing.faults import WORDS, BadMap, BadValue, Fault
from reports.importing.fields import MOMENTS, OPEN_STEPS, STEPS, converters
from reports.importing.maps import CONTENT, CONTINUE, Map
from reports.importing.tables import Cell, Row, Sheet

# The calendar counts from 2000 to 2069; clocks of the last year may run out of it.
FIRST_YEAR, LAST_YEAR = 2000, 2068
SUBJECT_FROM_DESCRIPTION = 60
KEY_OF_CONTENT = ("received_at", "customer_name", "subject", "description")
CONTENT_DIGITS = 16


class Reader:
    """Reads the rows of one sheet by one map; every fault goes into `faults`.

    A row is ruled by the version in force on its day of receipt; history older than the first
    version is ruled by the first version. Raises BadMap where map, sheet and regulation do not
    fit together.
    """

    def __init__(self, plan: Map, sheet: Sheet, now: datetime):
        self.plan, self.sheet, self.now = plan, sheet, now
        self.handlers = loop.Handlers(now)
        self.faults: list[Fault] = []
        self.faulty: set[str] = set()
        # The number of the row read last, also where the row has a fault.
        self.number: str | None = None
        # The highest number of the series' own period that came, where the series goes on after it.
        self.serial = 0
        self.versions = _versions(plan.regulation)
        self.places = _places(plan, sheet)
        self.converters = {version.pk: converters(version.pack, plan) for version in self.versions}
        self.constants = {version.pk: self._constants(version) for version in self.versions}
        if {"answered_at", "assigned_at"} & {*plan.fields} and "department" not in plan.fields:
            raise BadMap([_("分派和归档须知道由哪个部门办理：请给出 department。")])

    def read(self, row: Row) -> Intake | None:
        """Return the intake that a row is, None where it has a fault."""
        known = len(self.faults)
        self.faulty, self.number = set(), None
        version = self._version(row)
        values = self._values(row, version)
        self._number_by_content(row, values)
        self._check_times(row, values)
        self._check_number(row, values, version)
        self._check_answer(row, values)
        if len(self.faults) > known:
            return None
        return self._intake(row, version, values)

    def fault(self, row: Row, name: str, code: str, /, **params: Any) -> None:
        """Note a fault of a row at the column of a field, of the whole row where it has none."""
        self.faulty.add(name)
        place = self.places.get(name)
        letter = "" if place is None else get_column_letter(place + 1)
        header = self.plan.columns.get(name, "")
        self.faults.append(Fault(self.sheet.name, row.number, letter, header, code, params))

    # -- cells

    def _version(self, row: Row) -> RegulationVersion:
        """Return the version that rules a row; the first one where its date cannot be read."""
        first = self.versions[0]
        try:
            received = self.converters[first.pk]["received_at"](self._cell(row, "received_at"))
        except BadValue:
            return first
        day = localdate(received)
        return next((v for v in reversed(self.versions) if v.in_force_from <= day), first)

    def _cell(self, row: Row, name: str) -> Cell:
        return row.cell(self.places[name])

    def _values(self, row: Row, version: RegulationVersion) -> dict[str, Any]:
        values = dict(self.constants[version.pk])
        for name in self.places:
            cell = self._cell(row, name)
            if cell.empty:
                if name not in self.plan.optional:
                    self.fault(row, name, "missing")
                continue
            try:
                values[name] = self.converters[version.pk][name](cell)
            except BadValue as bad:
                self.fault(row, name, bad.code, **bad.params)
        return values

    def _constants(self, version: RegulationVersion) -> dict[str, Any]:
        values, problems = {}, []
        convert = self.converters[version.pk]
        for name in self.plan.fields:
            if name not in convert:
                problems.append(
                    _("没有“%(name)s”这个字段；可用：%(known)s。")
                    % {"name": name, "known": "、".join(convert)}
                )
            elif name in self.plan.constants:
                try:
                    values[name] = convert[name](Cell(self.plan.constants[name], "s"))
                except BadValue as bad:
                    words = str(WORDS[bad.code]) % bad.params
                    problems.append(f"constants.{name}: {words}")
        if problems:
            raise BadMap(problems)
        return values

    # -- rows

    def _check_times(self, row: Row, values: Mapping[str, Any]) -> None:
        """Refuse times from the future, before the receipt, or before the step before them."""
        for name in MOMENTS:
            if name in values and values[name] > self.now:
                self.fault(row, name, "from_the_future")
        received = values.get("received_at")
        if received is None:
            return
        if not FIRST_YEAR <= received.year <= LAST_YEAR:
            self.fault(row, "received_at", "calendar_gap")
        given = [name for name in MOMENTS[1:] if name in values]
        for name in given:
            if values[name] < received:
                self.fault(row, name, "before_received", earlier=moment_words(received))
        steps = [(kind, name) for kind, name in STEPS if name in given]
        for (kind, earlier), (_kind, name) in pairwise(steps):
            if received <= values[name] < values[earlier]:
                words = moment_words(values[earlier])
                self.fault(row, name, "before_previous", step=kind.value, earlier=words)

    def _number_by_content(self, row: Row, values: dict[str, Any]) -> None:
        """Give a row of a file without numbers one that follows from what it says."""
        if self.plan.key != CONTENT or "number" in values or len(self.faulty):
            return
        said = [str(values.get(name, "")) for name in KEY_OF_CONTENT]
        if "received_at" not in values or not any(said[2:]):
            self.fault(row, "", "key_incomplete")
            return
        digest = hashlib.sha256("\n".join(said).encode()).hexdigest()
        values["number"] = digest[:CONTENT_DIGITS].upper()

    def _check_number(self, row: Row, values: dict[str, Any], version: RegulationVersion) -> None:
        if "number" not in values:
            return
        values["number"] = number = self.plan.number_prefix + values["number"]
        self.number = number
        numbering, today = version.pack.numbering, localdate(self.now)
        if not series.reserved(numbering, number, today):
            return
        serial = (
            series.serial_of(numbering, number, today) if self.plan.series == CONTINUE else None
        )
        if serial is not None:
            self.serial = max(self.serial, serial)
        else:
            self.fault(row, "number", "number_reserved", value=number)

    def _check_answer(self, row: Row, values: Mapping[str, Any]) -> None:
        """An answer needs its time; without one the case cannot have come past investigation."""
        lacking = {"answer", "answered_at"} - values.keys()
        if len(lacking) == 1 and lacking.isdisjoint(self.faulty):
            self.fault(row, lacking.pop(), "half_answered")
        if "answered_at" in values:
            return
        given = [name for _kind, name in STEPS if name in values]
        for name in given:
            if name not in OPEN_STEPS:
                self.fault(row, name, "unanswered")
        for earlier, name in pairwise(("assigned_at", "accepted_at", "investigated_at")):
            if name in values and earlier not in values and earlier not in self.faulty:
                self.fault(row, name, "step_left_out")

    def _intake(
        self, row: Row, version: RegulationVersion, values: dict[str, Any]
    ) -> Intake | None:
        facts = _facts(version, values)
        acts: list[Act] = []
        try:
            if "answered_at" in values:
                acts = loop.answered(version.pack, facts, values, self._seat(version, values))
            elif "assigned_at" in values:
                acts = loop.unanswered(values, self._seat(version, values))
        except BadValue as bad:
            name = "handler" if bad.code == "unknown_handler" else "department"
            self.fault(row, name, bad.code, **bad.params)
            return None
        return Intake(
            version=version,
            received_at=values["received_at"],
            registered_at=values.get("registered_at", values["received_at"]),
            facts=facts,
            particulars=_particulars(version, values),
            acts=tuple(loop.with_response(acts, values)),
            number=values["number"],
            origin=Complaint.Origin.IMPORTED,
        )

    def _seat(self, version: RegulationVersion, values: Mapping[str, Any]) -> loop.Seat:
        """Return the department that handled a row, and its person there; may raise BadValue."""
        term = values.get("department")
        if term is None:
            raise BadValue("no_department")
        place = bindings.department(version, term)
        if place is None:
            raise BadValue("department_not_bound", value=term)
        return loop.Seat(place, self.handlers.find(place, term, values.get("handler")))


def _versions(code: str) -> list[RegulationVersion]:
    """Return the versions of a regulation, the one first in force first."""
    rows = RegulationVersion.objects.filter(regulation__code=code)
    versions = list(
        rows.select_related("regulation__unit", "owner_department").order_by(
            "in_force_from", "number"
        )
    )
    if not versions:
        known = "、".join(Regulation.objects.order_by("code").values_list("code", flat=True))
        raise BadMap(
            [
                _("没有已发布的制度 %(code)s；现有：%(known)s。")
                % {"code": code, "known": known or "—"}
            ]
        )
    return versions


def _places(plan: Map, sheet: Sheet) -> dict[str, int]:
    """Return the column of each field, counted from 0."""
    places, problems = {}, []
    for name, header in plan.columns.items():
        found = [place for place, title in enumerate(sheet.header) if title == header]
        if len(found) == 1:
            places[name] = found[0]
            continue
        words = (
            _("表头“%(header)s”出现了不止一次。")
            if found
            else _("没有表头“%(header)s”；现有：%(known)s。")
        )
        known = "、".join(filter(None, sheet.header))
        problems.append(words % {"header": header, "known": known})
    if problems:
        raise BadMap(problems)
    return places


def _facts(version: RegulationVersion, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the engine judges by."""
    facts = {"kind": values["kind"]} if "kind" in values else {}
    return facts | facts_from(version.pack, values)


def _particulars(version: RegulationVersion, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the registration form would have kept: columns, and the rest by key."""
    columns = {name: values[key] for key, name in COLUMNS.items() if key in values}
    columns.setdefault("subject", columns.get("description", "")[:SUBJECT_FROM_DESCRIPTION])
    keys = {field.key for field in version.pack.intake} - COLUMNS.keys()
    return columns | {"more": {key: _kept(values[key]) for key in keys if key in values}}


def _kept(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "；".join(value) if isinstance(value, list) else str(value)
