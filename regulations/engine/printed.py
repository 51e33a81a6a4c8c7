"""The printed forms of a pack: what stands on the paper, and what fills each blank in.

`filled` is one of

    number, grade, department, …    what the case itself says: a word of `CASE`
    intake.KEY                      a field of the pack's intake
    plan.FIELD                      the newest plan: a word of `PLAN`
    survey.KEY                      the answer to a question of the survey, with its reason
    clock.STAGE                     when a stage is due
    flag.NAME                       yes or no: whether a mark of the regulation stands on the case
    EVENT.FIELD                     what an act says, in words; `at` and `by` are when and who
"""

from dataclasses import dataclass

from regulations.engine.terms import Source

CASE = (
    "number",
    "subject",
    "received_at",
    "grade",
    "category",
    "channel",
    "department",
    "supporting",
    "handler",
    "registrar",
    "files",
    "penalties",
    "loss",
)
PLAN = ("option", "measures", "starts_on", "finishes_on", "department", "responsible", "author")


@dataclass(frozen=True, slots=True)
class Blank:
    """One blank of a form under its printed name.

    `filled` None is left to a hand. `boxes` are ticked where they are its value. `signed` names
    the acts of which the last one is the signature (`approved.sheet` of one kind alone,
    `confirmed.customer` of one side alone), `by` the posts in which it counts; no post is any.
    `room` says that a hand needs several lines.
    """

    name: str
    filled: str | None = None
    boxes: tuple[str, ...] = ()
    signed: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    room: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """A printed form and its blanks by block, in the order of the paper.

    `copies` are the units that get a copy each, the first copy first.
    """

    key: str
    title: str
    source: Source
    blocks: tuple[tuple[str, tuple[Blank, ...]], ...] = ()
    copies: tuple[str, ...] = ()

    @property
    def blanks(self) -> tuple[Blank, ...]:
        return tuple(blank for _name, blanks in self.blocks for blank in blanks)

    @property
    def about_a_case(self) -> bool:
        """Say whether a case fills anything in; a statistics report is a form of no case."""
        return any(blank.filled or blank.signed for blank in self.blanks)
