"""Where counties stand on the map of tiles: one tile each, none over another."""

from __future__ import annotations

from pathlib import Path

import pytest

from hotline.election.folder.folder import from_document, read_folder, to_document
from hotline.election.model import Tile
from tests.election.folder.trees import change, refusals

HEADER = "county,row,column,rows,columns\n"
ROOT = Path(__file__).parents[3]


def with_tiles(trees: Path, rows: str, header: str = HEADER) -> Path:
    (trees / "tiles.csv").write_text(header + rows, encoding="utf-8")
    return trees


def test_a_folder_needs_no_tiles(trees: Path) -> None:
    assert read_folder(trees).tiles == {}


def test_tiles_are_read_and_kept_with_the_election(trees: Path) -> None:
    election = read_folder(with_tiles(trees, "Adair,2,3,1,2\n"))

    assert election.tiles == {"Adair": Tile(2, 3, 1, 2)}
    assert from_document(to_document(election)) == election


def test_a_tile_is_one_square_unless_it_says_more(trees: Path) -> None:
    found = read_folder(with_tiles(trees, "Adair,2,3\n", "county,row,column\n")).tiles

    assert found == {"Adair": Tile(2, 3)}
    assert found["Adair"].places == [(2, 3)]


def test_an_election_that_was_kept_before_there_were_tiles_has_none(trees: Path) -> None:
    document = to_document(read_folder(with_tiles(trees, "Adair,2,3,1,2\n")))
    del document["tiles"]

    assert from_document(document).tiles == {}


REFUSED = {
    "Adair,1,1,1,1\nAdair,1,2,1,1\n": "tiles.csv, line 3: county “Adair” is there twice",
    "Adiar,1,1,1,1\n": "tiles.csv, line 2: no precinct or county is called “Adiar”",
    "Adair,0,1,1,1\n": "tiles.csv, line 2: row is less than 1: 0",
    "Adair,x,1,1,1\n": "tiles.csv, line 2: row is not a whole number: “x”",
    "Adair,24,1,2,1\n": "tiles.csv, line 2: the grid has at most 24 rows and columns",
    "": "tiles.csv: has no tile for Adair",
}


@pytest.mark.parametrize("rows", REFUSED)
def test_what_is_wrong_is_refused_by_line(trees: Path, rows: str) -> None:
    assert REFUSED[rows] in refusals(with_tiles(trees, rows))


def test_two_counties_never_share_a_square(trees: Path) -> None:
    change(trees, "precincts.csv", "00024,Adair", "00024,Boone")
    change(trees, "counties.csv", "Adair,10,4\n", "Adair,4,4\nBoone,6,2\n")

    found = refusals(with_tiles(trees, "Adair,1,1,2,2\nBoone,2,2,1,1\n"))

    assert found == ["tiles.csv, line 3: Boone stands on the tile of Adair"]


def test_the_counties_of_iowa_lie_where_their_neighbours_are() -> None:
    tiles = read_folder(ROOT / "config/elections/iowa-2020").tiles
    at = {place: county for county, tile in tiles.items() for place in tile.places}

    assert len(tiles) == 99
    row, column = tiles["Polk"].row, tiles["Polk"].column
    beside = [at[row, column - 1], at[row, column + 1], at[row - 1, column], at[row + 1, column]]
    assert beside == ["Dallas", "Jasper", "Story", "Warren"]
    assert (at[1, 1], at[9, 1]) == ("Lyon", "Fremont")
