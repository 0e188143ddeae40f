"""What one caucus reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from hotline.election.model import Figures, add_columns


@dataclass(frozen=True, slots=True)
class CaucusFigures(Figures):
    """Mappings go from candidate id to a count; zeros may be left out.

    `attendance` and the alignments count people in the room; early ballots (Nevada) stand apart
    and are added by `first_total` and `final_total`.
    """

    attendance: int
    first: Mapping[str, int]
    final: Mapping[str, int]
    delegates: Mapping[str, int]
    early: int = 0
    early_first: Mapping[str, int] = field(default_factory=dict)
    early_final: Mapping[str, int] = field(default_factory=dict)
    toss: tuple[str, ...] = ()  # who won the toss or the draw, in the order in which it fell

    @property
    def voters(self) -> int:
        """N: everybody whose preference counts, in the room or early."""
        return self.attendance + self.early

    @property
    def first_total(self) -> Mapping[str, int]:
        return add_columns(self.first, self.early_first)

    @property
    def final_total(self) -> Mapping[str, int]:
        return add_columns(self.final, self.early_final)

    @property
    def numbers(self) -> Mapping[str, int]:
        return {"attendance": self.attendance, "early": self.early}

    @property
    def columns(self) -> Mapping[str, Mapping[str, int]]:
        return {
            "first": self.first,
            "early_first": self.early_first,
            "final": self.final,
            "early_final": self.early_final,
            "delegates": self.delegates,
        }

    @property
    def people(self) -> int:
        return self.voters

    @property
    def counted(self) -> Mapping[str, int]:
        return self.final_total

    @property
    def lots(self) -> tuple[str, ...]:
        return self.toss

    def with_lots(self, lots: tuple[str, ...]) -> CaucusFigures:
        return replace(self, toss=lots)

    def to_document(self) -> dict[str, Any]:
        document: dict[str, Any] = {
            "attendance": self.attendance,
            "first": add_columns(self.first),
            "final": add_columns(self.final),
            "delegates": add_columns(self.delegates),
        }
        if self.early or self.early_first or self.early_final:
            document |= {
                "early": self.early,
                "early_first": add_columns(self.early_first),
                "early_final": add_columns(self.early_final),
            }
        if self.toss:
            document["toss"] = list(self.toss)
        return document
