"""A third language: French, which is nowhere in the program."""

from __future__ import annotations

from pathlib import Path

import pytest

from hotline.languages import catalogue
from hotline.languages.catalogue import FOLDERS


@pytest.fixture
def french(monkeypatch: pytest.MonkeyPatch) -> str:
    """Adds the catalogue, and nothing else; the language's code."""
    monkeypatch.setattr(catalogue, "FOLDERS", (*FOLDERS, Path(__file__).parent))
    return "fr"
