"""`tiles.csv`: where each county stands on a grid that is roughly the map.

It decides how the results are drawn, and nothing that is counted.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from hotline.election.model import Tile
from hotline.tables.headings import Headings
from hotline.tables.problems import Problems, quoted
from hotline.tables.reader import TableRow, rows

FILE = "tiles.csv"
HEADINGS = Headings(("county", "row", "column"), ("rows", "columns"))
MOST = 24  # rows or columns; a wider grid could not be read on a telephone


def read_tiles(directory: Path, counties: Collection[str], problems: Problems) -> dict[str, Tile]:
    """Tiles by county: one for each of `counties`, none over another. Empty without the file."""
    path = directory / FILE
    if not path.exists():
        return {}
    tiles: dict[str, Tile] = {}
    taken: dict[tuple[int, int], str] = {}
    before = len(problems.found)
    for row in rows(path, HEADINGS, problems):
        county = row.filled("county")
        if county in tiles:
            row.refuse(f"county {quoted(county)} is there twice")
        elif county and county not in counties:
            row.refuse(f"no precinct or county is called {quoted(county)}")
        tiles[county] = tile = _tile(row)
        for place in tile.places:
            if place in taken and taken[place] != county:
                row.refuse(f"{county} stands on the tile of {taken[place]}")
            taken.setdefault(place, county)
    missing = sorted(set(counties) - tiles.keys())
    if missing and len(problems.found) == before:
        problems.add(FILE, None, f"has no tile for {', '.join(missing[:5])}")
    return tiles


def _tile(row: TableRow) -> Tile:
    tile = Tile(
        row.number("row", least=1),
        row.number("column", least=1),
        row.number("rows", least=1, blank=1),
        row.number("columns", least=1, blank=1),
    )
    if tile.row + tile.rows - 1 > MOST or tile.column + tile.columns - 1 > MOST:
        row.refuse(f"the grid has at most {MOST} rows and columns")
        return Tile(tile.row, tile.column)
    return tile
