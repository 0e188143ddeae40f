"""The arithmetic of a caucus, against rules.md's examples and a literal reading of its rules."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations
from math import comb, floor

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hotline.election.model import Unit, UnitKind
from hotline.election.rules.caucus import (
    admissible_awards,
    apportion,
    delegates_due,
    is_viable,
    satellite_delegates,
    threshold,
)

IOWA, NEVADA = True, False  # whether of more viable groups than delegates the largest have one
Awards = set[tuple[int, ...]]

WORKED_EXAMPLES = [
    ("Story 1-1", IOWA, 6, 285, 43, (116, 82, 73, 11), {(2, 2, 2, 0)}),
    ("only-delegate rule", IOWA, 3, 90, 15, (75, 15), {(2, 1)}),
    ("one too many", IOWA, 7, 200, 30, (100, 50, 50), {(3, 2, 2)}),
    ("tie to add", IOWA, 6, 200, 30, (100, 50, 50), {(3, 2, 1), (3, 1, 2)}),
    ("Osceola OX", IOWA, 3, 5, 1, (3, 1, 1), {(1, 1, 1)}),
    ("Linn TOTT", IOWA, 2, 51, 13, (19, 16, 16), {(1, 1, 0), (1, 0, 1)}),
    ("Buena Vista ACFC", IOWA, 2, 24, 6, (9, 7, 6), {(1, 1, 0)}),
    ("Polk DM 014", IOWA, 6, 161, 25, (52, 50, 31, 25), {(2, 2, 1, 1)}),
    ("Benton FR", IOWA, 22, 94, 15, (28, 22, 20), {(8, 7, 7)}),
    ("Nevada 2A", NEVADA, 4, 76, 12, (13, 13, 13, 13, 24), {(1, 1, 1, 1, 1)}),
    ("Nevada 2B", NEVADA, 5, 73, 11, (12, 14, 22, 25), {(1, 1, 1, 2)}),
    ("Nevada 3B", NEVADA, 10, 75, 12, (23, 27), {(5, 5)}),
]


@pytest.mark.parametrize(
    ("rule", "delegates", "voters", "viable", "sizes", "awards"),
    [example[1:] for example in WORKED_EXAMPLES],
    ids=[example[0] for example in WORKED_EXAMPLES],
)
def test_worked_examples(
    rule: bool, delegates: int, voters: int, viable: int, sizes: Sequence[int], awards: Awards
) -> None:
    assert threshold(voters, delegates) == viable
    assert admissible_awards(delegates, voters, sizes, is_capped=rule) == awards


MORE_EXAMPLES = [
    ("one delegate: the largest group", IOWA, 1, 30, (9, 11, 10), {(0, 1, 0)}),
    ("one delegate, two largest: by lot", IOWA, 1, 30, (11, 8, 11), {(1, 0, 0), (0, 0, 1)}),
    ("one delegate, nobody moved: no threshold", NEVADA, 1, 30, (9, 11, 10), {(0, 1, 0)}),
    ("one person, one delegate", IOWA, 1, 1, (0, 1), {(0, 1)}),
    ("nobody came", IOWA, 5, 0, (0, 0), set()),
    ("no groups", IOWA, 5, 30, (), set()),
    ("nobody is viable", IOWA, 2, 40, (9, 9, 9, 9), set()),
    ("no delegates", IOWA, 0, 40, (20, 20), set()),
    ("nobody is a group, however low the threshold", IOWA, 4, 1, (1, 0), {(4, 0)}),
    ("Iowa caps where Nevada does not", IOWA, 2, 4, (1, 1, 2), {(1, 0, 1), (0, 1, 1)}),
    ("Nevada lets the excess stand", NEVADA, 2, 4, (1, 1, 2), {(1, 1, 1)}),
    ("Nevada takes what may be taken", NEVADA, 4, 80, (12, 12, 12, 44), {(1, 1, 1, 1)}),
    ("a group gains twice", IOWA, 9, 100, (15,), {(9,)}),
    ("more people than came", IOWA, 4, 2, (9, 9, 9), {(2, 1, 1), (1, 2, 1), (1, 1, 2)}),
]


@pytest.mark.parametrize(
    ("rule", "delegates", "voters", "sizes", "awards"),
    [example[1:] for example in MORE_EXAMPLES],
    ids=[example[0] for example in MORE_EXAMPLES],
)
def test_edges(
    rule: bool, delegates: int, voters: int, sizes: Sequence[int], awards: Awards
) -> None:
    assert admissible_awards(delegates, voters, sizes, is_capped=rule) == awards


@pytest.mark.parametrize(
    ("attendance", "delegates", "people"),
    [
        (24, 2, 6),
        (47, 3, 8),
        (251, 5, 38),
        (0, 5, 0),
        (1, 4, 1),
        (100, 4, 15),
        (101, 4, 16),
        (25, 2, 7),
        (500, 1, 1),
        (0, 1, 1),
    ],
)
def test_threshold(attendance: int, delegates: int, people: int) -> None:
    assert threshold(attendance, delegates) == people


def test_viability_needs_somebody() -> None:
    assert is_viable(6, 24, 2)
    assert not is_viable(5, 24, 2)
    assert not is_viable(0, 0, 5)


@pytest.mark.parametrize(
    ("attendance", "delegates"),
    [
        *[(0, 0), (1, 4), (20, 4), (21, 5), (40, 5), (41, 6), (60, 6), (61, 7)],
        *[(80, 7), (81, 8), (100, 8), (101, 9), (9_999, 9)],
    ],
)
def test_satellite_delegates(attendance: int, delegates: int) -> None:
    assert satellite_delegates(attendance) == delegates


def test_delegates_due() -> None:
    assert delegates_due(Unit("00011", "1NW ADAIR", county="Adair", delegates=8), 500) == 8
    assert delegates_due(Unit("16793", "Library", UnitKind.SATELLITE, pool="CD1"), 41) == 6


def test_negative_numbers_are_refused() -> None:
    with pytest.raises(ValueError, match="counted from zero"):
        admissible_awards(4, 10, (10, -1), is_capped=IOWA)


def test_absurd_counts_take_no_time_and_fourteen_equal_groups_are_listed() -> None:
    assert len(admissible_awards(36, 400, [60] * 14, is_capped=IOWA)) == comb(14, 8)
    assert len(admissible_awards(5, 14, [9_999] * 14, is_capped=IOWA)) == comb(14, 5)
    huge = apportion(3_600, 1, [9_999 + group % 2 for group in range(60)], is_capped=IOWA)
    assert huge is not None
    assert huge.total == 3_600
    assert huge.admits(next(huge.awards()))


# What the rules say, one delegate at a time, following every way a tie may fall.


def literally(rule: bool, delegates: int, voters: int, sizes: Sequence[int]) -> Awards:
    viable = [g for g, size in enumerate(sizes) if size and size >= threshold(voters, delegates)]
    if not viable or not voters:
        return set()
    if (rule is IOWA or delegates == 1) and len(viable) > delegates:
        winners = [
            chosen
            for chosen in combinations(viable, delegates)
            if min(sizes[g] for g in chosen) >= max(sizes[g] for g in viable if g not in chosen)
        ]
        return {tuple(int(g in won) for g in range(len(sizes))) for won in winners}
    raw = {g: Fraction(sizes[g] * delegates, voters) for g in viable}
    first = {g: max(1, floor(raw[g] + Fraction(1, 2))) for g in viable}
    states = {tuple(first.get(g, 0) for g in range(len(sizes)))}
    while sum(state := next(iter(states))) > delegates and any(n >= 2 for n in state):
        states = {
            after
            for before in states
            for after in one_step(before, {g: before[g] - raw[g] for g in viable if before[g] >= 2})
        }
    while sum(next(iter(states))) < delegates:
        states = {
            after
            for before in states
            for after in one_step(before, {g: before[g] + 1 - raw[g] for g in viable}, gain=1)
        }
    return states


def one_step(state: tuple[int, ...], values: dict[int, Fraction], gain: int = -1) -> Awards:
    places = {g: floor(values[g] * 10_000 + Fraction(1, 2)) for g in values}
    best = min(places.values()) if gain > 0 else max(places.values())
    return {(*state[:g], state[g] + gain, *state[g + 1 :]) for g in places if places[g] == best}


rules = st.sampled_from([IOWA, NEVADA])
groups = st.lists(st.integers(0, 30), min_size=1, max_size=6)
many_delegates = st.integers(1, 12)


@given(rules, many_delegates, groups, st.integers(-20, 40))
def test_as_the_rules_read_literally(
    rule: bool, delegates: int, sizes: list[int], left: int
) -> None:
    voters = sum(sizes) + left
    assume(voters > 0)
    expected = literally(rule, delegates, voters, sizes)
    assert admissible_awards(delegates, voters, sizes, is_capped=rule) == expected


@given(rules, many_delegates, groups, st.integers(0, 40))
def test_awards_add_up_and_leave_no_viable_group_out(
    rule: bool, delegates: int, sizes: list[int], left: int
) -> None:
    voters = sum(sizes) + left
    viable = [g for g, size in enumerate(sizes) if is_viable(size, voters, delegates)]
    awards = admissible_awards(delegates, voters, sizes, is_capped=rule)
    assert bool(awards) == bool(viable)
    capped = len(viable) > delegates and (rule is IOWA or delegates == 1)
    for award in awards:
        excess = len(viable) if rule is NEVADA and delegates > 1 else 0
        assert sum(award) == max(delegates, excess)
        assert all(won >= 0 for won in award)
        assert {g for g, won in enumerate(award) if won} <= set(viable)
        assert capped or all(award[g] >= 1 for g in viable)
        for larger in viable:
            assert all(award[larger] >= award[g] for g in viable if sizes[larger] > sizes[g]), (
                "more people never have fewer delegates"
            )


@given(rules, many_delegates, groups, st.data())
def test_the_order_of_the_groups_does_not_matter(
    rule: bool, delegates: int, sizes: list[int], data: st.DataObject
) -> None:
    order = data.draw(st.permutations(range(len(sizes))))
    awards = admissible_awards(delegates, sum(sizes), sizes, is_capped=rule)
    shuffled = admissible_awards(delegates, sum(sizes), [sizes[g] for g in order], is_capped=rule)
    assert shuffled == {tuple(award[g] for g in order) for award in awards}


@given(rules, many_delegates, groups, st.lists(st.integers(0, 13), min_size=1, max_size=6))
def test_an_apportionment_admits_what_it_lists(
    rule: bool, delegates: int, sizes: list[int], award: list[int]
) -> None:
    apportionment = apportion(delegates, sum(sizes), sizes, is_capped=rule)
    assume(apportionment is not None)
    assert apportionment is not None
    listed = set(apportionment.awards())
    assert all(apportionment.admits(one) for one in listed)
    assert apportionment.admits(award) == (tuple(award) in listed)
    assert bool(apportionment.drawn) == (len(listed) > 1)


@given(many_delegates, st.integers(0, 500), st.integers(0, 500))
def test_a_threshold_never_falls_as_more_people_come(delegates: int, fewer: int, more: int) -> None:
    low, high = sorted((fewer, more))
    assert threshold(low, delegates) <= threshold(high, delegates)
    assert satellite_delegates(low) <= satellite_delegates(high)
