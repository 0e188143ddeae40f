"""The checks on a caucus: every one of them firing and not firing, stage by stage (checks.md)."""

from dataclasses import replace

import pytest

from hotline.election.checks import Check, Effect, Stage, Treatment, examine, examine_all
from hotline.election.model import Policy
from hotline.election.rules.caucus_figures import CaucusFigures
from tests.election.rooms import (
    CAUCUS,
    NEVADA_CAUCUS,
    SITE,
    TREES,
    counts,
    election,
    findings,
    names,
    precinct,
    room,
)

# --- A row is: figures, delegates of the precinct, what is found (in order)

AT_FIRST = {
    "adds up": (room(counts(20, 15)), 6, []),
    "one short": (room(counts(20, 14), attendance=35), 6, ["FIRST_NOT_ATTENDANCE"]),
    "one too many": (room(counts(20, 16), attendance=35), 6, ["FIRST_NOT_ATTENDANCE"]),
    "empty": (room({}, attendance=35), 6, ["MISSING_ALIGNMENT"]),
    "nobody came": (room({}, attendance=0), 6, []),
    "people, but nobody came": (room(counts(4), attendance=0), 6, ["FIRST_NOT_ATTENDANCE"]),
    "rare, above 10 %": (room(counts(50, 0, 0, 6)), 6, ["RARE_CANDIDATE_HIGH"]),
    "rare, 10 %": (room(counts(54, 0, 0, 6)), 6, []),
    "rare, five people": (room(counts(5, 0, 0, 5)), 6, []),
    "Other, above 10 %": (room(counts(50, 0, 0, 0, 0, 9)), 6, ["RARE_CANDIDATE_HIGH"]),
    "not rare": (room(counts(50, 0, 9)), 6, []),
}

AT_FINAL = {
    "nobody moved": (room(counts(20, 15)), 6, []),
    "empty": (room(counts(20, 15), {}), 6, ["MISSING_ALIGNMENT"]),
    "nobody came": (room({}, attendance=0), 6, []),
    "one more than in the first": (
        room(counts(20, 15), counts(20, 16)), 6, ["FINAL_EXCEEDS_FIRST"],
    ),
    "people, but nobody came": (
        room({}, counts(20, 16), attendance=0), 6, ["FINAL_EXCEEDS_FIRST"],
    ),
    "the first is missing, which has been said": (
        room({}, counts(20, 15), attendance=35), 6, [],
    ),
    "a viable group shrank by one": (
        room(counts(20, 15), counts(19, 16)), 6, ["VIABLE_GROUP_SHRANK"],
    ),
    "a group that was not viable dissolved": (room(counts(30, 5, 3), counts(38)), 6, []),
    "it shrank, because more groups were viable than there are delegates": (
        room(counts(9, 7, 6, 2), counts(11, 9, 4)), 2, [],
    ),
    "it shrank, though the cap did not touch it": (
        room(counts(9, 7, 6, 2), counts(8, 10, 6)), 2, ["VIABLE_GROUP_SHRANK"],
    ),
    "one delegate: nobody is locked in": (room(counts(9, 11, 2), counts(10, 10, 2)), 1, []),
    "a slipped line, downward": (
        room(counts(20, 15, 0), counts(20, 0, 15)), 6, ["COLUMN_SHIFT"],
    ),
    "a slipped line, upward": (
        room(counts(20, 0, 15), counts(20, 15, 0)), 6, ["COLUMN_SHIFT"],
    ),
    "the neighbour gained fewer": (
        room(counts(20, 15, 0), counts(20, 1, 14)),
        6,
        ["VIABLE_GROUP_SHRANK", "APPEARED_FROM_NOTHING"],
    ),
    "not a neighbour": (
        room(counts(20, 15, 0, 0, 0), counts(20, 0, 0, 0, 15)),
        6,
        ["VIABLE_GROUP_SHRANK", "APPEARED_FROM_NOTHING"],
    ),
    "the neighbour of a group that was not viable": (
        room(counts(30, 3, 0), counts(30, 0, 3)), 6, [],
    ),
    "viable from nothing": (
        room(counts(30, 3, 3), counts(30, 0, 0, 0, 6)), 6, ["APPEARED_FROM_NOTHING"],
    ),
    "from nothing, not viable": (room(counts(30, 3, 3), counts(30, 0, 4, 0, 2)), 6, []),
    "one delegate, a small group from nothing": (
        room(counts(9, 11, 2), counts(9, 11, 0, 0, 2)), 1, [],
    ),
    "one delegate, the largest from nothing": (
        room(counts(9, 11, 2), counts(9, 1, 0, 0, 12)), 1, ["APPEARED_FROM_NOTHING"],
    ),
    "nobody is viable, as in the first": (
        room(counts(5, 5, 5, 5, 5, 5)), 2, ["NO_VIABLE_GROUP"],
    ),
    "one of them is": (room(counts(5, 5, 5, 5, 5, 5), counts(8, 7, 5, 5, 5)), 2, []),
    "nobody is viable, because a group shrank": (
        room(counts(10, 7, 7, 6), counts(7, 7, 7, 6)),
        2,
        ["VIABLE_GROUP_SHRANK", "(NO_VIABLE_GROUP)"],
    ),
    "a tenth left": (room(counts(20, 6, 4), counts(20, 7)), 6, ["MANY_LEFT"]),
    "fewer than a tenth left": (room(counts(32, 5, 3), counts(32, 5)), 6, []),
    "two left": (room(counts(18, 2), counts(18)), 6, []),
    "they left a group that shrank, which is said": (
        room(counts(20, 10), counts(20, 5)), 6, ["VIABLE_GROUP_SHRANK"],
    ),
    "rare since the first": (
        room(counts(30, 5, 0, 5), counts(30, 4, 0, 6)), 6, ["RARE_CANDIDATE_HIGH"],
    ),
    "rare in the first already, which has been said": (
        room(counts(30, 3, 0, 7), counts(32, 0, 0, 8)), 6, [],
    ),
}  # fmt: skip

AT_DELEGATES = {
    "as the rules award": (room(counts(100, 50, 50), None, counts(3, 2, 2)), 7, []),
    "either side of a tie": (room(counts(100, 50, 50), None, counts(3, 1, 2)), 6, []),
    "one too few": (
        room(counts(100, 50, 50), None, counts(3, 2, 1)), 7, ["DELEGATES_NOT_ALLOTTED"],
    ),
    "one too many": (
        room(counts(100, 50, 50), None, counts(4, 2, 2)), 7, ["DELEGATES_NOT_ALLOTTED"],
    ),
    "none at all": (
        room(counts(100, 100), None, {}),
        7,
        ["DELEGATES_NOT_ALLOTTED", "(VIABLE_WITHOUT_DELEGATE)"],
    ),
    "to a group below the threshold": (
        room(counts(100, 71, 29), None, counts(3, 2, 1)), 6, ["DELEGATE_TO_NONVIABLE"],
    ),
    "to a group on the threshold": (
        room(counts(100, 70, 30), None, counts(3, 2, 1)), 6, [],
    ),
    "to a group of nobody": (
        room(counts(100, 71, 29), None, counts(3, 2, 0, 1)), 6, ["DELEGATE_TO_NONVIABLE"],
    ),
    "a viable group has none": (
        room(counts(75, 15), None, counts(3)), 3, ["VIABLE_WITHOUT_DELEGATE"],
    ),
    "none, beyond the cap": (room(counts(9, 7, 6, 2), counts(9, 8, 7), counts(1, 1)), 2, []),
    "one past another, beyond the cap": (
        room(counts(9, 8, 7), None, counts(1, 0, 1)),
        2,
        ["ORDER_INVERTED", "(AWARD_NOT_ADMISSIBLE)"],
    ),
    "the wrong group got the viable one's": (
        room(counts(60, 30, 10), None, counts(4, 0, 2)),
        6,
        ["DELEGATE_TO_NONVIABLE", "(VIABLE_WITHOUT_DELEGATE)"],
    ),
    "one too many for the largest": (
        room(counts(100, 50, 50), None, counts(5, 1, 1)), 7, ["AWARD_NOT_ADMISSIBLE"],
    ),
    "Osceola OX": (
        room(counts(3, 1, 1), None, counts(2, 1)), 3, ["VIABLE_WITHOUT_DELEGATE"],
    ),
    "Polk DM 014": (
        room(counts(52, 50, 31, 25, 3), counts(52, 50, 31, 25), counts(2, 1, 2, 1)),
        6,
        ["ORDER_INVERTED", "(AWARD_NOT_ADMISSIBLE)"],
    ),
    "counts as the delegates": (
        room(counts(2, 1, 1), None, counts(2, 1, 1)), 4, ["COUNTS_ARE_DELEGATES"],
    ),
    "counts as the delegates, in a room where that cannot be right": (
        room(counts(20, 20, 20), counts(3, 3, 1), counts(3, 3, 1)),
        7,
        ["DELEGATE_TO_NONVIABLE", "(COUNTS_ARE_DELEGATES)"],
    ),
    "but for one person": (
        room(counts(3, 1, 1), None, counts(2, 1, 1)), 4, [],
    ),
    "two people": (room(counts(1, 1), None, counts(1, 1)), 3, ["DELEGATES_NOT_ALLOTTED"]),
    "two delegates": (room(counts(1, 1), None, counts(1, 1)), 2, []),
    "one delegate to the largest": (room(counts(9, 11, 2), None, counts(0, 1)), 1, []),
    "one delegate to one of the largest": (room(counts(9, 9, 2), None, counts(0, 1)), 1, []),
    "one delegate to another": (
        room(counts(9, 11, 2), None, counts(1)), 1, ["NOT_THE_PLURALITY"],
    ),
    "one delegate to a group of nobody": (
        room(counts(9, 11, 2), None, counts(0, 0, 0, 1)), 1, ["DELEGATE_TO_NONVIABLE"],
    ),
    "two delegates where there is one": (
        room(counts(9, 11, 2), None, counts(1, 1)), 1, ["DELEGATES_NOT_ALLOTTED"],
    ),
    "nobody came": (room({}, attendance=0), 6, []),
    "nobody came, and elected": (
        room({}, None, counts(1), attendance=0), 6, ["DELEGATES_NOT_ALLOTTED"],
    ),
    "the final is missing, which has been said": (
        room(counts(20, 15), {}, counts(4, 2)), 6, [],
    ),
    "the final is missing, and so is the award": (room(counts(20, 15), {}), 6, []),
    "nobody is viable, no award": (room(counts(5, 5, 5, 5, 5, 5)), 2, []),
    "nobody is viable, an award": (
        room(counts(5, 5, 5, 5, 5, 5), None, counts(1, 1)), 2, ["DELEGATE_TO_NONVIABLE"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("figures", "delegates", "expected"), AT_FIRST.values(), ids=AT_FIRST)
def test_at_the_first_alignment(
    figures: CaucusFigures, delegates: int, expected: list[str]
) -> None:
    assert names(findings(figures, Stage.FIRST, delegates)) == expected


@pytest.mark.parametrize(("figures", "delegates", "expected"), AT_FINAL.values(), ids=AT_FINAL)
def test_at_the_final_alignment(
    figures: CaucusFigures, delegates: int, expected: list[str]
) -> None:
    assert names(findings(figures, Stage.FINAL, delegates)) == expected


@pytest.mark.parametrize(
    ("figures", "delegates", "expected"), AT_DELEGATES.values(), ids=AT_DELEGATES
)
def test_at_the_award(figures: CaucusFigures, delegates: int, expected: list[str]) -> None:
    assert names(findings(figures, Stage.DELEGATES, delegates)) == expected


def test_nobody_came_is_asked_and_nothing_else() -> None:
    nobody = room({}, attendance=0)
    (only,) = examine_all(election(), CAUCUS, precinct(6), nobody)
    assert (only.check, only.treatment, only.effect) == (
        Check.NOBODY_CAME,
        Treatment.CONFIRM,
        Effect.NONE,
    )
    assert examine_all(election(), CAUCUS, SITE, nobody) == (only,)
    assert findings(room(counts(1)), Stage.ATTENDANCE) == ()


def test_a_stage_looks_at_no_later_column() -> None:
    keyed = CaucusFigures(attendance=35, first={}, final={}, delegates={})
    assert findings(keyed, Stage.ATTENDANCE) == ()
    assert findings(replace(keyed, first=counts(20, 15)), Stage.FIRST) == ()
    final = replace(keyed, first=counts(20, 15), final=counts(20, 15))
    assert findings(final, Stage.FINAL) == ()


def test_landslide_is_silent_and_needs_more_than_ten_people() -> None:
    (finding,) = findings(room(counts(9, 2)), Stage.WHOLE)
    assert names((finding,)) == ["(LANDSLIDE)"]
    assert finding.details == {"candidate": "ash", "count": 9, "of": 11}
    assert findings(room(counts(10)), Stage.WHOLE) == ()
    assert findings(room(counts(12, 3)), Stage.WHOLE) == ()


def test_people_who_stayed_below_the_threshold_are_for_staff() -> None:
    (finding,) = findings(room(counts(20, 15, 3, 4)), Stage.WHOLE)
    assert names((finding,)) == ["(NONVIABLE_KEPT)"]
    assert finding.details == {"candidate": "elm", "people": 7, "threshold": 7}
    assert findings(room(counts(20, 15, 7)), Stage.WHOLE) == ()
    assert findings(room(counts(20, 15, 3), counts(20, 18)), Stage.WHOLE) == ()
    assert findings(room(counts(8, 2, 2)), Stage.WHOLE, 1) == ()
    assert findings(room({}, attendance=0), Stage.WHOLE) == ()


def test_turnout_is_judged_by_the_folder_alone() -> None:
    ballroom = room(counts(30, 31))
    expecting = election(policy=Policy(attendance_per_delegate_max=10))
    found = examine(expecting, CAUCUS, precinct(6), ballroom, Stage.WHOLE)
    assert names(found) == ["(TURNOUT_OUTLIER)"]
    assert found[0].details == {"attendance": 61, "delegates": 6}
    assert examine(expecting, CAUCUS, precinct(7), ballroom, Stage.WHOLE) == ()
    assert examine(election(), CAUCUS, precinct(1), ballroom, Stage.WHOLE) == ()


def test_nevada_counts_early_votes_and_lets_an_excess_stand() -> None:
    early = CaucusFigures(
        attendance=60,
        first=counts(13, 13, 13, 11, 10),
        final=counts(13, 13, 13, 11, 10),
        delegates=counts(1, 1, 1, 1, 1),
        early=16,
        early_first=counts(0, 0, 0, 2, 14),
        early_final=counts(0, 0, 0, 2, 14),
    )
    common = replace(TREES[3], rare=False)
    contest = replace(NEVADA_CAUCUS, candidates=(*TREES[:3], common, *TREES[4:]))
    assert examine_all(election(contest), contest, precinct(4), early) == ()
    short = replace(early, early_first=counts(0, 0, 0, 2, 13))
    (finding,) = findings(short, Stage.FIRST, 4, contest)
    assert finding.check is Check.FIRST_NOT_ATTENDANCE
    assert finding.details == {"sum": 15, "attendance": 16, "column": "early_first"}
    four = replace(early, delegates=counts(1, 1, 1, 0, 1))
    assert names(findings(four, Stage.DELEGATES, 4, contest)) == [
        "DELEGATES_NOT_ALLOTTED",
        "(VIABLE_WITHOUT_DELEGATE)",
    ]


@pytest.mark.parametrize(
    ("stage", "figures", "delegates", "details"),
    [
        (Stage.FIRST, room(counts(20, 14), attendance=35), 6, {"sum": 34, "attendance": 35}),
        (Stage.FIRST, room(counts(50, 0, 0, 6)), 6, {"candidate": "elm", "count": 6}),
        (Stage.FIRST, room({}, attendance=3), 6, {"alignment": "first"}),
        (Stage.FINAL, room(counts(20), {}), 6, {"alignment": "final"}),
        (Stage.FINAL, room(counts(20, 15), counts(20, 16)), 6, {"final": 36, "first": 35}),
        (
            Stage.FINAL,
            room(counts(20, 15), counts(22, 13)),
            6,
            {"candidate": "birch", "first": 15, "final": 13, "threshold": 6},
        ),
        (
            Stage.FINAL,
            room(counts(20, 15), counts(20, 0, 15)),
            6,
            {"from": "birch", "to": "cedar", "first": 15, "final": 15},
        ),
        (
            Stage.FINAL,
            room(counts(30, 3, 3), counts(30, 0, 0, 0, 6)),
            6,
            {"candidate": "oak", "final": 6},
        ),
        (Stage.FINAL, room(counts(5, 5, 5, 5, 5, 5)), 2, {"threshold": 8}),
        (
            Stage.FINAL,
            room(counts(20, 6, 4), counts(20, 7)),
            6,
            {"left": 3, "first": 30, "final": 27},
        ),
        (
            Stage.DELEGATES,
            room(counts(100, 100), None, counts(4, 4)),
            7,
            {"sum": 8, "delegates": 7},
        ),
        (
            Stage.DELEGATES,
            room(counts(57, 12, 11), None, counts(4, 1)),
            5,
            {},
        ),
        (
            Stage.DELEGATES,
            room(counts(58, 11, 11), None, counts(4, 1)),
            5,
            {"candidate": "birch", "count": 11, "threshold": 12, "delegates": 1},
        ),
        (
            Stage.DELEGATES,
            room(counts(75, 15), None, counts(3)),
            3,
            {"candidate": "birch", "count": 15, "threshold": 15},
        ),
        (
            Stage.DELEGATES,
            room(counts(9, 11, 2), None, counts(1)),
            1,
            {"candidate": "ash", "count": 9, "largest": "birch", "most": 11},
        ),
        (
            Stage.DELEGATES,
            room(counts(52, 50, 31, 25, 3), counts(52, 50, 31, 25), counts(2, 1, 2, 1)),
            6,
            {
                "fewer": "cedar",
                "fewer_count": 31,
                "fewer_delegates": 2,
                "more": "birch",
                "more_count": 50,
                "more_delegates": 1,
            },
        ),
    ],
)
def test_details_say_what_the_voice_needs(
    stage: Stage, figures: CaucusFigures, delegates: int, details: dict[str, int | str]
) -> None:
    found = findings(figures, stage, delegates)
    assert [dict(f.details) for f in found if f.is_spoken] == ([details] if details else [])


def test_the_same_candidate_is_named_whatever_the_order_of_the_figures() -> None:
    shrunk = room(counts(20, 20, 20), counts(15, 15, 15))
    backwards = replace(shrunk, first=dict(reversed(shrunk.first.items())))
    assert findings(shrunk, Stage.FINAL) == findings(backwards, Stage.FINAL)
