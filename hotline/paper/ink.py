"""Text, lines and boxes on a page, in millimetres from its upper left corner.

The fonts are the ones that every PDF reader has, so nothing is embedded and a file of thousands of
pages stays small. They know the letters of Windows-1252; `printable` says what becomes of others.
"""

from __future__ import annotations

import unicodedata
from datetime import datetime
from enum import StrEnum
from functools import lru_cache

CHARSET = "windows-1252"
MARGIN = 13.0  # mm; no printer needs more
LEADING = 1.22  # line height, in font sizes
MM_PER_POINT = 25.4 / 72

# Letters that Unicode does not take apart into a base letter and a mark.
PLAIN = str.maketrans(
    {
        "Ł": "L",
        "ł": "l",
        "Đ": "D",
        "đ": "d",
        "Ħ": "H",
        "ħ": "h",
        "ı": "i",
        "İ": "I",
        "ŋ": "n",
        "ʻ": "'",
        "ʼ": "'",
        "‑": "-",
        "−": "-",
    }
)


class PaperSize(StrEnum):
    """The sheet in the printer."""

    LETTER = "letter"  # 8.5 by 11 inches
    A4 = "a4"  # 210 by 297 mm


def printable(text: str) -> str:
    """The text in letters that the fonts know: those they lack lose their marks (Nguyễn becomes
    Nguyen), and what is no Latin letter at all becomes a visible "?".
    """
    return "".join(_plain(c) for c in unicodedata.normalize("NFC", text))


def _plain(character: str) -> str:
    if _known(character):
        return character
    base = "".join(
        c
        for c in unicodedata.normalize("NFKD", character.translate(PLAIN))
        if not unicodedata.combining(c)
    )
    if unicodedata.category(character) in ("Mn", "Cf"):  # a mark alone, a joiner: nothing to see
        return ""
    return base if base and all(_known(c) for c in base) else "?"


def _known(character: str) -> bool:
    if unicodedata.category(character).startswith("C"):
        return False
    try:
        character.encode(CHARSET)
    except UnicodeEncodeError:
        return False
    return True


class Ink:
    """One document in the making, and a pen on its last page. `respelled` gathers the texts that
    could not be printed as they are, with what was printed instead.
    """

    def __init__(self, title: str, made_at: datetime, size: PaperSize) -> None:
        # Half a second to load, which no process needs that draws nothing.
        from fpdf import FPDF

        self._pdf = FPDF(orientation="portrait", unit="mm", format=size.value)
        self._pdf.core_fonts_encoding = CHARSET
        self._pdf.set_auto_page_break(False)
        self._pdf.set_title(printable(title))
        self._pdf.set_producer("Hotline")
        self._pdf.set_creation_date(made_at)
        self.left = self.top = MARGIN
        self.right = self._pdf.w - MARGIN
        self.bottom = self._pdf.h - MARGIN
        self.pages = 0
        self.respelled: dict[str, str] = {}
        self._wrap = lru_cache(maxsize=4096)(self._wrapped)

    @property
    def width(self) -> float:
        return self.right - self.left

    def new_page(self) -> None:
        self._pdf.add_page()
        self._pdf.set_line_width(0.25)
        self.pages += 1

    def finish(self) -> bytes:
        """The document as it goes into a file."""
        return bytes(self._pdf.output())

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        *,
        bold: bool = False,
        align: str = "left",
        fit: float | None = None,
        mono: bool = False,
    ) -> float:
        """Writes one line with its baseline at `y`, `size` in points; `x` is its left end, middle
        or right end. It is written smaller where it would be wider than `fit`. Returns its width.
        """
        text = self._legible(text)
        self._font(size, bold=bold, mono=mono)
        width = self._pdf.get_string_width(text)
        if fit is not None and width > fit:
            self._font(size * fit / width, bold=bold, mono=mono)
            width = fit
        if text:
            self._pdf.text(x - width * {"left": 0.0, "middle": 0.5, "right": 1.0}[align], y, text)
        return width

    def paragraph(
        self, x: float, y: float, width: float, text: str, size: float, *, bold: bool = False
    ) -> float:
        """Writes text in lines no wider than `width`, the first baseline at `y`. Returns the
        baseline of the line that would come next.
        """
        for line in self._wrap(text, width, size, bold):
            self.text(x, y, line, size, bold=bold, fit=width)
            y += line_height(size)
        return y

    def lines(self, text: str, width: float, size: float, *, bold: bool = False) -> int:
        """How many lines `paragraph` would write."""
        return len(self._wrap(text, width, size, bold))

    def in_two(self, text: str, width: float, size: float) -> tuple[str, str]:
        """The first line that `paragraph` would write, and all the rest."""
        first, *rest = self._wrap(text, width, size, False)
        return first, " ".join(rest)

    def rule(self, x1: float, y: float, x2: float) -> None:
        self._pdf.line(x1, y, x2, y)

    def upright(self, x: float, y1: float, y2: float) -> None:
        self._pdf.line(x, y1, x, y2)

    def box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        shaded: bool = False,
        outlined: bool = True,
        heavy: bool = False,
    ) -> None:
        """A rectangle; text goes on it afterwards."""
        if shaded:
            self._pdf.set_fill_color(232)
        style = {(True, True): "DF", (True, False): "F"}.get((shaded, outlined), "D")
        self._pdf.set_line_width(0.7 if heavy else 0.25)
        self._pdf.rect(x, y, width, height, style=style)
        self._pdf.set_line_width(0.25)

    def _font(self, size: float, *, bold: bool, mono: bool) -> None:
        self._pdf.set_font("courier" if mono else "helvetica", "B" if bold else "", size)

    def _wrapped(self, text: str, width: float, size: float, bold: bool) -> tuple[str, ...]:
        self._font(size, bold=bold, mono=False)
        lines: list[str] = []
        for word in self._legible(text).split(" "):
            longer = f"{lines[-1]} {word}" if lines else word
            if lines and self._pdf.get_string_width(longer) <= width:
                lines[-1] = longer
            else:
                lines.append(word)
        return tuple(lines)

    def _legible(self, text: str) -> str:
        if text.isascii() and text.isprintable():
            return text
        written = printable(text)
        if written != unicodedata.normalize("NFC", text):
            self.respelled[text] = written
        return written


def unbroken(text: str) -> str:
    """Text that `paragraph` leaves in one line, such as a telephone number."""
    return text.replace(" ", "\N{NO-BREAK SPACE}")


def line_height(size: float) -> float:
    """Millimetres from one baseline to the next, for a size in points."""
    return size * MM_PER_POINT * LEADING
