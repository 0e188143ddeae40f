"""hotline plan: of a loaded election, of a folder, of a number."""

from __future__ import annotations

import json

from tests.commands.command_line import Hotline, assert_refused
from tests.commands.conftest import PRIMARY


def test_so_many_precincts_need_no_database(hotline: Hotline) -> None:
    done = hotline("plan", "--units", 1765)
    assert done.status == 0, done.stderr
    assert "1,765 reports" in done.stdout
    assert "1.8 h" in done.stdout
    assert "5.4 h" in done.stdout


def test_for_programs(hotline: Hotline) -> None:
    found = json.loads(hotline("plan", "--units", 1765, "--wage", 20, "--json").stdout)
    assert found["assumed"]["curve"] == "2008"
    assert [round(each["waits"]["longest"] / 60, 1) for each in found["by_people"]] == [1.8, 5.4]
    assert found["carrier"] > 0
    assert found["wages"] > 0


def test_of_a_folder(hotline: Hotline) -> None:
    found = json.loads(hotline("plan", "--folder", PRIMARY, "--json").stdout)
    units = len((PRIMARY / "precincts.csv").read_text().strip().splitlines()) - 1
    assert found["assumed"]["calls"] == units


def test_of_the_loaded_election(loaded: Hotline) -> None:
    of_folder = json.loads(loaded("plan", "--folder", PRIMARY, "--json").stdout)
    assert json.loads(loaded("plan", "--json").stdout) == of_folder


def test_wrong_usage(hotline: Hotline) -> None:
    assert hotline("plan", "--units", 5, "--folder", PRIMARY).status == 2
    assert hotline("plan", "--units", 5, "--curve", "2009").status == 2
    assert hotline("plan", "--units", 0).status == 2


def test_without_an_election_it_is_refused(hotline: Hotline) -> None:
    hotline("db", "upgrade")
    assert_refused(hotline("plan"), "no election has been loaded")
