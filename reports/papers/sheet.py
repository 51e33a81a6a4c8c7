"""A form as it goes onto paper: plain values, the same for every way of printing.

A form speaks the language of its regulation, whoever prints it: its words are Chinese in any case.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from unicodedata import east_asian_width

from regulations.engine.printed import Form

# Half-width places: what fits beside another blank, and what fits in a line of its own.
NARROW, LINE = 26, 74
# Characters of Chinese ordinals, for copies.
ORDINALS = "一二三四五六七八九十"


@dataclass(frozen=True)
class Signature:
    """Who has signed, in which post, and when (in words); empty where the line is for a hand.

    `note` is what the record says of somebody who signs on paper alone, such as the customer.
    """

    who: str = ""
    post: str = ""
    on: str = ""
    note: str = ""

    @property
    def words(self) -> str:
        """Return the signature as a line, with gaps to sign in where nobody has."""
        parts = [f"{label}：{value or gap}" for label, value, gap in self.parts]
        return "　".join([*parts, *([f"（{self.note}）"] if self.note else [])])

    @property
    def parts(self) -> tuple[tuple[str, str, str], ...]:
        """Return (label, value, what is left free without it)."""
        free = "＿" * 5
        return (
            ("签字", self.who, free),
            ("职务", self.post, free),
            ("日期", self.on, "＿＿年＿月＿日"),
        )


@dataclass(frozen=True)
class Filled:
    """A blank with what stands in it: text, boxes (each with whether it is ticked), or a signature.

    `long` leaves room to write where it is empty.
    """

    name: str
    text: str = ""
    boxes: tuple[tuple[str, bool], ...] = ()
    signature: Signature | None = None
    long: bool = False

    @property
    def wide(self) -> bool:
        """Say whether it takes a line of its own."""
        boxed = sum(places(word) + 4 for word, _ticked in self.boxes) > NARROW
        long = self.long or boxed or "\n" in self.text
        return long or self.signature is not None or places(self.text) > NARROW

    @property
    def runs_on(self) -> bool:
        """Say whether the text is so long that it may go on over the page."""
        return places(self.text) > 8 * LINE

    @property
    def words(self) -> str:
        """Return the value as text alone."""
        if self.signature is not None:
            return self.signature.words
        if self.boxes:
            ticked = "　".join(
                f"{'☑' if on else '☐'}\N{NO-BREAK SPACE}{word}" for word, on in self.boxes
            )
            return f"{ticked}　{self.text}" if self.text else ticked
        return self.text


@dataclass(frozen=True)
class Sheet:
    """One form on its way to paper. `address` is where its code leads."""

    title: str
    regulation: str
    basis: str
    number: str
    address: str
    printed: str
    blocks: tuple[tuple[str, tuple[Filled, ...]], ...]
    copies: tuple[str, ...] = ()

    def rows(self) -> Iterator[tuple[str, list[tuple[Filled, ...]], bool]]:
        """Yield (block, rows, whether it stays on one page); a row has one blank or two narrow ones."""
        for name, blanks in self.blocks:
            yield name, list(_rows(blanks)), not any(blank.runs_on for blank in blanks)

    @property
    def filled(self) -> dict[str, Filled]:
        return {blank.name: blank for _name, blanks in self.blocks for blank in blanks}

    @property
    def copy_words(self) -> str:
        """Return who gets which copy, empty where the form has but one."""
        named = (
            f"第{ORDINALS[place]}联 {unit}"
            for place, unit in enumerate(self.copies[: len(ORDINALS)])
        )
        return "　".join(named)


def _rows(blanks: Iterable[Filled]) -> Iterator[tuple[Filled, ...]]:
    waiting: Filled | None = None
    for blank in blanks:
        if waiting is not None and not blank.wide:
            yield waiting, blank
            waiting = None
            continue
        if waiting is not None:
            yield (waiting,)
        waiting = None if blank.wide else blank
        if blank.wide:
            yield (blank,)
    if waiting is not None:
        yield (waiting,)


def places(text: str) -> int:
    """Return how many half-width places a text takes in a line."""
    return sum(2 if east_asian_width(sign) in "WFA" else 1 for sign in text)


def day_words(day) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def moment_words(moment: datetime) -> str:
    """Return a local moment as a form has it; midnight is the end of its day, as on the pages."""
    if (moment.hour, moment.minute, moment.second) == (0, 0, 0):
        return f"{day_words(moment - timedelta(days=1))} 24:00"
    return f"{day_words(moment)} {moment:%H:%M}"


def printable(forms: Iterable[Form]) -> list[Form]:
    """Return the forms that a case can be printed on."""
    return [form for form in forms if form.about_a_case]
