"""Photographs from unknown telephones: looked at with suspicion, shown only drawn anew."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageFile, ImageOps

ImageFile.LOAD_TRUNCATED_IMAGES = False

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "MPO", "HEIF")
"""What is read; HEIF only where Pillow has learned it. Told by the bytes, never by a name."""
MOST_PIXELS = 50_000_000  # of a picture that is read; a telephone's camera has fewer
LONGEST, LONGEST_SMALL = 2_000, 320  # pixels, the longer side
QUALITY = 85


class NotAPicture(ValueError):
    """It cannot be shown; the message says why, and holds nothing of what it was."""


@dataclass(frozen=True, slots=True)
class Photograph:
    """A picture of our own making (JPEG), without anything that was not to be seen in it."""

    whole: bytes
    small: bytes
    width: int
    height: int


def redraw(data: bytes) -> Photograph:
    """The picture in `data`, upright, scaled down, and without metadata. Raises NotAPicture."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = _opened(data)
    except NotAPicture:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise NotAPicture("it is larger than any photograph") from None
    except Exception as error:  # whatever a decoder makes of bytes that were never a picture
        raise NotAPicture(f"it cannot be read ({type(error).__name__})") from None
    whole = _jpeg(picture)
    size = picture.size
    picture.thumbnail((LONGEST_SMALL, LONGEST_SMALL))
    return Photograph(whole, _jpeg(picture), *size)


def _opened(data: bytes) -> Image.Image:
    with Image.open(BytesIO(data), formats=FORMATS) as found:
        if found.width * found.height > MOST_PIXELS:
            raise NotAPicture("it is larger than any photograph")
        found.draft("RGB", (LONGEST, LONGEST))  # a JPEG is scaled while it is decoded
        found.load()
        picture = ImageOps.exif_transpose(found)
        picture.thumbnail((LONGEST, LONGEST))
        if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
            picture = picture.convert("RGBA")
            paper = Image.new("RGB", picture.size, "white")
            paper.paste(picture, mask=picture.getchannel("A"))
            return paper
        return picture.convert("RGB")


def _jpeg(picture: Image.Image) -> bytes:
    """Pixels and nothing else."""
    bare = Image.new("RGB", picture.size)
    bare.paste(picture)
    written = BytesIO()
    bare.save(written, "JPEG", quality=QUALITY, optimize=True)
    return written.getvalue()
