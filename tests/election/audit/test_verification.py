"""A ledger that is read anew: every change of what was bound is found, and it adds up."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.election import tally
from hotline.election.audit import definition, export
from hotline.election.audit.chain import digest
from hotline.election.audit.export import ExportError, Opening
from hotline.election.audit.verification import STATUSES, ChainLink
from hotline.store.enums import Status
from tests.election.audit.chains import LEDGER, OPENED, bind, events, read
from tests.towns import CODES, caucus, town

TOWN = town()
NORTH, NORTH_2, SOUTH, _, AWAY, _ = CODES
FIRST, OTHER = caucus(12, 8, won={"ash": 3}), caucus(9, 30, won={"birch": 5})
TOLD = (
    (NORTH, 1, 1, "filed", FIRST),
    (NORTH, 1, 2, "counted", None),
    (AWAY, 1, 1, "filed", OTHER),
    (NORTH, 2, 1, "filed", FIRST),
    (NORTH, 2, 2, "corroborating", None),
    (AWAY, 1, 2, "held", None),
    (SOUTH, 1, 1, "filed", OTHER),
    (SOUTH, 1, 2, "counted", None),
    (SOUTH, 1, 3, "rejected", None),
)
CHAIN = bind(TOWN, events(TOLD))


def test_the_words_are_those_of_the_ledger() -> None:
    assert frozenset(Status) == STATUSES


def test_what_was_bound_is_whole_and_adds_up() -> None:
    book = read(TOWN, CHAIN)

    assert book.findings == []
    assert (book.entries, book.digest) == (len(TOLD), CHAIN[-1].digest)
    assert book.sums == tally.recount(TOWN, [(TOWN.units[NORTH], FIRST)])
    assert book.units() == {
        "total": 6,
        "reported": 2,
        "verified": 1,
        "contested": 0,
        "held": 1,
        "outstanding": 4,
    }
    assert book.units("pool:away")["held"] == 1


fields = st.sampled_from(
    [(number, name) for number, one in enumerate(CHAIN) for name in (one.entry or {})]
)


@given(fields, st.one_of(st.integers(), st.text(max_size=5), st.booleans()))
def test_no_field_can_be_altered_unseen(place: tuple[int, str], value: object) -> None:
    number, name = place
    entry = dict(CHAIN[number].entry or {})
    if entry[name] == value and type(entry[name]) is type(value):
        return
    if not isinstance(value, type(entry[name])) and name in ("unit", "version", "step", "status"):
        return  # the form of a file is looked at before (export)
    altered = replace(CHAIN[number], entry={**entry, name: value})

    said = read(TOWN, [*CHAIN[:number], altered, *CHAIN[number + 1 :]]).findings

    assert any(one.startswith(f"entry {number + 1}, precinct ") for one in said)


@given(st.permutations(range(len(CHAIN))))
def test_no_order_but_the_one_that_was_bound(order: list[int]) -> None:
    moved = [CHAIN[number] for number in order]

    assert (read(TOWN, moved).findings == []) == (order == sorted(order))


@given(st.sets(st.integers(0, len(CHAIN) - 2), min_size=1))
def test_nothing_can_be_taken_out_unseen(gone: set[int]) -> None:
    left = [bound for number, bound in enumerate(CHAIN) if number not in gone]

    assert any("missing" in one for one in read(TOWN, left).findings)


def test_figures_that_were_not_bound_are_named() -> None:
    other = replace(CHAIN[0], figures=CHAIN[2].figures)

    said = read(TOWN, [other, *CHAIN[1:]]).findings

    assert said == [
        f"precinct {NORTH}, version 1, step 1: its figures are not those that were bound"
    ]


def test_figures_that_are_not_given_are_missed_only_where_they_count() -> None:
    without = [replace(bound, figures=None) for bound in CHAIN]

    said = read(TOWN, without).findings

    assert [one.partition(":")[0] for one in said] == [
        f"precinct {NORTH}, version 1, step 2",
        f"precinct {SOUTH}, version 1, step 2",
        f"precinct {SOUTH}, version 1, step 3",
    ]


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ([("77777", 1, 1, "filed", FIRST)], "the election has no such precinct"),
        ([(NORTH, 1, 1, "lost", FIRST)], "'lost' is no status"),
        ([(NORTH, 1, 1, "counted", FIRST)], "a report is filed before it is counted"),
        ([(NORTH, 1, 2, "counted", None)], "it was never filed"),
        ([(NORTH, 2, 1, "filed", FIRST)], "version 1 should follow"),
        ([(NORTH, 1, 1, "filed", FIRST), (NORTH, 1, 3, "held", None)], "step 2 should follow"),
        (
            [
                (NORTH, 1, 1, "filed", FIRST),
                (NORTH, 1, 2, "counted", None),
                (NORTH, 2, 1, "filed", OTHER),
                (NORTH, 2, 2, "counted", None),
            ],
            "2 versions of this precinct count",
        ),
    ],
)
def test_what_cannot_have_happened_is_named_though_it_is_bound(told, said: str) -> None:
    assert [said] == [
        one.rpartition(": ")[2] for one in read(TOWN, bind(TOWN, events(told))).findings
    ]


def test_a_definition_counts_as_the_election_does() -> None:
    again = definition.read_definition(json.loads(json.dumps(definition.describe(TOWN))))

    assert read(again, CHAIN).sums == read(TOWN, CHAIN).sums
    assert definition.describe(again) == definition.describe(TOWN)
    assert definition.digest_of(TOWN) == digest(definition.describe(TOWN))


# --- As a file


def lines(links: list[ChainLink] = CHAIN) -> list[str]:
    opening = Opening(LEDGER, TOWN.id, False, OPENED, len(links), links[-1].digest)
    return list(export.lines(opening, TOWN, links))


def test_a_file_gives_back_what_was_written() -> None:
    given = export.read_export(lines())

    assert list(given.links) == CHAIN
    assert given.definition_digest == definition.digest_of(TOWN)
    assert given.ledger().digest == given.opening.digest


@given(st.integers(0, len(CHAIN) + 1), st.data())
def test_a_file_in_which_anything_is_changed_is_refused_or_found_out(
    number: int, data: st.DataObject
) -> None:
    """Whatever a byte is turned into, nothing but a clear word comes of it."""
    given = lines()
    place = data.draw(st.integers(0, len(given[number]) - 2))
    letter = data.draw(st.characters(codec="ascii"))
    was = given[number]
    given[number] = f"{was[:place]}{letter}{was[place + 1 :]}"
    try:
        reading = export.read_export(given)
        book = reading.ledger()
        for bound in reading.links:
            book.read(bound)
        book.end()
    except ExportError as error:
        assert "line" in str(error) or "file" in str(error)  # noqa: PT017
        return
    is_known = (
        reading.definition_digest == definition.digest_of(TOWN)
        and reading.opening == export.read_export(lines()).opening
    )
    if given[number] == was or _says_the_same(given[number], was):
        assert book.findings == []
        assert is_known
    else:
        assert book.findings or not is_known


def _says_the_same(one: str, other: str) -> bool:
    """Spaces and ways of writing a moment make no difference."""
    try:
        return json.loads(one) == json.loads(other)
    except ValueError:
        return False


@pytest.mark.parametrize(
    ("line", "change", "said"),
    [
        (0, {"format": "hotline-ledger/9"}, "line 1: this is no export"),
        (0, {"opened_at": "yesterday"}, "line 1: ValueError"),
        (1, {"definition": {}}, "line 2: KeyError"),
        (2, {"version": "1"}, "line 3: version is missing, or of another kind"),
        (2, {"doubtful": 0}, "line 3: doubtful is missing, or of another kind"),
        (2, {"reported": []}, "line 3: reported is of another kind"),
        (3, {"digest": None}, "line 4: digest is missing, or of another kind"),
    ],
)
def test_what_is_no_such_file_is_said_with_its_line(
    line: int, change: dict[str, object], said: str
) -> None:
    given = lines()
    given[line] = json.dumps(json.loads(given[line]) | change)

    with pytest.raises(ExportError, match=said):
        list(export.read_export(given).links)
