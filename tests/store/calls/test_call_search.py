"""Searching calls gives what a plain look at every row gives, page by page, in both directions."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, insert

from hotline.guard.triage import Counted, Entrance, Verdict
from hotline.store.calls import call_search
from hotline.store.calls.call_log import CallRow
from hotline.store.calls.call_search import CallFilter, CameTo, Counting, count, every, search
from hotline.store.database import reading, writing
from hotline.store.enums import Channel
from hotline.store.paging import PagePlace, read_place
from hotline.store.schema.tables import call

BEGAN = datetime(2020, 2, 4, 1, 0, tzinfo=UTC)
CALLS = 400


def life(number: int, chance: random.Random) -> dict[str, Any]:
    """A call of every kind there is; many begin in the same second."""
    at = BEGAN + timedelta(seconds=chance.randrange(CALLS // 3))
    verdict = chance.choice(list(Verdict))
    answered = verdict is not Verdict.TURN_AWAY
    proved = answered and chance.random() < 0.5
    return {
        "sid": f"CA{chance.randrange(10**9):09}{number}",
        "channel": chance.choice(list(Channel)).value,
        "entrance": chance.choice(list(Entrance)).value,
        "ledger_id": 1,
        "began_at": at,
        "caller_key": "k",
        "last_four": chance.choice(["", "0142", "0143"]),
        "attestation": "none",
        "standing": "unknown",
        "verdict": verdict.value,
        "reason": "" if answered else chance.choice(list(Counted)).value,
        "verified_at": at if proved else None,
        "unit_code": chance.choice(["00011", "00024"]) if proved else None,
        "filings": int(proved and chance.random() < 0.5),
        "person_at": at if answered and chance.random() < 0.2 else None,
        "ended_at": at if chance.random() < 0.9 else None,
        "ended_as": None,
        "seconds": None,
        "charge": None,
    }


@pytest.fixture
def rows(engine: Engine) -> list[CallRow]:
    """Four hundred calls, the newest first."""
    chance = random.Random(7)
    lives = [life(number, chance) for number in range(CALLS)]
    with writing(engine) as connection:
        connection.execute(insert(call), lives)
    found = [CallRow(**each) for each in lives]
    return sorted(found, key=lambda row: (row.began_at, row.sid), reverse=True)


def lets_through(wanted: CallFilter, row: CallRow) -> bool:
    """The filter, said once more over one row."""
    came_to = {
        None: True,
        CameTo.FILED: row.filings > 0,
        CameTo.PROVED: row.verified_at is not None,
        CameTo.PERSON: row.person_at is not None,
        CameTo.TURNED_AWAY: row.verdict == "turn-away",
        CameTo.HUNG_UP: row.verdict != "turn-away"
        and row.channel == "voice"
        and row.ended_at is not None
        and row.verified_at is None
        and row.person_at is None,
    }
    return (
        came_to[wanted.came_to]
        and wanted.channel in (None, row.channel)
        and wanted.entrance in (None, row.entrance)
        and wanted.verdict in (None, row.verdict)
        and wanted.reason in (None, row.reason)
        and (not wanted.units or row.unit_code in wanted.units)
        and wanted.last_four in ("", row.last_four)
        and (wanted.since is None or row.began_at >= wanted.since)
        and (wanted.until is None or row.began_at < wanted.until)
    )


def filters() -> Iterator[CallFilter]:
    """Each thing that can be asked for by itself, and many of them together."""
    alone: dict[str, list[Any]] = {
        "since": [BEGAN + timedelta(seconds=40)],
        "until": [BEGAN + timedelta(seconds=90)],
        "channel": list(Channel),
        "entrance": list(Entrance),
        "verdict": list(Verdict),
        "reason": list(Counted),
        "units": [["00011"], ["00011", "00024"], ["99999"]],
        "last_four": ["0142", "9999"],
        "came_to": list(CameTo),
    }
    yield CallFilter()
    for name, values in alone.items():
        yield from (CallFilter(**{name: value}) for value in values)
    chance = random.Random(11)
    for _ in range(120):
        names = chance.sample(list(alone), chance.randrange(2, 5))
        yield CallFilter(**{name: chance.choice(alone[name]) for name in names})


def test_each_search_finds_what_there_is_and_counts_it(engine: Engine, rows: list[CallRow]) -> None:
    for wanted in filters():
        expected = [row for row in rows if lets_through(wanted, row)]
        with reading(engine) as connection:
            assert list(every(engine, wanted)) == expected, wanted
            assert count(connection, wanted) == Counting(len(expected), True), wanted


@pytest.mark.parametrize(
    "wanted",
    [
        CallFilter(),
        CallFilter(entrance=Entrance.CHAIRS),
        CallFilter(came_to=CameTo.PROVED, last_four="0142"),
    ],
)
def test_pages_go_down_to_the_end_and_up_again(
    engine: Engine, rows: list[CallRow], wanted: CallFilter
) -> None:
    expected = [row for row in rows if lets_through(wanted, row)]
    with reading(engine) as connection:
        pages = [search(connection, wanted, size=7).page]
        assert pages[0].newer is None
        while pages[-1].older is not None:
            pages.append(search(connection, wanted, pages[-1].older, 7).page)
        down = [row for page in pages for row in page.rows]
        upwards = [pages[-1]]
        while upwards[-1].newer is not None:
            upwards.append(search(connection, wanted, upwards[-1].newer, 7).page)
        up = [row for page in reversed(upwards) for row in page.rows]

    assert down == expected
    assert up == expected
    assert upwards[-1].older is not None


def test_what_comes_meanwhile_moves_no_page(engine: Engine, rows: list[CallRow]) -> None:
    with reading(engine) as connection:
        first = search(connection, CallFilter(), size=10).page
    newest = life(CALLS, random.Random(3)) | {"began_at": BEGAN + timedelta(days=1)}
    with writing(engine) as connection:
        connection.execute(insert(call), [newest])
    with reading(engine) as connection:
        second = search(connection, CallFilter(), first.older, 10).page
        above = search(
            connection, CallFilter(), first.rows and PagePlace(*_key(first.rows[0]), True), 10
        )

    assert second.rows == rows[10:20]
    assert [row.sid for row in above.page.rows] == [newest["sid"]]


def _key(row: CallRow) -> tuple[datetime, str]:
    return row.began_at, row.sid


@pytest.mark.parametrize("looked_through", [1, 5, 50, CALLS])
@pytest.mark.parametrize(
    "wanted",
    [
        CallFilter(last_four="0142", verdict=Verdict.CHALLENGE),
        CallFilter(units=["00011", "00024"], came_to=CameTo.FILED, last_four="0143"),
        CallFilter(came_to=CameTo.HUNG_UP, entrance=Entrance.PUBLIC),
        CallFilter(last_four="0142", came_to=CameTo.FILED, channel=Channel.TEXT),
    ],
)
def test_a_search_that_stops_halfway_is_gone_on_with_and_misses_nothing(
    engine: Engine,
    rows: list[CallRow],
    monkeypatch: pytest.MonkeyPatch,
    wanted: CallFilter,
    looked_through: int,
) -> None:
    monkeypatch.setattr(call_search, "LOOKED_THROUGH", looked_through)
    expected = [row for row in rows if lets_through(wanted, row)]
    with reading(engine) as connection:
        assert list(every(engine, wanted)) == expected
        counted = count(connection, wanted)
        stopped = search(connection, wanted, size=CALLS).further is not None

    assert counted.number <= len(expected)
    assert counted.is_all is not stopped


def test_nobody_waits_for_all_to_be_counted(
    engine: Engine, rows: list[CallRow], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(call_search, "MOST_COUNTED", 10)
    with reading(engine) as connection:
        assert count(connection, CallFilter()) == Counting(10, False)
        assert count(connection, CallFilter(channel=Channel.VOICE)) == Counting(10, False)


@pytest.mark.parametrize(
    "place", [PagePlace(BEGAN, "CA1_2"), PagePlace(BEGAN + timedelta(microseconds=7), "CA", True)]
)
def test_a_place_is_read_as_it_was_written(place: PagePlace) -> None:
    assert read_place(str(place), str) == place


@pytest.mark.parametrize(
    "written",
    ["", "older", "older_x_CA", "older_2020-02-04T01:00:00_CA", "sideways_2020-02-04T01:00Z_CA"],
)
def test_what_is_no_place_is_the_top_of_the_list(written: str) -> None:
    assert read_place(written, str) is None
