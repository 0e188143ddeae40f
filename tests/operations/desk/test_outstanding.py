from __future__ import annotations

import pytest

from hotline.election.model import Election
from hotline.operations.actors import Actor
from hotline.operations.context import AppContext
from hotline.operations.desk.board import DeskServices
from hotline.operations.desk.chair import call_unit
from hotline.operations.desk.outstanding import outstanding
from hotline.operations.reports.load_election import load_election
from hotline.store.database import writing
from hotline.store.enums import Role
from hotline.store.roster import roster
from hotline.store.roster.roster import Chair
from tests.operations.acting import file, tabulated
from tests.towns import caucus

ANN = Actor(1, "ann", Role.STAFF)
FIGURES = caucus(ash=20, birch=20, won={"ash": 2, "birch": 2})


@pytest.fixture
def desk(parts: AppContext, town: Election) -> AppContext:
    load_election(parts, town, "test")
    chairs = [Chair("10002", "Nora North", ("+15155550102",))]
    with writing(parts.engine) as connection:
        roster.replace_roster(connection, town.id, chairs)
    return parts


def missing(parts: AppContext) -> dict[str, list[str]]:
    return {area.name: [unit.code for unit in area.missing] for area in outstanding(parts)}


def test_at_first_everything_is_missing_by_county(desk: AppContext) -> None:
    assert missing(desk) == {
        "North": ["10001", "10002"],
        "South": ["20001", "20002"],
        "Sites abroad": ["90001", "90002"],
    }


def test_what_is_filed_has_arrived_and_the_fullest_county_comes_last(desk: AppContext) -> None:
    tabulated(desk, "10001", FIGURES)
    file(desk, "10002", FIGURES)  # not tabulated yet

    areas = outstanding(desk)

    assert missing(desk)["North"] == []
    assert (areas[-1].name, areas[-1].reported, areas[-1].units) == ("North", 2, 2)


def test_what_was_tried_last_is_said(desk: AppContext) -> None:
    call_unit(DeskServices(desk), ANN, "10002", "in ten minutes")

    [north] = [area for area in outstanding(desk) if area.name == "North"]

    one, two = north.missing
    assert (one.phones, one.last) == (0, None)
    assert two.phones == 1
    assert two.last is not None
    assert (two.last.who, two.last.text) == ("ann", "put it down to be called back: in ten minutes")
