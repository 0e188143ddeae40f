"""What is published: the promised keys, every unit in one place, nothing left out but zeros."""

from __future__ import annotations

from dataclasses import replace as with_
from fractions import Fraction
from math import ceil

import pytest

from hotline.election.model import Candidate, Contest, Election
from hotline.election.rules.plurality import PluralityFigures
from hotline.operations.actors import rule
from hotline.operations.context import AppContext
from hotline.operations.publication.results_document import AccountingError, build
from hotline.operations.reports.load_election import load_election
from hotline.operations.reports.tabulate import tabulate
from hotline.store.enums import UnitStatus
from hotline.store.reports.unit import UnitState
from tests.conftest import Clock
from tests.operations.acting import CONTESTING, HOLDING, file, published, tabulated
from tests.operations.deciding import release
from tests.towns import CODES, caucus, town

NORTH, NORTH_2, SOUTH, SOUTH_2, AWAY, AWAY_2 = CODES


@pytest.fixture
def parts(parts: AppContext) -> AppContext:
    load_election(parts, town(), "test")
    return parts


def test_before_the_first_report_everything_is_outstanding(parts: AppContext, clock: Clock) -> None:
    clock.advance(60)

    document = published(parts).document

    assert document["units"] == {
        "total": 6,
        "reported": 0,
        "verified": 0,
        "contested": 0,
        "held": 0,
        "outstanding": 6,
    }
    assert document["status"] == "unofficial-partial"
    assert document["as_of"] == "2020-02-04T01:00:00Z"  # when the ledger was opened
    assert document["contests"][0]["totals"]["first"] == {"ash": 0, "birch": 0, "cedar": 0}


def test_its_keys_are_the_promised_ones_in_their_order(parts: AppContext) -> None:
    document = published(parts).document

    assert list(document) == [
        "election",
        "as_of",
        "status",
        "is_test",
        "units",
        "contests",
        "title",
        "date",
        "timezone",
        "ledger",
        "activity",
        "number",
    ]
    assert list(document["contests"][0]) == [
        "id",
        "rule",
        "totals",
        "outlook",
        "title",
        "measures",
        "candidates",
        "seats",
        "scopes",
    ]
    assert document["contests"][0]["measures"] == ["first", "final", "sde"]


def test_counted_reports_add_up_to_people_and_to_state_delegates(parts: AppContext) -> None:
    tabulated(parts, NORTH, caucus(12, 8, won={"ash": 3, "birch": 1}))
    tabulated(parts, SOUTH, caucus(0, 9, won={"birch": 2}))

    [contest] = published(parts).document["contests"]

    assert contest["totals"]["final"] == {"ash": 12, "birch": 17, "cedar": 0}
    # North: 3 state delegates by 9; South: 2 by 5.
    assert contest["totals"]["sde"] == {"ash": "1.0000", "birch": "1.1333", "cedar": "0.0000"}
    outlook = contest["outlook"]
    assert list(outlook)[:3] == ["measure", "leader", "settled"]
    assert (outlook["measure"], outlook["leader"], outlook["settled"]) == ("sde", "birch", False)
    assert (outlook["state"], outlook["margin"]) == ("not-settled", "0.1333")
    assert [one["measure"] for one in outlook["by"]] == ["first", "final"]


def test_the_outlook_says_what_a_challenger_needs(parts: AppContext) -> None:
    tabulated(parts, NORTH, caucus(12, 8, won={"ash": 3, "birch": 1}))
    tabulated(parts, SOUTH, caucus(0, 9, won={"birch": 2}), HOLDING)

    [contest] = published(parts).document["contests"]
    birch = contest["outlook"]["challengers"][0]

    # Out is North 2, five delegates of a third each, and the pool of two with its sites; South
    # 1 is held with two delegates at two fifths: what it claims is what it elects.
    assert birch["id"] == "birch"
    assert birch["behind"] == "0.6667"
    assert birch["could_lead"]
    out = Fraction(birch["most_gain"])
    assert Fraction(birch["most_gain_wider"]) - out == Fraction("0.8")
    assert birch["needs_percent"] == f"{ceil(1000 * Fraction(2, 3) / out) / 10}"


def test_a_scope_says_how_much_of_it_is_in_and_leaves_zeros_out(parts: AppContext) -> None:
    tabulated(parts, NORTH, caucus(12, 8, won={"ash": 3, "birch": 1}))
    tabulated(parts, NORTH_2, caucus(5), HOLDING)

    [contest] = published(parts).document["contests"]
    north, south, away = contest["scopes"]

    assert north == {
        "id": "county:North",
        "name": "North",
        "units": {
            "total": 2,
            "reported": 2,
            "verified": 0,
            "contested": 0,
            "held": 1,
            "outstanding": 0,
        },
        "totals": {
            "first": {"ash": 12, "birch": 8},
            "final": {"ash": 12, "birch": 8},
            "sde": {"ash": "1.0000", "birch": "0.3333"},
        },
    }
    assert (south["id"], south["totals"]) == ("county:South", {})
    assert (away["id"], away["name"], away["units"]["total"]) == (
        "pool:away",
        "Sites abroad",
        2,
    )


def test_every_unit_is_in_one_place(parts: AppContext) -> None:
    tabulated(parts, NORTH, caucus(12, 8), CONTESTING)
    tabulated(parts, NORTH_2, caucus(1, 2), HOLDING)
    tabulated(parts, SOUTH, caucus(3, 4))
    tabulated(parts, SOUTH, caucus(3, 4))
    tabulated(parts, SOUTH_2, caucus(5, 6))
    tabulated(parts, SOUTH_2, caucus(6, 5))  # a conflict
    file(parts, AWAY, caucus(7, 8))  # not tabulated yet

    assert published(parts).document["units"] == {
        "total": 6,
        "reported": 4,
        "verified": 1,
        "contested": 2,
        "held": 1,
        "outstanding": 2,
    }


def test_it_is_complete_when_nothing_is_out_or_held(parts: AppContext) -> None:
    for code in CODES[:-1]:
        tabulated(parts, code, caucus(1, 2))
    held = tabulated(parts, AWAY_2, caucus(1, 2), HOLDING)
    assert published(parts).document["status"] == "unofficial-partial"

    release(parts, held.report_id, rule("pat"), "the chair confirmed it")

    assert published(parts).document["status"] == "unofficial-complete"


def test_it_is_as_of_its_latest_event(parts: AppContext, clock: Clock) -> None:
    filed = file(parts, NORTH, caucus(1, 2))
    clock.advance(90)
    tabulate(parts, filed.report_id)
    clock.advance(90)

    found = published(parts)

    assert found.document["as_of"] == "2020-02-04T01:01:30Z"
    assert found.published_at == clock.time


PRECINCTS = {code: unit for code, unit in town().units.items() if unit.county}


def primary() -> Election:
    candidates = (Candidate(1, "ann", "Ann A", "A"), Candidate(2, "bob", "Bob B", "B"))
    mayor = Contest("mayor", "Mayor", "plurality", candidates)
    bare = {"units": PRECINCTS, "counties": {}, "pools": {}}
    return with_(town(), id="primary", contests=(mayor,), **bare)


def test_an_ordinary_primary_shows_votes_and_what_the_ballots_held_besides(
    parts: AppContext,
) -> None:
    load_election(parts, primary(), "test")
    sheet = PluralityFigures(20, {"ann": 11, "bob": 6}, write_ins=1, undervotes=2)
    tabulated(parts, NORTH, {"mayor": sheet})

    [contest] = published(parts).document["contests"]

    besides = {"ballots": 20, "write_ins": 1, "undervotes": 2, "overvotes": 0}
    assert contest["measures"] == ["votes"]
    assert contest["totals"] == {"votes": {"ann": 11, "bob": 6}}
    assert contest["ballots"] == besides
    assert contest["scopes"][0]["totals"] == {"votes": {"ann": 11, "bob": 6}}
    assert contest["scopes"][0]["ballots"] == besides
    assert [scope["name"] for scope in contest["scopes"]] == ["North", "South"]


def test_a_caucus_without_counties_shows_delegates(parts: AppContext) -> None:
    bare = {"units": PRECINCTS, "counties": {}, "pools": {}}
    load_election(parts, with_(town(), id="bare", **bare), "test")
    tabulated(parts, NORTH, caucus(12, 8, won={"ash": 3, "birch": 1}))

    [contest] = published(parts).document["contests"]

    assert contest["measures"] == ["first", "final", "delegates"]
    assert contest["totals"]["delegates"] == {"ash": 3, "birch": 1, "cedar": 0}


def test_a_unit_in_no_place_at_all_is_no_document(clock: Clock) -> None:
    nowhere = UnitState(None, None, contested=False, verified=False)
    states = {code: UnitState(UnitStatus.OUTSTANDING, None, False, False) for code in CODES}

    build(town(), True, {}, states, clock(), ())
    with pytest.raises(AccountingError):
        build(town(), True, {}, {**states, NORTH: nowhere}, clock(), ())
