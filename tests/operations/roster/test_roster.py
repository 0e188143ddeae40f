"""A roster is loaded whole or not at all, and all that is wrong with it is said at once."""

from __future__ import annotations

import pytest

from hotline.guard.caller import read_caller
from hotline.operations.context import NoElectionError, connect_redis
from hotline.operations.roster.roster import (
    RosterLoaded,
    load_roster,
)
from hotline.operations.roster.roster_file import RosterError, read_roster
from hotline.store.database import reading
from hotline.store.roster.roster import Chair, chairs_of_phone, phones_of_unit, units_of_phone
from tests.operations.loaded import load, make_parts
from tests.paper.elections import caucus

ONE, TWO, THREE = "+15155550101", "+15155550102", "+15155550103"
ELECTION = caucus()


@pytest.fixture
def parts(engine, redis, clock, tmp_path):
    parts = make_parts(engine, redis, clock, tmp_path)
    load(parts, ELECTION)
    return parts


@pytest.fixture
def roster(tmp_path):
    def write(text, encoding="utf-8"):
        path = tmp_path / "roster.csv"
        path.write_bytes(text.encode(encoding))
        return path

    return write


def test_a_roster_is_loaded(parts, roster):
    path = roster(
        "code,name,phones\n"
        f"00011,Ann Ash,{ONE}\n"
        f"00024,Bo Birch,{ONE};{TWO}\n"
        f"00024,Cy Cedar,{THREE}\n"
        "00030,Di Elm,\n"
    )
    assert load_roster(parts, path) == RosterLoaded(
        chairs=4,
        phones=3,
        units_without_chair=("00048", "16793"),
        units_without_phone=("00030",),
    )
    assert units_of_phone(parts.engine, ELECTION.id, ONE) == ("00011", "00024")
    with reading(parts.engine) as connection:
        assert phones_of_unit(connection, ELECTION.id, "00024") == [ONE, TWO, THREE]


def test_a_new_roster_takes_the_place_of_the_old_and_is_announced(parts, roster):
    load_roster(parts, roster(f"code,name,phones\n00011,Ann Ash,{ONE}\n00024,Bo Birch,{ONE}\n"))
    with reading(parts.engine) as connection:
        before = chairs_of_phone(connection, ELECTION.id, ONE)
    epoch = parts.epoch.current()
    load_roster(parts, roster(f"code,name,phones\n00024,Bo Birch,{TWO}\n"))
    assert parts.epoch.current() != epoch
    with reading(parts.engine) as connection:
        assert chairs_of_phone(connection, ELECTION.id, ONE) == []
        assert chairs_of_phone(connection, ELECTION.id, TWO) == [before[1]]


def test_lines_of_the_same_chair_are_one_chair(parts, roster):
    path = roster(
        f"code,name,phones\n00011,Ann Ash,{ONE}\n00011, Ann  Ash ,{TWO}; {ONE} ;\n00011,Bo,{ONE}\n"
    )
    assert read_roster(path, ELECTION) == [
        Chair("00011", "Ann Ash", (ONE, TWO)),
        Chair("00011", "Bo", (ONE,)),
    ]


def test_columns_in_another_order_windows_lines_and_a_byte_order_mark(parts, roster):
    path = roster(f'\ufeffname,phones,code\r\n"Ash, Ann",{ONE},00011\r\n\r\n')
    assert read_roster(path, ELECTION) == [Chair("00011", "Ash, Ann", (ONE,))]


def test_everything_wrong_is_said_and_nothing_is_loaded(parts, roster):
    load_roster(parts, roster(f"code,name,phones\n00011,Ann Ash,{ONE}\n"))
    epoch = parts.epoch.current()
    path = roster(
        "code,name,phones\n"
        f"00024,Bo Birch,{TWO}\n"
        "00012,Cy Cedar,+15155550103\n"
        ",,5155550104\n"
        '00030,"Di\nElm",+15155550105;+266696687;+1515555010\n'
        "00048\n"
        "16793,Ed Fir,+15155550100\n"
    )
    with pytest.raises(RosterError) as refused:
        load_roster(parts, path)
    assert [(problem.line, problem.reason) for problem in refused.value.problems] == [
        (3, "no precinct has the code “00012”"),
        (4, "code is empty"),
        (4, "name is empty"),
        (5, "the phone “…6687” is what a withheld number looks like"),
        (7, "one cell, where the header has 3"),
        (8, "the phone “…0100” is the number of this line itself"),
    ]
    assert "roster.csv, line 3: no precinct has the code “00012”" in str(refused.value)
    assert "5155550104" not in str(refused.value)
    assert units_of_phone(parts.engine, ELECTION.id, ONE) == ("00011",)
    assert units_of_phone(parts.engine, ELECTION.id, TWO) == ()
    assert parts.epoch.current() == epoch


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b"code,name\n00011,Ann Ash\n", "misses column"),
        (b"code,name,phones\n00011,\x81,\n", "is neither UTF-8"),
        (b'code,name,phones\n00011,"Ann,\n', "is not a table"),
        (b"\x00\x01\x02", "misses column"),
    ],
)
def test_what_is_no_roster_at_all_is_refused(tmp_path, content, reason):
    path = tmp_path / "roster.csv"
    path.write_bytes(content)
    with pytest.raises(RosterError, match=reason):
        read_roster(path, ELECTION)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(RosterError, match=r"roster\.csv: is missing"):
        read_roster(tmp_path / "roster.csv", ELECTION)


def test_a_failure_in_the_middle_leaves_the_old_roster(parts, roster, monkeypatch):
    load_roster(parts, roster(f"code,name,phones\n00011,Ann Ash,{ONE}\n"))

    def fail(*_):
        raise RuntimeError("the power fails")

    monkeypatch.setattr("hotline.store.roster.roster._portions", fail)
    with pytest.raises(RuntimeError):
        load_roster(parts, roster(f"code,name,phones\n00024,Bo Birch,{TWO}\n"))
    assert units_of_phone(parts.engine, ELECTION.id, ONE) == ("00011",)


def test_without_an_election_there_is_no_roster(engine, redis, clock, tmp_path, roster):
    parts = make_parts(engine, redis, clock, tmp_path)
    with pytest.raises(NoElectionError):
        load_roster(parts, roster("code,name,phones\n"))


def test_without_redis_the_roster_is_loaded_all_the_same(engine, clock, tmp_path, roster):
    parts = make_parts(engine, connect_redis(f"unix://{tmp_path}/none"), clock, tmp_path)
    load(parts, ELECTION)
    load_roster(parts, roster(f"code,name,phones\n00011,Ann Ash,{ONE}\n"))
    assert units_of_phone(parts.engine, ELECTION.id, ONE) == ("00011",)


@pytest.mark.parametrize(
    "written", ["+115155550191", "+1 1 515 555 0191", "\u202a(515) 555-0191\u202c"]
)
def test_a_roster_phone_in_whatever_spelling_is_known_when_it_calls(parts, roster, written):
    load_roster(parts, roster(f"code,name,phones\n00011,Ann Ash,{written}\n"))
    calling = read_caller("+15155550191", None).number
    assert units_of_phone(parts.engine, ELECTION.id, calling) == ("00011",)
