"""The recount at the end of a rehearsal, on a ledger of its own and without telephones."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from hotline.commands.rehearsal.display import totals_compared
from hotline.election.folder.returns import UnitReturns
from hotline.election.model import Election
from hotline.operations.actors import Actor
from hotline.operations.context import AppContext
from hotline.operations.publication.publish import publish_now
from hotline.operations.recanvass import publishing
from hotline.operations.reports.load_election import load_election
from hotline.rehearsal.night import Night
from hotline.rehearsal.plan import recount_stage
from hotline.rehearsal.progress import RehearsalProgress
from hotline.sandbox.exchange import Exchange
from hotline.store.publication.orders import PublicationOrder
from tests.operations.acting import tabulated
from tests.operations.recanvassing import as_file
from tests.towns import CODES, caucus, town

NORTH = CODES[0]
REPORTED = caucus(8, 12, won={"ash": 2, "birch": 2})
RIGHT = {NORTH: caucus(12, 8, won={"ash": 2, "birch": 2})}


def a_night(parts: AppContext, election: Election) -> Night:
    exchange = Exchange("http://nobody.invalid", auth_token="0" * 32, account_sid="AC" + "0" * 32)
    return Night(parts, election, parts.election().ledger_id, exchange, (), lambda _phone: None)


def test_the_recount_is_filed_published_and_compared(parts: AppContext, tmp_path: Path) -> None:
    election = town()
    load_election(parts, election, "test")
    tabulated(parts, NORTH, REPORTED)
    (tmp_path / "recount.csv").write_text(as_file(RIGHT), encoding="utf-8")
    stage = recount_stage(tmp_path, election, [UnitReturns(NORTH, "1", REPORTED)])
    assert stage is not None
    assert recount_stage(tmp_path / "none", election, []) is None

    def watch(_progress: RehearsalProgress) -> None:
        publish_now(parts)

    night = a_night(parts, election)
    progress = RehearsalProgress(planned=0, most_seconds=90)
    night.recount(stage, progress, watch)

    [result] = progress.stages
    assert (result.release, result.corrected, result.wrong) == ("recount", 1, [])
    contest = election.contests[0].id
    published: Any = result.published[contest]
    assert (published["first"]["ash"], published["first"]["birch"]) == (12, 8)
    console = Console(record=True, width=100)
    console.print(totals_compared(result))
    assert "published, and expected" in console.export_text()


def test_totals_that_go_out_before_the_recount_does_are_waited_out(
    parts: AppContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    election = town()
    load_election(parts, election, "test")
    tabulated(parts, NORTH, REPORTED)
    (tmp_path / "recount.csv").write_text(as_file(RIGHT), encoding="utf-8")
    stage = recount_stage(tmp_path, election, [UnitReturns(NORTH, "1", REPORTED)])
    assert stage is not None
    order = publishing.publish

    def sooner(parts: AppContext, by: Actor, number: int) -> PublicationOrder:
        publish_now(parts)
        return order(parts, by, number)

    monkeypatch.setattr(publishing, "publish", sooner)

    looks = itertools.count()

    def watch(_progress: RehearsalProgress) -> None:
        if next(looks) == 3:
            publish_now(parts)

    progress = RehearsalProgress(planned=0, most_seconds=90)
    a_night(parts, election).recount(stage, progress, watch)
    assert progress.stages[0].wrong == []
