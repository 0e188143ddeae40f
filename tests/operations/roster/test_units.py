"""The list of all units: what it shows, counts and sorts; new PINs and papers for many."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.election.model import Election
from hotline.operations.actors import Actor
from hotline.operations.context import AppContext
from hotline.operations.reports.load_election import load_election
from hotline.operations.roster import papers
from hotline.operations.roster.papers import MOST_SHEETS, PapersError
from hotline.operations.roster.pins import PinsError, check_pin, reissue
from hotline.operations.roster.readiness_call import mark_practiced
from hotline.operations.roster.units import (
    By,
    ShownUnits,
    UnitQuery,
    UnitRow,
    every_unit,
    matches,
    unit_list,
)
from hotline.paper.ink import PaperSize
from hotline.store.audit import activity
from hotline.store.audit.activity import ActivityEntry
from hotline.store.database import reading, writing
from hotline.store.enums import ActivityKind, Role, UnitStatus
from hotline.store.reports.units import UnitStanding
from hotline.store.roster import readiness_calls, roster
from hotline.store.roster.roster import Chair
from tests.operations.acting import CONTESTING, HOLDING, tabulated
from tests.paper.pages import pages
from tests.towns import CODES, caucus

ADA = Actor(1, "ada", Role.ADMIN)
ONE, TWO = "+15155550101", "+15155550102"


@pytest.fixture
def loaded(parts: AppContext, town: Election) -> AppContext:
    load_election(parts, town, "test")
    with writing(parts.engine) as connection:
        chairs = [Chair("10001", "Alva North", (ONE, TWO)), Chair("10002", "Bo North", ())]
        roster.replace_roster(connection, town.id, [*chairs, Chair("10001", "Cy North", (ONE,))])
        readiness_calls.add_readiness_call(connection, town.id, "10001", "CA1", "0101", parts.now())
    mark_practiced(parts, "10002", "CA2", "0102")
    tabulated(parts, "10001", caucus(ash=40))
    tabulated(parts, "10001", caucus(ash=40))
    tabulated(parts, "10002", caucus(ash=20), CONTESTING)
    tabulated(parts, "20001", caucus(birch=20), HOLDING)
    tabulated(parts, "90001", caucus(birch=9))
    reissue(parts, "10001")
    return parts


def codes(parts: AppContext, **wanted: object) -> list[str]:
    return unit_list(parts, UnitQuery(**wanted)).codes  # type: ignore[arg-type]


def entries(parts: AppContext) -> list[ActivityEntry]:
    with reading(parts.engine) as connection:
        return list(activity.latest(connection, 5))


def test_each_list_holds_what_it_says(loaded: AppContext) -> None:
    lists = {shown: codes(loaded, shown=shown) for shown in ShownUnits}

    assert lists == {
        ShownUnits.ALL: list(CODES),
        ShownUnits.OUTSTANDING: ["20002", "90002"],
        ShownUnits.REPORTED: ["10001", "10002", "90001"],
        ShownUnits.HELD: ["20001"],
        ShownUnits.CONTESTED: ["10002"],
        ShownUnits.VERIFIED: ["10001"],
        ShownUnits.NO_PIN: ["10002", "20001", "20002", "90001", "90002"],
        ShownUnits.NO_CHAIR: ["20001", "20002", "90001", "90002"],
        ShownUnits.NO_PHONE: ["10002", "20001", "20002", "90001", "90002"],
        ShownUnits.NO_TEST_CALL: ["10002", "20001", "20002", "90001", "90002"],
        ShownUnits.NO_PRACTICE: ["10001", "20001", "20002", "90001", "90002"],
    }
    counts = unit_list(loaded, UnitQuery()).counts
    assert counts == {shown: len(found) for shown, found in lists.items()}
    assert (
        counts[ShownUnits.OUTSTANDING] + counts[ShownUnits.HELD] + counts[ShownUnits.REPORTED] == 6
    )


def test_a_unit_is_found_by_code_name_county_and_chair(loaded: AppContext) -> None:
    assert codes(loaded, words="1000") == ["10001", "10002"]
    assert codes(loaded, words="SOUTH 2") == ["20002"]
    assert codes(loaded, words="alva") == ["10001"]
    assert codes(loaded, area="Sites abroad") == ["90001", "90002"]
    assert codes(loaded, area="North", words="bo") == ["10002"]
    assert codes(loaded, words="nowhere") == []


def test_a_row_says_who_chairs_it_and_what_is_ready(loaded: AppContext) -> None:
    row = every_unit(loaded)[0]
    assert row.chairs == ("Alva North", "Cy North")
    assert row.phones == 2
    assert row.pin_at == row.tested_at == row.standing.filed_at == loaded.now()
    assert (row.state, row.standing.versions) == ("verified", 2)


def test_sorting_loses_nothing_and_turns_round(loaded: AppContext) -> None:
    for by in By:
        up, down = codes(loaded, by=by), codes(loaded, by=by, is_descending=True)
        assert sorted(up) == sorted(down) == list(CODES)
        if by in (By.CODE, By.NAME):
            assert up == down[::-1]
        if by in (By.FILED, By.PIN, By.TEST, By.CHAIR):
            assert up[0] == "10001"


@given(st.text(max_size=12))
def test_words_are_parts_and_never_a_pattern(words: str) -> None:
    standing = UnitStanding(UnitStatus.OUTSTANDING, False, False, 0, None)
    row = UnitRow("10001", "", "North 1", "North", 4, standing, (), 0, None, None, None)
    expected = all(
        word in "north north 1" or word in ("100", "1000", "10001")
        for word in words.casefold().split()
    )
    assert matches(row, UnitQuery(words=words)) is expected


# --- PINs and papers


def is_right(parts: AppContext, code: str, pin: str) -> bool:
    return check_pin(parts, "town", parts.election().ledger_id, code, pin)


def test_a_new_pin_is_made_once_for_what_was_seen(loaded: AppContext) -> None:
    old = reissue(loaded, "10001")
    seen = papers.choose(loaded, ["10001"]).stamp

    pin = papers.new_pin(loaded, ADA, "10001", seen)

    assert is_right(loaded, "10001", pin)
    assert not is_right(loaded, "10001", old)
    with pytest.raises(PinsError, match="issued meanwhile"):
        papers.new_pin(loaded, ADA, "10001", seen)
    assert is_right(loaded, "10001", pin)
    [entry, *_] = entries(loaded)
    assert (entry.kind, entry.unit_code) == (ActivityKind.PIN_REISSUED, "10001")
    assert pin not in repr(entry)


def test_pins_of_many_come_as_a_file_and_those_with_one_can_be_left(loaded: AppContext) -> None:
    old = reissue(loaded, "10001")
    found = papers.choose(loaded, CODES, only_without=True)
    assert (list(found.codes), list(found.with_pin)) == (list(CODES[1:]), [])

    table = papers.new_pins_as_table(loaded, ADA, found.codes, found.stamp)

    rows = [dict(zip(table.head, row, strict=True)) for row in table.rows]
    assert [row["code"] for row in rows] == list(CODES[1:])
    assert all(is_right(loaded, row["code"], row["pin"]) for row in rows)
    assert is_right(loaded, "10001", old)
    assert list(papers.choose(loaded, CODES).with_pin) == list(CODES)
    assert papers.choose(loaded, CODES, only_without=True).codes == []
    assert entries(loaded)[0].kind is ActivityKind.PINS_ISSUED


def test_letters_hold_the_pins_that_are_in_force(loaded: AppContext) -> None:
    found = papers.choose(loaded, ["10001", "20001"])
    content = papers.new_pins_as_letters(loaded, ADA, found.codes, found.stamp, PaperSize.A4)

    text = " ".join(pages(content))
    assert "10001" in text
    assert "20001" in text
    kinds = [entry.kind for entry in entries(loaded)[:2]]
    assert kinds == [ActivityKind.PAPERS_PRINTED, ActivityKind.PINS_ISSUED]


def test_letters_that_cannot_be_drawn_kill_no_pin(
    loaded: AppContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = reissue(loaded, "10001")
    seen = papers.choose(loaded, ["10001"]).stamp

    def fail(*_: object) -> None:
        raise OSError("no font")

    monkeypatch.setattr("hotline.operations.roster.sheets.draw_letter", fail)
    with pytest.raises(OSError, match="no font"):
        papers.new_pins_as_letters(loaded, ADA, ["10001"], seen, PaperSize.A4)
    assert is_right(loaded, "10001", old)


def test_call_sheets_are_printed_and_written_down_so_many_at_a_time(loaded: AppContext) -> None:
    content = papers.call_sheets(loaded, ADA, list(CODES[:2]), PaperSize.LETTER)

    assert len(pages(content)) == 8  # in two languages: the steps, and the worksheet on the back
    [entry, *_] = entries(loaded)
    assert entry.kind is ActivityKind.PAPERS_PRINTED
    assert entry.after == {"pages": 8, "units": list(CODES[:2])}
    with pytest.raises(PapersError, match=f"{MOST_SHEETS} at most"):
        papers.call_sheets(loaded, ADA, [CODES[0]] * (MOST_SHEETS + 1), PaperSize.LETTER)
    with pytest.raises(PapersError, match="no precinct"):
        papers.call_sheets(loaded, ADA, [], PaperSize.LETTER)
