"""Blocks that take a second account, other ends of blocks, and what looks like nuisance."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest
from redis import Redis
from sqlalchemy.exc import SQLAlchemyError

from hotline.guard.blocking import BlockingError, ConsentError, Pattern
from hotline.guard.caller import key_of
from hotline.operations.actors import Actor, NotAllowedError
from hotline.operations.admission import block_list, block_requests, suggestions
from hotline.operations.admission.block_requests import (
    BlockAsked,
    agree,
    block_or_ask,
    refuse,
    waiting,
)
from hotline.operations.admission.blocks import Added, WantedBlock, add_block, extend_block, listed
from hotline.operations.calls.ingest import ingest_events
from hotline.operations.context import AppContext
from hotline.operations.reports.load_election import load_election
from hotline.operations.roster.roster import load_roster
from hotline.operations.upkeep.purge import purge
from hotline.store.accounts import accounts
from hotline.store.accounts.accounts import NewAccount
from hotline.store.admission.block_search import Lately, Sought
from hotline.store.audit import activity
from hotline.store.database import reading, writing
from hotline.store.enums import ActivityKind, Role
from hotline.store.keys import BLOCKS
from hotline.store.schema.control_tables import block_request
from tests.conftest import Clock
from tests.operations import lives
from tests.towns import CODES, town

ADA, BEN = Actor(1, "ada", Role.ADMIN), Actor(2, "ben", Role.ADMIN)
SUE, ANN = Actor(3, "sue", Role.SUPERVISOR), Actor(4, "ann", Role.STAFF)
CHAIR, STRANGER = "+15155550101", "+15155550142"
HOUR = timedelta(hours=1)


@pytest.fixture
def parts(parts: AppContext, tmp_path: Path) -> AppContext:
    load_election(parts, town(), "test")
    path = tmp_path / "roster.csv"
    path.write_text(f"code,name,phones\n{CODES[0]},Ann,{CHAIR}\n")
    load_roster(parts, path)
    with writing(parts.engine) as connection:
        for actor in (ADA, BEN, SUE, ANN):
            known = ("no hash", "u-" + actor.name, f"{4000 + (actor.account_id or 0)}", "none")
            accounts.insert_account(
                connection, NewAccount(actor.name, actor.role, *known, parts.now(), "test")
            )
    return parts


def last(parts: AppContext) -> activity.ActivityEntry:
    with reading(parts.engine) as connection:
        return activity.latest(connection, 1)[0]


class TestSecondAccount:
    @pytest.fixture
    def asked(self, parts: AppContext) -> BlockAsked:
        found = block_or_ask(parts, CHAIR, "sings", HOUR, ADA)
        assert isinstance(found, BlockAsked)
        return found

    def test_any_other_number_is_blocked_at_once(self, parts: AppContext, clock: Clock) -> None:
        added = block_or_ask(parts, STRANGER, "shouts", HOUR, ADA, "CA1")

        assert isinstance(added, Added)
        assert added.until == clock() + HOUR
        assert (last(parts).kind, last(parts).call_sid) == (ActivityKind.NUMBER_BLOCKED, "CA1")

    def test_a_chairs_number_waits(
        self, parts: AppContext, asked: BlockAsked, redis: Redis
    ) -> None:
        assert listed(parts) == []
        assert not redis.exists(BLOCKS)
        [request] = waiting(parts)
        assert (request.id, request.pattern.text, request.by) == (asked.id, CHAIR, "ada")
        assert last(parts).kind is ActivityKind.BLOCK_ASKED
        assert CHAIR not in repr(last(parts))

    @pytest.mark.parametrize("second", [BEN, SUE])
    def test_it_is_blocked_once_another_account_agrees(
        self, parts: AppContext, asked: BlockAsked, second: Actor, clock: Clock, redis: Redis
    ) -> None:
        clock.advance(7200)  # what was asked for lasts from now on

        added = agree(parts, asked.id, second)

        assert added.until == clock() + HOUR
        [block] = listed(parts)
        assert (block.author, block.second) == ("ada", second.name)
        assert redis.hget(BLOCKS, f"={CHAIR}").startswith(b"3:")
        assert (last(parts).who, last(parts).before) == (second.name, {"asked for by": "ada"})
        with pytest.raises(BlockingError, match="settled already: it is agreed"):
            agree(parts, asked.id, BEN)

    def test_whoever_asked_or_may_not_agrees_to_nothing(
        self, parts: AppContext, asked: BlockAsked
    ) -> None:
        with pytest.raises(BlockingError, match="another one"):
            agree(parts, asked.id, ADA)
        with pytest.raises(BlockingError, match="another one"):
            agree(parts, asked.id, Actor(None, "root (command line)", Role.ADMIN))
        with pytest.raises(NotAllowedError):
            agree(parts, asked.id, ANN)
        with pytest.raises(NotAllowedError):
            refuse(parts, asked.id, ANN, "why")
        assert listed(parts) == []

    @pytest.mark.both_databases
    def test_two_who_agree_at_once_make_one_block(
        self, parts: AppContext, asked: BlockAsked
    ) -> None:
        start = Barrier(2)

        def agrees(who: Actor) -> bool:
            start.wait()
            try:
                agree(parts, asked.id, who)
            except BlockingError:
                return False
            return True

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(agrees, (BEN, SUE))) == [False, True]
        assert len(listed(parts)) == 1

    def test_it_can_be_refused_or_taken_back(self, parts: AppContext, asked: BlockAsked) -> None:
        with pytest.raises(BlockingError, match="reason"):
            refuse(parts, asked.id, BEN, " ")
        refuse(parts, asked.id, ADA, "it was the wrong one")

        assert waiting(parts) == []
        assert last(parts).kind is ActivityKind.BLOCK_NOT_AGREED
        assert isinstance(block_or_ask(parts, CHAIR, "sings", HOUR, BEN), BlockAsked)

    def test_it_is_asked_for_once(self, parts: AppContext, asked: BlockAsked) -> None:
        with pytest.raises(BlockingError, match="ada has asked for this already"):
            block_or_ask(parts, CHAIR, "sings", HOUR, BEN)

    def test_nobody_without_an_account_asks(self, parts: AppContext) -> None:
        with pytest.raises(ConsentError):
            block_or_ask(parts, CHAIR, "sings", HOUR, Actor(None, "root", Role.ADMIN))

    def test_the_database_holds_that_too(self, parts: AppContext, asked: BlockAsked) -> None:
        settled = {"state": "agreed", "settled_by": "ada", "settled_at": parts.now()}
        with pytest.raises(SQLAlchemyError), writing(parts.engine) as connection:
            connection.execute(block_request.update().values(settled))
        with pytest.raises(SQLAlchemyError), writing(parts.engine) as connection:
            connection.execute(block_request.update().values(pattern=STRANGER))

    def test_the_number_is_forgotten_once_it_is_settled(
        self, parts: AppContext, asked: BlockAsked, clock: Clock
    ) -> None:
        clock.advance(100 * 3600)
        purge(parts)
        assert waiting(parts)
        refuse(parts, asked.id, BEN, "no")
        clock.advance(100 * 3600)
        purge(parts)
        with pytest.raises(BlockingError, match="nobody has asked"):
            agree(parts, asked.id, BEN)

    def test_there_is_no_other_request(self, parts: AppContext) -> None:
        with pytest.raises(BlockingError, match="nobody has asked"):
            block_requests.agree(parts, 77, BEN)


class TestAnotherEnd:
    def test_holds_for_the_next_call_and_is_written_down(
        self, parts: AppContext, clock: Clock, redis: Redis
    ) -> None:
        id = add_block(parts, WantedBlock(STRANGER, "shouts"), ADA).id

        until = extend_block(parts, id, timedelta(days=7), BEN, "again and again")

        assert until == clock() + timedelta(days=7)
        assert str(int(until.timestamp() * 1000)).encode() in redis.hget(BLOCKS, f"={STRANGER}")
        entry = last(parts)
        assert (entry.kind, entry.who) == (ActivityKind.BLOCK_EXTENDED, "ben")
        assert entry.after is not None
        assert entry.after["until"] == until.isoformat()
        assert STRANGER not in repr(entry)

    @pytest.mark.parametrize(
        ("length", "why", "reason"),
        [
            (timedelta(0), "why", "over already"),
            (timedelta(days=31), "why", "30 days"),
            (HOUR, "", "a reason has to be given"),
        ],
    )
    def test_that_is_none_is_refused(
        self, parts: AppContext, length: timedelta, why: str, reason: str
    ) -> None:
        id = add_block(parts, WantedBlock(STRANGER, "shouts"), ADA).id
        with pytest.raises(BlockingError, match=reason):
            extend_block(parts, id, length, BEN, why)

    def test_of_what_has_ended_or_somebody_agreed_to_is_refused(
        self, parts: AppContext, clock: Clock
    ) -> None:
        agreed = add_block(parts, WantedBlock(CHAIR, "sings", second="ben"), ADA).id
        with pytest.raises(BlockingError, match="ben agreed to it until"):
            extend_block(parts, agreed, HOUR, ADA, "longer")
        clock.advance(25 * 3600)
        for id in (agreed, 77):
            with pytest.raises(BlockingError, match="has ended"):
                extend_block(parts, id, HOUR, ADA, "longer")

    def test_of_the_front_door_is_its_own(self, parts: AppContext) -> None:
        lives.arrive(parts, "CA1")
        lives.penalise(parts, "CA1")
        ingest_events(parts)
        [block] = listed(parts)
        with pytest.raises(BlockingError, match="the front door"):
            extend_block(parts, block.id, HOUR, ADA, "longer")


def test_hits_of_the_last_hour_and_of_the_one_before(parts: AppContext, clock: Clock) -> None:
    one = add_block(parts, WantedBlock(STRANGER, "shouts"), ADA).id
    other = add_block(parts, WantedBlock("+1900555*", "ads"), ADA).id
    for n in range(7):
        lives.turned_away(parts, f"CA{n}", reason="block", block=str(one if n < 5 else other))
        clock.advance(1200)
    lives.turned_away(parts, "CA-recent")
    ingest_events(parts)

    found = block_list.found(parts, Sought())

    assert {row.block.id: row.lately for row in found.listed} == {
        one: Lately(now=1, before=3),
        other: Lately(now=2, before=0),
    }
    assert not found.more


class TestPreview:
    def test_of_a_number_knows_all_its_calls_kept_or_not(self, parts: AppContext) -> None:
        key = key_of(parts.settings.pin_pepper.get_secret_value(), STRANGER)
        for n in range(3):
            lives.arrive(parts, f"CA{n}", caller=key)
        ingest_events(parts)

        found = suggestions.preview(parts, STRANGER)

        assert (found.calls, found.proved, found.unknown_calls) == (3, 0, 0)
        assert (found.roster_count, found.roster, found.blocked) == (0, [], [])

    def test_of_a_range_names_its_chairs_and_what_nobody_can_tell(self, parts: AppContext) -> None:
        lives.arrive(parts, "CA1")
        lives.to_person(parts, "CA1")
        lives.verify(parts, "CA1")
        lives.arrive(parts, "CA2", caller="")
        ingest_events(parts)
        add_block(parts, WantedBlock("+13125*", "nuisance"), ADA)

        found = suggestions.preview(parts, "+13125*")
        assert (found.numbers, found.calls, found.proved, found.unknown_calls) == (1, 1, 1, 1)
        assert [block.author for block in found.blocked] == ["ada"]

        chairs = suggestions.preview(parts, "+15155*")
        assert chairs.roster_count == 1
        assert [(one.unit, one.last_four) for one in chairs.roster] == [("North, North 1", "0101")]

    def test_of_what_may_not_be_blocked_is_refused(self, parts: AppContext) -> None:
        with pytest.raises(BlockingError, match="too many numbers"):
            suggestions.preview(parts, "+151*")


class TestSuggestions:
    def flood(self, parts: AppContext, calls: int = 40) -> None:
        for n in range(calls):
            key, number = f"key{n % 10}", f"+131255501{n % 10:02}"
            lives.arrive(parts, f"CA{n}", caller=key)
            lives.to_person(parts, f"CA{n}", caller=key, number=number)
        ingest_events(parts)

    def test_say_what_was_seen_and_what_cannot_be(self, parts: AppContext) -> None:
        lives.arrive(parts, "CAwithheld", caller="")
        self.flood(parts)

        found = suggestions.suggestions(parts)

        [one] = found.found
        assert one.pattern == Pattern("+1312555010", is_prefix=True)
        assert (one.calls, one.numbers, one.roster_phones, one.proved) == (40, 10, 0, 0)
        assert (found.calls, found.unknown_calls) == (41, 1)

    def test_leave_out_what_is_blocked_what_proved_a_pin_and_what_is_over(
        self, parts: AppContext, clock: Clock
    ) -> None:
        self.flood(parts)
        lives.tell(parts, lives.EventKind.VERIFIED, "CA3", unit=CODES[1], caller="key3")
        ingest_events(parts)
        [one] = suggestions.suggestions(parts).found
        assert (one.calls, one.numbers, one.proved) == (36, 9, 1)

        add_block(parts, WantedBlock("+1312555*", "nuisance"), ADA)
        assert suggestions.suggestions(parts).found == []

        clock.advance(660)
        assert suggestions.suggestions(parts).calls == 0

    def test_nothing_of_a_chairs_telephone(self, parts: AppContext) -> None:
        for n in range(40):
            lives.arrive(parts, f"CA{n}", caller="chair")
            lives.to_person(parts, f"CA{n}", caller="chair", number=CHAIR)
        ingest_events(parts)

        assert suggestions.suggestions(parts).found == []
