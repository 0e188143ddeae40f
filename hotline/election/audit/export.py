"""A ledger as a file of JSON lines that anybody may have and check (docs/verification.md)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hotline.election.audit import definition
from hotline.election.audit.chain import digest, moment
from hotline.election.audit.entries import opening_digest
from hotline.election.audit.verification import ChainLink, VerifiedLedger
from hotline.election.model import Election

FORMAT = "hotline-ledger/1"
BESIDE = ("digest", "reported")
"""Keys of a line that are not part of what is bound."""


class ExportError(ValueError):
    """The file is no export of a ledger; the message says where it goes wrong."""


@dataclass(frozen=True, slots=True)
class Opening:
    """The first line: whose ledger it is, and how far it had come."""

    ledger: int
    election: str
    is_test: bool
    opened_at: datetime
    entries: int
    head: str  # the digest of the last entry

    @property
    def digest(self) -> str:
        """What the first entry is bound to."""
        return opening_digest(self.ledger, self.election, self.is_test, self.opened_at)


def lines(opening: Opening, election: Election, links: Iterable[ChainLink]) -> Iterator[str]:
    """The lines of an export. Figures are in it as far as `links` give them."""
    yield _line(
        {
            "format": FORMAT,
            "ledger": opening.ledger,
            "election": opening.election,
            "is_test": opening.is_test,
            "opened_at": moment(opening.opened_at),
            "entries": opening.entries,
            "head": opening.head,
        }
    )
    yield _line({"definition": definition.describe(election)})
    for bound in links:
        reported = {} if bound.figures is None else {"reported": bound.figures}
        yield _line({**(bound.entry or {}), "digest": bound.digest, **reported})


def _line(said: Mapping[str, Any]) -> str:
    return json.dumps(said, separators=(",", ":")) + "\n"


@dataclass(slots=True)
class Export:
    """A file that is being read: first its beginning, then one entry after the other."""

    opening: Opening
    election: Election
    definition_digest: str
    links: Iterator[ChainLink]

    def ledger(self) -> VerifiedLedger:
        """The ledger before its first entry."""
        return VerifiedLedger(self.election, self.opening.digest)


def read_export(given: Iterable[str]) -> Export:
    """Reads an export line by line. Raises ExportError, also while its links are taken."""
    numbered = enumerate(given, 1)
    first, second = _parsed(numbered), _parsed(numbered)
    if first.get("format") != FORMAT:
        raise ExportError(f"line 1: this is no export of a ledger ({FORMAT})")
    try:
        opening = Opening(
            first["ledger"],
            first["election"],
            first["is_test"],
            datetime.fromisoformat(first["opened_at"]),
            first["entries"],
            first["head"],
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ExportError(f"line 1: {error!r} in the opening") from None
    described = second.get("definition")
    try:
        election = definition.read_definition(described or {})
    except (KeyError, TypeError, ValueError) as error:
        raise ExportError(f"line 2: {error!r} in the definition of the election") from None
    return Export(opening, election, digest(described or {}), _links(numbered))


def _parsed(numbered: Iterator[tuple[int, str]]) -> dict[str, Any]:
    number, line = next(numbered, (0, ""))
    if not number:
        raise ExportError("the file ends before the ledger begins")
    return _object(number, line)


def _object(number: int, line: str) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise ExportError(f"line {number}: this is no JSON object")
    return found


ENTRY = {"unit": str, "version": int, "step": int, "status": str, "at": str, "number": int}
FILED_AS = {"figures": str, "doubtful": bool}


def _links(numbered: Iterator[tuple[int, str]]) -> Iterator[ChainLink]:
    for number, line in numbered:
        found = _object(number, line)
        wanted = ENTRY | (FILED_AS if found.get("step") == 1 else {}) | {"digest": str}
        for name, kind in wanted.items():
            if type(found.get(name)) is not kind:
                raise ExportError(f"line {number}: {name} is missing, or of another kind")
        reported = found.get("reported")
        if reported is not None and not isinstance(reported, dict):
            raise ExportError(f"line {number}: reported is of another kind")
        entry = {name: value for name, value in found.items() if name not in BESIDE}
        yield ChainLink(found["number"], found["digest"], entry, reported)
