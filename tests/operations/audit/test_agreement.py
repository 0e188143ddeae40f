"""Documents as they are built agree with the ledger, and none that differs in anything does."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.election.audit.agreement import DocumentComparison
from hotline.election.audit.verification import VerifiedLedger
from hotline.election.folder import folder
from hotline.election.folder.returns import read_results
from hotline.election.model import Election
from hotline.election.tally import recount
from hotline.operations.publication.results_document import build
from hotline.store.enums import UnitStatus
from hotline.store.reports.unit import UnitState
from tests.election.audit.chains import OPENED, bind, events, read

ELECTIONS = Path(__file__).parents[3] / "config/elections"
OUT = UnitState(UnitStatus.OUTSTANDING, None, contested=False, verified=False)
COUNTED = UnitState(UnitStatus.COUNTED, 1, contested=False, verified=False)


@cache
def night(name: str, releases: frozenset[str]) -> tuple[VerifiedLedger, dict[str, Any]]:
    """The ledger of an election that ships, read anew, and what is published of it."""
    election = folder.read_folder(ELECTIONS / name)
    reported = [one for one in read_results(ELECTIONS / name, election) if one.release in releases]
    told = [
        step
        for one in reported
        for step in ((one.code, 1, 1, "filed", one.figures), (one.code, 1, 2, "counted", None))
    ]
    states = dict.fromkeys(election.units, OUT) | {one.code: COUNTED for one in reported}
    sums = recount(election, ((election.units[one.code], one.figures) for one in reported))
    as_of = OPENED + timedelta(seconds=len(told) - 1)
    ledger = read(election, bind(election, events(told)))
    return ledger, build(election, False, sums, states, as_of, doubted=())


IOWA = ("iowa-2020", frozenset({"92", "97"}))
NIGHTS = [IOWA, ("iowa-2020", frozenset({"92", "97", "100"})), ("primary-sample", frozenset({"1"}))]


@pytest.mark.parametrize(("name", "releases"), NIGHTS)
def test_what_is_built_says_what_the_ledger_comes_to(name: str, releases: frozenset[str]) -> None:
    ledger, document = night(name, releases)

    assert ledger.findings == []
    assert list(DocumentComparison(ledger).differences(document)) == []


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where the figures of a document are: units, totals and ballots, in all and by scope."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in items:
        if isinstance(inner, dict | list):
            if key not in ("outlook", "candidates", "measures"):
                yield from leaves(inner, (*path, key))
        elif key in ("status", "as_of", "election") or {"units", "totals", "ballots"} & {*path}:
            yield (*path, key)


@cache
def places() -> list[tuple[Any, tuple[Any, ...]]]:
    return [(night_, place) for night_ in (IOWA, NIGHTS[-1]) for place in leaves(night(*night_)[1])]


@given(st.deferred(lambda: st.sampled_from(places())))
def test_no_figure_can_differ_unseen(place: tuple[Any, tuple[Any, ...]]) -> None:
    night_, path = place
    ledger, document = night(*night_)
    document = copy.deepcopy(document)
    inner: Any = document
    for key in path[:-1]:
        inner = inner[key]
    was = inner[path[-1]]
    inner[path[-1]] = was + 1 if isinstance(was, int) else f"{was}0"
    ledger.changed |= ledger.scopes

    found = list(DocumentComparison(ledger).differences(document))

    assert found
    assert str(inner[path[-1]]) in found[0]


def test_what_is_left_out_is_seen() -> None:
    ledger, document = night(*NIGHTS[-1])
    ledger.changed |= ledger.scopes
    contests = [{**contest, "scopes": contest["scopes"][1:]} for contest in document["contests"]]

    found = list(DocumentComparison(ledger).differences({**document, "contests": contests[1:]}))

    assert [one.partition(": ")[2] for one in found] == [
        "the contest is not in it",
        "it is not in it",
    ]


@pytest.mark.parametrize(
    ("releases", "status", "said"),
    [
        (IOWA[1], "unofficial-complete", "the ledger comes to unofficial-partial"),
        (IOWA[1], "certified", "it is certified, though precincts are outstanding or held"),
        (IOWA[1], "recount", ""),
        (NIGHTS[1][1], "certified", ""),
    ],
)
def test_a_status_has_to_be_possible(releases: frozenset[str], status: str, said: str) -> None:
    ledger, document = night("iowa-2020", releases)
    ledger.changed |= ledger.scopes

    found = list(DocumentComparison(ledger).differences({**document, "status": status}))

    assert (said in found[0]) if said else (found == [])


def test_scopes_are_worked_out_again_where_the_ledger_has_changed() -> None:
    election: Election = folder.read_folder(ELECTIONS / "primary-sample")
    reported = [r for r in read_results(ELECTIONS / "primary-sample", election) if r.release == "1"]
    told = [
        step
        for one in reported
        for step in ((one.code, 1, 1, "filed", one.figures), (one.code, 1, 2, "counted", None))
    ]
    ledger = read(election, [])
    comparison = DocumentComparison(ledger)
    states = dict.fromkeys(election.units, OUT)
    empty = build(election, False, {}, states, OPENED, doubted=())
    assert list(comparison.differences(empty)) == []

    for bound in bind(election, events(told)):
        ledger.read(bound)

    assert list(comparison.differences(empty)) != []
    _, document = night(*NIGHTS[-1])
    assert list(comparison.differences(document)) == []
