"""Files as people send them, good and bad, made on the spot."""

from io import BytesIO
from zipfile import ZipFile

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

# 大理, as a camera writes it: degrees, minutes, seconds north and east.
PLACE = {1: "N", 2: (25.0, 36.0, 22.5), 3: "E", 4: (100.0, 16.0, 3.4)}
GPS, MODEL = 0x8825, 0x0110
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
TEXT = "门禁主板损坏，已拍照。\n".encode()
MP3 = b"ID3\x03\x00\x00\x00\x00\x00\x0a" + b"\x00" * 64
MP4 = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + b"\x00" * 64
OLE = bytes.fromhex("d0cf11e0a1b11ae1") + b"\x00" * 600


def sent(name: str, content: bytes, content_type: str = "application/octet-stream"):
    return SimpleUploadedFile(name, content, content_type)


def photo(sort: str = "JPEG", size: tuple[int, int] = (60, 40), place: bool = True) -> bytes:
    """Return a picture whose camera has written down its model, where it was, and how it was held."""
    picture, exif = Image.new("RGB", size, (200, 30, 30)), Image.Exif()
    exif[MODEL] = "CANARY-9"
    exif[0x0112] = 6  # lies on its side
    if place:
        exif.get_ifd(GPS).update(PLACE)
    file = BytesIO()
    picture.save(file, sort, exif=exif)
    return file.getvalue()


def plain(sort: str) -> bytes:
    file = BytesIO()
    Image.new("P", (8, 8)).save(file, sort)
    return file.getvalue()


def package(*names: str, content: bytes = b"<x/>") -> bytes:
    """Return a zip with parts of these names."""
    file = BytesIO()
    with ZipFile(file, "w", compression=8) as made:
        for name in names:
            made.writestr(name, content)
    return file.getvalue()


WORD = package("[Content_Types].xml", "word/document.xml")
SHEET = package("[Content_Types].xml", "xl/workbook.xml")
SLIDES = package("[Content_Types].xml", "ppt/presentation.xml")
