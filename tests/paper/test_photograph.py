"""Whatever comes as a picture is drawn anew, or refused."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from hotline.paper.photograph import LONGEST, LONGEST_SMALL, NotAPicture, redraw
from tests.pictures import HTML, SVG, bomb, located, picture


@pytest.mark.parametrize(
    "data",
    [
        picture("JPEG"),
        picture("PNG"),
        picture("GIF"),
        picture("WEBP"),
        picture("PNG", mode="RGBA"),
        picture("PNG", mode="LA"),
        picture("PNG", mode="P"),
        picture("PNG", mode="1"),
        picture("PNG", mode="I;16"),
        picture("JPEG", mode="CMYK"),
    ],
)
def test_every_kind_becomes_a_jpeg(data: bytes) -> None:
    made = redraw(data)

    assert (made.width, made.height) == (64, 48)
    for one in (made.whole, made.small):
        with Image.open(BytesIO(one)) as read:
            assert (read.format, read.mode) == ("JPEG", "RGB")


def test_a_large_one_is_scaled_down() -> None:
    made = redraw(picture("PNG", (4_000, 1_000)))

    assert (made.width, made.height) == (LONGEST, 500)
    with Image.open(BytesIO(made.small)) as small:
        assert small.size == (LONGEST_SMALL, 80)


def test_it_stands_upright_and_tells_nothing_but_what_is_to_be_seen() -> None:
    made = redraw(located())

    assert (made.width, made.height) == (40, 60)
    for one in (made.whole, made.small):
        assert b"Elm Street" not in one
        assert b"script" not in one
        with Image.open(BytesIO(one)) as read:
            assert not read.getexif()


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (bomb(), "larger than any photograph"),
        (bomb(10_000, 9_000), "larger than any photograph"),
        (bomb(8_000, 7_000), "larger than any photograph"),
        (bomb(2_000, 2_000), "cannot be read"),
        (picture("PNG")[:-30], "cannot be read"),
        (picture("JPEG", (900, 900))[:-700], "cannot be read"),
        (picture("GIF")[:40], "cannot be read"),
        (picture("BMP"), "cannot be read"),
        (picture("TIFF"), "cannot be read"),
        (HTML, "cannot be read"),
        (SVG, "cannot be read"),
        (b"%PDF-1.4", "cannot be read"),
        (b"%!PS-Adobe-3.0 EPSF-3.0", "cannot be read"),
        (b"", "cannot be read"),
    ],
)
def test_what_is_no_picture_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(NotAPicture, match=why):
        redraw(data)


def test_of_a_moving_picture_the_first_is_kept() -> None:
    written = BytesIO()
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("white", "black")]
    frames[0].save(written, "GIF", save_all=True, append_images=frames[1:])

    with Image.open(BytesIO(redraw(written.getvalue()).whole)) as read:
        assert min(read.getpixel((10, 10))) > 250
