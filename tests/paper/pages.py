"""A PDF as a reader finds it: the text of each page."""

from __future__ import annotations

from io import BytesIO

from pypdf import PdfReader


def pages(document: bytes) -> list[str]:
    reader = PdfReader(BytesIO(document))
    return [" ".join(page.extract_text().split()) for page in reader.pages]
