"""Elections and ledgers: loading again keeps what was filed, test and real data never meet."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr
from redis import Redis
from sqlalchemy import Engine, func, select

from config.settings import CarrierName, Settings
from hotline.election.model import Candidate, Election
from hotline.operations.context import AppContext, NoElectionError, connect_redis
from hotline.operations.publication.publish import publish_now
from hotline.operations.reports.filing import standing
from hotline.operations.reports.ledgers import LedgerError, open_ledger, rebuild_totals, reopen
from hotline.operations.reports.load_election import LoadError, load_election
from hotline.operations.reports.tabulate import tabulate
from hotline.store.calls.calls import draft_key
from hotline.store.database import reading
from hotline.store.publication.publications import Publication
from hotline.store.schema.tables import ledger, unit_state
from tests.conftest import Clock
from tests.operations.acting import (
    HOLDING,
    differences,
    file,
    people,
    published,
    state,
    sums,
    tabulated,
    tamper,
)
from tests.towns import CODES, PRESIDENT, caucus, town

NORTH, NORTH_2, SOUTH, *_ = CODES


@pytest.fixture
def live(engine: Engine, redis: Redis, redis_url: str, clock: Clock, tmp_path: Path) -> AppContext:
    """Parts as they are in production."""
    settings = Settings(
        carrier=CarrierName.TWILIO,
        var=tmp_path,
        secret_key=SecretStr("x"),
        signing_key=SecretStr("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="),
    )
    return AppContext(settings, engine, connect_redis(redis_url), clock)


def units_in(parts: AppContext) -> int:
    with reading(parts.engine) as connection:
        count: int = connection.execute(
            select(func.count())
            .select_from(unit_state)
            .where(unit_state.c.ledger_id == parts.election().ledger_id)
        ).scalar_one()
        return count


def without(election: Election, code: str) -> Election:
    return replace(election, units={c: u for c, u in election.units.items() if c != code})


def with_delegates(election: Election, code: str, delegates: int) -> Election:
    changed = replace(election.units[code], delegates=delegates)
    return replace(election, units={**election.units, code: changed})


def with_candidate(election: Election) -> Election:
    """The election with a candidate more, who comes first."""
    first, *others = election.contests
    zero = Candidate(len(first.candidates) + 1, "zinnia", "Zoe Zinnia", "Zinnia")
    contest = replace(first, candidates=(zero, *first.candidates))
    return replace(election, contests=(contest, *others))


class TestFirstLoad:
    def test_it_opens_a_test_ledger_in_the_sandbox(self, parts: AppContext) -> None:
        active = load_election(parts, town(), "test")

        assert active.election == town()
        assert active.is_test
        assert units_in(parts) == len(CODES)

    def test_and_a_live_one_in_production(self, live: AppContext) -> None:
        assert not load_election(live, town(), "test").is_test

    def test_every_process_sees_it_at_once(self, parts: AppContext, engine: Engine) -> None:
        other = AppContext(parts.settings, engine, parts.redis, parts.now)
        with pytest.raises(NoElectionError):
            other.election()

        load_election(parts, town(), "test")

        assert other.election().election == town()

    def test_a_publication_is_asked_for(self, parts: AppContext) -> None:
        load_election(parts, town(), "test")

        assert parts.queue("publication").count == 1
        assert isinstance(publish_now(parts), Publication)

    def test_the_whole_of_iowa_comes_back_as_it_was(
        self, parts: AppContext, election: Election
    ) -> None:
        assert load_election(parts, election, "test").election == election
        assert units_in(parts) == len(election.units)


class TestLoadingAgain:
    def test_the_same_election_keeps_ledger_and_reports(self, live: AppContext) -> None:
        first = load_election(live, town(), "test")
        tabulated(live, NORTH, caucus(12, 8))

        assert load_election(live, town(), "test").ledger_id == first.ledger_id
        assert people(live, "county:North", "ash") == 12
        assert differences(live) == ()

    def test_a_unit_can_be_added_and_one_without_reports_taken_out(self, live: AppContext) -> None:
        load_election(live, without(town(), NORTH_2), "test")
        tabulated(live, NORTH, caucus(12, 8))

        load_election(live, without(town(), SOUTH), "test")

        assert state(live, NORTH_2)[0] == "outstanding"
        assert units_in(live) == len(CODES) - 1
        assert published(live).document["units"]["total"] == len(CODES) - 1

    def test_what_somebody_is_reporting_now_changes_only_with_force(self, live: AppContext) -> None:
        ledger_id = load_election(live, town(), "test").ledger_id
        live.redis.set(draft_key(ledger_id, NORTH), "{}")
        more = with_candidate(town())

        with pytest.raises(LoadError, match=r"would change: .*president.*--force"):
            load_election(live, more, "test")
        with pytest.raises(LoadError, match=f"precinct {NORTH}"):
            load_election(live, with_delegates(town(), NORTH, 9), "test")
        load_election(live, with_delegates(town(), SOUTH, 9), "test")

        assert load_election(live, more, "test", force=True).election == more

    def test_a_candidate_more_after_reports_is_loaded_only_with_force(
        self, live: AppContext
    ) -> None:
        load_election(live, town(), "test")
        tabulated(live, NORTH, caucus(12, 8))

        with pytest.raises(LoadError, match="--force"):
            load_election(live, with_candidate(town()), "test")

        load_election(live, with_candidate(town()), "test", force=True)
        assert people(live, "county:North", "ash") == 12

    def test_what_is_merely_said_can_be_mended_during_the_night(self, live: AppContext) -> None:
        first = load_election(live, town(), "test")
        tabulated(live, NORTH, caucus(12, 8))
        spoken = replace(town().units[NORTH], name="North one", spoken="Nawth one")
        mended = replace(town(), units={**town().units, NORTH: spoken})

        active = load_election(live, mended, "test")

        assert active.ledger_id == first.ledger_id
        assert active.election.units[NORTH].spoken == "Nawth one"

    @pytest.mark.parametrize("change", ["gone", "delegates", "county"])
    def test_a_unit_with_a_real_report_cannot_change(self, live: AppContext, change: str) -> None:
        load_election(live, town(), "test")
        file(live, NORTH, caucus(12, 8))
        moved = replace(town().units[NORTH], county="South")
        changed = {
            "gone": without(town(), NORTH),
            "delegates": with_delegates(town(), NORTH, 9),
            "county": replace(town(), units={**town().units, NORTH: moved}),
        }

        with pytest.raises(LoadError, match=f"precinct {NORTH}"):
            load_election(live, changed[change], "test")
        assert live.election().election == town()
        assert units_in(live) == len(CODES)

    def test_nor_can_contests_and_candidates_be_lost(self, live: AppContext) -> None:
        load_election(live, town(), "test")
        file(live, NORTH, caucus(12, 8))
        [contest] = town().contests

        for fewer in (
            replace(town(), contests=(replace(contest, candidates=contest.candidates[1:]),)),
            replace(town(), contests=(replace(contest, id="mayor"),)),
            replace(town(), contests=(replace(contest, seats=2),)),
        ):
            with pytest.raises(LoadError, match=PRESIDENT):
                load_election(live, fewer, "test")

    def test_a_shelved_live_ledger_counts_as_real_too(self, live: AppContext) -> None:
        load_election(live, town(), "test")
        file(live, NORTH, caucus(12, 8))
        open_ledger(live, is_test=True, by="test", force=True)

        with pytest.raises(LoadError, match=f"precinct {NORTH}"):
            load_election(live, without(town(), NORTH), "test")

    def test_a_rehearsal_does_not_hold_a_change_up_but_ends(self, parts: AppContext) -> None:
        first = load_election(parts, town(), "test")
        file(parts, NORTH, caucus(12, 8))

        active = load_election(parts, without(town(), NORTH), "test")

        assert active.ledger_id != first.ledger_id
        assert active.is_test
        assert isinstance(publish_now(parts), Publication)

    def test_a_rehearsal_in_production_does_not_turn_into_a_live_ledger(
        self, live: AppContext
    ) -> None:
        load_election(live, town(), "test")
        open_ledger(live, is_test=True, by="test")
        file(live, NORTH, caucus(12, 8))

        assert load_election(live, without(town(), NORTH), "test").is_test


class TestAnotherElection:
    def test_each_has_its_ledger_and_keeps_it(self, parts: AppContext) -> None:
        first = load_election(parts, town(), "test")
        file(parts, NORTH, caucus(12, 8))
        second = load_election(parts, replace(town(), id="village"), "test")

        back = load_election(parts, town(), "test")

        assert second.ledger_id != first.ledger_id
        assert back.ledger_id == first.ledger_id
        assert standing(parts, back.ledger_id, NORTH) is not None

    def test_one_that_is_under_way_is_not_left_by_mistake(self, live: AppContext) -> None:
        load_election(live, town(), "test")
        file(live, NORTH, caucus(12, 8))
        village = replace(town(), id="village")

        with pytest.raises(LoadError, match="town is under way: 1 real"):
            load_election(live, village, "test")
        assert load_election(live, village, "test", force=True).election.id == "village"


class TestLedgers:
    def test_a_rehearsal_and_the_real_night_never_meet(self, parts: AppContext) -> None:
        load_election(parts, town(), "test")
        tabulated(parts, NORTH, caucus(12, 8))

        active = open_ledger(parts, is_test=False, by="test")

        assert not active.is_test
        assert sums(parts) == {}
        assert standing(parts, active.ledger_id, NORTH) is None
        assert tabulated(parts, NORTH, caucus(1, 2)).outcome == "filed"
        assert people(parts, "county:North", "ash") == 1

    def test_a_live_ledger_with_reports_is_not_shelved_by_mistake(self, live: AppContext) -> None:
        first = load_election(live, town(), "test")
        open_ledger(live, is_test=False, by="test")  # it is empty
        tabulated(live, NORTH, caucus(12, 8))

        with pytest.raises(LedgerError, match="live and holds 1 reports"):
            open_ledger(live, is_test=True, by="test")
        with pytest.raises(LedgerError, match="live and holds 1 reports"):
            reopen(live, first.ledger_id, by="test")
        assert people(live, "county:North", "ash") == 12
        assert open_ledger(live, is_test=True, by="test", force=True).is_test

    def test_a_shelved_ledger_goes_on_where_it_stopped(self, parts: AppContext) -> None:
        first = load_election(parts, town(), "test")
        tabulated(parts, NORTH, caucus(12, 8))
        tabulated(parts, SOUTH, caucus(3, 4), HOLDING)
        before = published(parts).document
        open_ledger(parts, is_test=True, by="test")
        published(parts)

        active = reopen(parts, first.ledger_id, by="test")

        assert active.ledger_id == first.ledger_id
        assert differences(parts) == ()
        again = publish_now(parts)
        assert again is None  # the same was published before
        assert before["units"]["reported"] == 2

    def test_it_is_counted_anew_if_the_election_has_changed_since(self, parts: AppContext) -> None:
        first = load_election(parts, town(), "test")
        tabulated(parts, "90001", caucus(21, won={"ash": 5}))
        open_ledger(parts, is_test=True, by="test")
        now_a_precinct = replace(
            town().units["90001"], kind=town().units[NORTH].kind, pool="", county="North"
        )
        load_election(parts, replace(town(), units={**town().units, "90001": now_a_precinct}), "me")

        reopen(parts, first.ledger_id, by="test")

        assert people(parts, "county:North", "ash") == 21
        assert differences(parts) == ()

    def test_a_ledger_with_reports_of_units_that_are_gone_stays_shelved(
        self, parts: AppContext
    ) -> None:
        first = load_election(parts, town(), "test")
        tabulated(parts, NORTH, caucus(12, 8))
        second = load_election(parts, without(town(), NORTH), "test")

        with pytest.raises(LedgerError, match=NORTH):
            reopen(parts, first.ledger_id, by="test")
        assert parts.election().ledger_id == second.ledger_id

    def test_what_cannot_be_reopened_is_told(self, parts: AppContext) -> None:
        first = load_election(parts, town(), "test")
        load_election(parts, replace(town(), id="village"), "test")

        with pytest.raises(LedgerError, match="village has no ledger"):
            reopen(parts, first.ledger_id, by="test")
        with pytest.raises(LedgerError, match="is open"):
            reopen(parts, parts.election().ledger_id, by="test")

    def test_who_does_it_must_be_said(self, parts: AppContext) -> None:
        load_election(parts, town(), "test")

        with pytest.raises(LedgerError, match="who"):
            open_ledger(parts, is_test=True, by=" ")

    def test_without_an_election_there_is_no_ledger(self, parts: AppContext) -> None:
        with pytest.raises(NoElectionError):
            open_ledger(parts, is_test=True, by="test")

    def test_who_opened_and_shelved_it_is_kept(self, parts: AppContext, clock: Clock) -> None:
        load_election(parts, town(), "pat")
        clock.advance(60)
        open_ledger(parts, is_test=True, by="sam")

        with reading(parts.engine) as connection:
            first = connection.execute(select(ledger).order_by(ledger.c.id)).first()
        assert first is not None
        assert (first.opened_by, first.closed_by, first.closed_at) == ("pat", "sam", clock.time)


class TestRebuilding:
    def test_totals_that_were_spoilt_are_derived_anew(self, parts: AppContext) -> None:
        load_election(parts, town(), "test")
        tabulated(parts, NORTH, caucus(12, 8))
        waiting_still = file(parts, SOUTH, caucus(3, 4))
        published(parts)
        tamper(parts, "UPDATE total SET value = value + 1 WHERE measure = 'final'")
        tamper(parts, "INSERT INTO total VALUES (1, 'county:South', 'x', 'y', 'z', 1)")
        tamper(parts, f"UPDATE unit_state SET verified = true WHERE unit_code = '{NORTH}'")

        otherwise = rebuild_totals(parts, by="pat")

        assert len(otherwise) == 4
        assert differences(parts) == ()
        assert people(parts, "county:North", "ash") == 12
        assert tabulate(parts, waiting_still.report_id)
        assert published(parts).document["units"]["reported"] == 2

    def test_where_nothing_is_wrong_nothing_changes(self, parts: AppContext) -> None:
        load_election(parts, town(), "test")
        tabulated(parts, NORTH, caucus(12, 8))
        before = sums(parts)

        assert rebuild_totals(parts, by="pat") == ()
        assert sums(parts) == before

    @pytest.mark.both_databases
    def test_reports_may_come_in_meanwhile(self, parts: AppContext) -> None:
        load_election(parts, town(), "test")
        ids = [file(parts, code, caucus(1, 2, 3)).report_id for code in CODES for _ in range(4)]

        with ThreadPoolExecutor(3) as pool:
            rebuilt = [pool.submit(rebuild_totals, parts, "pat") for _ in range(3)]
            done = list(pool.map(lambda id: tabulate(parts, id), ids))
            for future in rebuilt:
                future.result()

        assert all(done)
        assert differences(parts) == ()
