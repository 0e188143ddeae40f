"""A time is a moment: local times that exist twice or never are refused, with both that can be."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.moments import (
    MomentError,
    day_and_minute,
    day_and_second,
    minute_of,
    possible_moments,
    read_moment,
    with_offset,
    zone_name,
)

CASES = Path(__file__).parent / "cases/embargo-times.csv"
IOWA = ZoneInfo("America/Chicago")
BEGIN, END = datetime.fromisoformat("1990-01-01"), datetime.fromisoformat("2037-01-01")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")  # its clocks change by half an hour

with CASES.open(encoding="utf-8", newline="") as file:
    NIGHTS = [tuple(row.values()) for row in csv.DictReader(file)]


def refused(text: str, zone: ZoneInfo | None = IOWA) -> MomentError:
    with pytest.raises(MomentError) as caught:
        read_moment(text, zone)
    return caught.value


@pytest.mark.parametrize(("zone", "text", "right"), NIGHTS)
def test_the_nights_on_which_the_clocks_change(zone: str, text: str, right: str) -> None:
    if right.endswith("Z"):
        assert read_moment(text, ZoneInfo(zone)) == datetime.fromisoformat(right)
    else:
        word = "exists twice" if "exists twice" in right else "never exists"
        error = refused(text, ZoneInfo(zone))
        assert word in str(error)
        assert all(with_offset(at) in str(error) for at in error.possible)


def test_a_time_that_exists_twice_names_both() -> None:
    error = refused("2028-11-05T01:30")

    assert str(error) == (
        "2028-11-05 01:30 exists twice in America/Chicago, where the clocks go back that night: "
        "write 2028-11-05T01:30-05:00 (CDT) or 2028-11-05T01:30-06:00 (CST)"
    )
    assert [at.astimezone(UTC) for at in error.possible] == [
        datetime(2028, 11, 5, 6, 30, tzinfo=UTC),
        datetime(2028, 11, 5, 7, 30, tzinfo=UTC),
    ]


def test_a_time_that_never_exists_names_what_can_be_meant() -> None:
    assert str(refused("2028-03-12 02:30")) == (
        "2028-03-12 02:30 never exists in America/Chicago, where the clocks go forward by an hour "
        "that night: write 2028-03-12T01:30-06:00 (CST) or 2028-03-12T03:30-05:00 (CDT)"
    )
    assert "by 30 minutes" in str(refused("2028-10-01 02:10", LORD_HOWE))


def test_the_minutes_beside_them_are_moments() -> None:
    for text, utc in (
        ("2028-11-05T00:59", "2028-11-05T05:59"),
        ("2028-11-05T02:00", "2028-11-05T08:00"),
        ("2028-03-12T01:59", "2028-03-12T07:59"),
        ("2028-03-12T03:00", "2028-03-12T08:00"),
    ):
        assert read_moment(text, IOWA) == datetime.fromisoformat(f"{utc}+00:00")


def test_with_an_offset_it_is_one_moment_also_then() -> None:
    assert read_moment("2026-11-01T01:30-05:00", IOWA) == datetime(2026, 11, 1, 6, 30, tzinfo=UTC)
    assert read_moment(" 2026-11-01 07:30Z ", IOWA) == datetime(2026, 11, 1, 7, 30, tzinfo=UTC)
    assert read_moment("2028-03-12T02:30-06:00", None) == datetime(2028, 3, 12, 8, 30, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "tonight", "2020-02-31T10:00", "9999-12-31T23:59", "0001-01"])
def test_what_is_no_time_is_said_to_be_none(text: str) -> None:
    error = refused(text)

    assert "this is no time; write it as in 2020-02-03 19:00" in str(error)
    assert not error.possible


def test_without_a_place_it_needs_an_offset() -> None:
    assert "needs its zone, such as the Z" in str(refused("2020-02-03 19:00", None))


def test_what_can_be_meant_is_asked_for_only_where_there_are_two() -> None:
    assert len(possible_moments("2028-11-05T01:30", IOWA)) == 2
    for text in ("2028-11-05T01:30-06:00", "2028-11-05T02:30", "tonight"):
        assert possible_moments(text, IOWA) == ()


def test_a_moment_is_shown_with_its_zone() -> None:
    at = datetime(2028, 11, 5, 6, 30, 5, tzinfo=UTC)

    assert day_and_second(at, IOWA) == "2028-11-05 01:30:05 CDT"
    assert day_and_minute(at + timedelta(hours=1), IOWA) == "2028-11-05 01:30 CST"
    assert minute_of(at, UTC) == "06:30 UTC"
    assert zone_name(at.astimezone(ZoneInfo("America/Sao_Paulo"))) == "UTC-03:00"


@given(
    st.datetimes(BEGIN, END, timezones=st.just(UTC)),
    st.sampled_from([IOWA, LORD_HOWE, ZoneInfo("America/Sao_Paulo"), ZoneInfo("Asia/Kathmandu")]),
)
def test_as_it_is_written_with_its_offset_it_is_read_again(at: datetime, zone: ZoneInfo) -> None:
    assert read_moment(with_offset(at.astimezone(zone)), zone) == at


@given(
    st.datetimes(BEGIN, END),
    st.sampled_from([IOWA, LORD_HOWE, ZoneInfo("America/Sao_Paulo")]),
)
def test_a_local_time_is_read_as_it_would_be_shown_or_refused(
    local: datetime, zone: ZoneInfo
) -> None:
    possible = possible_moments(local.isoformat(), zone)
    if not possible:
        read = read_moment(local.isoformat(), zone)
        assert read.astimezone(zone).replace(tzinfo=None, fold=0) == local
    else:
        assert len({at.astimezone(UTC) for at in possible}) == 2
