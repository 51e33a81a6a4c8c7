"""What a message says, whoever sent it and however broken it is: sender, subject, plain text, files.

Nothing here looks at the database. A message is data: no part of it is run, fetched or believed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage
from email.utils import getaddresses
from html.parser import HTMLParser

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.validators import validate_email

MOST_PARTS = 100
SUBJECT, NAME, TEXT = 200, 100, 20_000
# Words of headers by which a machine says that nobody shall answer it (RFC 3834, RFC 2919).
CONTAINERS = re.compile(rb"(?:multipart|message)/", re.IGNORECASE)
# The headers that are read, and how long one of them may be.
LONGEST_HEADER = 4000
HEADERS = frozenset(
    {"from", "subject", "message-id", "return-path", "auto-submitted", "precedence"}
    | {"content-type", "content-disposition", "content-transfer-encoding", "list-id"}
    | {"x-auto-response-suppress"}
)
BULK = frozenset({"bulk", "junk", "list", "auto_reply"})
MACHINES = re.compile(r"(mailer-daemon|postmaster|no-?reply|do-?not-?reply)", re.IGNORECASE)
REPORTS = "multipart/report"
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
UNSEEN = frozenset({"script", "style", "head", "title", "template"})
BREAKS = frozenset({"p", "div", "br", "tr", "li", "h1", "h2", "h3", "blockquote"})


class Unreadable(Exception):
    """A message that cannot become a complaint; the text is a short code."""


@dataclass(frozen=True)
class Letter:
    """One message. `sender` is a valid address; `automatic`: a machine sent it, so nobody is answered."""

    message_id: str
    sender: str
    name: str
    subject: str
    text: str
    files: tuple[SimpleUploadedFile, ...]
    automatic: bool


def read(raw: bytes) -> Letter:
    """Return what a message (RFC 5322) says. Raises Unreadable."""
    try:
        _weigh(raw)
        return _read(message_from_bytes(raw, policy=policy.default))
    except (MessageError, LookupError, ValueError, AttributeError, TypeError, RecursionError):
        # What the library makes of a hostile header or a nest of parts.
        raise Unreadable("broken") from None


def _weigh(raw: bytes) -> None:
    """Refuse what would keep the library busy beyond reason: nests of parts, endless headers.

    Its reading of a header takes time by the square of its length, so the lengths are looked at by the
    older policy, which does not read headers.
    """
    if len(CONTAINERS.findall(raw)) > MOST_PARTS:
        raise Unreadable("too_many_parts")
    for part in message_from_bytes(raw, policy=policy.compat32).walk():
        read = (str(value) for name, value in part.raw_items() if name.lower() in HEADERS)
        if any(len(value) > LONGEST_HEADER for value in read):
            raise Unreadable("broken")


def _read(message: EmailMessage) -> Letter:
    if _is_report(message):
        raise Unreadable("report")
    name, sender = _sender(message)
    parts = list(_parts(message))
    text = _text(parts)
    subject = _line(message["Subject"])[:SUBJECT] or _line(text)[:60]
    if not subject:
        raise Unreadable("empty")
    return Letter(
        message_id=_line(message["Message-ID"]),
        sender=sender,
        name=name,
        subject=subject,
        text=text,
        files=tuple(_files(parts)),
        automatic=_is_automatic(message, sender),
    )


def _is_report(message: EmailMessage) -> bool:
    """Say whether a mail server reports on a message of ours: the sender of the envelope is nobody."""
    return message.get_content_type() == REPORTS or _line(message["Return-Path"]) == "<>"


def _is_automatic(message: EmailMessage, sender: str) -> bool:
    said = _line(message["Auto-Submitted"]).lower()
    return (
        (said and said != "no")
        or _line(message["Precedence"]).lower() in BULK
        or message["List-Id"] is not None
        or message["X-Auto-Response-Suppress"] is not None
        or MACHINES.match(sender) is not None
    )


def _sender(message: EmailMessage) -> tuple[str, str]:
    """Return the name and the address of whoever wrote. Raises Unreadable."""
    named = getaddresses([_line(message["From"])])
    name, address = named[0] if named else ("", "")
    try:
        validate_email(address)
    except ValidationError:
        raise Unreadable("no_sender") from None
    return _clean(name)[:NAME], address


def _parts(message: EmailMessage) -> Iterator[EmailMessage]:
    """Yield the parts that hold something. Raises Unreadable where there are too many."""
    for number, part in enumerate(message.walk()):
        if number >= MOST_PARTS:
            raise Unreadable("too_many_parts")
        if not part.is_multipart():
            yield part


def _is_file(part: EmailMessage) -> bool:
    return part.get_content_maintype() != "text" or part.get_filename() is not None


def _text(parts: list[EmailMessage]) -> str:
    """Return the plain text, that of the page where there is no other."""
    texts = [part for part in parts if not _is_file(part)]
    plain = [_decoded(part) for part in texts if part.get_content_subtype() == "plain"]
    pages = [_seen(_decoded(part)) for part in texts if part.get_content_subtype() == "html"]
    return _clean("\n\n".join(plain or pages)).strip()[:TEXT]


def _decoded(part: EmailMessage) -> str:
    """Return a part's text in the charset that it names, or in one that fits."""
    content = part.get_payload(decode=True) or b""
    for charset in (part.get_content_charset(""), "utf-8", "gb18030"):
        try:
            return content.decode(charset)
        except (LookupError, UnicodeDecodeError):
            continue
    return content.decode("utf-8", "replace")


def _files(parts: list[EmailMessage]) -> Iterator[SimpleUploadedFile]:
    for number, part in enumerate(filter(_is_file, parts), start=1):
        content = part.get_payload(decode=True) or b""
        name = _line(part.get_filename()) or f"{number}.{part.get_content_subtype()}"
        yield SimpleUploadedFile(name, content, part.get_content_type())


class _Seen(HTMLParser):
    """Gathers the words of a page that somebody sees."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.unseen = 0

    def handle_starttag(self, tag, attrs):
        self.unseen += tag in UNSEEN
        if tag in BREAKS:
            self.words.append("\n")

    def handle_endtag(self, tag):
        self.unseen = max(0, self.unseen - (tag in UNSEEN))

    def handle_data(self, data):
        if not self.unseen:
            self.words.append(data)


def _seen(page: str) -> str:
    parser = _Seen()
    parser.feed(page)
    parser.close()
    lines = (" ".join(line.split()) for line in "".join(parser.words).splitlines())
    return "\n".join(line for line in lines if line)


def _line(value: object) -> str:
    """Return a header as one line of printable text, empty where there is none."""
    return " ".join(_clean("" if value is None else str(value)).split())


def _clean(text: str) -> str:
    """Leave out what no text of the database can hold."""
    return UNPRINTABLE.sub("", text.replace("\r\n", "\n"))
