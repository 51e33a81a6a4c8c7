"""A made-up case on a form, to see a template by, and the form with its own placeholders."""

from regulations.engine.pack import Pack
from regulations.engine.printed import Blank, Form
from reports.papers.sheet import Filled, Sheet, Signature

ADDRESS = "https://example.com/cases/202611280001/"
DAY = "2026年11月28日"
LINES = "三户业主反映单元门禁失灵两周，外来人员随意进出。\n已现场查看，主板损坏，须更换。"
VALUES = {
    "number": "202611280001",
    "intake.customer_name": "张三",
    "intake.phone": "13000000000",
    "intake.subject": "小区门禁长期失灵",
    "subject": "小区门禁长期失灵",
    "handler": "赵刚",
    "registrar": "周敏",
    "department": "物业公司",
    "loss": "1200.00元",
}
DATED = (".at", "_on", "_at", "_by", "received_at")


def sample(form: Form, pack: Pack) -> Sheet:
    """Return a form filled in with made-up values; nothing of it is anybody's."""
    return _sheet(form, pack, _sampled)


def placeholders(form: Form, pack: Pack) -> Sheet:
    """Return a form whose blanks hold their own placeholders: what a template can begin with."""
    return _sheet(form, pack, lambda blank: Filled(blank.name, f"{{{{{blank.name}}}}}"))


def _sheet(form: Form, pack: Pack, draw) -> Sheet:
    return Sheet(
        title=form.title,
        regulation=pack.title,
        basis=pack.basis(form.source[:1]).partition("：")[0],
        number=VALUES["number"],
        address=ADDRESS,
        printed=f"{DAY} 10:20 周敏",
        blocks=tuple(
            (name, tuple(draw(blank) for blank in blanks)) for name, blanks in form.blocks
        ),
        copies=form.copies,
    )


def _sampled(blank: Blank) -> Filled:
    if blank.signed:
        return Filled(
            blank.name, signature=Signature("李四", (blank.by or ("部门负责人",))[0], DAY)
        )
    if blank.boxes:
        boxes = tuple((box, place == 0) for place, box in enumerate(blank.boxes))
        return Filled(blank.name, boxes=boxes)
    name = blank.filled or ""
    if not name:
        return Filled(blank.name)
    if name.startswith("clock.") or name.endswith(DATED):
        return Filled(blank.name, DAY)
    return Filled(blank.name, VALUES.get(name, LINES if "." in name else "示例"))
