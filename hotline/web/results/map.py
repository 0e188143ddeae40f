"""The counties as tiles, each roughly where it lies: who is ahead there, and how much of it is in.

The tiles have the figures of the table of counties, and say nothing that it does not.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from hotline.election.model import Tile
from hotline.languages.catalogue import Language
from hotline.operations.context import AppContext
from hotline.operations.publication.results_figures import (
    Coverage,
    Document,
    ahead,
    coverage,
    figures,
    marks,
)
from hotline.web.results.labels import measure_in_words

SIDE = 60  # of a square, in units of the drawing
GAP = 3  # between two tiles
LONGEST = 3  # letters that stand for a name
TIED = "="

TilesOf = Callable[[str], Mapping[str, Tile]]
"""From an election's id to its tiles by county; empty where there is no map."""


@dataclass(frozen=True, slots=True)
class MapTile:
    """One county. Lengths in units of the drawing; `letters` stand for who is ahead."""

    id: str
    name: str
    x: int
    y: int
    width: int
    height: int
    mark: str
    letters: str
    leader: str
    coverage: Coverage


@dataclass(frozen=True, slots=True)
class TileMap:
    """All counties of a contest, by one measure; `legend` has mark, letters and name."""

    title: str
    width: int
    height: int
    tiles: tuple[MapTile, ...]
    legend: tuple[tuple[str, str, str], ...]


def tiles_in_use(parts: AppContext) -> TilesOf:
    """The tiles of the election in use; none for the results of another one."""

    def tiles_of(election_id: str) -> Mapping[str, Tile]:
        active = parts.known_election()
        if active is None or active.election.id != election_id:
            return {}
        return active.election.tiles

    return tiles_of


def lay_out_map(
    contest: Document, tiles: Mapping[str, Tile], words: Language, shown: Collection[Document]
) -> TileMap | None:
    """The map of a contest's counties (`shown`, its scopes); None where one has no tile."""
    counties = [scope for scope in shown if scope["id"].startswith("county:")]
    if not counties or any(scope["name"] not in tiles for scope in counties):
        return None
    measure = (contest.get("outlook") or {}).get("measure") or contest["measures"][-1]
    surnames = {c["id"]: c["surname"] for c in contest["candidates"]}
    letters, marked = shortest(surnames), marks(contest)
    leaders = {scope["id"]: ahead(figures(contest, scope, measure)) for scope in counties}
    drawn = tuple(
        _tile(scope, tiles[scope["name"]], leaders[scope["id"]], surnames, letters, marked, words)
        for scope in counties
    )
    legend = [
        (marked.get(one, ""), letters[one], surnames[one])
        for one in surnames
        if [one] in leaders.values()
    ]
    if any(len(leading) > 1 for leading in leaders.values()):
        legend.append(("", TIED, words.gettext("tied")))
    return TileMap(
        title=words.gettext("The map, by {measure}").format(
            measure=measure_in_words(measure, words).title.lower()
        ),
        width=max(tile.x + tile.width for tile in drawn) + GAP,
        height=max(tile.y + tile.height for tile in drawn) + GAP,
        tiles=drawn,
        legend=tuple(legend),
    )


def _tile(
    scope: Document,
    place: Tile,
    leading: list[str],
    surnames: Mapping[str, str],
    letters: Mapping[str, str],
    marked: Mapping[str, str],
    words: Language,
) -> MapTile:
    alone = leading[0] if len(leading) == 1 else ""
    return MapTile(
        id=scope["id"],
        name=scope["name"],
        x=(place.column - 1) * SIDE + GAP,
        y=(place.row - 1) * SIDE + GAP,
        width=place.columns * SIDE - GAP,
        height=place.rows * SIDE - GAP,
        mark=marked.get(alone, ""),
        letters=letters.get(alone, TIED if leading else ""),
        leader=", ".join(surnames[one] for one in leading) or words.gettext("no figures yet"),
        coverage=coverage(scope["units"]),
    )


def shortest(names: Mapping[str, str]) -> dict[str, str]:
    """As many first letters of each name as tell it from all others, three at the most."""
    return {
        key: name[: _needed(name, (other for it, other in names.items() if it != key))]
        for key, name in names.items()
    }


def _needed(name: str, others: Iterable[str]) -> int:
    folded = [other.casefold() for other in others]
    for length in range(1, LONGEST):
        if not any(other.startswith(name[:length].casefold()) for other in folded):
            return length
    return LONGEST
