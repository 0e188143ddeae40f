"""The paper that a sandbox chair holds: what stands on it, keyed, is what was reported."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hotline.calls.script import Script
from hotline.election.folder.folder import UnitReturns, read_folder, read_results
from hotline.election.model import Election
from hotline.election.rules.caucus_figures import CaucusFigures
from hotline.election.rules.plurality import PluralityFigures
from hotline.supervisor.demonstration import unit_to_try
from hotline.supervisor.telephones import ELECTIONS
from hotline.supervisor.worksheet import worksheet
from tests import towns
from tests.calls.dialogue import PIN, Dialogue

FOLDERS = sorted(path.name for path in ELECTIONS.iterdir() if (path / "results.csv").exists())


def reported(folder: str) -> tuple[Election, UnitReturns]:
    election = read_folder(ELECTIONS / folder)
    reports = read_results(ELECTIONS / folder, election)
    tried = unit_to_try(election, reports)
    return election, next(report for report in reports if report.code == tried.code)


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_shortcuts_in_their_order_are_the_report(folder: str) -> None:
    election, report = reported(folder)
    call = Dialogue(Script(election)).key(report.code + PIN)
    paper = worksheet(election, report)
    assert paper is not None

    for shortcut in paper["shortcuts"]:
        if shortcut["label"] != "Delegates":  # asked only of a chair who does not agree
            call.key(shortcut["keys"])
        while (
            "Right, 1" in call.last or "sheet agrees" in call.last or "another group" in call.last
        ):
            call.key("1")

    [filed] = call.desk.filed
    assert {contest: essence(f) for contest, f in filed.figures.items()} == {
        contest: essence(f) for contest, f in report.figures.items()
    }


def essence(figures: CaucusFigures | PluralityFigures) -> object:
    """Figures without the zeros, which a report may leave out or not."""
    if isinstance(figures, PluralityFigures):
        return figures.ballots, {k: v for k, v in figures.votes.items() if v}
    return figures.attendance, figures.first_total, figures.final_total, dict(figures.delegates)


def test_every_candidate_is_on_the_paper_and_blank_where_nobody_will_ask() -> None:
    figures = CaucusFigures(9, {"ash": 5, "birch": 4}, {"ash": 9}, {"ash": 4})
    report = UnitReturns("10001", "1", {towns.PRESIDENT: figures})

    assert worksheet(towns.town(), report) == {
        "head": ["", "", "First", "Final", "Delegates"],
        "rows": [
            ["", "Attendance", "9"],
            ["1", "Ash", "5", "9", "4"],
            ["2", "Birch", "4", "0", ""],
            ["3", "Cedar", "0", "", ""],
        ],
        "said": [
            ["How many attend? End with pound.", "¿Cuántos asisten? Termine con numeral."],
            ["Ash"],
            ["Birch"],
            ["Cedar"],
        ],
        "shortcuts": [
            {"label": "9 attend", "keys": "9#"},
            {"label": "First", "keys": "5*4*0#"},
            {"label": "Final", "keys": "9*0#"},
            {"label": "Delegates", "keys": "4#"},
        ],
    }


def test_a_row_is_found_by_what_the_line_says_of_it_in_any_language() -> None:
    election, report = reported("iowa-2020")

    paper = worksheet(election, report)

    assert paper is not None
    said = dict(zip((row[1] for row in paper["rows"]), paper["said"], strict=True))
    assert said["Biden"] == ["Biden"]
    assert said["Other"] == ["Other", "Otro"]
    assert said["Uncommitted"] == ["Uncommitted", "Sin compromiso"]


def test_who_appears_only_at_the_end_is_on_the_paper() -> None:
    figures = CaucusFigures(9, {"ash": 9}, {"ash": 5, "cedar": 4}, {"ash": 2, "cedar": 2})
    report = UnitReturns("10001", "1", {towns.PRESIDENT: figures})
    town = towns.town()
    nevada = replace(town.contests[0], rule="nevada-caucus-2020")

    paper = worksheet(replace(town, contests=(nevada,)), report)

    assert paper is not None
    assert paper["rows"][-1] == ["3", "Cedar", "0", "4", "2"]
    assert {"label": "Final", "keys": "5#"} in paper["shortcuts"]


def test_early_votes_have_columns_of_their_own() -> None:
    figures = CaucusFigures(
        9, {"ash": 9}, {"ash": 9}, {"ash": 4}, 3, {"ash": 1, "birch": 2}, {"ash": 3}
    )
    report = UnitReturns("10001", "1", {towns.PRESIDENT: figures})
    town = towns.town()
    nevada = replace(town.contests[0], rule="nevada-caucus-2020")

    paper = worksheet(replace(town, contests=(nevada,)), report)

    assert paper is not None
    assert paper["head"][2:] == ["First", "Early, first", "Final", "Early, final", "Delegates"]
    assert [shortcut["keys"] for shortcut in paper["shortcuts"]] == (
        ["9#", "3#", "9*0*0#", "1*2*0#", "9*0#", "3*0#", "4#"]
    )
