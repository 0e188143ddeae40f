"""A few minutes of each attack on the PINs, against the whole application; the hour is a bench."""

from __future__ import annotations

import pytest
from redis import Redis
from sqlalchemy import Engine

from config.settings import Settings
from hotline.election.model import Election
from hotline.guard.triage import Entrance
from hotline.operations.admission.door_rules import policy_of
from hotline.operations.context import AppContext
from hotline.supervisor import demonstration
from hotline.supervisor.demonstration import DemoEntry
from tests.bench.attacks.cases import ATTACKS, Result, chance, faults, simulate
from tests.bench.attacks.honest_chairs import BORROWED, HIDDEN, OWN, OWN_UNSAID
from tests.conftest import Clock

MINUTES = 3
PHONES = 120  # more than there is room for
GUESSES_AT_A_UNIT = 10


@pytest.fixture
def parts(settings: Settings, engine: Engine, redis: Redis, clock: Clock) -> AppContext:
    with_person = settings.model_copy(update={"person_number": "+15155550199"})
    return AppContext(with_person, engine, redis, clock)


@pytest.fixture
def entries(election: Election) -> list[DemoEntry]:
    return demonstration.roster(election, next(iter(election.units.values())))


class Attacked:
    """Carries an attack out in small."""

    def __init__(
        self, parts: AppContext, clock: Clock, election: Election, entries: list[DemoEntry]
    ) -> None:
        self._parts, self._clock, self._election = parts, clock, election
        self.entries = entries

    def by(self, name: str, minutes: float = MINUTES, phones: int = PHONES) -> Result:
        attack = ATTACKS[name]
        result = simulate(
            attack, self._parts, self._clock, self._election, self.entries, minutes, phones
        )
        assert faults(attack, result, self._parts) == []
        chairs = result.chairs
        for kind in (OWN, OWN_UNSAID):
            assert chairs.at_once[kind] == chairs.called[kind] - chairs.under_way[kind] > 0
        assert chairs.other.total() == 0
        return result


@pytest.fixture
def attacked(
    parts: AppContext, clock: Clock, election: Election, entries: list[DemoEntry]
) -> Attacked:
    return Attacked(parts, clock, election, entries)


def test_without_an_attack_every_chair_is_served_from_any_phone(attacked: Attacked) -> None:
    result = attacked.by("quiet")
    chairs = result.chairs
    assert chairs.at_once == chairs.called - chairs.under_way
    assert chairs.by_code.total() == result.alarm_seconds == 0


@pytest.mark.parametrize("name", ["one-phone", "one-unit"])
def test_one_unit_is_guessed_at_ten_times_at_most(attacked: Attacked, name: str) -> None:
    result = attacked.by(name)
    assert 0 < result.tally.looked_at.total() <= GUESSES_AT_A_UNIT
    many = name == "one-unit"
    assert (result.tally.keyed > GUESSES_AT_A_UNIT, result.locked) == (many, many)
    assert result.chairs.served[BORROWED]


def test_a_sweep_of_all_units_is_an_alarm_and_borrowed_phones_need_a_code(
    attacked: Attacked,
) -> None:
    result = attacked.by("all-units")
    tally, chairs = result.tally, result.chairs
    assert max(tally.looked_at.values()) <= GUESSES_AT_A_UNIT
    assert tally.looked_at.total() - tally.during_alarm <= 60
    assert result.alarm_seconds > 60
    assert result.warned["line"] == 1
    assert chairs.by_code[BORROWED] > 0
    assert chairs.by_code[OWN] == chairs.by_code[OWN_UNSAID] == 0


def test_withheld_callers_share_a_limit(attacked: Attacked, parts: AppContext) -> None:
    result = attacked.by("withheld")
    policy = policy_of(parts.settings)
    most = (
        policy.withheld_calls + policy.room[Entrance.CHAIRS]
    )  # ended without a PIN, and under way
    assert policy.withheld_calls <= result.tally.answered <= most < result.tally.tried
    assert result.chairs.busy[HIDDEN] + result.chairs.under_way[HIDDEN] > 0
    assert result.chairs.served[BORROWED]


def test_a_number_whose_attestation_failed_is_a_strangers(attacked: Attacked) -> None:
    result = attacked.by("failed", minutes=13, phones=1)
    assert result.tally.looked_at == {attacked.entries[0].unit.code: GUESSES_AT_A_UNIT}
    assert (result.locked, result.warned) == (1, {f"locked {attacked.entries[0].unit.code}": 1})


def test_guesses_under_the_units_own_number_are_looked_at_and_the_staff_is_warned(
    attacked: Attacked,
) -> None:
    """The price of never hindering a chair's own phone: caller ID cannot be proved."""
    result = attacked.by("spoofed")
    unit = attacked.entries[0].unit.code
    looked_at, keyed = result.tally.looked_at[unit], result.tally.keyed
    assert GUESSES_AT_A_UNIT < 0.9 * keyed < looked_at <= keyed  # some read as a precinct's code
    assert result.warned[unit] == 1


def test_who_holds_the_line_takes_the_strangers_room_only(attacked: Attacked) -> None:
    result = attacked.by("holders")
    assert result.tally.answered < result.tally.tried
    assert result.chairs.busy[BORROWED] + result.chairs.under_way[BORROWED] > 0


def test_the_chance_is_that_of_a_guesser_who_tries_no_pin_twice() -> None:
    assert chance({}) == 0
    assert chance({"a": 1}) == pytest.approx(1 / 996_460)
    assert chance({"a": 996_460 // 2}) == pytest.approx(0.5)
    assert chance({"a": 10, "b": 10}) == pytest.approx(20 / 996_460, rel=1e-4)
