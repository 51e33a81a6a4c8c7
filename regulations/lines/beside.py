"""What a pack wants beside the loop as lines: fields of acts, records, sub-tasks, replies."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from regulations.condition_words import narrowing
from regulations.engine.pack import Field, Pack, Record, Source, SubtaskSort
from regulations.lines.line import Line
from regulations.lines.parts import event_words, names
from regulations.lines.terms import TYPES


def beside_lines(pack: Pack) -> Iterator[Line]:
    """Yield what is put down, done by others and said beside the loop, section by section."""
    for added in pack.added:
        field = added.field
        options = names(label for _value, label in field.options)
        cells = (event_words(added.event), _field_words(field), str(TYPES[field.type]), options)
        yield Line("added", f"{added.event}|{field.key}", cells, field.source)
    for record in pack.records:
        fields = names(map(_field_words, record.fields))
        cells = (record.label, fields, _record_words(record, pack))
        yield Line("records", record.key, cells, _sources(record))
    for sort in pack.subtasks:
        cells = (sort.label, names(map(event_words, sort.steps)), _sort_words(sort))
        yield Line("subtasks", sort.key, cells, sort.source)
    for single in pack.single:
        yield Line("single", single.event, (event_words(single.event),), single.source)
    if pack.screening:
        cells = (_("接待部门先作初判，归口部门最终判定；改判须写明理由"),)
        yield Line("screening", "screening", cells, pack.screening)
    for point in pack.touch_points:
        when = narrowing(point.when, pack)
        key = f"{point.department}|{when}"
        yield Line("touch_points", key, (point.department, when), point.source)
    for reply in pack.replies:
        yield Line("replies", reply.key, (reply.title, reply.text), reply.source)
    labels = {field.key: field.label for field in pack.intake} | {"conclusion": _("调查结论")}
    for tally in pack.tallies:
        cells = (tally.label, labels.get(tally.of, tally.of), labels.get(tally.by or "", ""))
        yield Line("tallies", tally.key, cells, tally.source)
    for fact in pack.conduct:
        yield Line("conduct", fact, (pack.facts[fact].line,), (fact,))


def _field_words(field: Field) -> str:
    return _("%(field)s（必填）") % {"field": field.label} if field.required else field.label


def _record_words(record: Record, pack: Pack) -> str:
    said = [_("一件投诉只有一次")] if record.once else []
    asked = pack.record(record.follows)
    if asked is not None:
        said.append(_("对“%(record)s”作出决定，金额不超过申请") % {"record": asked.label})
    if record.mark is not None:
        said.append(f"{record.mark.value}：{record.mark.text}")
    return "；".join(said)


def _sort_words(sort: SubtaskSort) -> str:
    said = [_("可由第三方承办")] if sort.party else []
    return "；".join([*said, _("须检查效果")] if sort.checked else said)


def _sources(record: Record) -> Source:
    own = (fact for field in record.fields for fact in field.source)
    return tuple(dict.fromkeys((*record.source, *own)))
