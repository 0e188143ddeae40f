"""Results for the ear, from a real publication."""

from __future__ import annotations

import logging

import pytest
from sqlalchemy import event

from hotline.calls.prompts import Prompt, speak
from hotline.election.model import Election
from hotline.operations.calls import spoken_results
from hotline.operations.context import AppContext
from hotline.operations.reports.load_election import load_election
from tests.operations.acting import published, tabulated
from tests.towns import CODES, caucus


@pytest.fixture(autouse=True)
def _forgetful(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spoken_results, "REMEMBERED", 0.0)


def heard(parts: AppContext) -> str:
    return " ".join(speak(said, "en") for said in spoken_results.read_out(parts, "en"))


def test_without_an_election_there_is_nothing_to_read(parts: AppContext) -> None:
    assert heard(parts).startswith("There are no results to read yet. All results: ")


def test_before_the_first_publication_there_is_nothing_to_read(
    parts: AppContext, town: Election
) -> None:
    load_election(parts, town, "test")
    assert heard(parts).startswith("There are no results to read yet. All results: ")


def test_the_latest_publication_is_read(parts: AppContext, town: Election) -> None:
    load_election(parts, town, "test")
    tabulated(parts, CODES[0], caucus(12, 8, won={"ash": 3, "birch": 1}))
    published(parts)
    said = heard(parts)
    assert "Unofficial results. 1 precinct of 6 is counted. 5 are still missing." in said
    assert "State delegates: Ash 1.0, Birch 0.3." in said
    assert said.endswith("slash results.")


def test_many_strangers_cost_one_look_a_second(
    parts: AppContext, town: Election, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spoken_results, "REMEMBERED", 60.0)
    load_election(parts, town, "test")
    spoken_results.read_out(parts, "en")
    statements: list[str] = []
    event.listen(parts.engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    for _ in range(100):
        spoken_results.read_out(parts, "en")
    assert statements == []


def test_without_the_database_callers_hear_where_to_look(
    parts: AppContext, town: Election, caplog: pytest.LogCaptureFixture
) -> None:
    load_election(parts, town, "test")
    with parts.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE publication RENAME TO gone")
    try:
        with caplog.at_level(logging.CRITICAL, "hotline"):
            prompts = [said.prompt for said in spoken_results.read_out(parts, "en")]
    finally:
        with parts.engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE gone RENAME TO publication")
    assert prompts == [Prompt.NO_RESULTS, Prompt.WHERE]
    assert parts.counts["results"] == 1
