"""PINs: written down before they are valid, kept as hashes only, dead as soon as re-issued."""

from __future__ import annotations

import csv
import os
import stat
from contextlib import contextmanager

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from hotline.guard.pins import is_guessable, is_pin
from hotline.operations.context import NoElectionError
from hotline.operations.roster import pin_file
from hotline.operations.roster import pins as operation
from hotline.operations.roster.pins import (
    PinsError,
    check_pin,
    dead_pins,
    issue_pins,
    issue_test_pins,
    reissue,
)
from hotline.store.database import reading, writing
from hotline.store.schema import tables
from tests.operations.loaded import closed_ledger, load, make_parts
from tests.paper.elections import UNITS, caucus, precinct

ELECTION = caucus()
CODES = sorted(ELECTION.units)


@pytest.fixture
def parts(engine, redis, clock, tmp_path):
    return make_parts(engine, redis, clock, tmp_path)


@pytest.fixture
def live(parts):
    """The ledger that counts."""
    return load(parts, ELECTION)


@pytest.fixture
def out(tmp_path):
    (tmp_path / "out").mkdir()
    return tmp_path / "out" / "pins.csv"


def read(path):
    with path.open(newline="") as file:
        header, *rows = csv.reader(file)
    assert header == ["code", "pin"]
    return dict(rows)


def works(parts, ledger, code, pin, election=ELECTION):
    return check_pin(parts, election.id, ledger, code, pin)


def hashes(parts):
    with reading(parts.engine) as connection:
        return list(connection.scalars(select(tables.pin.c.hash)))


def test_every_unit_gets_a_pin_that_opens_it_and_no_other(parts, live, out):
    assert issue_pins(parts, out) == len(UNITS)
    pins = read(out)
    assert list(pins) == CODES
    for code, pin in pins.items():
        assert is_pin(pin)
        assert not is_guessable(pin, code)
        assert [other for other in CODES if works(parts, live, other, pin)] == [
            other for other in CODES if pins[other] == pin
        ]


def test_the_file_is_for_its_owner_alone(parts, live, out):
    before = os.umask(0)
    try:
        issue_pins(parts, out)
    finally:
        os.umask(before)
    assert stat.S_IMODE(out.stat().st_mode) == 0o600


def test_no_pin_is_stored(parts, live, out):
    issue_pins(parts, out)
    assert [len(kept) for kept in hashes(parts)] == [64] * len(UNITS)
    assert not set(hashes(parts)) & set(read(out).values())


def test_who_has_a_pin_keeps_it(parts, live, out):
    issue_pins(parts, out)
    first = read(out)
    with writing(parts.engine) as connection:
        connection.execute(tables.ledger.update().values(closed_at=parts.now(), closed_by="test"))
    live = load(parts, caucus(units=[*UNITS, precinct("00055", 4)]))
    again = out.with_name("again.csv")
    assert issue_pins(parts, again) == 1
    assert list(read(again)) == ["00055"]
    assert all(works(parts, live, code, pin) for code, pin in first.items())
    assert works(parts, live, "00055", read(again)["00055"])


def test_when_all_have_one_the_file_says_so_by_being_empty(parts, live, out):
    issue_pins(parts, out)
    again = out.with_name("again.csv")
    assert issue_pins(parts, again) == 0
    assert read(again) == {}


def test_all_anew_kills_the_old_ones_at_once(parts, live, out):
    issue_pins(parts, out)
    again = out.with_name("again.csv")
    assert issue_pins(parts, again, all_units=True) == len(UNITS)
    old, new = read(out), read(again)
    assert all(works(parts, live, code, new[code]) for code in CODES)
    assert not any(works(parts, live, code, old[code]) for code in CODES if old[code] != new[code])


def test_a_reissued_pin_kills_the_old_one_at_once(parts, live, out):
    issue_pins(parts, out)
    old = read(out)
    new = reissue(parts, "00024")
    while new == old["00024"]:
        new = reissue(parts, "00024")
    assert works(parts, live, "00024", new)
    assert not works(parts, live, "00024", old["00024"])
    assert works(parts, live, "00011", old["00011"])


def test_a_unit_that_never_had_one_can_get_one(parts, live):
    assert works(parts, live, "00024", reissue(parts, "00024"))


def test_an_unknown_unit_gets_none(parts, live):
    with pytest.raises(PinsError, match="00012"):
        reissue(parts, "00012")
    assert hashes(parts) == []


def test_what_is_no_pin_opens_nothing(parts, live, out):
    issue_pins(parts, out)
    for code in ("00011", "99999", "", "nonsense"):
        for pin in ("", "000000", "47190", "*", "4" * 1000, "०००००१"):
            assert not works(parts, live, code, pin)


def test_a_test_pin_opens_its_own_ledger_only(parts, live, out):
    one = closed_ledger(parts, ELECTION.id, is_test=True)
    other = closed_ledger(parts, ELECTION.id, is_test=True)
    assert issue_pins(parts, out, ledger_id=one) == len(UNITS)
    for code, pin in read(out).items():
        assert works(parts, one, code, pin)
        assert not works(parts, other, code, pin)
        assert not works(parts, live, code, pin)


def test_a_standing_pin_opens_every_ledger(parts, live, out):
    test = closed_ledger(parts, ELECTION.id, is_test=True)
    issue_pins(parts, out)
    for code, pin in read(out).items():
        assert works(parts, live, code, pin)
        assert works(parts, test, code, pin)


def test_test_pins_that_are_written_nowhere(parts, live, out):
    issue_pins(parts, out)
    ledger = closed_ledger(parts, ELECTION.id, is_test=True)
    pins = issue_test_pins(parts, ledger)
    assert list(pins) == CODES
    assert all(works(parts, ledger, code, pin) for code, pin in pins.items())
    assert all(works(parts, live, code, pin) for code, pin in read(out).items())


def test_a_ledger_that_counts_has_no_pins_of_its_own(parts, live, out):
    for ledger in (live, 999):
        with pytest.raises(PinsError, match="not a test ledger"):
            issue_pins(parts, out, ledger_id=ledger)
        with pytest.raises(PinsError, match="not a test ledger"):
            issue_test_pins(parts, ledger)
    assert not out.exists()
    assert hashes(parts) == []


def test_pins_of_another_election_open_nothing(parts, live, out):
    issue_pins(parts, out)
    pins = read(out)
    assert not any(check_pin(parts, "another", live, code, pin) for code, pin in pins.items())


def test_without_an_election_there_are_no_pins(parts, out):
    with pytest.raises(NoElectionError):
        issue_pins(parts, out)
    assert not out.exists()


def test_which_pins_are_dead(parts, live, out):
    issue_pins(parts, out)
    pins = read(out)
    assert dead_pins(parts, pins) == []
    while reissue(parts, "00024") == pins["00024"]:
        pass
    assert dead_pins(parts, pins | {"99999": "471903"}) == ["00024", "99999"]


# --- A file that is in the way, or cannot be written


def test_a_file_that_is_there_is_never_touched(parts, live, out):
    out.write_text("the only copy")
    with pytest.raises(PinsError, match="exists"):
        issue_pins(parts, out)
    assert out.read_text() == "the only copy"
    assert hashes(parts) == []


def test_nor_is_what_a_link_points_to(parts, live, out):
    target = out.with_name("elsewhere.csv")
    out.symlink_to(target)
    with pytest.raises(PinsError, match="exists"):
        issue_pins(parts, out)
    assert not target.exists()


def test_unless_it_is_forced(parts, live, out):
    out.write_text("the only copy")
    out.chmod(0o644)
    issue_pins(parts, out, force=True)
    assert all(works(parts, live, code, pin) for code, pin in read(out).items())
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert list(out.parent.iterdir()) == [out]


def test_force_without_a_file_in_the_way(parts, live, out):
    issue_pins(parts, out, force=True)
    assert set(read(out)) == set(CODES)


@pytest.mark.parametrize("where", ["nowhere/pins.csv", "out"])
def test_a_place_that_cannot_be_written(parts, live, out, tmp_path, where):
    with pytest.raises(PinsError, match=where):
        issue_pins(parts, tmp_path / where, force=True)
    assert hashes(parts) == []


# --- Failures


def test_the_file_is_on_the_disk_before_a_pin_is_valid(parts, live, out, monkeypatch):
    seen = []
    really = operation.transact

    def watch(engine, work):
        seen.append((read(out), hashes(parts)))
        return really(engine, work)

    monkeypatch.setattr(operation, "transact", watch)
    issue_pins(parts, out)
    assert seen == [(read(out), [])]


def fail(*_):
    raise OperationalError("commit", {}, Exception("the disk is full"))


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError])
def test_a_failure_before_the_commit_leaves_neither(parts, live, out, monkeypatch, error, force):
    if force:
        out.write_text("the only copy")

    def stop(*_):
        raise error

    monkeypatch.setattr(operation.stored_pins, "replace", stop)
    with pytest.raises(error):
        issue_pins(parts, out, force=force)
    assert hashes(parts) == []
    assert [path.read_text() for path in out.parent.iterdir()] == ["the only copy"] * force


def test_a_disk_that_fails_leaves_neither(parts, live, out, monkeypatch):
    def broken(_):
        raise OSError("the disk fails")

    monkeypatch.setattr(pin_file.os, "fsync", broken)
    with pytest.raises(OSError, match="the disk fails"):
        issue_pins(parts, out)
    assert hashes(parts) == []
    assert list(out.parent.iterdir()) == []


@pytest.mark.parametrize("force", [False, True])
def test_a_commit_whose_answer_is_lost_keeps_the_file(parts, live, out, monkeypatch, force):
    if force:
        out.write_text("old")
    really = operation.transact

    def lose_the_answer(engine, work):
        really(engine, work)
        fail()

    monkeypatch.setattr(operation, "transact", lose_the_answer)
    with pytest.raises(OperationalError):
        issue_pins(parts, out, force=force)
    assert all(works(parts, live, code, pin) for code, pin in read(out).items())
    assert list(out.parent.iterdir()) == [out]


def test_when_nobody_can_tell_the_file_stays(parts, live, out, monkeypatch, caplog):
    really = operation.transact

    @contextmanager
    def unreachable(_):
        fail()
        yield

    def lose_everything(engine, work):
        really(engine, work)
        monkeypatch.setattr(operation, "reading", unreachable)
        fail()

    monkeypatch.setattr(operation, "transact", lose_everything)
    with pytest.raises(OperationalError):
        issue_pins(parts, out)
    monkeypatch.undo()
    assert all(works(parts, live, code, pin) for code, pin in read(out).items())
    assert str(out) in caplog.text
    assert not any(pin in caplog.text for pin in read(out).values())


def test_work_that_is_done_twice_is_done_once(parts, live, out, monkeypatch):
    """As when the connection is lost at the commit, and the database had committed."""
    really = operation.transact

    def twice(engine, work):
        really(engine, work)
        return really(engine, work)

    monkeypatch.setattr(operation, "transact", twice)
    issue_pins(parts, out)
    assert all(works(parts, live, code, pin) for code, pin in read(out).items())
    with reading(parts.engine) as connection:
        assert connection.scalar(select(func.count()).select_from(tables.pin)) == len(UNITS)


def test_of_two_at_the_same_time_one_is_told_to_try_again(parts, live, out, monkeypatch):
    really = operation.transact
    first = out.with_name("first.csv")

    def overtaken(engine, work):
        monkeypatch.setattr(operation, "transact", really)
        issue_pins(parts, first)
        return really(engine, work)

    monkeypatch.setattr(operation, "transact", overtaken)
    with pytest.raises(PinsError, match="somebody else"):
        issue_pins(parts, out)
    assert not out.exists()
    assert all(works(parts, live, code, pin) for code, pin in read(first).items())


def guess(redis, *codes):
    for code in codes:
        redis.set(f"hotline:locked:{code}", 1)
        redis.set(f"hotline:guess:u:{code}", 1)


def guessed_at(redis):
    return {name.decode().rpartition(":")[2] for name in redis.keys("hotline:*:[0-9]*")}


def test_a_unit_that_was_locked_for_guesses_is_open_with_its_new_pin(parts, live, redis):
    first, second, *_ = CODES
    guess(redis, first, second)

    reissue(parts, first)

    assert guessed_at(redis) == {second}


def test_so_are_all_whose_pins_are_issued_anew(parts, live, out, redis):
    issue_pins(parts, out)
    guess(redis, *CODES)
    with writing(parts.engine) as connection:
        connection.execute(tables.pin.delete().where(tables.pin.c.unit_code == CODES[0]))

    issue_pins(parts, out.with_name("one.csv"))
    assert guessed_at(redis) == set(CODES[1:])

    issue_pins(parts, out.with_name("all.csv"), all_units=True)
    assert guessed_at(redis) == set()


def test_pins_are_issued_though_redis_is_down(parts, live, redis, redis_server):
    redis_server.stop()
    try:
        pin = reissue(parts, CODES[0])
    finally:
        redis_server.start()

    assert works(parts, live, CODES[0], pin)
    assert parts.counts["unlocking"] == 1
