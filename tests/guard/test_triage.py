"""Who gets through: every row of the table in call.md, and what holds whatever happens."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.guard.caller import Attestation, Caller
from hotline.guard.triage import (
    BlockKind,
    CallerHistory,
    CallerStanding,
    Counted,
    DoorPolicy,
    Entrance,
    Judgement,
    Load,
    Verdict,
    away_for,
    judge,
    times_after,
)

POLICY = DoorPolicy()
ROOM = POLICY.room[Entrance.CHAIRS]
PHONE = "+13125550142"
CALM, FULL = Load(), Load(room=ROOM)
NEW = CallerHistory()
PESTERING = CallerHistory(recent=3, penalised=True, block=BlockKind.PREFIX)


def verdict(
    history: CallerHistory = NEW,
    load: Load = CALM,
    *,
    number: str | None = PHONE,
    attestation: Attestation = Attestation.NONE,
    on_roster: bool = False,
    entrance: Entrance = Entrance.CHAIRS,
    policy: DoorPolicy = POLICY,
) -> Judgement:
    return judge(Caller(number, attestation), on_roster, entrance, history, policy, load)


def away(standing: CallerStanding, reason: Counted) -> Judgement:
    return Judgement(Verdict.TURN_AWAY, standing, reason)


class TestTheTable:
    """call.md, "The front door", from top to bottom."""

    @pytest.mark.parametrize("attestation", [a for a in Attestation if a != Attestation.FAILED])
    @pytest.mark.parametrize("history", [NEW, PESTERING])
    @pytest.mark.parametrize("load", [CALM, FULL, Load(roster_only=True, alarm=True)])
    def test_a_roster_phone_has_the_fast_lane_however_often_it_calls(
        self, attestation: Attestation, history: CallerHistory, load: Load
    ) -> None:
        found = verdict(history, load, attestation=attestation, on_roster=True)
        assert found == Judgement(Verdict.FAST_LANE, CallerStanding.ROSTER)

    @pytest.mark.parametrize("history", [NEW, PESTERING])
    @pytest.mark.parametrize("load", [CALM, FULL])
    def test_a_phone_that_proved_a_pin_tonight_likewise(
        self, history: CallerHistory, load: Load
    ) -> None:
        found = verdict(replace(history, verified=True), load)
        assert found == Judgement(Verdict.FAST_LANE, CallerStanding.VERIFIED)

    @pytest.mark.parametrize("recent", range(6))
    def test_an_unknown_phone_may_try_three_times(self, recent: int) -> None:
        found = verdict(CallerHistory(recent=recent))
        if recent < 3:
            assert found == Judgement(Verdict.ADMIT, CallerStanding.UNKNOWN)
        else:
            assert found == away(CallerStanding.UNKNOWN, Counted.RECENT)

    def test_an_unknown_phone_that_is_turned_away_stays_so(self) -> None:
        assert verdict(CallerHistory(penalised=True)) == away(
            CallerStanding.UNKNOWN, Counted.PENALTY
        )

    @pytest.mark.parametrize("recent", [0, 3, 100])
    def test_withheld_callers_have_a_limit_together_and_are_never_blocked_as_one(
        self, recent: int
    ) -> None:
        history = CallerHistory(recent=recent, penalised=True, block=BlockKind.NUMBER)
        assert verdict(history, number=None) == Judgement(Verdict.ADMIT, CallerStanding.WITHHELD)
        full = replace(history, withheld=POLICY.withheld_calls)
        assert verdict(full, number=None) == away(CallerStanding.WITHHELD, Counted.WITHHELD)

    @pytest.mark.parametrize("kind", [BlockKind.PREFIX, BlockKind.NUMBER, BlockKind.CONFIRMED])
    def test_a_blocked_number_or_prefix_is_turned_away(self, kind: BlockKind) -> None:
        assert verdict(CallerHistory(block=kind)) == away(CallerStanding.UNKNOWN, Counted.BLOCK)

    def test_a_roster_number_with_failed_attestation_is_unknown(self) -> None:
        found = verdict(attestation=Attestation.FAILED, on_roster=True)
        assert found == Judgement(Verdict.ADMIT, CallerStanding.SUSPECT)
        found = verdict(CallerHistory(recent=3), attestation=Attestation.FAILED, on_roster=True)
        assert found == away(CallerStanding.SUSPECT, Counted.RECENT)


class TestBlocksOfChairs:
    def test_a_roster_phone_is_turned_away_only_if_two_people_want_it(self) -> None:
        for kind in (BlockKind.PREFIX, BlockKind.NUMBER):
            assert verdict(CallerHistory(block=kind), on_roster=True).admitted
        assert verdict(CallerHistory(block=BlockKind.CONFIRMED), on_roster=True) == away(
            CallerStanding.ROSTER, Counted.BLOCK
        )

    def test_a_proved_phone_is_not_of_the_range_around_it(self) -> None:
        assert verdict(CallerHistory(verified=True, block=BlockKind.PREFIX)).admitted
        assert not verdict(CallerHistory(verified=True, block=BlockKind.NUMBER)).admitted


class TestRoom:
    def test_forty_percent_of_the_line_are_for_strangers(self) -> None:
        assert ROOM == 100
        assert verdict(load=Load(room=99)).admitted
        assert verdict(load=Load(room=100)) == away(CallerStanding.UNKNOWN, Counted.ROOM)

    def test_the_public_line_has_a_room_of_its_own(self) -> None:
        load = Load(room=50)
        assert verdict(load=load).admitted
        assert not verdict(load=load, entrance=Entrance.PUBLIC).admitted


class TestSwitchesAndAlarms:
    def test_roster_phones_only(self) -> None:
        only = Load(roster_only=True)
        for number, history in ((PHONE, NEW), (None, NEW), (PHONE, CallerHistory(verified=True))):
            found = verdict(history, only, number=number)
            assert found.reason is Counted.ROSTER_ONLY
        assert verdict(load=only, on_roster=True).admitted
        assert verdict(load=only, entrance=Entrance.PUBLIC).admitted

    def test_strangers_are_challenged_while_pins_are_guessed_or_by_policy(self) -> None:
        assert verdict(load=Load(alarm=True)).verdict is Verdict.CHALLENGE
        always = replace(POLICY, second_factor_always=True)
        assert verdict(policy=always).verdict is Verdict.CHALLENGE
        assert verdict(policy=always, on_roster=True).verdict is Verdict.FAST_LANE


histories = st.builds(
    CallerHistory,
    verified=st.booleans(),
    block=st.sampled_from([BlockKind.NONE, BlockKind.PREFIX, BlockKind.NUMBER]),
    penalised=st.booleans(),
    recent=st.integers(0, 10_000),
    withheld=st.integers(0, 10_000),
)
loads = st.builds(
    Load,
    room=st.integers(0, 10_000),
    roster_only=st.booleans(),
    alarm=st.booleans(),
)
entrances = st.sampled_from(Entrance)
attestations = st.sampled_from(Attestation)


class TestWhateverHappens:
    @given(histories, loads, entrances, attestations)
    def test_no_deed_of_anybody_turns_a_chairs_phone_away(
        self, history: CallerHistory, load: Load, entrance: Entrance, attestation: Attestation
    ) -> None:
        if attestation is not Attestation.FAILED:
            found = verdict(
                history, load, on_roster=True, attestation=attestation, entrance=entrance
            )
            assert found.verdict is Verdict.FAST_LANE

    @given(histories, loads, entrances, attestations, st.booleans(), st.sampled_from([PHONE, None]))
    def test_turned_away_means_a_reason_and_only_that(
        self,
        history: CallerHistory,
        load: Load,
        entrance: Entrance,
        attestation: Attestation,
        on_roster: bool,
        number: str | None,
    ) -> None:
        found = verdict(
            history,
            load,
            number=number,
            attestation=attestation,
            on_roster=on_roster and number is not None,
            entrance=entrance,
        )
        assert (found.reason is None) is found.admitted

    @given(histories, loads, entrances)
    def test_more_history_never_opens_a_door(
        self, history: CallerHistory, load: Load, entrance: Entrance
    ) -> None:
        if verdict(replace(history, recent=history.recent + 1), load, entrance=entrance).admitted:
            assert verdict(history, load, entrance=entrance).admitted


class TestPenalties:
    def test_fifteen_minutes_doubling_to_a_day(self) -> None:
        minutes = [away_for(times, POLICY) // 60 for times in range(1, 10)]
        assert minutes == [15, 30, 60, 120, 240, 480, 960, 1440, 1440]

    @given(st.integers(1, 10_000))
    def test_never_longer_than_a_day(self, times: int) -> None:
        assert POLICY.away <= away_for(times, POLICY) <= POLICY.longest_away

    @pytest.mark.parametrize(
        ("times", "quiet_days", "left"), [(3, 0, 3), (3, 0.9, 3), (3, 1, 2), (3, 2.5, 1), (3, 9, 0)]
    )
    def test_a_quiet_day_forgets_one(self, times: int, quiet_days: float, left: int) -> None:
        assert times_after(times, int(quiet_days * 86_400), POLICY) == left

    def test_a_clock_that_jumps_back_forgets_none(self) -> None:
        assert times_after(3, -86_400, POLICY) == 3
