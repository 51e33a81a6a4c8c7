"""What may be attached: an allow-list, judged by content; the name's ending has to agree."""

import codecs
import unicodedata
from dataclasses import dataclass
from typing import BinaryIO
from zipfile import BadZipFile, ZipFile, is_zipfile

import filetype

HEAD, TAIL = 8192, 2048
NAME_LENGTH = 120
MOST_PARTS, MOST_UNPACKED = 5000, 500 * 2**20


class Unfit(Exception):
    """A file that may not be attached; `code` says why."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Sort:
    """One kind of file: the type with which it is served, and the endings of its names."""

    content_type: str
    endings: tuple[str, ...]

    @property
    def is_picture(self) -> bool:
        return self.content_type.startswith("image/")


OPEN_XML = {
    "word/document.xml": Sort(
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document", ("docx",)
    ),
    "xl/workbook.xml": Sort(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ("xlsx",)
    ),
    "ppt/presentation.xml": Sort(
        "application/vnd.openxmlformats-officedocument.presentationml.presentation", ("pptx",)
    ),
}
# The older documents share one container; the ending alone says which of them it is.
CONTAINER = bytes.fromhex("d0cf11e0a1b11ae1")
OLDER = (
    Sort("application/msword", ("doc",)),
    Sort("application/vnd.ms-excel", ("xls",)),
    Sort("application/vnd.ms-powerpoint", ("ppt",)),
)
PDF = Sort("application/pdf", ("pdf",))
TEXT = Sort("text/plain", ("txt",))
# By what the content's first bytes are found to be.
FOUND = {
    "image/jpeg": Sort("image/jpeg", ("jpg", "jpeg")),
    "image/png": Sort("image/png", ("png",)),
    "image/gif": Sort("image/gif", ("gif",)),
    "image/webp": Sort("image/webp", ("webp",)),
    "application/pdf": PDF,
    "audio/mpeg": Sort("audio/mpeg", ("mp3",)),
    "audio/mp4": Sort("audio/mp4", ("m4a",)),
    "audio/x-wav": Sort("audio/wav", ("wav",)),
    "audio/amr": Sort("audio/amr", ("amr",)),
    "audio/ogg": Sort("audio/ogg", ("ogg",)),
    "video/mp4": Sort("video/mp4", ("mp4", "m4v")),
    "video/x-m4v": Sort("video/mp4", ("m4v", "mp4")),
    "video/quicktime": Sort("video/quicktime", ("mov",)),
    "video/3gpp": Sort("video/3gpp", ("3gp",)),
    "video/webm": Sort("video/webm", ("webm",)),
}
ENDINGS = tuple(
    dict.fromkeys(
        ending
        for sort in (*FOUND.values(), *OPEN_XML.values(), *OLDER, TEXT)
        for ending in sort.endings
    )
)
# What people take with a telephone.
MEDIA = tuple(
    dict.fromkeys(
        ending
        for sort in FOUND.values()
        if sort.content_type.startswith(("image/", "video/"))
        for ending in sort.endings
    )
)


def sort_of(file: BinaryIO, name: str) -> Sort:
    """Return what a file is by its content. Raises Unfit; the file is left at its beginning."""
    try:
        sort = _by_content(file, ending_of(name))
    finally:
        file.seek(0)
    if ending_of(name) not in sort.endings:
        raise Unfit("other_ending")
    return sort


def ending_of(name: str) -> str:
    return name.rpartition(".")[2].lower()


def shown_name(raw: str) -> str:
    """Return a name as people may see it: no folder, no sign that hides or turns its letters."""
    last = unicodedata.normalize("NFC", raw).replace("\\", "/").rpartition("/")[2]
    seen = "".join(sign for sign in last if unicodedata.category(sign)[0] != "C")
    base, dot, ending = " ".join(seen.split()).rpartition(".")
    base, ending = (base, ending) if dot else (ending, "")
    dotted = f".{ending[:10]}" if ending else ""
    return (base.strip(". ")[: NAME_LENGTH - len(dotted)].rstrip(". ") or "file") + dotted


def _by_content(file: BinaryIO, ending: str) -> Sort:
    file.seek(0)
    head = file.read(HEAD)
    if not head:
        raise Unfit("empty")
    if head.startswith(CONTAINER):
        return next((sort for sort in OLDER if ending in sort.endings), OLDER[0])
    if head.startswith(b"PK"):
        return _open_xml(file)
    if is_zipfile(file):
        raise Unfit("two_sorts")
    found = filetype.guess_mime(head)
    if found is None and ending in TEXT.endings:
        return _text(file)
    if found not in FOUND:
        raise Unfit("not_allowed")
    if FOUND[found] is PDF:
        return _pdf(file)
    return FOUND[found]


def _open_xml(file: BinaryIO) -> Sort:
    """Look into a package: a document without macros, of a size that can be unpacked."""
    try:
        with ZipFile(file) as package:
            parts = package.infolist()
    except (BadZipFile, NotImplementedError, OSError, ValueError, EOFError):
        raise Unfit("broken") from None
    names = {part.filename for part in parts}
    sort = next((sort for name, sort in OPEN_XML.items() if name in names), None)
    if sort is None or "[Content_Types].xml" not in names:
        raise Unfit("not_allowed")
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise Unfit("macros")
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise Unfit("bomb")
    return sort


def _pdf(file: BinaryIO) -> Sort:
    file.seek(0, 2)
    file.seek(max(0, file.tell() - TAIL))
    if b"%%EOF" not in file.read():
        raise Unfit("broken")
    return PDF


def _text(file: BinaryIO) -> Sort:
    """Plain text is UTF-8 or GB18030 without control signs."""
    for encoding in ("utf-8-sig", "gb18030"):
        file.seek(0)
        if _decodes(file, encoding):
            return TEXT
    raise Unfit("not_allowed")


def _decodes(file: BinaryIO, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while part := file.read(2**16):
            if any(sign < " " and sign not in "\t\r\n\f" for sign in decoder.decode(part)):
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
