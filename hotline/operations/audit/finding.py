"""Something that is not as it was written."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AuditFinding:
    """`check` names who found it, `said` what is wrong and where, in half a sentence."""

    check: str
    said: str

    def __str__(self) -> str:
        return f"{self.check}: {self.said}"
