"""A third language: French, which is nowhere in the program."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from hotline.languages import catalogue
from hotline.languages.catalogue import DOMAIN, FOLDERS


@pytest.fixture
def french(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """Adds the catalogue, and nothing else; the language's code."""
    source = Path(__file__).parent / "fr" / "LC_MESSAGES" / f"{DOMAIN}.po"
    folder = tmp_path / "languages" / "fr" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with source.open("rb") as read, (folder / f"{DOMAIN}.mo").open("wb") as written:
        write_mo(written, read_po(read))
    monkeypatch.setattr(catalogue, "FOLDERS", (*FOLDERS, folder.parents[1]))
    return "fr"
