"""What a recanvass or recount has changed, as the results page says it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from hotline.languages.catalogue import N_, Language
from hotline.operations.publication.results_figures import Document, written
from hotline.web.results.labels import measure_in_words

TITLES: Mapping[str, str] = MappingProxyType(
    {
        "recanvass": N_("What the recanvass changed"),
        "recount": N_("What the recount changed"),
    }
)


@dataclass(frozen=True, slots=True)
class ShownChange:
    """One total that is another one now."""

    name: str
    was: str
    now: str
    difference: str


@dataclass(frozen=True, slots=True)
class ChangedColumn:
    """The changes by one measure of one contest."""

    title: str
    changes: tuple[ShownChange, ...]


@dataclass(frozen=True, slots=True)
class ShownChanges:
    """All changes since the publication that is named."""

    title: str
    since: str
    columns: tuple[ChangedColumn, ...]


def lay_out_changes(document: Document, words: Language) -> ShownChanges | None:
    """None where the document is not of a recanvass or recount."""
    told, title = document.get("changes"), TITLES.get(document["status"])
    if not told or title is None:
        return None
    contests = {contest["id"]: contest for contest in document["contests"]}
    return ShownChanges(
        words.gettext(title),
        words.gettext("Compared with publication {number}, which stood before.").format(
            number=told["since"]
        ),
        tuple(
            column
            for one in told["contests"]
            for column in _columns(contests[one["id"]], one["totals"], words, len(contests) > 1)
        ),
    )


def _columns(
    contest: Document, totals: Mapping[str, Document], words: Language, several: bool
) -> Iterator[ChangedColumn]:
    names = {candidate["id"]: candidate["name"] for candidate in contest["candidates"]}
    for measure in contest["measures"]:
        if column := totals.get(measure):
            title = measure_in_words(measure, words).title
            yield ChangedColumn(
                f"{contest['title']}: {title}" if several else title,
                tuple(
                    ShownChange(name, written(was or 0), written(now), _signed(was or 0, now))
                    for id, name in names.items()
                    if id in column
                    for was, now in [column[id]]
                ),
            )


def _signed(was: int | str, now: int | str) -> str:
    difference = Decimal(now) - Decimal(was)
    return f"{difference:+,f}".replace("-", "−")
