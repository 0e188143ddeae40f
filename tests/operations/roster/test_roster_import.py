"""A roster as a file: looked at first, applied as it was looked at, or not at all."""

from __future__ import annotations

import pytest

from hotline.election.model import Election
from hotline.operations.actors import Actor
from hotline.operations.context import AppContext
from hotline.operations.reports.load_election import load_election
from hotline.operations.roster import roster_import
from hotline.operations.roster.roster_edit import RosterEditError
from hotline.store.audit import activity
from hotline.store.database import reading, writing
from hotline.store.enums import ActivityKind, Role
from hotline.store.roster import roster, roster_edits
from hotline.store.roster.roster import Chair

ONE, TWO, THREE = "+15155550101", "+15155550102", "+15155550103"
ADA = Actor(1, "ada", Role.ADMIN)
NAME = "roster.csv"
HEAD = "code,name,phones\n"
FILE = (
    f"{HEAD}10001,Alva North,{TWO}\n10002,Bo North,{ONE};{TWO}\n20001,Cy South,{THREE}\n"
).encode()


@pytest.fixture
def kept(parts: AppContext, town: Election) -> AppContext:
    load_election(parts, town, "test")
    with writing(parts.engine) as connection:
        roster.replace_roster(
            connection,
            town.id,
            [
                Chair("10001", "Alva North", (ONE,)),
                Chair("10002", "Bo North", (TWO, ONE)),
                Chair("20002", "Di South", ()),
            ],
        )
    parts.invalidate()
    return parts


def everybody(parts: AppContext) -> list[Chair]:
    with reading(parts.engine) as connection:
        return list(roster_edits.everybody(connection, "town"))


def test_a_preview_says_what_would_change_and_changes_nothing(kept: AppContext) -> None:
    before = everybody(kept)
    found = roster_import.preview(kept, ADA, FILE, NAME)

    change = found.difference
    assert change.added == [Chair("20001", "Cy South", (THREE,))]
    assert change.removed == [Chair("20002", "Di South", ())]
    assert change.changed == [
        (Chair("10001", "Alva North", (ONE,)), Chair("10001", "Alva North", (TWO,)))
    ]
    assert change.same == 1  # the same phones in another order
    assert (found.problems, found.is_readable) == ([], True)
    assert everybody(kept) == before


def test_what_was_looked_at_is_applied_and_written_down(kept: AppContext) -> None:
    stamp = roster_import.preview(kept, ADA, FILE, NAME).stamp
    epoch = kept.epoch.current()

    roster_import.apply(kept, ADA, FILE, NAME, stamp)

    assert {(one.unit_code, one.name) for one in everybody(kept)} == {
        ("10001", "Alva North"),
        ("10002", "Bo North"),
        ("20001", "Cy South"),
    }
    assert roster_import.preview(kept, ADA, FILE, NAME).difference.is_none
    assert kept.epoch.current() != epoch
    with reading(kept.engine) as connection:
        [entry] = activity.latest(connection, 1)
    assert entry.kind is ActivityKind.ROSTER_LOADED
    assert entry.note == "from a file: chairs added: 1, taken out: 1, with other phones: 1"


def test_bad_lines_are_all_told_and_left_out_only_where_that_is_asked_for(kept: AppContext) -> None:
    bad = FILE + b"77777,Ed,\n20002,,x\n20002,Flo,5550101\n"
    found = roster_import.preview(kept, ADA, bad, NAME)

    assert [problem.line for problem in found.problems] == [5, 6, 6, 7]
    assert found.is_readable
    with pytest.raises(RosterEditError, match="nothing was changed"):
        roster_import.apply(kept, ADA, bad, NAME, found.stamp)
    assert len(everybody(kept)) == 3

    roster_import.apply(kept, ADA, bad, NAME, found.stamp, without_bad=True)
    assert {one.name for one in everybody(kept)} == {"Alva North", "Bo North", "Cy South"}


@pytest.mark.parametrize(
    "content",
    [b"", b'code,name,phones\n10001,"Ann', b"code,name\n10001,Ann\n", b"\x81", b"PK\x03\x04"],
)
def test_a_file_that_is_not_read_to_its_end_is_never_applied(
    kept: AppContext, content: bytes
) -> None:
    found = roster_import.preview(kept, ADA, content, NAME)
    assert not found.is_readable
    with pytest.raises(RosterEditError):
        roster_import.apply(kept, ADA, content, NAME, found.stamp, without_bad=True)
    assert len(everybody(kept)) == 3


def test_a_roster_that_moved_meanwhile_is_not_overwritten(kept: AppContext) -> None:
    stamp = roster_import.preview(kept, ADA, FILE, NAME).stamp
    with writing(kept.engine) as connection:
        roster_edits.add_chair(connection, "town", Chair("20001", "Gil South", ()))

    with pytest.raises(RosterEditError, match="changed by somebody else"):
        roster_import.apply(kept, ADA, FILE, NAME, stamp)
    assert "Gil South" in {one.name for one in everybody(kept)}
