"""Files that nobody should send, made from those that people do send."""

from collections.abc import Iterator
from io import BytesIO
from random import Random

from PIL import Image

from tests.complaints import files
from tests.complaints.test_attachments import BAD, GOOD

NAMES = (
    "../../etc/passwd.pdf",
    r"C:\windows\system32\a.pdf",
    "票据\u202egnp.pdf",
    "长" * 200 + ".pdf",
    ".pdf",
    "a.pdf.exe",
    "$(id).pdf",
    "<img src=x onerror=alert(1)>.pdf",
    "' OR 1=1 --.pdf",
)
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + rb"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def _large_picture() -> bytes:
    file = BytesIO()
    Image.new("1", (20_000, 20_000)).save(file, "PNG")
    return file.getvalue()


def _tight_package() -> bytes:
    names = ("[Content_Types].xml", "word/document.xml", *map(str, range(15)))
    return files.package(*names, content=b"0" * 2**25)


def fuzzed(count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """Yield names and bytes: bent ones, ones of two kinds, bombs, hostile names, lies."""
    chance = Random(seed)
    good, bad = list(GOOD.items()), [(name, content) for name, (content, _code) in BAD.items()]
    bombs = [("a.png", _large_picture()), ("a.docx", _tight_package()), ("a.txt", EICAR)]
    for number in range(count):
        name, content = chance.choice(good)
        match number % 10:
            case 0:
                yield chance.choice(bad)
            case 1:
                yield chance.choice(NAMES), content
            case 2:
                other_name, other = chance.choice(good)
                yield chance.choice((name, other_name)), content + other
            case 3 if number % 50 == 3:
                yield chance.choice(bombs)
            case _:
                yield name, _bent(content, chance)


def _bent(content: bytes, chance: Random) -> bytes:
    """Return a file with bytes changed, its end cut off, and sometimes itself behind it."""
    bent = bytearray(content)
    for _flip in range(chance.randint(1, 20)):
        bent[chance.randrange(len(bent))] = chance.randrange(256)
    return bytes(bent[: chance.randint(1, len(bent))]) + chance.choice([b"", content])
