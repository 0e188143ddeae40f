"""Whatever changes how the line works is in the log of activity, with who did it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from hotline.election.model import Election
from hotline.operations.actors import named
from hotline.operations.admission import block_files, blocks, switches
from hotline.operations.admission.blocks import WantedBlock
from hotline.operations.context import AppContext
from hotline.operations.reports import ledgers
from hotline.operations.reports.load_election import load_election
from hotline.operations.roster import pins
from hotline.operations.roster.roster import load_roster
from hotline.store.audit.activity import ActivityEntry, latest
from hotline.store.database import reading
from hotline.store.enums import ActivityKind as Kind
from hotline.store.enums import Switch

NUMBER = "+15155550142"
BO = named("bo")


@pytest.fixture
def loaded(parts: AppContext, town: Election) -> AppContext:
    load_election(parts, town, "ann")
    return parts


def log_of(parts: AppContext) -> list[ActivityEntry]:
    with reading(parts.engine) as connection:
        return list(latest(connection, 100))


def _file(parts: AppContext, text: str) -> Path:
    parts.settings.var.mkdir(parents=True, exist_ok=True)
    path = parts.settings.var / "file.csv"
    path.write_text(text)
    return path


def _roster(parts: AppContext) -> None:
    code = min(parts.election().election.units)
    text = f"code,name,phones\n{code},Ann Ash,+15155550100;+15155550101\n"
    load_roster(parts, _file(parts, text), BO)


def _reopen(parts: AppContext) -> None:
    first = parts.election().ledger_id
    ledgers.open_ledger(parts, True, "ann")
    ledgers.reopen(parts, first, BO)


def _unblock(parts: AppContext) -> None:
    blocks.add_block(parts, WantedBlock(NUMBER, "shouts"), "ann")
    blocks.remove_block(parts, NUMBER, BO, "has apologised")


def _import(parts: AppContext) -> None:
    block_files.import_blocks(parts, _file(parts, f"pattern,reason\n{NUMBER},shouts\n"), BO)


CHANGES: dict[Kind, Callable[[AppContext], object]] = {
    Kind.ELECTION_LOADED: lambda parts: load_election(parts, parts.election().election, BO),
    Kind.LEDGER_OPENED: _reopen,
    Kind.TOTALS_REBUILT: lambda parts: ledgers.rebuild_totals(parts, BO),
    Kind.ROSTER_LOADED: _roster,
    Kind.PINS_ISSUED: lambda parts: pins.issue_test_pins(parts, parts.election().ledger_id, BO),
    Kind.SWITCH_TURNED: lambda parts: switches.turn_on(parts, Switch.ROSTER_ONLY, BO, "a flood"),
    Kind.NUMBER_BLOCKED: lambda parts: blocks.add_block(parts, WantedBlock(NUMBER, "shouts"), BO),
    Kind.NUMBER_UNBLOCKED: _unblock,
    Kind.BLOCKS_IMPORTED: _import,
}


@pytest.mark.parametrize("kind", CHANGES)
def test_a_change_is_written_down_with_its_author(loaded: AppContext, kind: Kind) -> None:
    CHANGES[kind](loaded)

    newest = log_of(loaded)[0]
    assert (newest.kind, newest.who) == (kind, "bo")
    assert newest.before or newest.after
    assert NUMBER not in f"{newest.before}{newest.after}{newest.note}"


def test_a_ledger_that_is_opened_says_which_one_it_shelves(loaded: AppContext) -> None:
    first = loaded.election().ledger_id
    opened = ledgers.open_ledger(loaded, True, BO).ledger_id

    newest = log_of(loaded)[0]
    assert newest.before == {"ledger": first, "is_test": True, "reports": 0}
    assert newest.after == {"ledger": opened, "is_test": True, "is_new": True}


def test_what_is_refused_is_not_in_the_log(loaded: AppContext) -> None:
    before = log_of(loaded)
    with pytest.raises(switches.SwitchError):
        switches.turn_off(loaded, Switch.ROSTER_ONLY, BO, "it is over")
    with pytest.raises(blocks.BlockingError):
        blocks.add_block(loaded, WantedBlock("+1", "too wide"), BO)

    assert log_of(loaded) == before


def test_a_number_is_written_down_by_its_end_and_a_range_by_its_beginning(
    loaded: AppContext,
) -> None:
    blocks.add_block(loaded, WantedBlock(NUMBER, "shouts"), BO)
    blocks.add_block(loaded, WantedBlock("+1900555*", "ads"), BO)

    prefix, number = log_of(loaded)[:2]
    assert number.after is not None
    assert prefix.after is not None
    assert number.after["number ending in"] == "0142"
    assert prefix.after["numbers beginning with"] == "+1900555"
