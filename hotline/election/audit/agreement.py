"""Whether a published document says what the ledger comes to (docs/verification.md)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from hotline.election import tally
from hotline.election.audit.verification import VerifiedLedger
from hotline.election.model import Contest
from hotline.election.rules.registry import rule_of
from hotline.election.sums import Totals

PARTS_ONCE = ("total", "reported", "held", "outstanding")
"""What the earliest publications say of a county's units; later ones say as much as of all."""
PARTIAL, COMPLETE = "unofficial-partial", "unofficial-complete"
SAID_BY_PEOPLE = frozenset({"recanvass", "recount", "certified"})
"""What a status may be that does not follow from the reports."""

Document = Mapping[str, Any]
Shown = dict[str, dict[str, int | str]]


@dataclass(slots=True)
class DocumentComparison:
    """Compares documents with one ledger, in the order in which it is read.

    What a scope comes to is worked out again only when the ledger has changed there.
    """

    ledger: VerifiedLedger
    _of_scopes: dict[str, dict[str, Shown]] = field(default_factory=dict)

    def differences(self, document: Document) -> Iterator[str]:
        """What the document says otherwise than the ledger as it has been read so far."""
        election = self.ledger.election
        if document["election"] != election.id:
            yield f"it is of the election {document['election']}, not of {election.id}"
        units = self.ledger.units()
        yield from _compared("units", document["units"], units)
        lost = [str(one["code"]) for one in document.get("lost", ())]
        yield from _status(str(document["status"]), units, len(lost))
        for code in self.ledger.not_outstanding(lost):
            yield f"it gives up precinct {code} as lost, which the ledger does not miss"
        if self.ledger.as_of:
            at = datetime.fromisoformat(self.ledger.as_of)
            yield from _compared("", {"as_of": document["as_of"]}, {"as_of": f"{at:%FT%TZ}"})
        totals = tally.summarise(election, self.ledger.sums)
        told = {contest["id"]: contest for contest in document["contests"]}
        self._refresh()
        for contest in election.contests:
            if contest.id not in told:
                yield f"{contest.id}: the contest is not in it"
                continue
            yield from _figures(contest.id, told[contest.id], _shown(contest, totals[contest.id]))
            yield from self._scopes(contest, told[contest.id]["scopes"])

    def _refresh(self) -> None:
        for scope in self.ledger.changed:
            sums = self.ledger.sums.get(scope, {})
            found = tally.summarise(self.ledger.election, {scope: sums}) if sums else {}
            self._of_scopes[scope] = {
                contest.id: _shown(contest, found.get(contest.id, {}), zeros=False)
                for contest in self.ledger.election.contests
            }
        self.ledger.changed.clear()

    def _scopes(self, contest: Contest, told: list[Document]) -> Iterator[str]:
        by_id = {scope["id"]: scope for scope in told}
        says_all = any("verified" in scope["units"] for scope in told)
        for scope in sorted(self.ledger.scopes | by_id.keys()):
            where = f"{contest.id}, {scope}"
            if scope not in by_id:
                yield f"{where}: it is not in it"
                continue
            units = self.ledger.units(scope)
            parts = units if says_all else {part: units[part] for part in PARTS_ONCE}
            yield from _compared(f"{where}, precincts", by_id[scope]["units"], parts)
            shown = self._of_scopes.get(scope, {}).get(contest.id, {})
            yield from _figures(where, by_id[scope], shown)


def _status(status: str, units: Mapping[str, int], lost: int) -> Iterator[str]:
    """`lost`: how many units it names that are given up; they are outstanding all the same."""
    complete = not units["outstanding"] and not units["held"]
    if status == "certified" and (units["outstanding"] != lost or units["held"]):
        yield "it is certified, though precincts are outstanding or held"
    elif status not in SAID_BY_PEOPLE:
        follows = COMPLETE if complete else PARTIAL
        if status != follows:
            yield f"status: it says {status}, the ledger comes to {follows}"


def _shown(contest: Contest, totals: Totals, zeros: bool = True) -> Shown:
    """Totals as documents have them, by measure; the lines of a ballot under `ballots`."""
    shown: Shown = {}
    for measure, column in totals.items():
        if isinstance(column, dict):
            shown[measure] = {
                id: value
                for id, value in column.items()
                if id in contest.by_id and (zeros or value not in (0, "0.0000"))
            }
    if besides := rule_of(contest).besides(totals):
        shown["ballots"] = {**besides}
    return shown


def _figures(where: str, told: Document, shown: Shown) -> Iterator[str]:
    said = {**told["totals"]}
    if "ballots" in told:
        said["ballots"] = told["ballots"]
    for measure in sorted(said.keys() | shown.keys()):
        yield from _compared(f"{where}, {measure}", said.get(measure, {}), shown.get(measure, {}))


def _compared(where: str, said: Document, found: Mapping[str, int | str]) -> Iterator[str]:
    for name in sorted(said.keys() | found.keys()):
        if said.get(name) != found.get(name) or type(said.get(name)) is not type(found.get(name)):
            what = ", ".join(part for part in (where, name) if part)
            yield f"{what}: it says {said.get(name)}, the ledger comes to {found.get(name)}"
