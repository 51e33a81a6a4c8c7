"""The copy of a picture that others see: the same picture without where and with what it was taken."""

from io import BytesIO
from typing import BinaryIO

from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

from complaints.attachments.sorts import Sort, Unfit

# A picture with more pixels than this is not unpacked; the copy's longer side is at most SIDE.
MOST_PIXELS = 80_000_000
SIDE = 4096
FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/gif": "GIF", "image/webp": "WEBP"}


def without_location(file: BinaryIO, sort: Sort) -> BytesIO:
    """Return a picture drawn anew, upright, of a moving one the first; nothing else comes along.

    Raises Unfit for what is no whole picture or unpacks to too much.
    """
    name = FORMATS[sort.content_type]
    # WeasyPrint lets the whole process take torn pictures for whole ones.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        with Image.open(file, formats=[name]) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise Unfit("bomb")
            picture.draft(None, (SIDE, SIDE))
            drawn = ImageOps.exif_transpose(picture)
            drawn.thumbnail((SIDE, SIDE))
            drawn.info = {}
            copy = BytesIO()
            drawn.save(copy, name, **({"quality": 90} if name in ("JPEG", "WEBP") else {}))
    except Image.DecompressionBombError:
        raise Unfit("bomb") from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        raise Unfit("broken") from None
    finally:
        file.seek(0)
    copy.seek(0)
    return copy
