"""What an election, its contests, candidates and units are called in another language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

LABEL, SPOKEN = "label_", "spoken_"
"""What a folder's columns and keys begin with, before the language's code: `label_es`."""


@dataclass(frozen=True, slots=True)
class Name:
    """One thing in one language: `label` as it is written, `spoken` as the voice says it.

    What is empty is as in the election's first language; `spoken` is the label where only that is
    given.
    """

    label: str = ""
    spoken: str = ""

    @property
    def said(self) -> str:
        return self.spoken or self.label


@dataclass(frozen=True, slots=True)
class Names:
    """The names of one language: of the election, and by contest id, (contest id, candidate id)
    and unit code. What is called alike in all languages is not in them.
    """

    election: Name = Name()
    contests: Mapping[str, Name] = field(default_factory=dict)
    candidates: Mapping[tuple[str, str], Name] = field(default_factory=dict)
    units: Mapping[str, Name] = field(default_factory=dict)
