"""What a recanvass or recount has changed, as the results page says it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from hotline.operations.publication.results_figures import Document, written
from hotline.web.results.labels import Labels


@dataclass(frozen=True, slots=True)
class ChangedWords:
    """The texts of one language; braces hold the publication's number."""

    title: Mapping[str, str]  # by status
    since: str
    nothing: str
    was: str
    now: str
    difference: str


@dataclass(frozen=True, slots=True)
class Change:
    """One total that is another one now."""

    name: str
    was: str
    now: str
    difference: str


@dataclass(frozen=True, slots=True)
class ChangedColumn:
    """The changes by one measure of one contest."""

    title: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Changed:
    """All changes since the publication that is named."""

    words: ChangedWords
    title: str
    since: str
    columns: tuple[ChangedColumn, ...]


def lay_out_changes(document: Document, labels: Labels) -> Changed | None:
    """None where the document is not of a recanvass or recount."""
    told = document.get("changes")
    words = WORDS[labels.code]
    if not told or document["status"] not in words.title:
        return None
    contests = {contest["id"]: contest for contest in document["contests"]}
    return Changed(
        words,
        words.title[document["status"]],
        words.since.format(number=told["since"]),
        tuple(
            column
            for one in told["contests"]
            for column in _columns(contests[one["id"]], one["totals"], labels, len(contests) > 1)
        ),
    )


def _columns(
    contest: Document, totals: Mapping[str, Document], labels: Labels, several: bool
) -> Iterator[ChangedColumn]:
    names = {candidate["id"]: candidate["name"] for candidate in contest["candidates"]}
    for measure in contest["measures"]:
        if column := totals.get(measure):
            title = labels.measure(measure).title
            yield ChangedColumn(
                f"{contest['title']}: {title}" if several else title,
                tuple(
                    Change(name, written(was or 0), written(now), _signed(was or 0, now))
                    for id, name in names.items()
                    if id in column
                    for was, now in [column[id]]
                ),
            )


def _signed(was: int | str, now: int | str) -> str:
    difference = Decimal(now) - Decimal(was)
    return f"{difference:+,f}".replace("-", "−")


ENGLISH = ChangedWords(
    title=MappingProxyType(
        {
            "recanvass": "What the recanvass changed",
            "recount": "What the recount changed",
        }
    ),
    since="Compared with publication {number}, which stood before.",
    nothing="No total is another one.",
    was="before",
    now="now",
    difference="difference",
)

SPANISH = ChangedWords(
    title=MappingProxyType(
        {
            "recanvass": "Qué cambió la revisión",
            "recount": "Qué cambió el recuento",
        }
    ),
    since="En comparación con la publicación {number}, que valía antes.",
    nothing="Ningún total es distinto.",
    was="antes",
    now="ahora",
    difference="diferencia",
)

WORDS: Mapping[str, ChangedWords] = MappingProxyType({"en": ENGLISH, "es": SPANISH})
