"""What a pack names as lines: departments, categories, fields, forms, readings and the rest."""

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulations.condition_words import narrowing, reading_words
from regulations.engine.pack import Category, Channel, Field, Pack, Question, Reading
from regulations.lines.line import SETTING, Line
from regulations.lines.parts import event_words, names, share_words, signer_words
from regulations.period_words import hours_words, period_words
from regulations.words import FACTS

FIRST = date(2026, 1, 1)  # any day, for an example of a number
TYPES = {
    "text": gettext_lazy("文字"),
    "longtext": gettext_lazy("长文字"),
    "phone": gettext_lazy("电话"),
    "choice": gettext_lazy("单选"),
    "multichoice": gettext_lazy("多选"),
    "int": gettext_lazy("整数"),
    "decimal": gettext_lazy("金额"),
    "bool": gettext_lazy("是否"),
    "date": gettext_lazy("日期"),
    "datetime": gettext_lazy("日期时间"),
    "people": gettext_lazy("人员"),
}
RESETS = {
    "month": gettext_lazy("每月"),
    "year": gettext_lazy("每年"),
    "none": gettext_lazy("不重新起号"),
}
DOORS = {
    "portal": gettext_lazy("公众入口"),
    "mail": gettext_lazy("投诉邮箱"),
}
PERIODS = {
    "day": gettext_lazy("每日"),
    "week": gettext_lazy("每周"),
    "month": gettext_lazy("每月"),
    "quarter": gettext_lazy("每季度"),
    "year": gettext_lazy("每年"),
}


def term_lines(pack: Pack) -> Iterator[Line]:
    """Yield what a pack names, section by section."""
    for of in (
        _control,
        _lists,
        _places,
        _ways,
        _validity,
        _categories,
        _urgencies,
        _intake,
        _survey,
        _duties,
        _forms,
        reading_lines,
    ):
        yield from of(pack)


def _control(pack: Pack) -> Iterator[Line]:
    control = pack.control
    days = (control.drafted, control.checked, control.reviewed, control.approved)
    cells = (pack.title, pack.issuer, pack.owner_department, *map(_day, days))
    yield Line("control", "control", cells, control.source)


def _lists(pack: Pack) -> Iterator[Line]:
    """Yield the plain lists of the pack; they rest on no clause of their own."""
    for key, label, words in (
        ("kinds", _("事项种类"), pack.kinds),
        ("projects", _("项目"), pack.projects),
        ("conclusions", _("调查结论"), pack.conclusions),
        ("plan_options", _("处理方式"), pack.plan_options),
    ):
        if words:
            yield Line("lists", key, (label, names(words)), ())


def _day(day: date | None) -> str:
    return _("原文未填") if day is None else day.isoformat()


def _places(pack: Pack) -> Iterator[Line]:
    for term in pack.departments:
        cells = (term.name, names(term.aliases), term.above or "")
        yield Line("departments", term.name, cells, term.source)
    for post in pack.posts:
        cells = (post.name, signer_words(post.of), names(post.aliases))
        yield Line("posts", post.name, cells, post.source)


def _ways(pack: Pack) -> Iterator[Line]:
    for opening in pack.openings:
        cells = (opening.name, hours_words(opening.hours))
        yield Line("openings", opening.name, cells, opening.source)
    for channel in pack.channels:
        yield _channel(channel)
    for term in pack.customer_kinds:
        yield Line("customer_kinds", term.name, (term.name, names(term.aliases)), term.source)


def _channel(channel: Channel) -> Line:
    """Return what a channel is called and when it is open, and what this system does by itself there."""
    itself = [DOORS[channel.door]] if channel.door else []
    itself += [_("自动发出受理提醒")] if channel.receipt else []
    cells = (channel.name, names(channel.aliases), channel.opening or "", names(map(str, itself)))
    return Line(
        "channels", channel.name, cells, tuple(dict.fromkeys((*channel.source, *channel.receipt)))
    )


def _validity(pack: Pack) -> Iterator[Line]:
    for reason in pack.validity:
        yield Line("validity", reason.fact, (reason.text,), reason.source)
    for question in pack.validity_questions:
        yield Line("validity_questions", question.key, (question.label,), question.source)
    for rule in pack.verifications:
        when, steps = narrowing(rule.when, pack), names(map(event_words, rule.steps))
        for check in rule.checks:
            source = tuple(dict.fromkeys((*check.source, *rule.source)))
            yield Line("verifications", check.fact, (check.text, when, steps), source)
    for demand in pack.demands:
        key = f"{demand.event}|{demand.field}"
        yield Line("demands", key, (event_words(demand.event), demand.label), demand.source)


def _categories(pack: Pack) -> Iterator[Line]:
    for category in pack.categories:
        for number, route in enumerate(category.routes):
            when = narrowing(route.when, pack)
            cells = (category.name, route.first, when, "", "", "", "")
            yield Line("categories", f"{category.name}|{number}", cells, route.source)
        yield _category(category)
    for term in pack.clock_categories:
        yield Line("clock_categories", term.name, (term.name, names(term.aliases)), term.source)


def _category(category: Category) -> Line:
    first = category.first or _("逐案确定")
    if category.first_from:
        first = _("以“%(fact)s”为准") % {"fact": FACTS[category.first_from]}
    cells = (
        category.name,
        first,
        _("其余情况") if category.routes else "",
        names(category.supporting),
        category.clock_category or "",
        names(category.aliases),
        names(category.examples),
    )
    return Line("categories", category.name, cells, category.source)


def _urgencies(pack: Pack) -> Iterator[Line]:
    for urgency in pack.urgencies:
        when = _("由人选择") if urgency.when is None else narrowing(urgency.when, pack)
        when = _("没有说明时") if urgency.usual else when
        yield Line("urgencies", urgency.name, (urgency.name, when), urgency.source)


def _intake(pack: Pack) -> Iterator[Line]:
    for field in pack.intake:
        yield _field(field, pack)
    numbering = pack.numbering
    example = numbering.number(FIRST, 1)
    cells = (
        f"{numbering.prefix}{numbering.pattern}，如 {example}",
        str(RESETS[numbering.reset]),
        str(SETTING) if numbering.setting else "",
    )
    yield Line("numbering", "numbering", cells, numbering.source)


def _field(field: Field, pack: Pack) -> Line:
    cells = (
        field.label,
        str(TYPES[field.type]),
        _("必填") if field.required else "",
        narrowing(field.when, pack),
        names(label for _value, label in field.options),
        _("客户自填") if field.public else "",
    )
    return Line("intake", field.key, cells, field.source)


def _survey(pack: Pack) -> Iterator[Line]:
    for question in pack.survey:
        source = tuple(dict.fromkeys((*question.source, *question.reason_source)))
        yield Line("survey", question.key, _question(question), source)


def _question(question: Question) -> tuple[str, str, str]:
    if question.type != "score":
        return question.label, _("是或否"), ""
    scale = _("%(low)s至%(high)s分") % {"low": question.low, "high": question.high}
    bound = question.reason_below
    reason = "" if bound is None else _("低于%(bound)s分") % {"bound": bound}
    return question.label, scale, reason


def _duties(pack: Pack) -> Iterator[Line]:
    for duty in pack.periodic:
        every = str(PERIODS[duty.every]) if duty.every else _("未规定周期")
        share = _("不少于%(share)s") % {"share": share_words(duty.share)} if duty.share else ""
        yield Line("periodic", duty.key, (duty.text, every, share), duty.source)
    cells = (names(pack.counted_kinds), narrowing(pack.counted_when, pack))
    yield Line("rate", "rate", cells, pack.rate_source)
    for kept in pack.retention:
        yield Line("retention", kept.what, (kept.what, period_words(kept.period)), kept.source)


def _forms(pack: Pack) -> Iterator[Line]:
    for form in pack.forms:
        parts = [f"{name}：{names(one.name for one in blanks)}" for name, blanks in form.blocks]
        if form.copies:
            parts.append(_("分送：%(units)s") % {"units": names(form.copies)})
        yield Line("forms", form.key, (form.title, "；".join(parts)), form.source)


def reading_lines(pack: Pack) -> Iterator[Line]:
    """Yield the open points of the text with the reading taken, and the figures of the house."""
    for reading in pack.readings:
        yield _reading(reading)


def _reading(reading: Reading) -> Line:
    others = names(reading_words(reading, value) for value in reading.alternatives)
    cells = (
        reading.label,
        reading_words(reading, reading.value),
        others,
        str(SETTING) if reading.setting else _("对条款的读法"),
    )
    return Line("readings", reading.key, cells, reading.source)
