"""The rules of a pack as lines: grades, clocks, signatures, closing, penalties and rewards."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from regulations.condition_words import condition_words, narrowing
from regulations.engine.conditions import NEVER, ruled_out
from regulations.engine.pack import (
    ApprovalRule,
    Band,
    ClockRow,
    ClockRule,
    Criterion,
    Level,
    Need,
    Pack,
    PenaltyRule,
    ReportRule,
    Reward,
)
from regulations.lines.line import SETTING, Line
from regulations.lines.parts import (
    event_words,
    money_words,
    names,
    pattern_words,
    patterns_words,
    range_words,
    share_words,
    signer_words,
    subjects_words,
)
from regulations.period_words import counting_words, period_words
from regulations.words import FACTS, SCORES, STAGES, WHATS, WHO


def rule_lines(pack: Pack) -> Iterator[Line]:
    """Yield the rules of a pack, section by section."""
    for of in (
        clock_lines,
        _pauses,
        grade_lines,
        lift_lines,
        _by_hand,
        _approvals,
        _extensions,
        _reports,
        _tasks,
        closing_lines,
        _gates,
        penalty_lines,
        _flags,
        reward_lines,
    ):
        yield from of(pack)


# -- clocks


def clock_lines(pack: Pack) -> Iterator[Line]:
    """Yield a line for each figure of each clock."""
    for rule in pack.clocks:
        for row in rule.rows:
            yield clock_line(rule, row, pack)


def clock_line(rule: ClockRule, row: ClockRow, pack: Pack) -> Line:
    """Return one figure of a clock."""
    when = narrowing(row.when, pack)
    cells = (
        str(STAGES[rule.stage]),
        figure_words(row, pack),
        when,
        patterns_words(rule.starts, pack),
        stops_words(rule, row, pack),
        str(WHO[rule.who]),
        counting_words(row.period),
        "；".join(_notes(rule, row, pack)),
    )
    return Line("clocks", f"{rule.id}|{when}", cells, row.source, not ruled_out(row.when))


def figure_words(row: ClockRow, pack: Pack) -> str:
    """Return a clock's figure: the text's, one promised to the customer, or one not set yet."""
    if row.promised:
        return _("按承诺的日期")
    for reading in pack.readings if row.period is None else ():
        if reading.setting and reading.value is None and set(row.source) <= set(reading.source):
            return _("待单位设定：%(label)s") % {"label": reading.label}
    return period_words(row.period)


def stops_words(rule: ClockRule, row: ClockRow, pack: Pack) -> str:
    """Return what ends a clock."""
    if rule.window:
        return _("期满即止")
    words = patterns_words(row.stops, pack)
    return _(" 或 ").join(filter(None, [words, rule.until_closing and _("关闭所需的确认，或关闭")]))


def _notes(rule: ClockRule, row: ClockRow, pack: Pack) -> Iterator[str]:
    if rule.each:
        yield _("每次起算各计一个")
    if rule.again:
        yield _("重新打开后重新起算")
    if rule.once_true:
        yield _("条件首次符合时方起算")
    if rule.pausable:
        yield _("可暂停计时")
    if row.counted_from:
        yield _("自%(fact)s起算") % {"fact": FACTS[row.counted_from]}
    if row.at_work:
        yield _("只在工作时间起算")
    if rule.assumed is not NEVER and not ruled_out(rule.assumed):
        yield _("原文缺数字，系借用（%(when)s）") % {"when": narrowing(rule.assumed, pack)}


def _pauses(pack: Pack) -> Iterator[Line]:
    for rule in pack.pauses:
        longest = period_words(rule.longest) if rule.longest else ""
        yield Line("pauses", rule.reason, (rule.reason, longest, rule.by or ""), rule.source)


# -- grades


def grade_lines(pack: Pack) -> Iterator[Line]:
    """Yield what gives each grade, from the highest to the lowest."""
    for level in reversed(pack.grades):
        yield from _level(level, pack)


def _level(level: Level, pack: Pack) -> Iterator[Line]:
    only = narrowing(level.when, pack)
    if only or level.source:
        cells = (level.name, "", only, _("所列等级之一"))
        yield Line("grades", f"{level.name}|", cells, level.source)
    for criterion in level.criteria:
        yield _criterion(level, criterion, _("符合任一即为"), pack)
    for criterion in level.requires:
        yield _criterion(level, criterion, _("须全部符合，缺一即升一级"), pack)
    if level.otherwise is not None:
        cells = (level.name, "", "", _("不属于其他等级的"))
        yield Line("grades", f"{level.name}|otherwise", cells, level.otherwise)


def _criterion(level: Level, criterion: Criterion, nature: str, pack: Pack) -> Line:
    if criterion.after is not None:
        nature = _("满%(period)s未解决即自动升为") % {"period": period_words(criterion.after)}
    when = condition_words(criterion.when, pack)
    return Line(
        "grades",
        f"{level.name}|{criterion.id}",
        (level.name, criterion.text, when, nature),
        criterion.source,
        not ruled_out(criterion.when),
    )


def lift_lines(pack: Pack) -> Iterator[Line]:
    """Yield the grades that rise by one step."""
    for lift in pack.lifts:
        when = narrowing(lift.when, pack)
        yield Line("lifts", f"{lift.of}|{lift.to}", (lift.of, lift.to, when), lift.source)


def _by_hand(pack: Pack) -> Iterator[Line]:
    for section, source, words in (
        ("manual_grade", pack.manual_grade, _("等级由人最终判定，人工定级优先于此前已知的标准")),
        ("assignment", pack.assignment, _("分派的部门与类别所列不同时，以分派为准")),
        ("assignment", pack.other_departments, _("制度未列明的部门也可以承办")),
        ("extension_reason", pack.extension_reason, _("延期须有书面原因")),
    ):
        if source:
            yield Line(section, words, (words,), source)


# -- signatures and reports


def _approvals(pack: Pack) -> Iterator[Line]:
    signer = () if pack.closing_signer is None else (pack.closing_signer,)
    for rule in (*pack.approvals, *signer):
        yield _approval(rule, pack)


def _approval(rule: ApprovalRule, pack: Pack) -> Line:
    when = narrowing(rule.when, pack)
    what, by = str(WHATS[rule.what]), signer_words(rule.by)
    since = event_words(rule.on) if rule.on else ""
    nature = str(SETTING) if rule.setting else ""
    cells = (what, by, names(rule.also), when, since, nature)
    key = f"{rule.what}|{rule.by}|{when}"
    return Line("approvals", key, cells, rule.source, not ruled_out(rule.when))


def _extensions(pack: Pack) -> Iterator[Line]:
    for rule in pack.extensions:
        when = narrowing(rule.when, pack)
        yield Line("extensions", when, (rule.by, names(rule.also), when), rule.source)


def _reports(pack: Pack) -> Iterator[Line]:
    for rule in pack.reports:
        when = narrowing(rule.when, pack)
        on = pattern_words(rule.on, pack) if rule.late is None else _late_words(rule)
        cells = (rule.to, when, on, _("判为无效的也须上报") if rule.invalid else "")
        key = f"{rule.to}|{when}|{rule.late or rule.on.event}"
        yield Line("reports", key, cells, rule.source, not ruled_out(rule.when))


def _late_words(rule: ReportRule) -> str:
    """Say from which late day of which stage on somebody is told."""
    stage = STAGES[str(rule.late)]
    if rule.days is None:
        return _("%(stage)s逾期，天数未设定") % {"stage": stage}
    return _("%(stage)s逾期满%(days)s天") % {"stage": stage, "days": rule.days}


def _tasks(pack: Pack) -> Iterator[Line]:
    for rule in pack.tasks:
        when, on = narrowing(rule.when, pack), pattern_words(rule.on, pack)
        cells = (rule.text, rule.to, when, on)
        yield Line("tasks", rule.id, cells, rule.source, not ruled_out(rule.when))


# -- closing


def closing_lines(pack: Pack) -> Iterator[Line]:
    """Yield the ways of closing, each with what it needs."""
    for mode in pack.closing:
        signs = _("出现下列情形时按此方式：%(signs)s") % {"signs": patterns_words(mode.signs, pack)}
        cells = (mode.label, "", "", "", "", signs if mode.signs else "")
        yield Line("closing", f"{mode.name}|", cells, mode.source)
        for need in mode.needs:
            words = _need(need, pack)
            nature = _("缺则拒绝关闭") if need.strict else ""
            key = f"{mode.name}|{need.what}|{words[2]}"
            cells = (mode.label, *words, nature)
            yield Line("closing", key, cells, need.source, not ruled_out(need.when))


def _gates(pack: Pack) -> Iterator[Line]:
    for gate in pack.gates:
        words = _need(gate.need, pack)
        key = f"{gate.step}|{words[0]}|{words[2]}"
        cells = (event_words(gate.step), *words)
        yield Line("gates", key, cells, gate.need.source, not ruled_out(gate.need.when))


def _need(need: Need, pack: Pack) -> tuple[str, str, str, str]:
    """Return what is needed, from whom, when, and what meets it."""
    met = patterns_words(need.met, pack)
    what = str(WHATS[need.what])
    if need.closing:
        what, met = _("关闭所需的全部条件"), ""
    if need.approvals:
        met = _("签批：%(what)s") % {"what": names(str(WHATS[one]) for one in need.approvals)}
    return what, signer_words(need.by), narrowing(need.when, pack), met


# -- penalties and rewards


def penalty_lines(pack: Pack) -> Iterator[Line]:
    """Yield each offence with its price; one that is charged by the day has a line for each band."""
    for rule in pack.penalties:
        when = narrowing(rule.when, pack)
        for number, band in enumerate(rule.bands):
            yield _band(rule, band, number, when)
        if not rule.bands:
            price = range_words(rule.range) or money_words(rule.amount)
            cells = (
                rule.text,
                subjects_words(rule.subjects),
                price,
                rule.sanction or "",
                _charged(rule),
                when,
            )
            yield Line("penalties", rule.id, cells, rule.source, not ruled_out(rule.when))


def _charged(rule: PenaltyRule) -> str:
    if rule.stage is None:
        return _("由人登记违规时")
    return _("“%(stage)s”时限逾期时") % {"stage": STAGES[rule.stage]}


def _band(rule: PenaltyRule, band: Band, number: int, when: str) -> Line:
    days = _("逾期第%(first)s天起") if band.last is None else _("逾期第%(first)s至%(last)s天")
    days = days % {"first": band.first, "last": band.last}
    price = range_words(band.range)
    if band.per_day is not None:
        price = _("每天%(amount)s") % {"amount": money_words(band.per_day)}
    subjects = subjects_words(band.subjects or rule.subjects)
    cells = (rule.text, subjects, price, rule.sanction or "", days, when)
    key = f"{rule.id}|{number + 1}"
    source = tuple(dict.fromkeys((*band.source, *_own(rule))))
    return Line("penalties", key, cells, source, not ruled_out(rule.when))


def _own(rule: PenaltyRule) -> tuple[str, ...]:
    """Return the facts of an offence that none of its bands names."""
    named = {fact for band in rule.bands for fact in band.source}
    return tuple(fact for fact in rule.source if fact not in named)


def _flags(pack: Pack) -> Iterator[Line]:
    for rule in pack.flags:
        when = narrowing(rule.when, pack)
        yield Line("flags", rule.name, (rule.text, when), rule.source, not ruled_out(rule.when))


def reward_lines(pack: Pack) -> Iterator[Line]:
    """Yield the rewards by score, and how the score is weighted."""
    for reward in pack.rewards:
        score = score_words(reward)
        yield Line("rewards", score, (score, money_words(reward.amount)), reward.source)
    if pack.scoring is not None:
        weights = names(
            f"{SCORES.get(name, name)} {share_words(share)}" for name, share in pack.scoring.weights
        )
        cells = (weights, names(pack.scoring.excluded))
        yield Line("scoring", "scoring", cells, pack.scoring.source)


def score_words(reward: Reward) -> str:
    """Return the bounds of a score; each says whether it is included."""
    bounds = (
        (reward.at_least, _("%(score)s分以上（含）")),
        (reward.more_than, _("超过%(score)s分（不含）")),
        (reward.less_than, _("不足%(score)s分（不含）")),
        (reward.at_most, _("%(score)s分以下（含）")),
    )
    said = [words % {"score": bound} for bound, words in bounds if bound is not None]
    return _("，且").join(said)
