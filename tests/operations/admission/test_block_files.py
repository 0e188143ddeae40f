"""Files of blocks: all or nothing, every wrong row named, and read again as they were written."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from redis import Redis

from hotline.guard.blocking import as_written
from hotline.operations.admission.block_files import (
    BlockFileError,
    export_blocks,
    foresee_blocks,
    import_blocks,
)
from hotline.operations.admission.blocks import WantedBlock, add_block, listed, remove_block
from hotline.operations.context import AppContext
from hotline.operations.reports.load_election import load_election
from hotline.operations.roster.roster import load_roster
from hotline.store.admission import blocks as stored
from hotline.store.database import writing
from hotline.store.keys import BLOCKS
from tests.conftest import Clock
from tests.towns import CODES, town

CHAIR = "+15155550101"
FIVE_WRONG = f"""\
pattern,reason,until,second
+15155550142,nuisance,,
{CHAIR},on the roster,,
+15155550143,,,
+15155550142,twice,,
+1900555*,"ads, all night",2020-02-05T01:00:00+00:00,

+15155550144,over,2020-02-03T00:00Z,
+15155550145,no zone,2020-02-05,
"""


@pytest.fixture
def parts(parts: AppContext, tmp_path: Path) -> AppContext:
    load_election(parts, town(), "test")
    path = tmp_path / "roster.csv"
    path.write_text(f"code,name,phones\n{CODES[0]},Ann,{CHAIR}\n")
    load_roster(parts, path)
    return parts


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "blocks.csv"


def patterns(parts: AppContext) -> list[str]:
    return [str(block.pattern) for block in listed(parts)]


def test_every_wrong_row_is_named_with_its_line_and_nothing_is_blocked(
    parts: AppContext, path: Path, redis: Redis
) -> None:
    path.write_text(FIVE_WRONG)

    with pytest.raises(BlockFileError) as refused:
        import_blocks(parts, path, "ann")

    assert [(p.line, p.reason.split(":")[0]) for p in refused.value.problems] == [
        (3, "this number is on the roster"),
        (4, "reason is empty"),
        (5, "this is in the file already, on line 2"),
        (8, "the block would be over already"),
        (9, "a moment needs its zone, such as the Z in 2020-02-03 19"),
    ]
    assert str(refused.value).startswith("blocks.csv, line 3: ")
    assert listed(parts, ended=True) == []
    assert not redis.exists(BLOCKS)


def test_wrong_rows_can_be_left_out(
    parts: AppContext, path: Path, redis: Redis, clock: Clock
) -> None:
    path.write_text(FIVE_WRONG)

    imported = import_blocks(parts, path, "ann", skip_bad=True)

    assert imported.added == 2
    assert [problem.line for problem in imported.skipped] == [3, 4, 5, 8, 9]
    number, range_ = listed(parts)
    assert (str(number.pattern), number.until) == ("+15155550142", clock() + timedelta(hours=24))
    assert (str(range_.pattern), range_.reason) == ("+1900555*", "ads, all night")
    assert redis.hlen(BLOCKS) == 2


def test_what_is_blocked_already_is_a_wrong_row(parts: AppContext, path: Path) -> None:
    add_block(parts, WantedBlock("+15155550142", "nuisance"), "bo")
    path.write_text("pattern,reason\n+15155550142,again\n+15155550143,new\n")

    with pytest.raises(BlockFileError, match="line 2: this is blocked already, by bo"):
        import_blocks(parts, path, "ann")
    assert import_blocks(parts, path, "ann", skip_bad=True).added == 1


@pytest.mark.parametrize("skip_bad", [False, True])
@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "is empty"),
        ("+15155550142,nuisance\n", "misses column"),
        ("\npattern,reason,untli\n+15155550142,nuisance,\n", "unknown column"),
        ('pattern,reason\n+15155550142,a\n"+15155550143,b\n+15155550144,c\n', "is not a table"),
        ("pattern,reason\n+15155550142,caf\x81\n", "neither UTF-8"),
    ],
)
def test_a_file_that_cannot_be_read_to_its_end_is_refused_as_a_whole(
    parts: AppContext, path: Path, text: str, reason: str, skip_bad: bool
) -> None:
    path.write_bytes(text.encode("latin-1"))

    with pytest.raises(BlockFileError, match=reason):
        import_blocks(parts, path, "ann", skip_bad=skip_bad)
    assert not listed(parts)


def test_a_row_with_something_unprintable_is_left_out(parts: AppContext, path: Path) -> None:
    path.write_text("pattern,reason,second\n+15155550142,a,b\x07o\n+15155550143,a\n")

    imported = import_blocks(parts, path, "ann", skip_bad=True)

    assert (imported.added, [p.line for p in imported.skipped]) == (0, [2, 3])


def test_what_is_exported_can_be_imported(parts: AppContext, path: Path, clock: Clock) -> None:
    add_block(parts, WantedBlock("+15155550142", 'says "hello", hangs up'), "ann")
    add_block(parts, WantedBlock("+1900555*", "ads", clock() + timedelta(days=7)), "ann")
    add_block(parts, WantedBlock(CHAIR, "stolen", second="bo"), "ann")
    with writing(parts.engine) as connection:
        until = clock() + timedelta(minutes=15)
        number = as_written("+15155550150")
        stored.insert_block(
            connection, number, "3 calls", "rule: repeated calls", "", clock(), until
        )
    before = [(b.pattern, b.reason, b.until, b.second) for b in listed(parts)[:3]]
    path.write_bytes(export_blocks(parts, "ann").content(path.name))
    for pattern in patterns(parts):
        remove_block(parts, pattern, "ann", "moving house")

    assert import_blocks(parts, path, "cy").added == 3
    assert [(b.pattern, b.reason, b.until, b.second) for b in listed(parts)] == before


def test_a_list_kept_by_hand(parts: AppContext) -> None:
    cases = Path(__file__).parents[2] / "tables/cases"
    found = foresee_blocks(parts, cases / "blocks-as-people-write-them.csv", "ann")

    assert [(one.pattern, one.reason, one.roster) for one in found.rows] == [
        ("+15155550160", "sings", 0),
        ("+15155550161", "sings, too", 0),
        ("+15155550162", "from a telephone's contacts", 0),
    ]
    [wrong] = found.problems
    assert "1 telephones of the roster have numbers in this range" in wrong.reason
    assert listed(parts, ended=True) == []

    load_roster(parts, cases.parent / "cases/no-chairs.csv")
    assert import_blocks(parts, cases / "blocks-as-people-write-them.csv", "ann").added == 4
    assert "+1515555*" in patterns(parts)


def test_no_block_at_all_is_a_file_too(parts: AppContext, path: Path) -> None:
    path.write_bytes(export_blocks(parts, "ann").content(path.name))

    assert import_blocks(parts, path, "ann").added == 0
