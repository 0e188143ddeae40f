"""A ledger read anew, from its bound entries alone: is the chain whole, and what does it come to?

It knows nothing of running totals or of what was published; `agreement` compares. Everything that
is wrong is a finding in words, and reading goes on from what is there.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from hotline.election import tally
from hotline.election.audit.chain import canonical, link
from hotline.election.model import Election
from hotline.election.rules.registry import decode
from hotline.election.sums import Key, add_to_sums

OUTSTANDING, HELD, COUNTED, VERIFIED, CONTESTED = (
    "outstanding",
    "held",
    "counted",
    "verified",
    "contested",
)
FILED, CORROBORATING = "filed", "corroborating"
STATUSES = frozenset({FILED, COUNTED, HELD, CORROBORATING, "superseded", "rejected"})
"""The words of an entry's status; they are `store.statuses.Status`, as exports have it."""


@dataclass(frozen=True, slots=True)
class ChainLink:
    """A link of the chain as it was kept or exported."""

    number: int
    digest: str  # kept beside it: what has to come out
    entry: Mapping[str, Any] | None  # what it binds; None where that is gone
    figures: Mapping[str, Any] | None = None  # by contest, with the first entry of a report


@dataclass(slots=True)
class _Version:
    """One version of a unit's report, as far as the entries have told."""

    status: str
    step: int
    figures_digest: str
    doubtful: bool
    figures: str | None  # canonical; None where they are not given


@dataclass(slots=True)
class VerifiedLedger:
    """What the entries read so far come to."""

    election: Election
    digest: str  # of the last entry; before the first one, what that is bound to
    entries: int = 0
    as_of: str = ""  # the latest moment of an entry
    sums: dict[str, dict[Key, int]] = field(default_factory=dict)  # by scope
    findings: list[str] = field(default_factory=list)
    changed: set[str] = field(default_factory=set)  # scopes, since somebody last emptied it
    _units: dict[str, dict[int, _Version]] = field(default_factory=dict)
    _states: dict[str, Counter[str]] = field(default_factory=dict)  # marks of a unit
    _scopes: dict[str, Counter[str]] = field(default_factory=dict)  # how many units of each mark
    _computed: str = ""
    _suspect: str = ""

    def __post_init__(self) -> None:
        for unit in self.election.units.values():
            self._states[unit.code] = Counter({OUTSTANDING: 1})
            self._scopes.setdefault(unit.scope, Counter())[OUTSTANDING] += 1

    def read(self, bound: ChainLink) -> None:
        """Takes the next entry in."""
        self.findings += self._chained(bound)
        self.entries, self.digest = bound.number, bound.digest
        if bound.entry is not None:
            self.findings += self._told(bound.entry, bound.figures)

    def end(self) -> None:
        """There are no more entries."""
        self.findings += self._blame("it was altered, or what stood before it was")

    def units(self, scope: str | None = None) -> dict[str, int]:
        """How many units there are, and where they stand, in one scope or in all."""
        counters = self._scopes.values() if scope is None else [self._scopes.get(scope, Counter())]
        marks = sum(counters, Counter())
        outstanding, held, counted = (marks[name] for name in (OUTSTANDING, HELD, COUNTED))
        return {
            "total": outstanding + held + counted,
            "reported": held + counted,
            "verified": marks[VERIFIED],
            "contested": marks[CONTESTED],
            "held": held,
            "outstanding": outstanding,
        }

    def not_outstanding(self, codes: Iterable[str]) -> list[str]:
        """Those of these units that are not outstanding, are unknown, or are named again."""
        named: set[str] = set()
        wrong = []
        for code in codes:
            marks = self._states.get(code)
            if code in named or marks is None or not marks[OUTSTANDING]:
                wrong.append(code)
            named.add(code)
        return wrong

    @property
    def scopes(self) -> frozenset[str]:
        return frozenset(self._scopes)

    # --- Is it the entry that was bound?

    def _chained(self, bound: ChainLink) -> Iterator[str]:
        if bound.number != self.entries + 1:
            yield from self._blame("it was altered, or what stood before it was")
            yield _gap(self.entries + 1, bound.number - 1)
            self._computed = bound.digest
            return
        if bound.entry is None:
            yield from self._blame("it was altered, or what stood before it was")
            yield f"entry {bound.number} is gone, and its link was left"
            self._computed = bound.digest
            return
        computed = link(self.digest, bound.entry)
        if computed == bound.digest:
            yield from self._blame("it was altered, or what stood before it was")
        elif self._suspect and link(self._computed, bound.entry) == bound.digest:
            yield from self._blame("its digest was altered")
        else:
            yield from self._blame("it was altered, or what stood before it was")
            self._suspect = f"entry {bound.number}, {place(bound.entry)}"
        self._computed = computed

    def _blame(self, what: str) -> Iterator[str]:
        if self._suspect:
            yield f"{self._suspect}: {what}"
        self._suspect = ""

    # --- What does it say?

    def _told(self, entry: Mapping[str, Any], figures: Mapping[str, Any] | None) -> Iterator[str]:
        unit, number, status = entry["unit"], entry["version"], entry["status"]
        self.as_of = max(self.as_of, str(entry["at"]))
        if unit not in self._states:
            yield f"{place(entry)}: the election has no such precinct"
            return
        if status not in STATUSES:
            yield f"{place(entry)}: {status!r} is no status"
            return
        versions = self._units.setdefault(unit, {})
        if entry["step"] == 1 and "figures" not in entry:
            yield f"{place(entry)}: it binds no figures"
            return
        if entry["step"] == 1:
            yield from self._filed(versions, entry, figures)
        elif number not in versions:
            yield f"{place(entry)}: it was never filed"
            return
        version = versions[number]
        if entry["step"] != version.step + 1:
            yield f"{place(entry)}: step {version.step + 1} should follow"
        yield from self._move(unit, version, status, place(entry))
        version.status, version.step = status, entry["step"]
        yield from self._settle(unit, place(entry))

    def _filed(
        self,
        versions: dict[int, _Version],
        entry: Mapping[str, Any],
        figures: Mapping[str, Any] | None,
    ) -> Iterator[str]:
        if entry["version"] != len(versions) + 1:
            yield f"{place(entry)}: version {len(versions) + 1} should follow"
        if entry["status"] != FILED:
            yield f"{place(entry)}: a report is filed before it is {entry['status']}"
        text = None if figures is None else canonical(figures)
        if text is not None and sha256(text.encode()).hexdigest() != entry["figures"]:
            yield f"{place(entry)}: its figures are not those that were bound"
        versions[entry["version"]] = _Version(
            FILED, 0, entry["figures"], bool(entry["doubtful"]), text
        )

    def _move(self, unit: str, version: _Version, status: str, where: str) -> Iterator[str]:
        sign = (status == COUNTED) - (version.status == COUNTED)
        if not sign:
            return
        place_of = self.election.units[unit]
        if version.figures is None:
            yield f"{where}: it counts, but its figures are not given"
            return
        try:
            figures = {c: decode(f) for c, f in json.loads(version.figures).items()}
            contributed = tally.contribution(self.election, place_of, figures)
        except (AttributeError, KeyError, TypeError, ValueError, ZeroDivisionError):
            yield f"{where}: its figures cannot be read"
            return
        add_to_sums(self.sums, place_of.scope, contributed, sign)
        self.changed.add(place_of.scope)

    def _settle(self, unit: str, where: str) -> Iterator[str]:
        """Where the unit stands now (checks.md)."""
        versions = self._units[unit].values()
        counted = [version for version in versions if version.status == COUNTED]
        held = any(version.status == HELD for version in versions)
        if len(counted) > 1:
            yield f"{where}: {len(counted)} versions of this precinct count"
        marks: Counter[str] = Counter()
        if counted:
            marks[COUNTED] = 1
            if held or counted[0].doubtful:
                marks[CONTESTED] = 1
            elif any(
                version.status == CORROBORATING
                and version.figures_digest == counted[0].figures_digest
                for version in versions
            ):
                marks[VERIFIED] = 1
        else:
            marks[HELD if held else OUTSTANDING] = 1
        scope = self.election.units[unit].scope
        self._scopes[scope].subtract(self._states[unit])
        self._scopes[scope].update(marks)
        self._states[unit] = marks
        self.changed.add(scope)


def place(entry: Mapping[str, Any]) -> str:
    """Where an entry belongs, in words."""
    return f"precinct {entry['unit']}, version {entry['version']}, step {entry['step']}"


def _gap(first: int, last: int) -> str:
    if last < first:
        return f"entry {last + 1} comes where entry {first} should"
    if first == last:
        return f"entry {first} is missing"
    return f"entries {first} to {last} are missing"
