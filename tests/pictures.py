"""Pictures for tests, good and bad ones."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

from PIL import Image

HTML = b"<html><script>alert(1)</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def picture(kind: str = "JPEG", size: tuple[int, int] = (64, 48), mode: str = "RGB") -> bytes:
    written = BytesIO()
    Image.new(mode, size, "red" if mode == "RGB" else 1).save(written, kind)
    return written.getvalue()


def located() -> bytes:
    """A photograph that tells where and how it was taken: lying on its side, with a comment."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010E] = "taken at 12 Elm Street"
    written = BytesIO()
    Image.new("RGB", (60, 40), "blue").save(
        written, "JPEG", exif=exif, comment=b"taken at 12 Elm Street"
    )
    return written.getvalue() + b"<script>behind the picture</script>"


def bomb(width: int = 60_000, height: int = 60_000) -> bytes:
    """A few hundred bytes that say they are thousands of millions of pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = chunk(b"IDAT", zlib.compress(b"\0" * 1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + rows + chunk(b"IEND", b"")
