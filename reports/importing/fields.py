"""The fields that a map can name, and how each reads its cells under a version of a regulation."""

from collections.abc import Mapping

from complaints.lifecycle import Kind
from complaints.models.particulars import COLUMNS
from regulations.engine.pack import Field, Pack
from reports.importing import values
from reports.importing.maps import Map
from reports.importing.values import Convert

# As long as the case's own columns are; long texts as long as this.
LIMITS = {"customer_name": 100, "phone": 64, "subject": 200}
LONGEST_TEXT = 10_000
SHORT_TEXT = 200
NUMBER_LENGTH = 32

# The loop of an answered row, each step with the field that may give its time. `answered_at` is
# when the customer was told; a step before it falls on the next time known, one after it on the
# last time known.
STEPS: tuple[tuple[Kind, str], ...] = (
    (Kind.REGISTERED, "registered_at"),
    (Kind.ASSIGNED, "assigned_at"),
    (Kind.ACCEPTED, "accepted_at"),
    (Kind.INVESTIGATED, "investigated_at"),
    (Kind.PLAN_SUBMITTED, "plan_submitted_at"),
    (Kind.PLAN_APPROVED, "plan_approved_at"),
    (Kind.CUSTOMER_TALKED, "customer_talked_at"),
    (Kind.EXECUTED, "executed_at"),
    (Kind.RESULT_RETURNED, "result_returned_at"),
    (Kind.CUSTOMER_INFORMED, "answered_at"),
    (Kind.CONFIRMED, "confirmed_at"),
    (Kind.FOLLOWED_UP, "followed_up_at"),
    (Kind.REVIEWED, "reviewed_at"),
    (Kind.CLOSED, "closed_at"),
    (Kind.ARCHIVED, "archived_at"),
)
# How far a row without an answer may have come.
OPEN_STEPS = frozenset({"registered_at", "assigned_at", "accepted_at", "investigated_at"})
MOMENTS = ("received_at", "responded_at", *(name for _kind, name in STEPS))

SATISFACTION = {"满意": "满意", "基本满意": "基本满意"}
OPINION = {"接受": "接受", "部分接受": "部分接受"}
CONFIRMATION = {"书面": "written", "电话录音": "recorded_call"}


def converters(pack: Pack, plan: Map) -> dict[str, Convert]:
    """Return the conversion of every field that a map may name under this pack."""
    moment = values.moment(plan.date_formats, plan.dates)
    found: dict[str, Convert] = {key: values.text(SHORT_TEXT) for key in COLUMNS}
    found |= {field.key: _intake(field, pack, moment) for field in pack.intake}
    found |= {key: values.text(LIMITS.get(key, LONGEST_TEXT)) for key in COLUMNS}
    found["phone"] = values.narrow(found["phone"])
    found |= dict.fromkeys(MOMENTS, moment)
    found |= {
        "number": values.narrow(values.text(NUMBER_LENGTH - len(plan.number_prefix))),
        "answer": values.text(LONGEST_TEXT),
        "handler": values.text(SHORT_TEXT),
    }
    found |= {name: values.term(words) for name, words in _own_terms(pack).items()}
    looked_up = {
        name: values.mapped(convert, plan.values[name]) if name in plan.values else convert
        for name, convert in found.items()
    }
    return {name: values.checked(convert) for name, convert in looked_up.items()}


def choices_of(name: str, pack: Pack) -> Mapping[str, str]:
    """Return each spelling of a field's terms with its term; nothing for a field without terms."""
    own = _own_terms(pack)
    if name in own:
        return own[name]
    found = next((field for field in pack.intake if field.key == name), None)
    return _choices(found, pack) if found and found.type in ("choice", "multichoice") else {}


def words_of(name: str, pack: Pack) -> list[str]:
    """Return one spelling for each term of a field, the Chinese one where there is one."""
    chosen: dict[str, str] = {}
    for word, term in choices_of(name, pack).items():
        if term not in chosen or (chosen[term].isascii() and not word.isascii()):
            chosen[term] = word
    return list(chosen.values())


def _own_terms(pack: Pack) -> dict[str, Mapping[str, str]]:
    """Return the terms of the fields that are no intake fields."""
    return {
        "kind": {name: name for name in pack.kinds},
        "department": _spellings(pack.departments),
        "conclusion": {name: name for name in pack.conclusions},
        "option": {name: name for name in pack.plan_options},
        "opinion": OPINION,
        "customer_confirmation": CONFIRMATION,
        "property_confirmation": CONFIRMATION,
        "satisfaction": SATISFACTION,
        "closing_mode": _closing_modes(pack),
    }


def _intake(field: Field, pack: Pack, moment: Convert) -> Convert:
    match field.type:
        case "choice":
            return values.term(_choices(field, pack))
        case "multichoice":
            return values.terms(_choices(field, pack))
        case "int":
            return values.count
        case "decimal":
            return values.amount
        case "bool":
            return values.truth
        case "date" | "datetime":
            return values.iso_moment(moment)
        case "longtext":
            return values.text(LONGEST_TEXT)
    return values.text(SHORT_TEXT)


def _choices(field: Field, pack: Pack) -> Mapping[str, str]:
    """Return each spelling of an option: its value, its label, and the pack's aliases for it."""
    spelled = {
        "category": {word: c.name for c in pack.categories for word in c.aliases},
        "channel": _spellings(pack.channels),
        "customer_kind": _spellings(pack.customer_kinds),
        "receiving_department": _spellings(pack.departments),
        "clock_category": _spellings(pack.clock_categories),
    }.get(field.fact or field.key, {})
    own = {word: value for value, label in field.options for word in (value, label)}
    return own | spelled


def _spellings(terms) -> dict[str, str]:
    return {word: term.name for term in terms for word in (term.name, *term.aliases)}


def _closing_modes(pack: Pack) -> dict[str, str]:
    """A row that was handled to the end cannot be closed as invalid."""
    modes = [mode for mode in pack.closing if mode.name != "invalid"]
    return {word: mode.name for mode in modes for word in (mode.label, mode.name)}
