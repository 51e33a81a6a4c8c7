"""The house's own paper: a DOCX in which `{{投诉编号}}` stands where a form's blank is filled in.

Placeholders are names, nothing more: no expression, no loop, nothing that a template could run. A
value is put in once and never looked through again.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from regulations.engine.printed import Form
from regulations.models import Regulation
from reports.importing import gate
from reports.importing.faults import file_words
from reports.models import FormTemplate
from reports.papers.sheet import Sheet
from reports.papers.word import code_png, plain

PLACEHOLDER = re.compile(r"\{\{\s*([^{}]+?)\s*\}\}")
CODE = "二维码"
PARTS = ("姓名", "职务", "日期")
LARGEST_BYTES = 2 * 2**20
LARGEST_PART = 4 * 2**20
DOCUMENT = "word/document.xml"
# What a field may compute: the numbers of pages. Others read files, ask servers or start programs.
HARMLESS = frozenset({"PAGE", "NUMPAGES", "SECTIONPAGES"})
# Folders and parts that hold other files, controls or programs.
CARRIED = re.compile(r"(?i)(embeddings|activex|afchunk|vba|customui|glossary)")
EXTERNAL = re.compile(rb'<[^>]*TargetMode\s*=\s*["\']External["\'][^>]*>', re.IGNORECASE)
LINK = b"/hyperlink"
WORDS = {
    "not_a_workbook": gettext_lazy("文件不是完好的 Word 文档（.docx）。"),
    "macros": gettext_lazy("文档含宏，不予接受；请另存为不含宏的 .docx。"),
    "packed_too_tightly": gettext_lazy("文档的压缩比超过 %(limit)s，不予打开。"),
    "too_many_parts": gettext_lazy("文档内的部件超过 %(limit)s 个。"),
    "declares_entities": gettext_lazy("文档内含 DTD 或实体声明，不予打开。"),
    "old_format": gettext_lazy("旧格式或加密的文档不能作模板；请另存为未加密的 .docx。"),
    "wrong_extension": gettext_lazy("模板应为 .docx 文档。"),
}


class BadPaper(Exception):
    """A document that cannot be a template; `problems` says all of it at once."""

    def __init__(self, *problems: str):
        self.problems = problems
        super().__init__("\n".join(problems))


def known(form: Form) -> list[str]:
    """Return every placeholder of a form, in the order of the paper."""
    names = ["表单名称", "制度", "依据", "打印", "分送", CODE]
    for blank in form.blanks:
        names.append(blank.name)
        if blank.signed:
            names += [f"{blank.name}.{part}" for part in PARTS]
    return names


def check(path: Path, name: str, form: Form) -> list[str]:
    """Return the placeholders of a document; everything hostile is refused before it is parsed.

    Raises BadPaper.
    """
    _gate(path, name)
    with path.open("rb") as file:
        found = list(dict.fromkeys(_names(_opened(file))))
    allowed = known(form)
    if unknown := [word for word in found if word not in allowed]:
        raise BadPaper(
            _("没有这些占位符：%(names)s；可用：%(known)s。")
            % {"names": "、".join(unknown), "known": "、".join(allowed)}
        )
    if not found:
        raise BadPaper(_("文档里没有占位符；写法如 {{投诉编号}}。"))
    return found


def own_template(regulation: Regulation, key: str) -> FormTemplate | None:
    """Return the template that is in use for a form, None for the standard one."""
    return FormTemplate.objects.filter(regulation=regulation, form=key, active=True).first()


def written(template: FormTemplate, sheet: Sheet) -> bytes:
    """Return a copy of a template with the values of a sheet in it; what it does not know stays empty."""
    with template.file.open("rb") as file:
        document = _opened(file)
    values, code = _values(sheet), code_png(sheet.address)
    for paragraph in _paragraphs(document):
        _replace(paragraph, values, code)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


# -- what is refused


def _gate(path: Path, name: str) -> None:
    suffix = Path(name).suffix.lower()
    if suffix in (".docm", ".dotm"):
        raise BadPaper(str(WORDS["macros"]))
    if suffix != ".docx":
        raise BadPaper(str(WORDS["wrong_extension"]))
    if path.stat().st_size > LARGEST_BYTES:
        raise BadPaper(_("模板超过 %(limit)s MB。") % {"limit": LARGEST_BYTES // 2**20})
    with path.open("rb") as file:
        if file.read(len(gate.OLE)) == gate.OLE:
            raise BadPaper(str(WORDS["old_format"]))
    try:
        gate.check_archive(path)
    except gate.Unreadable as refused:
        own = WORDS.get(refused.code)
        raise BadPaper(str(own) % refused.params if own else file_words(refused)) from None
    with zipfile.ZipFile(path) as archive:
        _check_parts(archive)


def _check_parts(archive: zipfile.ZipFile) -> None:
    names = archive.namelist()
    if DOCUMENT not in names:
        raise BadPaper(str(WORDS["not_a_workbook"]))
    problems = []
    if carried := [name for name in names if CARRIED.search(name)]:
        problems.append(_("文档夹带其他文件或控件：%(names)s。") % {"names": "、".join(carried)})
    for part in archive.infolist():
        if part.filename.endswith((".xml", ".rels")) and part.file_size > LARGEST_PART:
            raise BadPaper(_("文档的正文超过 %(limit)s MB。") % {"limit": LARGEST_PART // 2**20})
        if part.filename.endswith(".rels") and _reaches_out(archive.read(part)):
            problems.append(_("文档引用外部文件或模板（%(part)s）。") % {"part": part.filename})
    if problems:
        raise BadPaper(*problems)


def _reaches_out(relations: bytes) -> bool:
    return any(LINK not in one for one in EXTERNAL.findall(relations))


def _opened(file: BinaryIO) -> Any:
    """Return the parsed document; refuse one with fields that do more than count pages."""
    try:
        document = Document(file)
        fields = {word for root in _roots(document) for word in _fields(root)}
    except BadPaper:
        raise
    except Exception as problem:  # whatever the library says of a broken document
        raise BadPaper(str(WORDS["not_a_workbook"])) from problem
    if wrong := sorted(fields - HARMLESS):
        raise BadPaper(_("文档含域 %(names)s；只接受页码。") % {"names": "、".join(wrong)})
    return document


def _fields(root: Any) -> Iterator[str]:
    """Yield the first word of each field's instruction; Word may cut one into several pieces."""
    for simple in root.iter(qn("w:fldSimple")):
        yield _first_word(simple.get(qn("w:instr")) or "")
    for paragraph in root.iter(qn("w:p")):
        pieces: list[str] = []
        for node in paragraph.iter(qn("w:instrText"), qn("w:fldChar")):
            if node.tag == qn("w:instrText"):
                pieces.append(node.text or "")
            elif pieces:
                yield _first_word("".join(pieces))
                pieces = []
        if pieces:
            yield _first_word("".join(pieces))


def _first_word(instruction: str) -> str:
    return (instruction.split() or ["?"])[0].upper()


# -- filling in


def _roots(document: Any) -> Iterator[Any]:
    """Yield the bodies of the document, its headers and its footers."""
    yield document.element.body
    seen = set()
    for relation in document.part.rels.values():
        if not relation.is_external and relation.reltype.endswith(("/header", "/footer")):
            part = relation.target_part
            if part.partname not in seen:
                seen.add(part.partname)
                yield part.element


def _paragraphs(document: Any) -> Iterator[Paragraph]:
    parents = {id(document.element.body): document.part}
    for relation in document.part.rels.values():
        if not relation.is_external and relation.reltype.endswith(("/header", "/footer")):
            parents[id(relation.target_part.element)] = relation.target_part
    for root in _roots(document):
        part = parents[id(root)]
        for element in list(root.iter(qn("w:p"))):
            yield Paragraph(element, _Place(part))


class _Place:
    """What a paragraph asks for to add a picture: the part in which it stands."""

    def __init__(self, part: Any):
        self.part = part


def _names(document: Any) -> Iterator[str]:
    for paragraph in _paragraphs(document):
        yield from PLACEHOLDER.findall("".join(one.text or "" for one in _texts(paragraph)))


def _texts(paragraph: Paragraph) -> list[Any]:
    """Return the pieces of text of a paragraph itself, not of text boxes in it."""
    own = paragraph._p
    return [one for one in own.iter(qn("w:t")) if next(one.iterancestors(qn("w:p")), None) is own]


def _replace(paragraph: Paragraph, values: dict[str, str], code: io.BytesIO) -> None:
    """Put the values in, from the last placeholder to the first; Word cuts them into pieces at will."""
    pieces = _texts(paragraph)
    whole = "".join(one.text or "" for one in pieces)
    for match in reversed(list(PLACEHOLDER.finditer(whole))):
        first = _cut(pieces, *match.span())
        if match[1] == CODE:
            run = Run(first[0].getparent(), paragraph)
            code.seek(0)
            run.add_picture(code, width=Mm(20))
        else:
            _insert(first, plain(values.get(match[1], "")))


def _cut(pieces: list[Any], start: int, end: int) -> tuple[Any, int]:
    """Take some characters out of the pieces; return the piece and the place where they began."""
    place, first = 0, None
    for one in pieces:
        text = one.text or ""
        low, high = max(start - place, 0), min(end - place, len(text))
        if low < high:
            first = first or (one, low)
            one.text = text[:low] + text[high:]
            one.set(qn("xml:space"), "preserve")
        place += len(text)
    assert first is not None, "a placeholder has at least four characters"
    return first


def _insert(where: tuple[Any, int], value: str) -> None:
    """Put a value into a piece of text; each of its lines begins a line."""
    piece, place = where
    before, after = (piece.text or "")[:place], (piece.text or "")[place:]
    lines = value.split("\n")
    piece.text = before + lines[0]
    last = piece
    for line in lines[1:]:
        pause, text = OxmlElement("w:br"), OxmlElement("w:t")
        text.text = line
        text.set(qn("xml:space"), "preserve")
        last.addnext(pause)
        pause.addnext(text)
        last = text
    last.text = (last.text or "") + after


def _values(sheet: Sheet) -> dict[str, str]:
    values = {
        "表单名称": sheet.title,
        "制度": sheet.regulation,
        "依据": sheet.basis,
        "打印": sheet.printed,
        "分送": sheet.copy_words,
    }
    for name, blank in sheet.filled.items():
        values[name] = blank.words
        if blank.signature is not None:
            for label, (_label, value, gap) in zip(PARTS, blank.signature.parts, strict=True):
                values[f"{name}.{label}"] = value or gap
    return values
