from __future__ import annotations

import csv
import re
from collections import Counter
from dataclasses import replace
from functools import cache
from pathlib import Path

from hotline.election import checks
from hotline.election.folder.folder import read_folder, read_results
from hotline.election.model import Election, Unit
from hotline.operations.roster.roster_file import read_roster
from hotline.supervisor.demonstration import DemoEntry, roster, unit_to_try, write_roster

ELECTIONS = Path(__file__).parents[2] / "config" / "elections"


@cache
def election(name: str = "iowa-2020") -> Election:
    return read_folder(ELECTIONS / name)


@cache
def to_try(name: str = "iowa-2020") -> Unit:
    return unit_to_try(election(name), read_results(ELECTIONS / name, election(name)))


def entries(name: str = "iowa-2020") -> list[DemoEntry]:
    return roster(election(name), to_try(name))


def test_every_unit_has_one_chair() -> None:
    assert sorted(entry.unit.code for entry in entries()) == sorted(election().units)


def test_it_is_the_same_each_time() -> None:
    assert entries() == entries()


def test_every_number_is_invented_and_calls_no_line_of_the_election() -> None:
    phones = {phone for entry in entries() for phone in entry.phones}

    assert all(re.fullmatch(r"\+1[2-9]\d{2}55501\d{2}", phone) for phone in phones)
    assert phones.isdisjoint({election().chairs_line, election().public_line})


def test_the_first_chair_has_one_unit_and_one_phone_of_their_own() -> None:
    first, *others = entries()

    assert first.unit == to_try()
    assert len(first.phones) == 1
    assert not any(set(first.phones) & set(entry.phones) for entry in others)


def test_a_quarter_of_the_units_is_reported_by_phones_that_report_several() -> None:
    units = Counter(phone for entry in entries() for phone in entry.phones)
    shared = sum(count for count in units.values() if count > 1)

    assert max(units.values()) == 18
    assert 0.2 < shared / len(election().units) < 0.26


def test_some_chairs_have_a_second_phone() -> None:
    assert {len(entry.phones) for entry in entries()} == {1, 2}


def test_in_a_small_election_nobody_reports_for_everybody() -> None:
    units = Counter(phone for e in entries("primary-sample") for phone in e.phones)

    assert (
        max(units.values()) <= len(election("primary-sample").units) // 4
        or max(units.values()) == 1
    )


def test_an_election_larger_than_the_numbers_uses_them_again() -> None:
    unit = to_try()
    units = {f"{n}": replace(unit, code=f"{n}") for n in range(6000)}
    large = replace(election(), units={unit.code: unit, **units})

    made = roster(large, unit)

    assert len(made) == 6001
    assert all(entry.phones for entry in made)


def test_it_is_written_as_a_roster_is_read(tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    write_roster(entries(), path)

    chairs = read_roster(path, election())

    assert [(c.unit_code, c.phones) for c in chairs] == [(e.unit.code, e.phones) for e in entries()]
    assert next(csv.reader(path.read_text().splitlines())) == ["code", "name", "phones"]


def test_no_check_objects_to_the_report_to_try_with() -> None:
    [report] = [
        r for r in read_results(ELECTIONS / "iowa-2020", election()) if r.code == to_try().code
    ]
    [contest] = election().contests

    assert not checks.examine_all(election(), contest, to_try(), report.figures[contest.id])


def test_without_reports_the_first_unit_is_the_one_to_try() -> None:
    assert unit_to_try(election(), ()) == next(iter(election().units.values()))
