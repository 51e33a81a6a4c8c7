"""What a case says under each blank of a form."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.utils import translation
from django.utils.timezone import localtime

from accounts.models import User
from complaints import presenting
from complaints.histories import facts_of, history_of, verdict_of
from complaints.lifecycle import Kind
from complaints.losses import losses
from complaints.models import CaseEvent, CaseText, Complaint
from complaints.personal import Veil
from complaints.wording import clauses
from regulations.engine.pack import Field
from regulations.engine.printed import Blank, Form
from reports.papers.sheet import Filled, Sheet, Signature, day_words, moment_words
from reports.papers.standing import standing_acts

YES, NO = "是", "否"
ERASED = "（已依法删除）"
OTHER = ("其它", "其他")
# Where the record keeps a text; there is room to write where there is none yet.
WRITTEN = frozenset({"note", "findings", "measures", "result", "answer", "reason"})
LONG = frozenset({"plan.measures", "penalties", "files"})
# How a customer's or the property company's confirmation came, beside the line that they sign.
WAYS = {"written": "书面确认", "recorded_call": "电话录音确认"}


def fill(
    case: Complaint, form: Form, *, address: str, now: datetime, by: str, veil: Veil | None = None
) -> Sheet:
    """Return a form filled in from a case as it stands at `now` (aware).

    The case comes with version, department, handler, registrar and particulars; `by` is who
    prints, `veil` lies over the complainant's values, over all of them by default. Seven queries at
    most.
    """
    with translation.override("zh-hans"):
        pack, source = case.version.pack, _Source(case, now, veil or Veil(case.told))
        return Sheet(
            title=form.title,
            regulation=f"{pack.title} v{case.version.number}",
            basis=clauses(pack, form.source),
            number=case.number or "",
            address=address,
            printed=f"{moment_words(localtime(now))} {by}",
            blocks=tuple(
                (name, tuple(source.filled(blank) for blank in blanks))
                for name, blanks in form.blocks
            ),
            copies=form.copies,
        )


class _Source:
    """A case, its acts that stand, and its verdict: what blanks are filled in from."""

    def __init__(self, case: Complaint, now: datetime, veil: Veil):
        self.case, self.pack, self.veil = case, case.version.pack, veil
        self.events = list(case.events.select_related("actor").order_by("seq"))
        self.acts = standing_acts(self.events)
        self.facts = facts_of(self.events)
        bodies = CaseText.objects.filter(case=case).values_list("pk", "body")
        self.texts = {pk: veil.text(body) for pk, body in bodies}
        self.verdict = verdict_of(case, history_of(self.events), now)
        plans = case.plans.select_related("measures", "author", "department", "responsible")
        self.plan = max(plans, key=lambda one: one.version, default=None)
        self.groups: Mapping[str, Callable[[str], Any]] = {
            "intake": self._intake,
            "plan": self._planned,
            "survey": self._surveyed,
            "clock": self._due,
            "flag": self._flagged,
        }

    def filled(self, blank: Blank) -> Filled:
        if blank.signed:
            return Filled(blank.name, signature=self._signature(blank))
        value = self._value(blank.filled) if blank.filled else None
        words = _words(value)
        if not blank.boxes:
            return Filled(blank.name, words, long=self._is_long(blank))
        given = value if isinstance(value, list) else [value] if words else []
        ticked, rest = _ticked([_words(one) for one in given], blank.boxes, self.pack.department)
        boxes = tuple((box, box in ticked) for box in blank.boxes)
        return Filled(blank.name, "、".join(rest), boxes)

    # -- values

    def _value(self, name: str) -> Any:
        group, _, what = name.partition(".")
        if not what:
            return self._of_case(name)
        if of := self.groups.get(group):
            return of(what)
        acts = self.acts.get(group)
        return None if acts is None else self._told(acts[-1], what)

    def _of_case(self, name: str) -> Any:
        case = self.case
        match name:
            case "subject":
                return self.veil.value("subject")
            case "handler" | "registrar":
                return _name(getattr(case, name))
            case "department":
                return case.department.name if case.department else None
            case "supporting":
                return "、".join(self.verdict.responsible.supporting)
            case "files":
                names = case.attachments.of_case().values_list("name", flat=True)
                return "\n".join(map(self.veil.text, names))
            case "penalties":
                return "\n".join(_penalties(self.verdict.penalties, self.pack))
            case "loss":
                return self._loss()
        return getattr(case, name)

    def _loss(self) -> str:
        recorded = losses(self.events)
        entered = self.case.told.more.get("loss")
        amount = sum(sum_ for _place, sum_ in recorded) if recorded else entered
        return f"{amount}元" if amount else ""

    def _intake(self, key: str) -> Any:
        field = next(one for one in self.pack.intake if one.key == key)
        entered = self._entered(field)
        value = self.facts.get(field.fact, entered) if field.fact else entered
        return None if value in (None, "") else _answer(field, value)

    def _entered(self, field: Field) -> Any:
        """Return what was entered: as it is where it is ticked or counted, else under its veil."""
        entered = self.case.told.value(field.key)
        return self.veil.value(field.key) if isinstance(entered, str) else entered

    def _planned(self, name: str) -> Any:
        if self.plan is None:
            return None
        value = getattr(self.plan, name)
        if name == "measures":
            return self.veil.text(value.body) if value else ERASED
        return _name(value) if name in ("department", "responsible", "author") else value

    def _surveyed(self, key: str) -> Any:
        acts = self.acts.get(Kind.FOLLOWED_UP)
        scores = acts[-1].data.get("scores", {}) if acts else {}
        if key not in scores:
            return None
        question = next(one for one in self.pack.survey if one.key == key)
        score = scores[key]
        if question.type == "yes_no":
            return YES if score else NO
        reason = self._text(acts[-1].data.get("reasons", {}).get(key))
        points = f"{score}分（满分{question.high}分）"
        return f"{points}　原因：{reason}" if reason else points

    def _due(self, stage: str) -> datetime | None:
        due = [one for one in self.verdict.clocks if one.stage == stage and one.due_at]
        return max(due, key=lambda one: one.started_at).due_at if due else None

    def _flagged(self, name: str) -> str:
        return YES if any(flag.name == name for flag in self.verdict.flags) else NO

    def _told(self, event: CaseEvent, what: str) -> Any:
        """Return what an act says under a field; `at` and `by` are when it was and whose."""
        if what == "at":
            return event.at
        if what == "by":
            return _name(event.actor)
        value: Any = event.data
        for name in what.split("."):
            value = value.get(name) if isinstance(value, dict) else None
        return self._text(value) if isinstance(value, dict) else value

    def _text(self, reference: Any) -> str | None:
        if not isinstance(reference, dict):
            return None
        return self.texts.get(reference.get("text"), ERASED)

    def _is_long(self, blank: Blank) -> bool:
        if blank.filled is None:
            return blank.room
        group, _, what = blank.filled.rpartition(".")
        if group == "intake":
            return any(one.key == what and one.type == "longtext" for one in self.pack.intake)
        return blank.filled in LONG or (bool(group) and what in WRITTEN)

    # -- signatures

    def _signature(self, blank: Blank) -> Signature:
        acts = sorted(
            (act for name in blank.signed for act in self.acts.get(name, ())),
            key=lambda act: act.seq,
        )
        for act in reversed(acts):
            post = str(act.data.get("by", act.post))
            if act.kind in (Kind.CONFIRMED, Kind.CUSTOMER_TALKED):
                return Signature(note=_recorded(act))
            if (not blank.by or post in blank.by) and act.actor:
                return Signature(act.actor.name, post, day_words(localtime(act.at)))
        return Signature()


def _recorded(act: CaseEvent) -> str:
    """Return what the record says where somebody outside the house signs on paper."""
    said = WAYS.get(act.data.get("form", ""), "") or f"客户意见“{act.data.get('opinion', '')}”"
    by = f"，记录人{act.actor.name}" if act.actor else ""
    return f"系统记录：{said}，{day_words(localtime(act.at))}{by}"


def _ticked(
    given: Iterable[str], boxes: tuple[str, ...], own_name: Callable[[str], str | None]
) -> tuple[set[str], list[str]]:
    """Return the boxes that some words tick, and the words that have no box of their own.

    A box counts under its other spellings too (工程技术部 is 项目工程部), the first one alone; what has
    none ticks 其它 where there is such a box.
    """
    ticked: set[str] = set()
    rest: list[str] = []
    for word in given:
        name = own_name(word) or word
        same = [box for box in boxes if (own_name(box) or box) == name]
        if word in boxes:
            ticked.add(word)
        elif same:
            ticked.add(same[0])
        else:
            ticked |= {box for box in boxes if box in OTHER}
            rest.append(word)
    return ticked, rest


def _answer(field: Field, value: Any) -> Any:
    if field.type == "bool":
        return YES if value in (True, "yes") else NO
    labels = dict(field.options)
    if isinstance(value, str) and field.type == "multichoice":
        value = value.split("；")
    if isinstance(value, list):
        return [labels.get(str(one), str(one)) for one in value if str(one) in labels]
    return labels.get(str(value), str(value))


def _words(value: Any) -> str:
    """Return a value as a form has it; a moment that JSON keeps as ISO text is one again."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, list):
        return "、".join(_words(one) for one in value)
    if isinstance(value, datetime):
        return moment_words(localtime(value))
    if isinstance(value, date):
        return day_words(value)
    return _moment(str(value))


def _moment(text: str) -> str:
    try:
        if len(text) == 10 and text[4] == text[7] == "-":
            return day_words(date.fromisoformat(text))
        if len(text) > 15 and text[10] == "T":
            return moment_words(localtime(datetime.fromisoformat(text)))
    except ValueError:
        pass
    return text


def _penalties(rows, pack) -> Iterable[str]:
    for row in (presenting.penalty_view(one, pack) for one in rows):
        yield " ".join(filter(None, (row.subject, row.days, row.amount)))


def _name(who: User | Any | None) -> str | None:
    return who.name if who is not None else None
