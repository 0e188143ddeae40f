"""hotline recanvass, from asking to the report, as somebody types it."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from hotline.cli import main
from hotline.commands import environment
from hotline.operations.context import AppContext
from hotline.operations.reports.load_election import load_election
from tests.operations.acting import state, tabulated
from tests.operations.recanvassing import as_file
from tests.towns import CODES, caucus, town

NORTH, SOUTH = CODES[0], CODES[2]
RIGHT = {NORTH: caucus(12, 8, won={"ash": 2, "birch": 2}), SOUTH: caucus(9, won={"ash": 2})}


@pytest.fixture
def night(parts: AppContext, monkeypatch: pytest.MonkeyPatch) -> AppContext:
    load_election(parts, town(), "test")
    tabulated(parts, NORTH, caucus(8, 12, won={"ash": 2, "birch": 2}))
    monkeypatch.setattr(environment, "parts", lambda: parts)
    return parts


@pytest.fixture
def typed(night: AppContext, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    def type_(*words: str, by: str = "sue") -> Result:
        monkeypatch.setattr(environment, "user", lambda: by)
        return CliRunner().invoke(main, ["recanvass", *words])

    return type_


def test_from_asking_to_the_report(typed, night: AppContext, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    papers = tmp_path / "papers.csv"
    papers.write_text(as_file(RIGHT), encoding="utf-8")
    assert "Recanvass 1 has begun" in typed("ask", "--why", "it is close").output
    assert "2 new" in typed("import", str(papers)).output
    shown = typed("show").output
    assert "Two candidates swapped (swapped)" in shown
    assert "By the papers: Ash is ahead of Birch by" in shown
    assert "2 precincts are not decided" in typed("decide", "--done").output
    assert "Decided on 1 precinct: file" in typed("decide", NORTH, "--why", "signed").output
    kept = typed("decide", "--kind", "missing-in-ledger", "--keep", "--done", "--why", "forged")
    assert "Decided on 1 precinct: keep" in kept.output
    refused = typed("file")
    assert refused.exit_code == 1
    assert "a second person has to file this" in refused.output
    assert "Filed 1 precinct" in typed("file", by="ted").output
    assert state(night, NORTH)[:2] == ("counted", 2)
    assert state(night, SOUTH)[0] == "outstanding"
    assert "Results go out as recanvass" in typed("publish").output
    for name in ("report.pdf", "differences.csv"):
        assert typed("report", str(tmp_path / name)).exit_code == 0
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF")
    assert f"{NORTH},,North 1,North,president,swapped,first,ash,8,12,file,signed,sue" in (
        tmp_path / "differences.csv"
    ).read_text(encoding="utf-8")
    typed("report", str(tmp_path / "totals.csv"), "--totals")
    assert "president,first,ash,8,21,13,12,4" in (tmp_path / "totals.csv").read_text("utf-8")


def test_wrong_lines_end_in_a_refusal(typed, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    papers = tmp_path / "papers.csv"
    papers.write_text(as_file(RIGHT) + "77777,president,ash,1,1,1,1\n", encoding="utf-8")
    assert typed("import", str(papers)).exit_code == 1
    typed("ask", "--recount", "--why", "it is close")
    refused = typed("import", str(papers))
    assert refused.exit_code == 1
    assert "papers.csv, line 7: no precinct has the code" in refused.output
    assert "1 wrong lines left out" in typed("import", "--skip-bad", str(papers)).output


def test_of_very_many_wrong_lines_a_thousand_are_named(typed, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    papers = tmp_path / "papers.csv"
    papers.write_text(as_file(RIGHT) + "77777,president,ash,1,1,1,1\n" * 1_200, encoding="utf-8")
    typed("ask", "--recount", "--why", "it is close")
    assert "… and 1150 more" in typed("import", str(papers)).output
    taken = typed("import", "--skip-bad", str(papers)).output
    assert "left out: … and 200 more" in taken
    assert "2 new" in taken
    assert "at least 1000 wrong lines left out with their precincts" in taken


def test_nothing_to_decide_on_is_wrong_usage(typed) -> None:  # type: ignore[no-untyped-def]
    assert typed("decide", "--why", "it is so").exit_code == 2
    assert "there is no recanvass" in typed("show").output
